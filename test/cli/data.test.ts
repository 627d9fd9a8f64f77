/** Data that a file names, and what the command line says instead. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataNamed } from '../../src/cli/data.js';
import { check } from '../../src/compiler.js';

const modelOf = (setting: string) =>
  check(
    'a.ae',
    `autoencoder A {\n  input x: [8] in [0, 1]\n  encoder { code: dense(3) }\n  decoder { dense(8) }\n  reconstruct x by squared_error\n  train { ${setting} }\n}\n`,
    () => undefined,
  ).models[0]!;

test('a procedural set with its arguments, by name or in their order', () => {
  expect(dataNamed({}, modelOf('data identity(8)'))).toBe('identity:n=8');
  expect(dataNamed({}, modelOf('data strokes(count: 20)'))).toBe('strokes:count=20');
  expect(dataNamed({}, modelOf('data bars'))).toBe('bars');
});

test('the command line wins', () => {
  expect(dataNamed({ data: 'strokes' }, modelOf('data identity(8)'))).toBe('strokes');
});

test('a set that is looked for in a folder, and refused where it is not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aec-data-'));
  mkdirSync(join(folder, 'mnist'));
  expect(dataNamed({ dataDir: folder }, modelOf('data mnist'))).toBe(`mnist=${join(folder, 'mnist')}`);
  expect(() => dataNamed({ dataDir: join(folder, 'mnist') }, modelOf('data mnist'))).toThrow();
  expect(() => dataNamed({}, modelOf('epochs 1'))).toThrow();
  rmSync(folder, { recursive: true });
});
