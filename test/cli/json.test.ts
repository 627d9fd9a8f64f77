/** What `--json` prints holds to the schema in the docs, errors too; and exit codes tell a mistake from a wrong flag. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aec } from './run.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/train-json.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

const model = `autoencoder A {
  input x: [8] in [0, 1]
  encoder { code: dense(3) }
  decoder { dense(8, sigmoid) }
  reconstruct x by bernoulli
  train { optimizer adam(lr: 1e-2); batch 8; epochs 3; validation 0.2; stop early(patience: 1) }
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aec-json-'));
  writeFileSync(join(folder, 'a.ae'), model);
  writeFileSync(join(folder, 'broken.ae'), model.replace('dense(3)', 'dence(3)'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = Readonly<Record<string, unknown>>;

function linesOf(args: readonly string[]): { readonly code: number | null; readonly lines: readonly Line[] } {
  const { code, out, err } = aec([...args, '--json'], folder);
  expect(err).toBe('');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  for (const line of lines) {
    expect(validate(line), `${JSON.stringify(line)}\n${JSON.stringify(validate.errors)}`).toBe(true);
  }
  return { code, lines };
}

const train = (...args: readonly string[]) => [
  'train',
  'a.ae',
  '--data',
  'identity:n=8,repeat=5',
  '--backend',
  'cpu',
  ...args,
];

test('a run, from its start to its end', () => {
  const { code, lines } = linesOf(train('--out', 'run'));
  expect(code).toBe(0);
  expect(lines.map(({ event }) => event)).toEqual(expect.arrayContaining(['start', 'phase', 'epoch', 'end']));
  expect(lines.at(-1)).toMatchObject({ event: 'end', run: 'run', verdict: { works: expect.any(Boolean) as boolean } });
  expect(linesOf(train('--out', 'run', '--resume', '--no-report')).lines.map(({ event }) => event)).toContain(
    'message',
  );
});

test.each([
  [
    'data that are not there',
    train('--data', 'x=none.npy', '--out', 'b'),
    { message: 'none.npy', found: 'no such file or folder' },
  ],
  ['a folder with a run', train('--out', 'run'), { message: 'run', expected: 'a folder without a run' }],
  ['a file that is not there', ['encode', 'none.ae'], { message: 'there is no file none.ae', expected: 'an .ae file' }],
])('%s', (_, args, error) => {
  const { code, lines } = linesOf(args);
  expect(code).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ event: 'error', ok: false, ...error });
});

test('a source with mistakes: its findings are in the line', () => {
  const { code, lines } = linesOf(['train', 'broken.ae', '--data', 'strokes']);
  expect(code).toBe(1);
  expect(lines).toMatchObject([{ event: 'error', diagnostics: [{ code: 'AE2002', severity: 'error' }] }]);
});

test('the schema tells other lines from these', () => {
  for (const other of [
    { event: 'start' },
    { version: 2, event: 'message', text: '' },
    { version: 1, event: 'end', run: 1 },
  ])
    expect(validate(other)).toBe(false);
});

test('a command line that is none ends with 2, a mistake in what it names with 1', () => {
  for (const args of [
    ['train'],
    ['train', 'a.ae', '--epochs', 'many'],
    ['train', 'a.ae', '--bogus'],
    ['trian', 'a.ae'],
    ['train', 'a.ae', '--backend', 'abacus'],
  ])
    expect(aec(args, folder).code, args.join(' ')).toBe(2);
  expect(aec(['check', 'broken.ae'], folder).code).toBe(1);
  expect(aec(['--version'], folder).code).toBe(0);
});

test('--quiet says where the weights are, and what is wrong', () => {
  const { code, out, err } = aec(train('--out', 'quiet', '--quiet'), folder);
  expect({ code, out }).toEqual({ code: 0, out: 'weights  quiet/weights.safetensors\n' });
  expect(err).not.toMatch(/epoch \d/);
});
