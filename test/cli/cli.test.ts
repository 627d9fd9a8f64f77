/** The command line from outside: what it prints, what it leaves, how it ends. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aec } from './run.js';
import { variational } from '../codegen/sources.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aec-cli-'));
  writeFileSync(join(folder, 'vae.ae'), variational);
  writeFileSync(
    join(folder, 'broken.ae'),
    'autoencoder A {\n  input x: [784] in [0, 1]\n  encoder { dense(64, rleu) }\n  decoder { dense(783, sigmoid) }\n  reconstruct x by bernoulli\n}\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commands = [
  'check',
  'build',
  'train',
  'reconstruct',
  'encode',
  'sample',
  'explain',
  'graph',
  'fmt',
  'init',
  'doctor',
];

test.each(commands)('%s --help shows an example', (command) => {
  const { code, out } = aec([command, '--help'], folder);
  expect(code).toBe(0);
  expect(out).toContain('Examples:');
  expect(out).toContain('--json');
});

describe('check', () => {
  test('says what is wrong, where and what to do, and exits with 1', () => {
    const { code, err } = aec(['check', 'broken.ae'], folder);
    expect(code).toBe(1);
    expect(err).toContain('AE2002');
    expect(err).toContain('broken.ae:3:');
    expect(err).toContain('relu');
  });

  test('prints JSON', () => {
    const { code, out } = aec(['check', 'vae.ae', '--json'], folder);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, files: [{ models: ['Vae'] }] });
  });
});

describe('a whole life', () => {
  test('trains, then encodes, reconstructs and samples with what training left', () => {
    const trained = aec(['train', 'vae.ae', '--data', 'strokes:count=200', '--backend', 'wasm'], folder);
    expect(trained.err).toContain('Vae on wasm');
    expect(trained.code).toBe(0);
    expect(trained.out).toMatch(/picture {2}runs\/Vae\/reconstructions\.png/);
    for (const file of [
      'weights.safetensors',
      'checkpoint.safetensors',
      'report.html',
      'reconstructions.png',
      'program.ts',
      'tfjs/encoder/model.json',
      'tfjs/decoder/model.json',
      'tfjs/whole/weights.bin',
    ]) {
      expect(existsSync(join(folder, 'runs/Vae', file)), file).toBe(true);
    }
    const codes = aec(['encode', 'vae.ae', '--data', 'strokes:count=5', '--out', '-'], folder);
    expect(codes.code).toBe(0);
    expect(codes.out.trim().split('\n')).toHaveLength(6);
    expect(codes.out).toMatch(/^z\.0,z\.1,z\.2,z\.3\n/);
    for (const [command, file] of [
      ['reconstruct', 'r.png'],
      ['sample', 's.png'],
    ] as const) {
      const done = aec(
        [command, 'vae.ae', ...(command === 'reconstruct' ? ['--data', 'strokes:count=5'] : []), '--out', file],
        folder,
      );
      expect(done.err).toBe('');
      expect(done.code).toBe(0);
      expect(readFileSync(join(folder, file)).subarray(1, 4).toString()).toBe('PNG');
    }
  });

  test('the same seed gives the same weights, bit for bit', () => {
    const weights = ['a', 'b'].map((out) => {
      expect(
        aec(
          ['train', 'vae.ae', '--data', 'strokes:count=100', '--backend', 'wasm', '--no-report', '--out', out],
          folder,
        ).code,
      ).toBe(0);
      return readFileSync(join(folder, out, 'weights.safetensors'));
    });
    expect(weights[0]!.equals(weights[1]!)).toBe(true);
    expect(
      aec(
        [
          'train',
          'vae.ae',
          '--data',
          'strokes:count=100',
          '--backend',
          'wasm',
          '--no-report',
          '--out',
          'c',
          '--seed',
          '9',
        ],
        folder,
      ).code,
    ).toBe(0);
    expect(weights[0]!.equals(readFileSync(join(folder, 'c', 'weights.safetensors')))).toBe(false);
  });
});

test.each([
  [['train', 'nowhere.ae', '--data', 'strokes'], 'there is no file nowhere.ae'],
  [['train', 'vae.ae', '--data', 'x=nowhere.npy', '--out', 'none'], 'nowhere.npy'],
  [['train', 'vae.ae', '--data', 'strokes', '--set', 'd=many'], 'd=many'],
  [['train', 'vae.ae', '--data', 'strokes', '--set', 'nothing=1'], 'nothing'],
  [['train', 'vae.ae', '--data', 'strokes', '--backend', 'node-gpu', '--out', 'none'], 'not installed'],
  [['encode', 'vae.ae', '--data', 'strokes:count=5', '--weights', 'none.safetensors'], 'none.safetensors'],
  [['encode', 'vae.ae', '--data', 'strokes:count=5', '--weights', 'vae.ae'], 'vae.ae'],
  [['build', 'vae.ae', '--target', 'toaster'], 'toaster'],
  [['build', 'vae.ae', '--target', 'browser', '--parts', '2'], 'found: --parts 2, --target browser'],
  [['build', 'vae.ae', '--target', 'node', '--parts', '0'], 'at least 1'],
  [['train', 'vae.ae', '--data', 'strokes', '--backend', 'cpu', '--parts', '2', '--out', 'none'], 'leave out --parts'],
  [['init', 'vae.ae'], 'there already'],
])('%j is refused with a reason and without a stack', (args, reason) => {
  const { code, err, out } = aec(args, folder);
  // A value that no flag can have is found before anything else is looked at.
  expect(code).toBe(args.includes('toaster') || args.includes('0') ? 2 : 1);
  expect(err + out).toContain(reason);
  expect(err + out).not.toMatch(/\n\s+at .*\(.*:\d+:\d+\)/);
});

test('a graph for the cores of a processor cuts its batches into parts, and leaves each op the threads that remain', () => {
  const text = readFileSync(join(folder, 'vae.ae'), 'utf8').replace(/batch \d+/, 'batch 128');
  expect(text).toContain('batch 128');
  writeFileSync(join(folder, 'wide.ae'), text);
  const script = (...args: readonly string[]): string => {
    expect(aec(['build', 'wide.ae', '--out', 'parts', ...args], folder).code).toBe(0);
    return readFileSync(join(folder, 'parts', 'train.js'), 'utf8');
  };
  expect(script('--target', 'node')).toContain('prepareTensorFlow({ parts: 4 })');
  expect(script('--target', 'node', '--parts', '7')).toContain('prepareTensorFlow({ parts: 7 })');
  expect(script('--target', 'node', '--exec', 'ops')).toContain('prepareTensorFlow()');
  expect(script('--target', 'node-gpu')).toContain('prepareTensorFlow()');
});

test('build prints every stage, and writes a project', () => {
  for (const stage of ['ast', 'model', 'graph', 'plan', 'ts']) {
    const { code, out } = aec(['build', 'vae.ae', '--emit', stage], folder);
    expect(code, stage).toBe(0);
    expect(out.length, stage).toBeGreaterThan(500);
  }
  expect(aec(['build', 'vae.ae', '--target', 'node-gpu', '--out', 'built'], folder).code).toBe(0);
  expect(readFileSync(join(folder, 'built/program.ts'), 'utf8')).toContain("from '@tensorflow/tfjs-node-gpu'");
});

test('a form that a target or a backend does not have is refused', () => {
  for (const args of [
    ['build', 'vae.ae', '--target', 'browser'],
    ['train', 'vae.ae', '--data', 'strokes:count=20', '--backend', 'wasm', '--out', 'none'],
  ]) {
    const { code, err } = aec([...args, '--exec', 'graph'], folder);
    expect(code).toBe(1);
    expect(err).toContain('graphs run on node and node-gpu');
  }
  expect(existsSync(join(folder, 'build/Vae-browser'))).toBe(false);
});

test('build writes a graph for node, its plan, and the program op by op where that is asked for', () => {
  const built = aec(['build', 'vae.ae', '--target', 'node', '--out', 'n', '--json'], folder);
  expect(JSON.parse(built.out)).toMatchObject({
    exec: 'graph',
    files: expect.arrayContaining(['graph/saved_model.pb', 'program.ts', 'train.ts', 'package.json']),
  });
  expect(aec(['build', 'vae.ae', '--target', 'node', '--emit', 'plan'], folder).out).toContain('for graph');
  expect(
    JSON.parse(aec(['build', 'vae.ae', '--target', 'node', '--exec', 'ops', '--out', 'o', '--json'], folder).out),
  ).toMatchObject({ exec: 'ops' });
  expect(readFileSync(join(folder, 'o/program.ts'), 'utf8')).toContain('export function trainStep');
});

test('build prints the model of a file with clauses that are not compiled yet, and says which', () => {
  writeFileSync(
    join(folder, 'phases.ae'),
    'autoencoder A {\n  input x: [784]\n  preprocess x with whiten\n  corrupt x with salt_and_pepper(0.1)\n  encoder { code: dense(64) }\n  decoder { dense }\n  reconstruct x by squared_error\n  train { phase first { freeze code } }\n}\n',
  );
  const { code, out, err } = aec(['build', 'phases.ae', '--emit', 'model'], folder);
  expect(code).toBe(0);
  expect(out).toContain('phase first');
  expect(err).toContain('AE5001');
  expect(aec(['build', 'phases.ae', '--emit', 'graph'], folder).code).toBe(1);
  expect(aec(['check', 'phases.ae'], folder).code).toBe(1);
});

test('explain says of every phase what it moves, minimises and costs', () => {
  writeFileSync(
    join(folder, 'parts.ae'),
    'autoencoder A {\n  input x: [8] in real\n  encoder { h: dense(4) }\n  decoder { out: dense(8) }\n  network judge(x) { dense(1) }\n  reconstruct x by squared_error\n' +
      '  train {\n    phase one { train h; minimize squared_error(decoder, x) + 0.1 * l2(h); epochs 2; batch 16 }\n' +
      '    phase two { player a { train judge; minimize cross_entropy(judge(x), 1) }; player b { train decoder; clip norm(1); rate out by 0.1; minimize cross_entropy(judge(decoder), 1) } }\n  }\n}\n',
  );
  const { code, out } = aec(['explain', 'parts.ae'], folder);
  expect(code).toBe(0);
  const text = out.slice(out.indexOf('phase one')).trimEnd();
  expect(
    text
      .trimEnd()
      .split('\n')
      .filter((line) => !line.includes('one step') && !line.startsWith('reconstruct')),
  ).toEqual([
    'phase one: 2 epochs, batch 16',
    '  adam(lr: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7) moves encoder.h',
    '    squared_error(decoder, x)',
    '    l2(h) = 0.1 · l2(h)',
    'phase two: 10 epochs, batch 128',
    '  player a: adam(lr: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7) moves judge.dense',
    '    cross_entropy(judge(x), 1)',
    '  player b: adam(lr: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7); clip norm(limit: 1); decoder.out at 0.1 times the rate moves decoder.out',
    '    cross_entropy(judge(decoder), 1)',
  ]);
});

test('explain gives the loss, the effective β and the cost of a step', () => {
  const { code, out } = aec(['explain', 'vae.ae', '--set', 'beta=4'], folder);
  expect(code).toBe(0);
  expect(out).toContain('effective β = 4');
  expect(out).toMatch(/one step .*flop/);
  expect(JSON.parse(aec(['explain', 'vae.ae', '--json'], folder).out)).toMatchObject({
    name: 'Vae',
    taxonomy: 'undercomplete',
    beta: { value: 1 },
  });
});

test('init, check and fmt agree', () => {
  for (const template of ['vanilla', 'denoising', 'conv', 'vae']) {
    expect(aec(['init', `${template}-new.ae`, '--template', template], folder).code).toBe(0);
    expect(aec(['fmt', '--check', `${template}-new.ae`], folder).out).toBe('');
    expect(aec(['check', `${template}-new.ae`], folder).out).toContain('no problems');
  }
  const before = readFileSync(join(folder, 'broken.ae'), 'utf8');
  writeFileSync(join(folder, 'torn.ae'), 'autoencoder A { encoder {');
  expect(aec(['fmt', 'torn.ae', 'broken.ae'], folder).code).toBe(1);
  expect(readFileSync(join(folder, 'torn.ae'), 'utf8')).toBe('autoencoder A { encoder {');
  expect(before.length).toBeGreaterThan(0);
});

test('doctor says what runs', () => {
  const { code, out } = aec(['doctor'], folder);
  expect(code).toBe(0);
  expect(out).toContain('WASM backend: runs');
  expect(out).toContain('@tensorflow/tfjs-node');
});
