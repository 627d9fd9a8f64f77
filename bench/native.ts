/**
 * The whole step as one TensorFlow graph, beside tfjs-node by hand and PyTorch. Needs tfjs-node, as
 * scripts/native.sh builds it or as installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { emitProgram } from '../src/codegen/emit.js';
import { targets } from '../src/codegen/targets.js';
import { loadProgram } from '../src/cli/load.js';
import { check, compile, type Compiled } from '../src/compiler.js';
import { randomAt, type Dataset, type ResidentProgram, type Trainer } from '../src/runtime/index.js';
import { handwritten } from './handwritten.js';
import { median, type Row } from './rows.js';

const folder = fileURLToPath(new URL('models', import.meta.url));
const built = fileURLToPath(new URL('../.native', import.meta.url));

export interface NativeOptions {
  readonly rounds: number;
  readonly steps: number;
  readonly asked: (name: string) => boolean;
  readonly progress: (text: string) => void;
}

interface Opened {
  readonly trainer: Trainer;
  readonly program: ResidentProgram;
  readonly batch: number;
  /** Some steps in one call; milliseconds a step. */
  readonly run: (steps: number) => Promise<number>;
}

const names = ['a', 'b', 'c', 'd'] as const;
type Name = (typeof names)[number];

/** What the user has set, before aec sets it for itself. */
const threads = process.env['TF_NUM_INTRAOP_THREADS'];

const source = (name: Name): string => readFileSync(join(folder, `${name}.ae`), 'utf8');

/** A trainer on eight batches of noise. */
async function open(text: string): Promise<Opened> {
  const checked = check('bench.ae', text, () => undefined);
  const model = checked.models[0];
  if (model === undefined) throw new Error(checked.diagnostics.map((d) => d.title).join('; '));
  const { program } = await loadProgram(model, checked, 'node', { form: 'graph' });
  if (!('trainer' in program)) throw new Error('the program is no graph');
  const phase = program.spec.phases[0]!;
  const batch = phase.batch === 'full' ? 128 : phase.batch;
  const variable = program.spec.variables[0]!;
  const size = 8 * batch;
  const data: Dataset = {
    size,
    columns: { [variable.name]: { shape: variable.shape, scale: 1, source: 'noise', data: Float32Array.from({ length: size * variable.shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 0.618034) % 1) } },
  };
  const slots = Object.fromEntries(phase.slots.map((slot) => [slot.name, tf.fill([...slot.shape], slot.initial)]));
  const trainer = program.trainer(phase, { weights: program.initialize(randomAt(1, 0), {}), slots }, data);
  let done = 0;
  const rows = (step: number): Int32Array => Int32Array.from({ length: batch }, (_, i) => (step % 8) * batch + i);
  return {
    trainer, program, batch,
    run: async (steps) => {
      const batches = Array.from({ length: steps }, (_, i) => rows(done + i));
      const start = performance.now();
      const { terms } = await trainer.steps(batches, { step: done, stepsPerEpoch: 8, totalSteps: done });
      done += terms.length;
      return (performance.now() - start) / steps;
    },
  };
}

function close({ trainer, program }: Opened): void {
  trainer.dispose();
  program.close();
}

type Binding = Readonly<Record<string, unknown>>;

/** Calls of the native binding, and milliseconds inside of runs, while `work` runs. */
async function watched(work: () => Promise<void>): Promise<{ readonly runs: number; readonly others: number; readonly inside: number; readonly whole: number }> {
  const backend = tf.backend() as unknown as { binding: Binding };
  const { binding } = backend;
  const counts = { runs: 0, others: 0, inside: 0 };
  const counting = (name: string, call: (...args: readonly unknown[]) => unknown) => (...args: readonly unknown[]): unknown => {
    const running = name === 'executeOp' || name === 'runSavedModel';
    const start = performance.now();
    const result = Reflect.apply(call, binding, args);
    if (running) counts.inside += performance.now() - start;
    counts[running ? 'runs' : 'others'] += 1;
    return result;
  };
  const wrapped = new Map<string, unknown>();
  // Its properties are neither listed nor writable, so a stand-in answers for them.
  backend.binding = new Proxy({}, {
    get: (_target, name: string) => {
      const value = binding[name];
      if (!wrapped.has(name)) wrapped.set(name, typeof value === 'function' ? counting(name, value as (...args: readonly unknown[]) => unknown) : value);
      return wrapped.get(name);
    },
  });
  const start = performance.now();
  await work();
  const whole = performance.now() - start;
  backend.binding = binding;
  return { ...counts, whole };
}

/** Rows of the table; none, with a word on why, where the package is not there. */
export async function nativeRows({ rounds, steps, asked, progress }: NativeOptions): Promise<readonly Row[]> {
  const parts = ['graph', 'graph-torch', 'graph-calls', 'graph-memory', 'graph-scaling'];
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
      ...(asked('graph-torch') ? await againstTorch(rounds, progress) : []),
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
    rows.push(await against(mine, `${name}: one graph, against tfjs-node by hand`, '≥ 3', rounds, () => child(process.execPath, ['--import', import.meta.resolve('tsx'), script('native-hand.ts'), name])));
    const checked = check('bench.ae', source(name), () => undefined);
    const { spec, graph } = await fileOf(compile(checked.models[0]!, checked));
    rows.push({ what: `${name}: first step (beside: compiling and opening), ms`, ours: first, theirs: opening, ratio: opening / first, goal: 'stated' });
    rows.push({ what: `${name}: graph file, KiB (beside: its weights)`, ours: graph / 1024, theirs: spec.weights.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0) / 1024, ratio: 1, goal: 'stated' });
  }
  return rows;
}

async function fileOf(compiled: Compiled): Promise<{ readonly spec: Compiled['spec']; readonly graph: number }> {
  const { files } = await emitProgram(compiled, targets.node);
  return { spec: compiled.spec, graph: files.get('graph/saved_model.pb')?.length ?? 0 };
}

async function againstTorch(rounds: number, progress: (text: string) => void): Promise<readonly Row[]> {
  const python = process.env['PYTHON'] ?? 'python3';
  if (spawnSync(python, ['-c', 'import torch']).status !== 0) {
    progress('PyTorch is not importable: left out (set PYTHON to an interpreter that has it)');
    return [];
  }
  const rows: Row[] = [];
  for (const name of names) {
    progress(`${name}: one graph, against PyTorch`);
    rows.push(await against(await open(source(name)), `${name}: one graph, against PyTorch CPU eager`, name === 'a' || name === 'd' ? '≥ 1' : '≥ 2', rounds, () => child(python, [script('torch_models.py'), name])));
  }
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
  return { what, ours: median(pairs.map(([a]) => a)), theirs: median(pairs.map(([, b]) => b)), ratio: median(pairs.map(([a, b]) => b / a)), goal };
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The number that a program prints; threads are as the user has them, not as this process does. */
function child(program: string, args: readonly string[]): number {
  const { TF_NUM_INTRAOP_THREADS: _ours, ...env } = process.env;
  return Number(execFileSync(program, args, { encoding: 'utf8', env: threads === undefined ? env : { ...env, TF_NUM_INTRAOP_THREADS: threads }, stdio: ['ignore', 'pipe', 'ignore'] }));
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
    const single = await watched(async () => { for (let i = 0; i < 50; i++) await mine.run(1); });
    const many = await watched(async () => { for (let i = 0; i < 2; i++) await mine.run(25); });
    const theirs = await watched(async () => { for (let i = 0; i < 20; i++) await other.step(); });
    const outside = ({ inside, whole }: typeof single): number => (100 * (whole - inside)) / whole;
    rows.push({ what: `${name}: runs a step, step by step (beside: tfjs-node by hand)`, ours: single.runs / 50, theirs: theirs.runs / 20, ratio: theirs.runs / 20 / (single.runs / 50), goal: '= 1' });
    rows.push({ what: `${name}: % of the time outside of runs, 25 steps a run (beside: step by step)`, ours: outside(many), theirs: outside(single), ratio: outside(single) / outside(many), goal: '< 5' });
    other.dispose();
    close(mine);
  }
  return rows;
}

async function memory(steps: number, progress: (text: string) => void): Promise<readonly Row[]> {
  progress(`memory over ${steps} steps of one graph`);
  const mine = await open(source('a'));
  await mine.run(2000);
  const state = (): { readonly tensors: number; readonly bytes: number } => ({ tensors: tf.memory().numTensors, bytes: process.memoryUsage().rss });
  const before = state();
  for (let done = 0; done < steps; done += 100) await mine.run(100);
  const after = state();
  close(mine);
  return [
    { what: `tensors after and before ${steps} steps of one graph`, ours: after.tensors, theirs: before.tensors, ratio: (before.tensors + 1) / (after.tensors + 1), goal: '= 1' },
    { what: `resident MiB after and before ${steps} steps of one graph`, ours: after.bytes / 2 ** 20, theirs: before.bytes / 2 ** 20, ratio: before.bytes / after.bytes, goal: 'about 1' },
  ];
}

/** Time against size, as a line: what a size costs, beside what every step costs, and how straight it is. */
async function scaling(rounds: number, progress: (text: string) => void): Promise<readonly Row[]> {
  const model = (hidden: number, batch: number): string => source('a').replace(/batch \d+/, `batch ${batch}`).replaceAll(/\b128\b(?=, relu)/g, String(hidden)).replaceAll(/dense\(64/g, `dense(${hidden / 2}`);
  const series = [
    { what: 'batch', sizes: [256, 512, 1024, 2048], make: (n: number) => model(128, n), of: (n: number) => n },
    { what: 'parameters', sizes: [512, 1024, 2048, 4096], make: (n: number) => model(n, 128), of: (n: number) => 2 * 784 * n + n * n },
  ] as const;
  const rows: Row[] = [];
  const points: Point[] = [];
  for (const { what, sizes, make, of } of series) {
    progress(`step time by ${what}: ${sizes.join(', ')}`);
    const all: { readonly size: number; readonly opened: Opened; readonly times: number[] }[] = [];
    for (const size of sizes) {
      const opened = await open(make(size));
      await opened.run(10);
      all.push({ size, opened, times: [] });
    }
    // Round by round, so that a machine that slows down slows every size.
    for (let round = 0; round < rounds; round++) for (const { opened, times } of all) times.push(await opened.run(10));
    all.forEach(({ opened }) => close(opened));
    const measured = all.map(({ size, times }) => ({ size: of(size), ms: median(times) }));
    const { slope, straight } = line(measured.map(({ size, ms }) => [size, ms]));
    const each = 10 ** Math.floor(Math.log10(measured.at(-1)!.size));
    points.push(...measured.map((point) => ({ ...point, series: `${what}: ${(slope * each).toPrecision(3)} ms for each ${each.toLocaleString('en')}, R² ${straight.toFixed(4)}` })));
    rows.push({ what: `step time by ${what}: 1000 × R² of a line (beside: ms at the largest)`, ours: 1000 * straight, theirs: measured.at(-1)!.ms, ratio: measured.at(-1)!.ms / measured[0]!.ms, goal: 'about 1000' });
  }
  const figure = fileURLToPath(new URL('../docs/scaling.svg', import.meta.url));
  writeFileSync(figure, await draw(points));
  progress(`figure: ${figure}`);
  return rows;
}

interface Point {
  readonly series: string;
  readonly size: number;
  readonly ms: number;
}

/** Least squares: the slope, and the share of the variance that the line explains. */
function line(points: readonly (readonly [number, number])[]): { readonly slope: number; readonly straight: number } {
  const mean = (of: (p: readonly [number, number]) => number): number => points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [x, y] = [mean(([a]) => a), mean(([, b]) => b)];
  const [xx, xy, yy] = [mean(([a]) => (a - x) ** 2), mean(([a, b]) => (a - x) * (b - y)), mean(([, b]) => (b - y) ** 2)];
  return { slope: xy / xx, straight: xy ** 2 / (xx * yy) };
}

async function draw(points: readonly Point[]): Promise<string> {
  const [{ compile: toVega }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const spec = toVega({
    background: 'white',
    data: { values: points.map((p) => ({ ...p })) },
    facet: { field: 'series', title: null },
    spec: {
      width: 260, height: 200, mark: { type: 'line', point: true },
      encoding: { x: { field: 'size', type: 'quantitative', title: 'size', axis: { tickCount: 4 } }, y: { field: 'ms', type: 'quantitative', title: 'milliseconds a step' } },
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
  }).spec;
  return new vega.View(vega.parse(spec), { renderer: 'none' }).toSVG();
}
