/**
 * Changes the source in small ways, in a copy of the tree, and runs the tests that could know: a change that none
 * notices stands for a meaning that no test asks for.
 *
 *   npm run mutate -- --count 200 --seed 1 --paths src/ir,src/builtins
 *
 * Results are appended to a file and survivors written beside it; the same command goes on where it was stopped.
 */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import ts from 'typescript';
import { stream } from '../test/interpreter/compare/random.js';
import { Suite } from './mutant-tests.js';
import { allMutants, applied, sampled, type Mutant } from './mutants.js';
import { Progress } from './progress.js';

type Outcome = 'killed' | 'survived' | 'untyped';

interface Result extends Mutant {
  readonly outcome: Outcome;
  /** The first test that failed, or the first thing that the type checker said. */
  readonly by: string;
  readonly seconds: number;
}

interface Options {
  readonly count: number;
  readonly seed: number;
  readonly paths: readonly string[];
  readonly out: string;
  readonly list?: boolean;
  readonly limit: number;
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
  .option('--limit <seconds>', 'tests that take longer count as a failure', whole, 1800)
  .option('--list', 'print the changes instead of trying them')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run mutate -- --count 200 --seed 1 --paths src/ir,src/builtins\n  npm run mutate -- --count 20 --paths src/runtime/train.ts --list',
  );

// ──────────────────────────────────────────────────────────────────────────────── the copy

/** A copy of what git knows or would add; packages are shared. */
function copyTree(out: string): string {
  const tree = join(out, 'tree');
  rmSync(tree, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: home,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(home, file)));
  for (const file of files) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    copyFileSync(join(home, file), join(tree, file));
  }
  for (const shared of ['node_modules', '.native', 'dist'])
    if (existsSync(join(home, shared))) symlinkSync(join(home, shared), join(tree, shared));
  return tree;
}

/** What the type checker says of a file with a change, from one program that is brought up to date. */
class Types {
  readonly #texts = new Map<string, { readonly version: number; readonly text: string }>();
  readonly #service: ts.LanguageService;

  constructor(readonly tree: string) {
    const { config } = ts.readConfigFile(join(tree, 'tsconfig.json'), ts.sys.readFile.bind(ts.sys)) as {
      readonly config: unknown;
    };
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, tree);
    const sources = fileNames.filter((name) => name.startsWith(`${tree}/src/`));
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => sources,
      getScriptVersion: (name) => String(this.#texts.get(name)?.version ?? 0),
      getScriptSnapshot: (name) => {
        const text = this.#texts.get(name)?.text ?? ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => tree,
      getCompilationSettings: () => options,
      getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
      fileExists: ts.sys.fileExists.bind(ts.sys),
      readFile: ts.sys.readFile.bind(ts.sys),
      readDirectory: ts.sys.readDirectory.bind(ts.sys),
      directoryExists: ts.sys.directoryExists.bind(ts.sys),
      getDirectories: ts.sys.getDirectories.bind(ts.sys),
    });
  }

  complaint(file: string, text: string): string | undefined {
    const name = join(this.tree, file);
    this.#texts.set(name, { version: (this.#texts.get(name)?.version ?? 0) + 1, text });
    const [first] = [...this.#service.getSyntacticDiagnostics(name), ...this.#service.getSemanticDiagnostics(name)];
    return first === undefined ? undefined : ts.flattenDiagnosticMessageText(first.messageText, ' ');
  }
}

// ──────────────────────────────────────────────────────────────────────────────── the run

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 87)}…` : line;
};

function writeSurvivors(path: string, results: readonly Result[]): void {
  const survivors = results.filter((r) => r.outcome === 'survived');
  const counts = (outcome: Outcome): number => results.filter((r) => r.outcome === outcome).length;
  const lines = survivors.map((r) => `${r.file}:${r.line}  ${r.kind}\n  - ${short(r.before)}\n  + ${short(r.after)}\n`);
  writeFileSync(
    path,
    `${counts('killed')} noticed, ${survivors.length} not, ${counts('untyped')} without a type\n\n${lines.join('\n')}`,
  );
}

async function tried(mutant: Mutant, suite: Suite, types: Types): Promise<Result> {
  const started = Date.now();
  const path = join(suite.tree, mutant.file);
  const original = readFileSync(join(home, mutant.file), 'utf8');
  const changed = applied(original, mutant);
  const complaint = types.complaint(mutant.file, changed);
  types.complaint(mutant.file, original);
  const done = (outcome: Outcome, by: string): Result => ({
    ...mutant,
    outcome,
    by,
    seconds: Math.round((Date.now() - started) / 1000),
  });
  if (complaint !== undefined) return done('untyped', complaint);
  const found = await suite.notices(mutant.file, (on) => writeFileSync(path, on ? changed : original));
  return found === undefined ? done('survived', '') : done('killed', found);
}

async function main(): Promise<void> {
  const { count, seed, paths, out, list, limit } = command.parse().opts<Options>();
  // Those that do not type-check are passed over, so more are drawn than wanted.
  const chosen = sampled(allMutants(home, paths), 10 * count, stream(seed).next);
  if (list === true) {
    for (const m of chosen.slice(0, count))
      process.stdout.write(`${m.file}:${m.line}  ${m.kind}\n  - ${short(m.before)}\n  + ${short(m.after)}\n`);
    return;
  }
  mkdirSync(out, { recursive: true });
  const [log, survivors] = [join(out, 'results.jsonl'), join(out, 'survivors.txt')];
  const results: Result[] = existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Result)
    : [];
  const known = new Map(results.map((r) => [r.id, r]));
  const tree = copyTree(out);
  const types = new Types(tree);
  const suite = new Suite(tree, limit, results);
  process.once('SIGINT', () => process.exit(130));
  const counted = (): number => chosen.filter((m) => (known.get(m.id)?.outcome ?? 'untyped') !== 'untyped').length;
  const progress = new Progress(count, Math.min(count, counted()));
  for (const mutant of chosen) {
    if (counted() >= count) break;
    if (known.has(mutant.id)) continue;
    const result = await tried(mutant, suite, types);
    known.set(mutant.id, result);
    results.push(result);
    appendFileSync(log, `${JSON.stringify(result)}\n`);
    writeSurvivors(survivors, results);
    progress.show(
      counted(),
      `${results.filter((r) => r.outcome === 'survived').length} not noticed; last: ${result.file}:${result.line} ${result.outcome}`,
    );
  }
  progress.end();
  process.stdout.write(`${readFileSync(survivors, 'utf8')}\nresults: ${log}\n`);
}

await main();
