/**
 * Trains the examples and prints one row for each:
 *
 *   npm run examples                              on procedural data
 *   npm run examples -- --data ../shared/data     on MNIST, where an example takes digits
 *   npm run examples -- --record --backend node   those without a result in results.json, for the table in README.md
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { backendOption } from '../src/cli/flags.js';
import { checkFile } from '../src/cli/io.js';
import { Refusal, refuse } from '../src/cli/refusal.js';
import { loadProgram, type BackendChoice } from '../src/cli/load.js';
import { parameterCount } from '../src/ir/model/model.js';
import {
  release,
  renderDataError,
  renderNumericalFailure,
  lossOf,
  phaseOf,
  train,
  type EpochRecord,
  type ProgramSpec,
} from '../src/runtime/index.js';
import { loadData } from '../src/runtime/node/index.js';
import { examples, type Example } from './list.js';
import { measure } from './measure.js';
import { mnistFolder } from './mnist.js';
import { readResults, record, resultOf } from './results.js';
import { writeTable } from './table.js';

interface Options {
  readonly data?: string;
  readonly only?: string;
  readonly epochs?: number;
  readonly json?: boolean;
  readonly backend: BackendChoice;
  readonly record?: boolean;
}

interface Row {
  readonly example: string;
  readonly data: string;
  readonly parameters: number;
  /** Of the last phase's first epoch and last one, on the held-out examples where there are some. */
  readonly firstLoss: number;
  readonly lastLoss: number;
  /** An element of the first array, on examples held out. */
  readonly meanSquaredError?: number;
  /** Of PCA with as many components as the code has numbers. */
  readonly pca?: number;
  readonly seconds: number;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

function positive(value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return n;
}

const command = new Command('npm run examples --')
  .description('Trains the examples and prints their losses beside the error of PCA with a code of the same size.')
  .option('--data <folder>', 'a folder with MNIST (IDX files), or with a folder mnist; procedural data without it')
  .option('--only <name>', 'the examples whose path contains this: vanilla, lecture3, denoise')
  .option('--epochs <n>', 'train so many epochs instead of those in the file', positive)
  .addOption(backendOption())
  .option('--record', 'write results of those that have none into results.json, and the table of README.md')
  .option('--json', 'print JSON for machines')
  .addHelpText(
    'after',
    `\nExamples:\n  npm run examples -- --only lecture1\n  npm run examples -- --data ../shared/data --only vanilla`,
  );

/** A line that is written over on a terminal, and one line an example elsewhere. */
function progress(text: string, done: boolean): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done ? '' : text}`);
  else if (done) process.stderr.write(`${text}\n`);
}

async function runExample(example: Example, mnist: string | undefined, options: Options, place: string): Promise<Row> {
  const file = join(folder, example.path);
  const { checked } = await checkFile(
    file,
    Object.fromEntries(Object.entries(example.set ?? {}).map(([name, value]) => [name, String(value)])),
  );
  const declared = checked.models[0] ?? refuse(`error: ${example.path} does not compile`, `  try: aec check ${file}`);
  const model =
    options.epochs === undefined
      ? declared
      : {
          ...declared,
          training: {
            ...declared.training,
            epochs: options.epochs,
            phases: declared.training.phases.map((phase) => ({ ...phase, epochs: options.epochs! })),
          },
        };
  const { program } = await loadProgram(model, checked, options.backend);
  const source = mnist !== undefined && example.digits ? `mnist=${mnist}` : example.data;
  const data = await loadData(source, program.spec.variables);
  if (!data.ok) return refuse(renderDataError(data.error));
  const started = Date.now();
  const { epochs } = model.training;
  const result = await train(program, data.value, {
    onEvent: (event) => {
      if (event.kind === 'epoch') progress(`${place} ${example.path}  epoch ${event.progress.epoch}/${epochs}`, false);
    },
  });
  if (!result.ok) return refuse(renderDataError(result.error));
  const { snapshot } = result.value;
  try {
    if (result.value.kind === 'failed')
      return refuse(`error: ${example.path}`, renderNumericalFailure(result.value.failure));
    const seconds = (Date.now() - started) / 1000;
    const seen = await measure(program, snapshot.weights, data.value, source);
    const { history } = snapshot.progress;
    progress(`${place} ${example.path}  ${seconds.toFixed(1)} s`, true);
    return {
      example: example.path.replace(/\.ae$/, ''),
      data: source,
      parameters: parameterCount(model),
      // Phases measure terms of their own.
      firstLoss: lossOfEpoch(
        program.spec,
        history.find(({ phase }) => phase === history.at(-1)!.phase)!,
      ),
      lastLoss: lossOfEpoch(program.spec, history.at(-1)!),
      ...(seen === undefined ? {} : { meanSquaredError: seen.error }),
      ...(seen?.pca === undefined ? {} : { pca: seen.pca }),
      seconds,
    };
  } finally {
    release([snapshot.weights, snapshot.slots, snapshot.best]);
  }
}

const lossOfEpoch = (spec: ProgramSpec, record: EpochRecord): number =>
  lossOf(phaseOf(spec, record), record.validation ?? record.train);

function table(rows: readonly Row[]): string {
  const short = (value: number | undefined): string => (value === undefined ? '–' : value.toPrecision(4));
  const cells = [
    ['example', 'parameters', 'loss first → last', 'MSE', 'PCA', 'seconds'],
    ...rows.map((row) => [
      row.example,
      row.parameters.toLocaleString('en'),
      `${short(row.firstLoss)} → ${short(row.lastLoss)}`,
      short(row.meanSquaredError),
      short(row.pca),
      row.seconds.toFixed(1),
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  const mnist = options.data === undefined ? undefined : mnistFolder(options.data);
  const chosen = examples.filter(({ path }) => options.only === undefined || path.includes(options.only));
  if (chosen.length === 0)
    return refuse(
      `error: no example's path contains ${options.only ?? ''}`,
      `  expected: a part of ${examples.map(({ path }) => path).join(', ')}`,
    );
  if (options.record === true && (options.backend === 'auto' || mnist !== undefined || options.epochs !== undefined))
    refuse(
      'error: results are of one backend, of procedural data and of whole trainings',
      '  expected: --record --backend node, without --data and --epochs',
    );
  const rows: Row[] = [];
  for (const [i, example] of chosen.entries()) {
    const place = `[${i + 1}/${chosen.length}]`;
    if (options.record === true && resultOf(readResults(), example, options.backend) !== undefined) continue;
    const row = await runExample(example, mnist, options, place);
    rows.push(row);
    if (options.record !== true) continue;
    const { firstLoss, lastLoss, meanSquaredError: error, pca } = row;
    record(example, options.backend, {
      firstLoss,
      lastLoss,
      ...(error === undefined ? {} : { error }),
      ...(pca === undefined ? {} : { pca }),
    });
    writeTable();
  }
  process.stdout.write(`${options.json === true ? JSON.stringify(rows, null, 2) : table(rows)}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
