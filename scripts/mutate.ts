/**
 * Changes the source in small ways, in a copy of the tree, and runs the tests that could know: a change that none
 * notices stands for a meaning that no test asks for.
 *
 *   npm run mutate -- --count 200 --seed 1 --paths src/ir,src/builtins
 *
 * The sample is drawn once, into `plan.json` of the output folder, and what each case of the tests notices is appended
 * beside it: the same command goes on where it was stopped, with the source as it was then and the tests as they are now.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { stream } from '../test/interpreter/compare/random.js';
import { sameMeaning } from './mutation/equivalent.js';
import { allMutants, applied, sampled, type Mutant } from './mutation/mutants.js';
import { linesOf } from './mutation/order.js';
import { Suite } from './mutation/suite.js';
import { copyTree, filesOf, putSwitches, transform } from './mutation/tree.js';
import { Types } from './mutation/types.js';
import { Progress } from './progress.js';

interface Result {
  readonly id: string;
  readonly outcome: 'killed' | 'survived';
  /** The first test that failed. */
  readonly by: string;
}

type Passed = Mutant & { readonly why: string };

/** What a run is about, from its first start on. */
interface Plan {
  readonly mutants: readonly Mutant[];
  /** Drawn too, and passed over: with what the type checker says of them, or why no test can know them. */
  readonly untyped: readonly Passed[];
  readonly equivalent: readonly Passed[];
}

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly paths: readonly string[];
  readonly out: string;
  readonly list?: boolean;
  readonly limit: number;
  readonly effort: number;
  readonly workers: number;
  readonly retrySurvivors?: boolean;
}

const home = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

function whole(value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 0) throw new InvalidArgumentError('expected a whole number');
  return n;
}

const command = new Command('npm run mutate --')
  .description('Runs the tests against small changes of the source, and lists those that no test notices.')
  .option('--count <n>', 'how many changes', whole, 20)
  .option('--seed <n>', 'the seed of the sample', whole, 1)
  .option('--paths <paths>', 'files or folders to change, divided by commas', (value: string) => value.split(','), [
    'src/ir',
    'src/builtins',
  ])
  .option('--out <folder>', 'where the copy, the results and the survivors go', join(home, 'runs/mutants'))
  .option('--effort <seconds>', 'for each change, tests that cost so much processor time', whole, 60)
  .option('--limit <seconds>', 'tests that take longer count as a failure', whole, 1800)
  .option('--workers <n>', 'how many processes try what is left at the end', whole, 1)
  .option('--retry-survivors', 'try again what no test noticed before')
  .option('--list', 'print the changes instead of trying them')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run mutate -- --count 200 --seed 1 --paths src/ir,src/builtins\n  npm run mutate -- --count 20 --paths src/runtime/train.ts --list',
  );

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 87)}…` : line;
};

const shown = (m: Mutant): string => `${m.file}:${m.line}  ${m.kind}\n  - ${short(m.before)}\n  + ${short(m.after)}\n`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** So many are checked for types at a time. */
const together = 64;

/** Draws until there are enough that type-check. */
function drawn(candidates: readonly Mutant[], count: number, tree: string): Plan {
  const types = new Types(tree);
  const plan = { mutants: [] as Mutant[], untyped: [] as Passed[], equivalent: [] as Passed[] };
  const progress = new Progress(count);
  for (let from = 0; from < candidates.length && plan.mutants.length < count; from += together) {
    const some = candidates.slice(from, from + together);
    const complaints = types.complaints(
      some.map((mutant) => {
        const original = readFileSync(join(tree, mutant.file), 'utf8');
        return { file: mutant.file, changed: applied(original, mutant), original };
      }),
    );
    for (const [i, mutant] of some.entries()) {
      if (plan.mutants.length === count) break;
      const [same, complaint] = [sameMeaning(mutant), complaints[i]];
      if (same !== undefined) plan.equivalent.push({ ...mutant, why: same });
      else if (complaint !== undefined) plan.untyped.push({ ...mutant, why: complaint });
      else plan.mutants.push(mutant);
    }
    progress.show(plan.mutants.length, `drawn, ${plan.untyped.length} without a type`);
  }
  progress.end();
  return plan;
}

/** The copy of the tree with the mutants of its plan in it; of a tree that stands, the tests alone are brought up to date. */
async function prepared(options: Options, tree: string): Promise<Plan> {
  const path = join(options.out, 'plan.json');
  if (existsSync(path)) {
    const others = filesOf(home).filter((file) => !file.startsWith('src/'));
    copyTree(home, tree, others);
    await transform(tree, others);
    return JSON.parse(readFileSync(path, 'utf8')) as Plan;
  }
  const files = filesOf(home);
  copyTree(home, tree, files);
  const candidates = sampled(allMutants(home, options.paths), 10 * options.count, stream(options.seed).next);
  const plan = drawn(candidates, options.count, tree);
  putSwitches(tree, plan.mutants);
  await transform(tree, files);
  // Tests that look into folders of the source find each module once.
  for (const file of files.filter((one) => one.startsWith('src/'))) rmSync(join(tree, file));
  // Written last: a tree without a plan is made anew.
  writeFileSync(path, JSON.stringify(plan));
  return plan;
}

function summary(plan: Plan, results: ReadonlyMap<string, Result>): string {
  const of = (outcome: Result['outcome']): readonly Mutant[] =>
    plan.mutants.filter(({ id }) => results.get(id)?.outcome === outcome);
  const [killed, left] = [of('killed'), of('survived')];
  // Reasons may have been given since the mutants were drawn.
  const survived = left.filter((mutant) => sameMeaning(mutant) === undefined);
  const same = plan.equivalent.length + left.length - survived.length;
  const tried = killed.length + survived.length;
  const share = tried === 0 ? '' : ` (${((100 * killed.length) / tried).toFixed(1)} %)`;
  const passed = `${same} mean the same, ${plan.untyped.length} have no type`;
  return `${tried} of ${plan.mutants.length} tried: ${killed.length} noticed${share}, ${survived.length} not; ${passed}\n\n${survived.map(shown).join('\n')}`;
}

async function main(): Promise<void> {
  const options = command.parse().opts<Options>();
  const out = resolve(options.out);
  if (options.list === true) {
    const mutants = sampled(allMutants(home, options.paths), options.count, stream(options.seed).next);
    process.stdout.write(mutants.map(shown).join(''));
    return;
  }
  mkdirSync(out, { recursive: true });
  const tree = join(out, 'tree');
  const plan = await prepared({ ...options, out }, tree);
  const [log, survivors] = [join(out, 'results.jsonl'), join(out, 'survivors.txt')];
  const results = new Map(linesOf<Result>(log).map((result) => [result.id, result]));
  if (options.retrySurvivors === true) {
    rmSync(join(out, 'tried.jsonl'), { force: true });
    for (const [id, { outcome }] of results) if (outcome === 'survived') results.delete(id);
  }
  const suite = new Suite(
    { tree, out, effort: options.effort, limit: options.limit },
    plan.mutants.map(({ file }) => file),
  );
  process.once('SIGINT', () => process.exit(130));
  const idOf = (mutant: number): string => plan.mutants[mutant]!.id;
  const note = (mutant: number, by: string | undefined): void => {
    const result: Result = { id: idOf(mutant), outcome: by === undefined ? 'survived' : 'killed', by: by ?? '' };
    if (results.get(result.id)?.outcome === 'killed') return;
    results.set(result.id, result);
    appendFileSync(log, `${JSON.stringify(result)}\n`);
    writeFileSync(survivors, summary(plan, results));
  };
  const isKilled = (mutant: number): boolean => results.get(idOf(mutant))?.outcome === 'killed';
  const noteNoticed = (): void => {
    for (const [mutant, by] of suite.tried().noticed) note(mutant, by);
  };

  say('trying all in one process, case by case');
  const timer = setInterval(() => {
    noteNoticed();
    const { files } = suite.tried();
    say(
      `${[...results.values()].filter(({ outcome }) => outcome === 'killed').length} of ${plan.mutants.length} noticed, ${files.size} files of tests`,
    );
  }, 30_000);
  await suite.tryAll((mutant) => !isKilled(mutant));
  clearInterval(timer);
  noteNoticed();

  const waiting = [...plan.mutants.keys()].filter((mutant) => !isKilled(mutant));
  const progress = new Progress(waiting.length);
  let done = 0;
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      note(mutant, await suite.notices(mutant));
      progress.show(++done, 'of those that no case noticed, from the beginning on');
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.workers) }, work));
  progress.end();
  process.stdout.write(`${summary(plan, results)}\nresults: ${log}\n`);
}

await main();
