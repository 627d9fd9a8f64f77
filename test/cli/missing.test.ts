/** Tables with cells missing: every command reads them, and what is not there is compared with nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aec } from './run.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aec-missing-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cells = [
  [1, undefined, 30],
  [2, 10, undefined],
  [undefined, 20, 40],
  [5, 10, 10],
  [4, undefined, undefined],
];

test.each([
  ['v', 'cells.csv'],
  ['v, v.mask', 'v=cells.csv'],
])('encoder(%s) on %s', (reads, named) => {
  const rows = cells.map((row) => row.map((cell) => cell ?? '').join());
  writeFileSync(join(folder, 'cells.csv'), `a,b,c\n${rows.join('\n')}\n`);
  writeFileSync(
    join(folder, 'table.ae'),
    `autoencoder Table {
  input v: [3] of real?
  encoder(${reads}) { dense(2, tanh) }
  decoder { dense(3) }
  reconstruct v by squared_error
  train { optimizer sgd(lr: 1e-4); epochs 1; validation 0 }
}
`,
  );
  const data = ['--data', named];
  expect(aec(['train', 'table.ae', ...data, '--backend', 'cpu', '--no-report', '--force'], folder).code).toBe(0);
  const encoded = aec(['encode', 'runs/Table', ...data, '--out', '-', '--backend', 'cpu'], folder);
  expect(encoded.out.trim().split('\n')).toHaveLength(cells.length + 1);
  const made = aec(['reconstruct', 'runs/Table', ...data, '--out', '-', '--backend', 'cpu'], folder)
    .out.trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  const known = cells.flatMap((row, i) => row.map((cell, j) => [cell, made[i]![j]!, j] as const)).filter(isThere);
  const mean = (errors: readonly number[]): number => errors.reduce((a, b) => a + b, 0) / errors.length;
  const meanOf = (column: number): number => mean(known.filter(([, , j]) => j === column).map(([cell]) => cell));
  const evaluated = JSON.parse(aec(['evaluate', 'runs/Table', '--json', '--backend', 'cpu'], folder).out) as {
    readonly baselines: readonly { readonly error: number; readonly meanError: number; readonly pcaError?: number }[];
  };
  const [baseline] = evaluated.baselines;
  expect(baseline!.error).toBeCloseTo(mean(known.map(([cell, out]) => (cell - out) ** 2)), 3);
  expect(baseline!.meanError).toBeCloseTo(mean(known.map(([cell, , j]) => (cell - meanOf(j)) ** 2)), 3);
  expect(baseline!.pcaError).toBeUndefined();
});

const isThere = (entry: readonly [number | undefined, number, number]): entry is readonly [number, number, number] =>
  entry[0] !== undefined;
