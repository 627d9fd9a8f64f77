/**
 * `npm run bench`: ratios measured side by side in one run, interleaved round by round, so that a
 * machine that slows down slows both. `--rounds N` (default 7), `--json`, `--only a,b`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { compiled, trained } from './compiled.js';
import { handwritten, type Contestant } from './hand/plain.js';
import { startBackends } from './backends.js';
import { nativeRows } from './native.js';
import { median, ratios, type Row } from './rows.js';
import { check } from '../src/compiler.js';
import { longFiles } from '../test/support/long-files.js';
import { editor, started } from './editor.js';
import { edits } from './edits.js';
import { report } from './report.js';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    steps: { type: 'string', default: '10000' },
    'graph-steps': { type: 'string', default: '200000' },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) {
  process.stdout.write(
    'npm run bench -- [--rounds 7] [--steps 10000] [--graph-steps 200000]\n  [--only a,b,c,d,threads,tape,torch,memory,check,edit,report,scaling,graph,graph-torch,graph-jax,graph-composed,graph-calls,graph-memory,graph-scaling] [--json]\n',
  );
  process.exit(0);
}
const rounds = Number(flags.rounds);
const wanted = flags.only?.split(',');
const asked = (name: string): boolean => wanted === undefined || wanted.includes(name);

type Backend = 'wasm' | 'cpu';
const rows: Row[] = [];
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

async function timed(contestant: Contestant, steps: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < steps; i++) await contestant.step();
  return (performance.now() - start) / steps;
}

/** Interleaved rounds: the median of the ratios, and of each side's milliseconds a step. */
async function duel(
  what: string,
  goal: string,
  ours: readonly [() => Promise<Contestant>, Backend, number],
  theirs: readonly [() => Promise<Contestant>, Backend, number],
): Promise<void> {
  progress(what);
  await tf.setBackend(ours[1]);
  const mine = await ours[0]();
  await timed(mine, 2);
  await tf.setBackend(theirs[1]);
  const other = await theirs[0]();
  await timed(other, 1);
  const times: (readonly [number, number])[] = [];
  for (let round = 0; round < rounds; round++) {
    await tf.setBackend(ours[1]);
    const a = await timed(mine, ours[2]);
    await tf.setBackend(theirs[1]);
    times.push([a, await timed(other, theirs[2])]);
  }
  mine.dispose();
  other.dispose();
  rows.push(ratios(what, goal, times));
}

await startBackends();
const hand = (name: 'a' | 'b' | 'c' | 'd') => async (): Promise<Contestant> => handwritten[name]();
for (const name of ['a', 'd'] as const) {
  if (asked(name))
    await duel(
      `${name}: wasm, against tfjs by hand on wasm`,
      '≥ 3',
      [() => compiled(name, 'wasm'), 'wasm', 20],
      [hand(name), 'wasm', 10],
    );
}
for (const name of ['b', 'c'] as const) {
  if (asked(name))
    await duel(
      `${name}: wasm, against tfjs by hand on cpu (it cannot train on wasm)`,
      '≥ 25',
      [() => compiled(name, 'wasm'), 'wasm', 10],
      [hand(name), 'cpu', 1],
    );
}
if (asked('tape'))
  await duel(
    'a: own derivative on cpu, against the tape on cpu',
    '≥ 1',
    [() => compiled('a', 'cpu'), 'cpu', 2],
    [hand('a'), 'cpu', 2],
  );

if (asked('threads'))
  for (const name of ['a', 'b', 'c', 'd'] as const)
    await duel(
      `${name}: wasm in two threads, against one`,
      '≥ 1.6',
      [() => trained(name, { threads: 2 }), 'wasm', 20],
      [() => trained(name, {}), 'wasm', 20],
    );

if (asked('torch')) {
  const python = process.env['PYTHON'] ?? 'python3';
  const probe = spawnSync(python, ['-c', 'import torch']);
  if (probe.status === 0) {
    for (const name of ['a', 'b', 'c', 'd'] as const) {
      progress(`${name}: against PyTorch`);
      await tf.setBackend('wasm');
      const mine = await compiled(name, 'wasm');
      await timed(mine, 3);
      const ours = median(await Promise.all([await timed(mine, 20), await timed(mine, 20), await timed(mine, 20)]));
      mine.dispose();
      const theirs = Number(
        execFileSync(python, [fileURLToPath(new URL('torch_models.py', import.meta.url)), name], { encoding: 'utf8' }),
      );
      rows.push({
        what: `${name}: wasm, against PyTorch CPU eager`,
        ours,
        theirs,
        ratio: theirs / ours,
        goal: 'for comparison',
      });
    }
  } else progress('PyTorch is not importable: left out (set PYTHON to an interpreter that has it)');
}

if (asked('memory')) {
  const steps = Number(flags.steps);
  progress(`memory over ${steps} steps`);
  await tf.setBackend('wasm');
  const mine = await compiled('a', 'wasm');
  await timed(mine, 100);
  const before = { tensors: tf.memory().numTensors, bytes: process.memoryUsage().rss };
  await timed(mine, steps);
  const after = { tensors: tf.memory().numTensors, bytes: process.memoryUsage().rss };
  mine.dispose();
  rows.push({
    what: `tensors after and before ${steps} steps`,
    ours: after.tensors,
    theirs: before.tensors,
    ratio: before.tensors / after.tensors,
    goal: '= 1',
  });
  rows.push({
    what: `resident MiB after and before ${steps} steps`,
    ours: after.bytes / 2 ** 20,
    theirs: before.bytes / 2 ** 20,
    ratio: before.bytes / after.bytes,
    goal: 'about 1',
  });
}

if (asked('check')) {
  const folder = mkdtempSync(join(tmpdir(), 'aec-bench-'));
  const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const body = (lines: number): string => {
    const blocks = Array.from(
      { length: Math.floor(lines / 5) - 2 },
      (_, i) => `/// Block ${i}.\nblock B${i}(n: int = ${8 + (i % 8)}) {\n  dense(n, relu)\n  dense(2 * n)\n}`,
    );
    return `${blocks.join('\n')}\nautoencoder M {\n  input x: [784] in [0, 1]\n  encoder { ${blocks.length > 0 ? 'B0; ' : ''}code: dense(8, relu) }\n  decoder { dense(784, sigmoid) }\n  reconstruct x by bernoulli\n}\n`;
  };
  for (const [lines, goal] of [
    [100, 200],
    [10_000, 1000],
  ] as const) {
    progress(`aec check on ${lines} lines`);
    const file = join(folder, `m${lines}.ae`);
    writeFileSync(file, body(lines));
    const times = Array.from({ length: rounds }, () => {
      const start = performance.now();
      execFileSync(process.execPath, [main, 'check', file], { stdio: 'ignore' });
      return performance.now() - start;
    });
    const bare = Array.from({ length: rounds }, () => {
      const start = performance.now();
      execFileSync(process.execPath, ['-e', '0']);
      return performance.now() - start;
    });
    rows.push({
      what: `aec check, ${lines} lines, whole process (beside: node -e 0)`,
      ours: median(times),
      theirs: median(bare),
      ratio: median(bare) / median(times),
      goal: `ours < ${goal} ms`,
    });
  }
  rmSync(folder, { recursive: true, force: true });
}

if (asked('edit')) {
  progress('check after one edited item of 500 lines');
  rows.push(...edits(200));
  rows.push(...editor(200), await started(7));
}

if (asked('report')) {
  progress('a report of 50 figures');
  rows.push(...(await report(rounds)));
}

if (asked('scaling')) {
  // Twice the lines: 2 is linear, 4 quadratic. CPU time of this process, the shorter file beside the longer one.
  const [short, long] = [longFiles(5_000), longFiles(10_000)];
  const cpu = (text: string): number => {
    const before = process.cpuUsage();
    check('long.ae', text, () => undefined);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  for (const name of Object.keys(long)) {
    progress(`check on 10,000 lines: ${name}`);
    const pairs = Array.from({ length: rounds }, () => [cpu(long[name]!), cpu(short[name]!)] as const);
    rows.push(ratios(`check, ${name}: 10,000 lines and 5,000`, 'ratio about 0.5, ours < 1000 ms', pairs));
  }
}

rows.push(...(await nativeRows({ rounds, steps: Number(flags['graph-steps']), asked, progress })));

if (flags.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else {
  const width = Math.max(...rows.map((r) => r.what.length));
  process.stdout.write(
    `\n${'what'.padEnd(width)}  ${'aec'.padStart(9)}  ${'other'.padStart(9)}  ${'ratio'.padStart(7)}  goal\n`,
  );
  for (const r of rows)
    process.stdout.write(
      `${r.what.padEnd(width)}  ${r.ours.toFixed(1).padStart(9)}  ${r.theirs.toFixed(1).padStart(9)}  ${r.ratio.toFixed(2).padStart(7)}  ${r.goal}\n`,
    );
  process.stdout.write('\nmilliseconds a step unless said; ratio = other / aec, the median of interleaved rounds\n');
}
