/** A sweep: a run for every point, whatever becomes of the others; what is finished is not trained again. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aec, main } from './run.js';

const model = (sweeps: string): string => `autoencoder Swept(z: int = 2, w: float = 0.1) {
  input x: [16] in [0, 1]
  encoder { code: dense(z, tanh) }
  decoder { dense(16, sigmoid) }
  reconstruct x by bernoulli
  penalty w * l2(code)
  ${sweeps}
  train { data identity(n: 16, repeat: 3); optimizer adam(lr: 3e-2); batch 8; epochs 2; validation 0.2; seed 3 }
}
`;

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'aec-sweep-'));
  writeFileSync(join(place, 'swept.ae'), model('sweep w in [0.1, 0.2]\n  sweep z in [1, 3]'));
  writeFileSync(join(place, 'plain.ae'), model(''));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** The titles of the rows of pictures of a page. */
const rowsOf = (page: string): readonly string[] =>
  [...page.matchAll(/<div class="caption">([^<]+)</g)].map(([, title]) => title!);
const train = (...args: readonly string[]) => aec(['train', ...args, '--backend', 'cpu', '--no-report'], place);
const json = (...path: readonly string[]) => JSON.parse(readFileSync(join(place, ...path), 'utf8')) as unknown;

test('a grid is a run for each point, the last axis running fastest, and a table of what they came to', () => {
  const { code, out } = train('swept.ae', '--jobs', '2');
  expect(code).toBe(0);
  const names = ['w=0.1,z=1', 'w=0.1,z=3', 'w=0.2,z=1', 'w=0.2,z=3'];
  const [header, ...rows] = out.split('\n');
  expect(header).toMatch(/^run +z +w +epochs +loss/);
  expect(rows.slice(0, 4).map((row) => row.split(/ +/).slice(0, 4))).toEqual(
    names.map((name) => [name, name.split('z=')[1], name.slice(2, 5), '2']),
  );
  expect(json('runs/Swept/sweep.json')).toMatchObject({
    sweep: [
      { parameter: 'w', values: ['0.1', '0.2'] },
      { parameter: 'z', values: ['1', '3'] },
    ],
    points: names.map((name) => ({ name, status: 'done' })),
  });
  const csv = readFileSync(join(place, 'runs/Swept/sweep.csv'), 'utf8').trim().split('\n');
  expect(csv.slice(1).map((line) => /^"([^"]*)"/.exec(line)![1])).toEqual(names);
  // All are finished: what is left is to draw them.
  expect(aec(['train', 'swept.ae', '--backend', 'cpu', '--resume'], place).code).toBe(0);
  expect(readFileSync(join(place, 'runs/Swept/sweep.svg'), 'utf8')).toContain('<svg');
  // The page has a row of pictures for each, beside what they are of.
  const page = readFileSync(join(place, 'runs/Swept/sweep.html'), 'utf8');
  expect(rowsOf(page)).toEqual([...names, 'truth']);
  // Each has the seed of the file, and comes to what it would come to by itself.
  expect(train('plain.ae', '--set', 'w=0.2', '--set', 'z=3', '--out', 'alone').code).toBe(0);
  const history = (run: string) => (json(run, 'run.json') as { readonly history: unknown }).history;
  expect(history('runs/Swept/w=0.2,z=3')).toEqual(history('alone'));
  // A run is a run: commands take it with its values.
  expect(aec(['compare', 'runs/Swept'], place).out.split('\n')).toHaveLength(6);
  expect(aec(['explain', 'runs/Swept/w=0.2,z=3'], place).out).toContain('0.2');
  // A sweep is none, and says how all of it goes on.
  expect(aec(['train', 'runs/Swept', '--resume'], place).err).toMatch(/go on with: aec train swept\.ae .*--resume$/m);
});

test('all autoencoders of a file are a run each, at every point of what they sweep, on one page', () => {
  const [swept, plain] = [model('sweep z in [1, 3]'), model('')];
  writeFileSync(join(place, 'both.ae'), `${swept.replaceAll('Swept', 'Wide')}\n${plain.replaceAll('Swept', 'Plain')}`);
  const each = ['both.ae', '--set', 'w=0.2'];
  expect(aec(['train', ...each, '--backend', 'cpu'], place).err).toContain('--all of aec train takes each');
  const all = aec(['train', ...each, '--backend', 'cpu', '--all', '--jobs', '2'], place);
  expect([all.code, all.err.includes('both: 3 autoencoders, into runs/both')]).toEqual([0, true]);
  const names = ['Wide,z=1', 'Wide,z=3', 'Plain'];
  expect(json('runs/both/sweep.json')).toMatchObject({
    model: 'both',
    points: names.map((name) => ({ name, status: 'done' })),
  });
  expect(rowsOf(readFileSync(join(place, 'runs/both/sweep.html'), 'utf8'))).toEqual([...names, 'truth']);
  // Each is what it is by itself.
  expect(train(...each, '--name', 'Plain', '--out', 'plain').code).toBe(0);
  const history = (run: string) => (json(run, 'run.json') as { readonly history: unknown }).history;
  expect(history('runs/both/Plain')).toEqual(history('plain'));
  expect(aec(['compare', 'runs/both'], place).out.split('\n')).toHaveLength(5);
  // A shell's `runs/both/*` names its files too.
  const within = readdirSync(join(place, 'runs/both')).map((name) => join('runs/both', name));
  expect(aec(['compare', ...within], place).out.split('\n')).toHaveLength(5);
  expect(train('runs/both/Plain', '--all').err).toContain('is of Plain alone');
});

test('a point that fails does not end the others; what is finished is not trained again', () => {
  const first = aec(['train', 'plain.ae', '--sweep', 'z=0,1', '--out', 'failing', '--backend', 'cpu'], place);
  expect(first.code).toBe(1);
  expect(first.err).toMatch(/failed: z=0: \S/);
  expect(first.out).toMatch(/^z=1 /m);
  expect(json('failing/sweep.json')).toMatchObject({ points: [{ status: 'failed' }, { status: 'done' }] });
  expect(readFileSync(join(place, 'failing/sweep.html'), 'utf8')).toMatch(/<h2>Failed<\/h2>.*<td>z=0<\/td><td>\S/);
  const written = (): number => statSync(join(place, 'failing/z=1/run.json')).mtimeMs;
  const before = written();
  expect(train('plain.ae', '--sweep', 'z=1', '--out', 'failing').err).toContain('a folder without runs');
  const again = train('plain.ae', '--sweep', 'z=1', '--out', 'failing', '--resume');
  expect([again.code, written()]).toEqual([0, before]);
  expect(again.err).toContain('1 of them finished');
  // More epochs are more of every point.
  const longer = train('plain.ae', '--sweep', 'z=1', '--out', 'failing', '--resume', '--epochs', '3');
  expect([longer.code, longer.out.split('\n')[1]!.split(/ +/)[1]]).toEqual([0, '3']);
});

test('what is swept is not set; one point of it is a run', () => {
  const { code, err } = train('swept.ae', '--set', 'z=3', '--out', 'refused');
  expect([code, existsSync(join(place, 'refused'))]).toEqual([1, false]);
  expect(err).toContain('--point z=3');
  expect(train('swept.ae', '--sweep', 'y=3').err).toContain('a parameter of the autoencoder: z, w');
  expect(train('swept.ae', '--point', 'z=3', '--point', 'w=0.2', '--out', 'one').code).toBe(0);
  expect(json('one/run.json')).toMatchObject({ parameters: { z: 3, w: 0.2 } });
});

test('an interrupt saves what was done, and the sweep goes on from there; every line holds to the schema', async () => {
  const args = ['train', 'plain.ae', '--sweep', 'z=1,2', '--epochs', '100000', '--out', 'long', '--backend', 'cpu'];
  const child = spawn(process.execPath, [main, ...args, '--no-report', '--json'], { cwd: place });
  let said = '';
  let stopped = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (!stopped && said.includes('"event":"epoch"')) stopped = child.kill('SIGINT');
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
  const schema = fileURLToPath(new URL('../../docs/train-json.schema.json', import.meta.url));
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
  const lines = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  for (const line of lines) expect(validate(line), JSON.stringify([line, validate.errors])).toBe(true);
  expect(lines.map(({ event }) => event).filter((event) => event !== 'point')).toEqual(['sweep', 'swept']);
  expect(json('long/sweep.json')).toMatchObject({ points: [{ status: 'interrupted' }, { status: 'waiting' }] });
  const { steps } = json('long/z=1/run.json') as { readonly steps: number };
  expect(steps).toBeGreaterThan(0);
  const epochs = String(Math.ceil(steps / 4) + 1);
  const on = train('plain.ae', '--sweep', 'z=1', '--epochs', epochs, '--out', 'long', '--resume');
  expect([on.code, (json('long/z=1/run.json') as { readonly status: string }).status]).toEqual([0, 'done']);
});
