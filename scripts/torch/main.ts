/**
 * Trains the README's model and every template of `aec init`, and the same models in PyTorch (float64, written by hand in
 * models.py), each with several seeds, and compares the held-out losses that they reach:
 *
 *   npm run torch -- --python python3 --seeds 4
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { templates } from '../../src/service/templates.js';
import { scaled } from '../../src/runtime/batches.js';
import { generateSet } from '../../src/runtime/synthetic/specification.js';
import { Progress } from '../progress.js';

interface Options {
  readonly python: string;
  readonly seeds: string;
  readonly count: string;
  readonly only?: readonly string[];
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const { python, seeds, count, only } = new Command('npm run torch --')
  .description('Compares what the templates reach with what the same models reach in PyTorch.')
  .option('--python <path>', 'a Python that has torch and numpy', 'python3')
  .option('--seeds <n>', 'runs of each', '4')
  .option('--count <n>', 'examples of the set strokes', '2000')
  .option('--only <models>', 'some of them, divided by commas: README,conv', (value: string) => value.split(','))
  .addHelpText(
    'after',
    '\nExample:\n  npm run build && npm run torch -- --python .venv/bin/python --seeds 4 --only conv,vae',
  )
  .parse()
  .opts<Options>();

/** The model in the README, which is the first thing that anybody trains. */
function readme(): string {
  const found = /```ae\n([\s\S]*?)```/.exec(readFileSync(here('../../README.md'), 'utf8'));
  if (found === null) throw new Error('the README shows no model');
  return found[1]!;
}

const models: Readonly<Record<string, { readonly text: string; readonly torch: string }>> = {
  README: { text: readme(), torch: 'vae' },
  ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [name, { text, torch: name }])),
};

if (!(Number(seeds) >= 2)) {
  process.stderr.write(
    `error: --seeds ${seeds}\n  expected: 2 or more, so that it can be told how much a seed changes\n`,
  );
  process.exit(1);
}

const unknown = (only ?? []).filter((name) => models[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`error: --only ${unknown.join(',')}\n  expected: some of ${Object.keys(models).join(', ')}\n`);
  process.exit(1);
}
const chosen = Object.entries(models).filter(([name]) => only?.includes(name) ?? true);

const folder = mkdtempSync(join(tmpdir(), 'aec-torch-'));

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stderr}${error?.message ?? ''}`);
  return stdout;
}

function trainedByAec(name: string, text: string, seed: number): number {
  writeFileSync(join(folder, `${name}.ae`), text);
  const out = `${name}-${seed}`;
  const set = ['--data', `strokes:count=${count}`, '--seed', String(seed), '--out', out, '--no-report'];
  run(process.execPath, [here('../../dist/cli/main.js'), 'train', `${name}.ae`, ...set]);
  const record = JSON.parse(readFileSync(join(folder, out, 'run.json'), 'utf8')) as {
    readonly history: readonly { readonly loss: number }[];
  };
  return record.history.at(-1)!.loss;
}

const trainedByTorch = (name: string): readonly number[] =>
  run(python, [here('models.py'), name, join(folder, 'data.f32'), seeds])
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly loss: number }).loss);

interface Reached {
  readonly mean: number;
  /** Of the mean. */
  readonly error: number;
}

function reached(losses: readonly number[]): Reached {
  const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / Math.max(1, losses.length - 1);
  return { mean, error: Math.sqrt(variance / losses.length) };
}

try {
  const set = generateSet(`strokes:count=${count}`);
  if (!set.ok) throw new Error('strokes cannot be made');
  const { data, scale } = Object.values(set.value.columns)[0]!;
  writeFileSync(join(folder, 'data.f32'), scaled(data, scale));
  const runs = Number(seeds);
  const progress = new Progress(chosen.length * (runs + 1));
  const torch = new Map<string, Reached>();
  let [same, done] = [true, 0];
  for (const [name, model] of chosen) {
    const ours = reached(
      Array.from({ length: runs }, (_, i) => {
        const loss = trainedByAec(name, model.text, i + 1);
        progress.show(++done, `${name} in aec`);
        return loss;
      }),
    );
    const theirs = torch.get(model.torch) ?? reached(trainedByTorch(model.torch));
    torch.set(model.torch, theirs);
    progress.show(++done, `${name} in PyTorch`);
    // Four standard errors, and the half percent that other orders and held-out examples of so few are worth.
    const allowed = 4 * Math.hypot(ours.error, theirs.error) + 0.005 * theirs.mean;
    const alike = Math.abs(ours.mean - theirs.mean) <= allowed;
    same &&= alike;
    const show = ({ mean, error }: Reached): string => `${mean.toFixed(2)} ± ${error.toFixed(2)}`;
    process.stdout.write(
      `${name.padEnd(10)} aec ${show(ours)}   PyTorch ${show(theirs)}   ${alike ? 'the same' : `differs by more than ${allowed.toFixed(2)}`}\n`,
    );
  }
  progress.end();
  process.stdout.write(same ? 'all reach the same\n' : 'NOT all reach the same\n');
  process.exitCode = same ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
