/** What a draw is given, by number and by name. */
import { beforeAll, expect, test } from 'vitest';
import { givenOf } from '../../src/cli/given.js';
import { Refusal } from '../../src/cli/refusal.js';
import type { ProgramSpec, VariableSpec } from '../../src/runtime/program.js';
import { useCpu } from '../runtime/backend.js';

beforeAll(useCpu);

const variable = (name: string, shape: readonly number[], domain: VariableSpec['domain']): VariableSpec => ({
  name,
  role: 'input',
  shape,
  domain,
  origin: 'm.ae:1:1',
});
const spec = {
  name: 'M',
  sampleReads: ['town', 'x'],
  variables: [variable('town', [], { kind: 'category', classes: 3 }), variable('x', [2], { kind: 'real' })],
} as unknown as ProgramSpec;
const towns = (name: string): readonly string[] | undefined =>
  name === 'town' ? ['?', 'New York', 'Bern'] : undefined;

const values = (texts: readonly string[], names?: typeof towns): readonly (readonly number[])[] => {
  const { tensors, count } = givenOf(spec, texts, 4, names);
  return [[count], ...Object.values(tensors).map((one) => [...one.dataSync()])];
};
const refusal = (...texts: readonly string[]): string => {
  try {
    givenOf(spec, texts, 4, towns);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  throw new Error('it was taken');
};

test('labels are numbers, or names where there are some', () => {
  const x = [0.5, -1, 0.5, -1, 0.5, -1, 0.5, -1];
  expect(values(['town=2', 'x=0.5,-1'])).toEqual([[4], [2, 2, 2, 2], x]);
  expect(values(['x=0.5,-1', 'town=New York'], towns)).toEqual([[4], [1, 1, 1, 1], x]);
  expect(values(['x=0.5,-1', 'town=?'], towns)[1]).toEqual([0, 0, 0, 0]);
  // One that is left out runs through all of them, as often.
  expect(values(['x=1,2'])[1]).toEqual([0, 0, 1, 1, 2, 2]);
});

test('what is none is answered', () => {
  expect(refusal('town=Basel', 'x=1,2')).toContain('expected: ?, New York, Bern, or a label from 0 to 2 (m.ae:1:1)');
  expect(refusal('town=3', 'x=1,2')).toContain('found: 3');
  expect(refusal('town=1')).toContain('a draw depends on x: [2]');
  expect(refusal('town=1', 'x=1')).toContain('2 numbers, with commas between them');
  expect(refusal('y=1')).toContain('expected: town or x');
  expect(refusal('town')).toContain('for example: --given town=3');
});
