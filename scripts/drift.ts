/**
 * Trains a model on several backends and with the interpreter of test/interpreter, and prints how far the weights are apart, beside
 * controls that change nothing but rounding:
 *
 *   npx tsx scripts/drift.ts --backends cpu,wasm,node,graph
 *   npx tsx scripts/drift.ts model.ae --marks 1,10,100,300
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { compile } from '../src/compiler.js';
import { checkText } from '../test/support/emitted.js';
import { shown } from '../test/support/findings.js';
import type { Backend } from '../test/interpreter/compare/attempt.js';
import { driftOf, type Course } from '../test/interpreter/compare/drift.js';
import { absolute, filters } from '../test/interpreter/drifting.js';

interface Options {
  readonly backends: string;
  readonly marks: string;
  readonly runs: string;
  readonly rows: string;
  readonly seed: string;
}

const command = new Command('scripts/drift.ts')
  .argument('[files...]', 'models that draw nothing; two of our own unless given')
  .option('--backends <names>', 'some of cpu, wasm, node, graph; the last two need scripts/native.sh', 'cpu,wasm')
  .option('--marks <steps>', 'after how many steps weights are compared', '1,10,30,100')
  .option('--runs <n>', 'runs of each control', '5')
  .option('--rows <n>', 'examples of a batch', '15')
  .option('--seed <n>', 'the seed of the data', '1');

async function backendsOf(names: readonly string[]): Promise<readonly Backend[]> {
  const { cpu, wasm } = await import('../test/interpreter/compare/backends.js');
  const native =
    names.includes('node') || names.includes('graph')
      ? await import('../test/interpreter/compare/native.js')
      : undefined;
  const all: Readonly<Record<string, Backend | undefined>> = {
    cpu,
    wasm,
    node: native?.nodeOps,
    graph: native?.nodeGraph(1),
  };
  return names.map((name) => {
    const found = all[name];
    if (found === undefined) throw new Error(`no backend ${name}`);
    return found;
  });
}

const show = ({ name, departures }: Course): string =>
  `  ${name.padEnd(28)}${departures.map((d) => d.toExponential(1).padStart(10)).join('')}\n`;

const { backends, marks, runs, rows, seed } = command.parse().opts<Options>();
const on = await backendsOf(backends.split(','));
for (const text of command.args.length === 0
  ? [absolute, filters]
  : command.args.map((path) => readFileSync(path, 'utf8'))) {
  const checked = checkText(text);
  const [model] = checked.models;
  if (model === undefined) throw new Error(shown(checked));
  const drift = await driftOf(compile(model, checked), on, {
    marks: marks.split(',').map(Number),
    rows: Number(rows),
    seed: Number(seed),
    runs: Number(runs),
  });
  process.stdout.write(
    `${model.name}\n  ${'after steps'.padEnd(28)}${drift.marks.map((n) => String(n).padStart(10)).join('')}\n`,
  );
  for (const course of [...drift.backends, ...drift.rounded, ...drift.moved, ...drift.single])
    process.stdout.write(show(course));
}
