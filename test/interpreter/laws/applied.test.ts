/** Models written by hand for terms over tensors, applied networks, draws, chains of transforms and signals: each computes what the interpreter computes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { checkText } from '../../support/emitted.js';
import { attempt } from '../compare/attempt.js';
import { cpu } from '../compare/backends.js';
import { applied } from './applied.js';
import { textOf } from './pair.js';

beforeAll(() => cpu.start());

describe.each(Object.entries(applied))('%s', (_name, items) => {
  it('agrees', async () => {
    const result = await attempt(checkText(textOf(items)), [cpu]);
    if (result.kind === 'fails') throw new Error(`${result.stage}: ${result.reason}`);
    expect(result.compared).toBeGreaterThan(10);
  });
});
