/**
 * Writes random models, compiles each, and compares what the program computes with the interpreter of
 * test/interpreter:
 *
 *   npm run models -- --count 5000 --seed 1
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { campaign, least, showFailure, type Tally } from '../test/interpreter/campaign.js';
import type { Backend } from '../test/interpreter/compare/attempt.js';
import { generate } from '../test/interpreter/generate/models.js';
import { Progress } from './progress.js';

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly backends: readonly string[];
  readonly print?: boolean;
  readonly failures: number;
}

const known = ['cpu', 'wasm', 'node', 'graph'] as const;

function whole(value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 0) throw new InvalidArgumentError('expected a whole number');
  return n;
}

function names(value: string): readonly string[] {
  const list = value.split(',');
  const unknown = list.find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`expected some of ${known.join(', ')}, found ${unknown}`);
  return list;
}

const command = new Command('npm run models --')
  .description(
    'Compares programs of random models with the interpreter, and prints the least text of each that differs.',
  )
  .option('--count <n>', 'how many models', whole, 1000)
  .option('--seed <n>', 'the seed of the first; each further model has the next', whole, 1)
  .addOption(
    new Option(
      '--backends <names>',
      `some of ${known.join(', ')}, divided by commas; node and graph need scripts/native.sh`,
    )
      .argParser(names)
      .default(['cpu'], 'cpu'),
  )
  .option('--failures <n>', 'stop after so many', whole, 5)
  .option('--print', 'print the texts instead of trying them')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run models -- --count 5000 --seed 1\n  npm run models -- --count 1 --seed 35 --print\n  npm run models -- --count 50 --backends cpu,wasm,graph',
  );

async function backendsOf(wanted: readonly string[]): Promise<readonly Backend[]> {
  const { cpu, wasm } = await import('../test/interpreter/compare/backends.js');
  if (!wanted.includes('node') && !wanted.includes('graph')) return wanted.map((name) => (name === 'cpu' ? cpu : wasm));
  const { nodeGraph, nodeOps } = await import('../test/interpreter/compare/native.js');
  // Random numbers are recorded on the first, which a graph cannot be: it draws them itself.
  const order = [...wanted.filter((name) => name !== 'graph'), ...wanted.filter((name) => name === 'graph')];
  const all = { cpu, wasm, node: nodeOps, graph: nodeGraph(2) };
  return (order[0] === 'graph' ? ['cpu', 'graph'] : order).map((name) => all[name as keyof typeof all]);
}

class Enough extends Error {}

async function main(): Promise<void> {
  const { count, seed, backends, print, failures } = command.parse().opts<Options>();
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  if (print === true) {
    for (const each of seeds) process.stdout.write(`${generate(each).text}\n`);
    return;
  }
  const on = await backendsOf(backends);
  for (const backend of on) await backend.start();
  const progress = new Progress(count);
  let last: Tally | undefined;
  try {
    await campaign(seeds, on, (tally, failure) => {
      last = tally;
      if (failure !== undefined) {
        progress.end();
        process.stdout.write(`${showFailure(failure)}\n`);
      }
      if (tally.failures.length >= failures) throw new Enough();
      progress.show(tally.tried, `${tally.agreed} agree, ${tally.failures.length} fail`);
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  progress.end();
  if (last === undefined) return;
  for (const failure of last.failures) {
    const smaller = await least(failure, on);
    process.stdout.write(`${showFailure(smaller)}\n`);
  }
  process.stdout.write(
    `${last.tried} models on ${on.map((b) => b.name).join(', ')}: ${last.agreed} agree in ${last.compared} quantities (${last.blunt} near a tie or beyond float32), ${last.failures.length} fail\n`,
  );
  if (last.failures.length > 0) process.exitCode = 1;
}

await main();
