/**
 * The pictures of the lectures: trains the models that make them, and writes a page that sets each slide and its picture
 * side by side, with the command that made it.
 *
 *   npm run figures                               on procedural data
 *   npm run figures -- --data ../shared/data      on MNIST, where a slide shows digits, and the treebank, where one shows sentences
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { mnistFolder } from '../examples/mnist.js';
import { Refusal, refuse } from '../src/cli/refusal.js';
import { plates, type FiguresPlate, type GraphPlate, type Plate, type RowsPlate } from './figures/plates.js';
import { pageOf, type Made } from './figures/page.js';
import { Progress } from './progress.js';

const home = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const run = promisify(execFile);

interface Options {
  readonly data?: string;
  readonly only?: string;
  readonly out: string;
  readonly force?: boolean;
}

const command = new Command('npm run figures --')
  .description('Trains the models behind the pictures of the lectures, and writes the pictures and a page of them.')
  .option(
    '--data <folder>',
    'a folder with MNIST (IDX files), or with a folder mnist, and with the treebank in sst; procedural data without it',
  )
  .option('--only <text>', 'the pictures whose file or title contains this: lecture0, manifold')
  .option('--out <folder>', 'where the pictures and the page go', join(home, 'examples/gallery'))
  .option('--force', 'make pictures anew that are there')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run figures -- --only lecture3\n  npm run figures -- --data ../shared/data --out /tmp/gallery',
  );

async function aec(...args: readonly string[]): Promise<void> {
  try {
    await run(process.execPath, [join(home, 'dist/cli/main.js'), ...args], { cwd: home, maxBuffer: 1 << 26 });
  } catch (error) {
    refuse(`error: aec ${args.join(' ')}`, (error as { stderr?: string }).stderr ?? String(error));
  }
}

/** Makes what a plate shows. */
function hang(plate: Plate, sets: Sets, out: string, work: string): Promise<Made> {
  if (plate.kind === 'graph') return hangGraph(plate, out);
  return plate.kind === 'rows' ? hangRows(plate, sets, out, work) : hangFigures(plate, sets, out, work);
}

const namedIn = ({ name }: Plate): readonly string[] => (name === undefined ? [] : ['--name', name]);

async function hangGraph(plate: GraphPlate, out: string): Promise<Made> {
  const file = `${plate.id}-architecture.svg`;
  await aec('graph', plate.file, ...namedIn(plate), '--output', join(out, file));
  return { pictures: [{ file, caption: '' }], tables: [] };
}

/** Trains each of a plate's autoencoders, and sets them on the same examples. */
async function hangRows(plate: RowsPlate, sets: Sets, out: string, work: string): Promise<Made> {
  const { data, said, options = plate.options ?? [] } = trainedOn(plate, sets);
  const common = ['--data', data, ...options, '--force', '--quiet', '--no-report'];
  for (const name of plate.names) await aec('train', plate.file, '--name', name, ...common, '--out', join(work, name));
  const file = `${plate.id}.png`;
  // Rows are named as the folders are that the command is given.
  await aec('compare', ...plate.names.map((name) => join(work, name)), '--out', join(out, file));
  return { pictures: [{ file, caption: '' }], tables: [], data: said };
}

/** Trains a plate's models, each at each of its points, and hangs their pictures up. */
async function hangFigures(plate: FiguresPlate, sets: Sets, out: string, work: string): Promise<Made> {
  const { data, said, options = plate.options ?? [] } = trainedOn(plate, sets);
  const pictures: { readonly file: string; readonly caption: string }[] = [];
  const tables: string[] = [];
  const models = (plate.names ?? [plate.name]).flatMap((name) =>
    (plate.points ?? [[]]).map((point) => ({
      words: [...(name === undefined ? [] : ['--name', name]), ...point.flatMap((one) => ['--point', one])],
      caption: [...(plate.names === undefined ? [] : [name!]), ...point],
    })),
  );
  for (const { words, caption } of models) {
    const folder = join(work, [plate.id, ...caption].join('-').replace(/=/g, ''));
    await aec('train', plate.file, ...words, '--data', data, ...options, '--out', folder, '--force', '--quiet');
    if (plate.more !== undefined) await aec('report', folder, ...plate.more.flatMap((figure) => ['--figure', figure]));
    const made = readdirSync(join(folder, 'figures')).filter((file) =>
      plate.figures.some((name) => file.startsWith(name)),
    );
    for (const file of made.filter((one) => /\.(svg|png)$/.test(one))) {
      const to = [plate.id, ...caption.map((one) => one.replace('=', '')), file].join('-');
      copyFileSync(join(folder, 'figures', file), join(out, `${to}.part`));
      renameSync(join(out, `${to}.part`), join(out, to));
      pictures.push({ file: to, caption: caption.join(', ') });
    }
    // What is a table alone is one on the page, too.
    if (pictures.length === 0)
      for (const file of made.filter((one) => one.endsWith('.csv')))
        tables.push(readFileSync(join(folder, 'figures', file), 'utf8').trim());
  }
  if (pictures.length + tables.length === 0) refuse(`error: ${plate.file} made none of ${plate.figures.join(', ')}`);
  return { pictures, tables, data: said, ...(options === plate.options || options.length === 0 ? {} : { options }) };
}

/** What lies in the folder that `--data` names. */
interface Sets {
  readonly mnist?: string;
  readonly treebank?: string;
}

/** The data of a plate, how its page names them, and the words of the command that are for them. */
function trainedOn(
  { data, digits, treebank }: FiguresPlate | RowsPlate,
  sets: Sets,
): { readonly data: string; readonly said: string; readonly options?: readonly string[] } {
  if (digits === true && sets.mnist !== undefined) return { data: `mnist=${sets.mnist}`, said: 'mnist=DIR' };
  if (treebank !== undefined && sets.treebank !== undefined)
    return { data: sets.treebank, said: 'DIR/sst/train.txt', options: treebank };
  return { data, said: data };
}

/** The folder of MNIST that there has to be, and the treebank where it lies beside it. */
function setsIn(folder: string): Sets {
  const mnist = mnistFolder(folder);
  const treebank = [folder, join(mnist, '..')].map((one) => resolve(one, 'sst/train.txt')).find(existsSync);
  return { mnist, ...(treebank === undefined ? {} : { treebank }) };
}

/** Aside, then in its place: a page is never half written. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  const sets = options.data === undefined ? {} : setsIn(options.data);
  const chosen = plates.filter(
    ({ id, file, title }) => options.only === undefined || `${id} ${file} ${title}`.includes(options.only),
  );
  if (chosen.length === 0)
    refuse(
      `error: no picture is of ${options.only ?? ''}`,
      `  expected: a part of ${plates.map(({ file }) => file).join(', ')}`,
    );
  const out = resolve(options.out);
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'aec-figures-'));
  const progress = new Progress(chosen.length);
  try {
    const record = join(out, 'gallery.json');
    const before = existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as Record<string, Made>) : {};
    const hung = new Map(Object.entries(before));
    const page = join(out, 'README.md');
    for (const [i, plate] of chosen.entries()) {
      if (options.force !== true && hung.has(plate.id)) continue;
      progress.show(i, plate.file);
      hung.set(plate.id, await hang(plate, sets, out, work));
      write(record, `${JSON.stringify(Object.fromEntries(hung), null, 1)}\n`);
    }
    const all = plates.flatMap((plate) => {
      const made = hung.get(plate.id);
      return made === undefined ? [] : [{ plate, ...made }];
    });
    write(
      page,
      pageOf(all, (file) => relative(out, join(home, file))),
    );
    progress.show(chosen.length, '');
    progress.end();
    process.stdout.write(`${page}\n`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
