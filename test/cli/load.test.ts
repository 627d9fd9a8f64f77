/** Parts of a model from another run: they begin as they are there, and what does not fit is said, all of it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memory } from '@tensorflow/tfjs-core';
import { loadedParts } from '../../src/cli/given-weights.js';
import { Refusal } from '../../src/cli/refusal.js';
import { readSafetensors, writeSafetensors } from '../../src/runtime/safetensors.js';
import { emitText, useWasm } from '../support/emitted.js';
import { aec } from './run.js';

let place: string;

const model = (name: string, network: string, size: number, rest: string): string => `autoencoder ${name} {
  input x: [8]
  preprocess x with standardize
  encoder { ${network}: dense(${size}, tanh); batchnorm }
  decoder { dense(8) }
  reconstruct x by squared_error
  ${rest}
}
`;

const train = (...args: readonly string[]) => aec(['train', ...args, '--backend', 'cpu', '--no-report'], place);

/** The weights of a run whose names begin so. */
function weightsOf(run: string, prefix: string): Readonly<Record<string, readonly number[]>> {
  const file = readSafetensors(readFileSync(join(place, 'runs', run, 'weights.safetensors')), run);
  if (!file.ok) throw new Error('no weights');
  return Object.fromEntries(
    Object.entries(file.value.tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { data }]) => [name.slice(prefix.length), [...data]]),
  );
}

beforeAll(useWasm);
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'aec-load-'));
  const rows = Array.from({ length: 40 }, (_, i) => Array.from({ length: 8 }, (_v, j) => Math.sin(i * 1.3 + j)).join());
  writeFileSync(join(place, 'rows.csv'), `${rows.join('\n')}\n`);
  const other = rows.map((row) =>
    row
      .split(',')
      .map((v) => (3 * Number(v) + 1).toFixed(6))
      .join(),
  );
  writeFileSync(join(place, 'other.csv'), `${other.join('\n')}\n`);
  writeFileSync(join(place, 'first.ae'), model('First', 'h', 3, 'train { epochs 2; batch 8 }'));
  const fixed = model('Second', 'h', 3, 'train { freeze encoder; epochs 2; batch 8 }');
  writeFileSync(
    join(place, 'second.ae'),
    fixed.replace('  train', '  // aec-ignore AE4046: it comes from outside\n  train'),
  );
  writeFileSync(join(place, 'third.ae'), model('Third', 'g', 4, 'train { epochs 1; batch 8 }'));
  expect(train('first.ae', '--data', 'rows.csv').code).toBe(0);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

test('a frozen network keeps the bits that it was loaded with, with the statistics of its inputs', () => {
  expect(train('second.ae', '--data', 'other.csv', '--load', 'encoder=runs/First').code).toBe(0);
  const [before, after] = [weightsOf('First', 'encoder.'), weightsOf('Second', 'encoder.')];
  expect(Object.keys(before).length).toBe(6);
  expect(after['h.kernel']).toEqual(before['h.kernel']);
  expect(after['batchnorm.gamma']).toEqual(before['batchnorm.gamma']);
  expect(weightsOf('Second', 'x.')).toEqual(weightsOf('First', 'x.'));
  expect(weightsOf('Second', 'decoder.')).not.toEqual(weightsOf('First', 'decoder.'));
  const record = JSON.parse(readFileSync(join(place, 'runs/Second/run.json'), 'utf8')) as {
    readonly origin: { readonly load: readonly string[]; readonly command: string };
  };
  expect(record.origin.load).toEqual(['encoder=runs/First']);
  expect(record.origin.command).toContain('--load encoder=runs/First');
});

test.each([
  [
    'encoder=runs/First',
    /weights of encoder\n[^]*missing: encoder\.g\.kernel, encoder\.g\.bias; unexpected: .*gamma is \[3\] instead of \[4\]/,
  ],
  ['encoder.g=runs/First:encoder.h', /encoder\.g\.kernel is \[8, 3\] instead of \[8, 4\], encoder\.g\.bias is \[3\]/],
  ['coder=runs/First', /expected a network or a layer of Third[^]*hint: there are encoder, decoder\n/],
  ['encoder=runs/First:features', /expected weights of features[^]*there are .*encoder/],
  ['encoder=nowhere', /expected: the folder of a run, or a file of weights/],
  ['encoder', /expected: a network or a layer, and where its weights are/],
])('--load %s is answered', (load, said) => {
  const { code, err } = train('third.ae', '--data', 'rows.csv', '--load', load);
  expect(err).toMatch(said);
  expect(code).toBe(1);
  expect(existsSync(join(place, 'runs/Third/run.json'))).toBe(false);
});

/** The weights of a run with other numbers in one of them. */
function changed(run: string, weight: string): string {
  const file = readSafetensors(readFileSync(join(place, 'runs', run, 'weights.safetensors')), run);
  if (!file.ok) throw new Error('no weights');
  const { tensors, metadata } = file.value;
  const path = join(place, `${weight}.safetensors`);
  const { data, shape } = tensors[weight]!;
  writeFileSync(path, writeSafetensors({ ...tensors, [weight]: { shape, data: data.map((v) => v + 1) } }, metadata));
  return path;
}

test('of parts that bring different values of one weight or statistic no one wins: both are named', async () => {
  const { spec } = emitText(model('First', 'h', 3, '')).program;
  const own = join(place, 'runs/First');
  const both = (first: string, second: string) => loadedParts(spec, [first, second]);
  // The same statistics, from two places; and a part of a part.
  const same = await both(`encoder=${own}`, `decoder=${own}`);
  expect(Object.keys(same).sort()).toEqual(spec.weights.map(({ name }) => name).sort());
  await both(`encoder=${own}`, `encoder.h=${own}`);
  const { numTensors } = memory();
  const [moved, other] = [changed('First', 'x.mean'), changed('First', 'encoder.h.bias')];
  const refused = async (first: string, second: string): Promise<string> =>
    both(first, second).then(
      () => 'loaded',
      (error: unknown) => (error instanceof Refusal ? error.lines.join('\n') : String(error)),
    );
  const statistics = await refused(`encoder=${own}`, `decoder=${moved}`);
  expect(statistics).toContain(`--load encoder=${own} and --load decoder=${moved}`);
  expect(statistics).toMatch(/found: two of x\.mean\n/);
  expect(await refused(`encoder=${own}`, `encoder.h=${other}`)).toMatch(/found: two of encoder\.h\.bias\n/);
  expect(memory().numTensors).toBe(numTensors);
});
