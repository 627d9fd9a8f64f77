/**
 * The whole step as one TensorFlow graph, beside tfjs-node by hand and PyTorch. Needs tfjs-node, as
 * scripts/native.sh builds it or as installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { emitProgram } from '../src/codegen/emit.js';
import { targets } from '../src/codegen/targets.js';
import { graphFolder } from '../src/codegen/tensorflow/script.js';
import { check, compile } from '../src/compiler.js';
import { handwritten } from './hand/plain.js';
import { close, composedNames, names, open, source, type Opened } from './opened.js';
import { ratios, type Row } from './rows.js';
import { scaling } from './scaling.js';
import { dataset, forest } from './trees.js';

const built = fileURLToPath(new URL('../.native', import.meta.url));

export interface NativeOptions {
  readonly rounds: number;
  readonly steps: number;
  readonly asked: (name: string) => boolean;
  readonly progress: (text: string) => void;
}

/** What the user has set, before aec sets it for itself. */
const threads = process.env['TF_NUM_INTRAOP_THREADS'];

type Binding = Readonly<Record<string, unknown>>;

/** Calls of the native binding, and milliseconds inside of runs, while `work` runs. */
async function watched(
  work: () => Promise<void>,
): Promise<{ readonly runs: number; readonly others: number; readonly inside: number; readonly whole: number }> {
  const backend = tf.backend() as unknown as { binding: Binding };
  const { binding } = backend;
  const counts = { runs: 0, others: 0, inside: 0 };
  const counting =
    (name: string, call: (...args: readonly unknown[]) => unknown) =>
    (...args: readonly unknown[]): unknown => {
      const running = name === 'executeOp' || name === 'runSavedModel';
      const start = performance.now();
      const result = Reflect.apply(call, binding, args);
      if (running) counts.inside += performance.now() - start;
      counts[running ? 'runs' : 'others'] += 1;
      return result;
    };
  const wrapped = new Map<string, unknown>();
  // Its properties are neither listed nor writable, so a stand-in answers for them.
  backend.binding = new Proxy(
    {},
    {
      get: (_target, name: string) => {
        const value = binding[name];
        if (!wrapped.has(name))
          wrapped.set(
            name,
            typeof value === 'function' ? counting(name, value as (...args: readonly unknown[]) => unknown) : value,
          );
        return wrapped.get(name);
      },
    },
  );
  const start = performance.now();
  await work();
  const whole = performance.now() - start;
  backend.binding = binding;
  return { ...counts, whole };
}

/** Rows of the table; none, with a word on why, where the package is not there. */
export async function nativeRows({ rounds, steps, asked, progress }: NativeOptions): Promise<readonly Row[]> {
  const parts = ['graph', 'graph-torch', 'graph-jax', 'graph-composed', 'graph-calls', 'graph-memory', 'graph-scaling'];
  if (!parts.some(asked)) return [];
  if (!existsSync(join(built, 'ready'))) {
    progress('tfjs-node is not built: left out (scripts/native.sh builds it)');
    return [];
  }
  const home = process.cwd();
  process.chdir(built);
  try {
    return [
      ...(asked('graph') ? await againstHand(rounds, progress) : []),
      ...(asked('graph-torch') ? await againstPython(torch, rounds, progress) : []),
      ...(asked('graph-jax') ? await againstPython(jax, rounds, progress) : []),
      ...(asked('graph-composed') ? await composedRows(rounds, progress) : []),
      ...(asked('graph-calls') ? await calls(progress) : []),
      ...(asked('graph-memory') ? await memory(steps, progress) : []),
      ...(asked('graph-scaling') ? await scaling(rounds, progress) : []),
    ];
  } finally {
    process.chdir(home);
  }
}

async function againstHand(rounds: number, progress: (text: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const name of names) {
    progress(`${name}: one graph, against tfjs-node by hand`);
    const start = performance.now();
    const mine = await open(source(name));
    const first = await mine.run(1);
    const opening = performance.now() - start - first;
    rows.push(
      await against(mine, `${name}: one graph, against tfjs-node by hand`, '≥ 3', rounds, () =>
        child(process.execPath, ['--import', import.meta.resolve('tsx'), script('hand/native.ts'), name]),
      ),
    );
    const checked = check('bench.ae', source(name), () => undefined);
    const compiled = compile(checked.models[0]!, checked);
    const graph = emitProgram(compiled, targets.node).files.get(`${graphFolder}/saved_model.pb`)!;
    rows.push({
      what: `${name}: first step (beside: compiling and opening), ms`,
      ours: first,
      theirs: opening,
      ratio: opening / first,
      goal: 'stated',
    });
    rows.push({
      what: `${name}: graph file, KiB (beside: its weights)`,
      ours: graph.length / 1024,
      theirs: compiled.spec.weights.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0) / 1024,
      ratio: 1,
      goal: 'stated',
    });
  }
  return rows;
}

/** The interpreter of Python, if it can import a package. */
function pythonWith(what: string, progress: (text: string) => void): string | undefined {
  const python = process.env['PYTHON'] ?? 'python3';
  if (spawnSync(python, ['-c', `import ${what}`]).status === 0) return python;
  progress(`${what} is not importable: left out (set PYTHON to an interpreter that has it)`);
  return undefined;
}

/** The plain models beside a program of Python that prints its milliseconds a step. */
async function againstPython(
  { packages, what, program }: { readonly packages: string; readonly what: string; readonly program: string },
  rounds: number,
  progress: (text: string) => void,
): Promise<readonly Row[]> {
  const python = pythonWith(packages, progress);
  if (python === undefined) return [];
  const rows: Row[] = [];
  for (const name of names) {
    const title = `${name}: one graph, against ${what}`;
    progress(title);
    const goal = name === 'a' || name === 'd' ? '≥ 1' : '≥ 2';
    rows.push(
      await against(await open(source(name)), title, goal, rounds, () => child(python, [script(program), name])),
    );
  }
  return rows;
}

const torch = { packages: 'torch', what: 'PyTorch CPU eager', program: 'torch_models.py' } as const;
const jax = { packages: 'jax, optax', what: 'JAX, one jitted step', program: 'jax_models.py' } as const;

/** Two players, missing labels and trees, which others compute call by call and node by node. */
async function composedRows(rounds: number, progress: (text: string) => void): Promise<readonly Row[]> {
  const python = pythonWith('torch', progress);
  const trees = forest();
  const folder = mkdtempSync(join(tmpdir(), 'aec-bench-'));
  const file = join(folder, 'trees.json');
  writeFileSync(file, JSON.stringify(trees.trees));
  const rows: Row[] = [];
  for (const name of composedNames) {
    const data = name === 'tree' ? dataset(trees) : undefined;
    const what = name === 'tree' ? `tree (16 of the ${trees.source})` : name;
    progress(`${what}: one graph, against tfjs-node by hand`);
    rows.push(
      await against(
        await open(source(name), data),
        `${what}: one graph, against tfjs-node by hand`,
        name === 'tree' ? '≥ 20' : '≥ 3',
        rounds,
        () => child(process.execPath, ['--import', import.meta.resolve('tsx'), script('hand/native.ts'), name]),
      ),
    );
    if (python === undefined || name !== 'tree') continue;
    progress(`${what}: one graph, against PyTorch node by node`);
    rows.push(
      await against(
        await open(source(name), data),
        `${what}: one graph, against PyTorch node by node`,
        '≥ 5',
        rounds,
        () => child(python, [script('torch_models.py'), name, file]),
      ),
    );
  }
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

/** Rounds of ours around one of theirs, in a process of its own while ours rests; closes ours. */
async function against(mine: Opened, what: string, goal: string, rounds: number, theirs: () => number): Promise<Row> {
  await mine.run(30);
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await mine.run(60);
    const other = theirs();
    pairs.push([(before + (await mine.run(60))) / 2, other]);
  }
  close(mine);
  return ratios(what, goal, pairs);
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The number that a program prints; threads are as the user has them, not as this process does. */
function child(program: string, args: readonly string[]): number {
  const { TF_NUM_INTRAOP_THREADS: _ours, ...env } = process.env;
  return Number(
    execFileSync(program, args, {
      encoding: 'utf8',
      env: threads === undefined ? env : { ...env, TF_NUM_INTRAOP_THREADS: threads },
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
}

async function calls(progress: (text: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const name of names) {
    progress(`${name}: calls of TensorFlow`);
    const mine = await open(source(name));
    const other = handwritten[name]();
    for (let i = 0; i < 20; i++) {
      await mine.run(1);
      await other.step();
    }
    const single = await watched(async () => {
      for (let i = 0; i < 50; i++) await mine.run(1);
    });
    const many = await watched(async () => {
      for (let i = 0; i < 2; i++) await mine.run(25);
    });
    const theirs = await watched(async () => {
      for (let i = 0; i < 20; i++) await other.step();
    });
    const outside = ({ inside, whole }: typeof single): number => (100 * (whole - inside)) / whole;
    rows.push({
      what: `${name}: runs a step, step by step (beside: tfjs-node by hand)`,
      ours: single.runs / 50,
      theirs: theirs.runs / 20,
      ratio: theirs.runs / 20 / (single.runs / 50),
      goal: '= 1',
    });
    rows.push({
      what: `${name}: % of the time outside of runs, 25 steps a run (beside: step by step)`,
      ours: outside(many),
      theirs: outside(single),
      ratio: outside(single) / outside(many),
      goal: '< 5',
    });
    other.dispose();
    close(mine);
  }
  return rows;
}

async function memory(steps: number, progress: (text: string) => void): Promise<readonly Row[]> {
  progress(`memory over ${steps} steps of one graph`);
  const mine = await open(source('a'));
  await mine.run(2000);
  const state = (): { readonly tensors: number; readonly bytes: number } => ({
    tensors: tf.memory().numTensors,
    bytes: process.memoryUsage().rss,
  });
  const before = state();
  for (let done = 0; done < steps; done += 100) await mine.run(100);
  const after = state();
  close(mine);
  return [
    {
      what: `tensors after and before ${steps} steps of one graph`,
      ours: after.tensors,
      theirs: before.tensors,
      ratio: (before.tensors + 1) / (after.tensors + 1),
      goal: '= 1',
    },
    {
      what: `resident MiB after and before ${steps} steps of one graph`,
      ours: after.bytes / 2 ** 20,
      theirs: before.bytes / 2 ** 20,
      ratio: before.bytes / after.bytes,
      goal: 'about 1',
    },
  ];
}
