/** The tests that could notice a mutant: those that come by its place. */
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { groupedBy } from './grouped.js';
import {
  digest,
  failureMark,
  linesOf,
  noMutant,
  orderedBy,
  probeOf,
  type Line,
  type Order,
  type Trying,
} from './order.js';

/**
 * Tests of what is said of files and of whole programs by value: first those that know much for what they cost, last those
 * that run much of the compiler for a matter of their own, and would take from a mutant what others may cost.
 */
const meaning = [
  'test/corpus.test.ts',
  'test/checks/near-misses.test.ts',
  'test/checks/boundaries.test.ts',
  'test/checks/model.test.ts',
  'test/checks/sides.test.ts',
  'test/checks/examples.test.ts',
  'test/checks/domains.test.ts',
  'test/laws/parts.test.ts',
  'test/laws/whole.test.ts',
  'test/laws/costs.test.ts',
  'test/laws/counts.test.ts',
  'test/laws/avoided.test.ts',
  'test/laws/programs.test.ts',
  'test/service/explained.test.ts',
  'test/builtins',
  'test/diagnostics',
  'test/training/players.test.ts',
  'test/training/phases.test.ts',
  'test/training/draws.test.ts',
  'test/codegen/outline.test.ts',
  'test/service/hover.test.ts',
  'test/service/navigation.test.ts',
  'test/service/names.test.ts',
  'test/interpreter/laws/words.test.ts',
  'test/interpreter/laws',
  'test/trees/batched.test.ts',
  'test/training',
  'test/trees',
  'test/laws',
  'test/checks/slips.test.ts',
  'test/figures/entries.test.ts',
  'test/runtime/train.test.ts',
  'test/checks',
  'test/figures/architecture.test.ts',
  'test/service',
  'test/codegen',
  'test/interpreter/entries.test.ts',
  'test/interpreter/random.test.ts',
  'test/figures',
  'test/examples/catalogue.test.ts',
  'test/runtime/trained.test.ts',
  'test/runtime/verdict.test.ts',
  'test/runtime/gradcheck.test.ts',
];

/** Tests of tables as a whole, for what stands in one and no function reads: defaults that are never left out, words. */
const ofTables = [
  'test/codegen/reference.test.js',
  'test/builtins/entries.test.js',
  'test/builtins/aliases.test.js',
  'test/builtins/answers.test.js',
  'test/laws/counts.test.js',
  'test/laws/parts.test.js',
];

/** The tests that know a folder. */
const known: readonly (readonly [path: string, tests: readonly string[]])[] = [
  ['src/parser', ['test/parser', 'test/format', 'test/corpus.test.ts', 'test/checks', 'test/diagnostics']],
  ['src/format', ['test/format', 'test/parser']],
  ['src/runtime', ['test/runtime', 'test/figures', ...meaning]],
  ['src/service', ['test/service', 'test/lsp']],
  ['src', meaning],
];

/**
 * Their cost is in places that no change of meaning reaches (generated files that are compiled, hostile texts, times), or
 * they need a card, a browser, libtensorflow, or what was built before the change.
 */
const passedOver = [
  'test/codegen/hostile.test.ts',
  'test/codegen/generated.test.ts',
  'test/codegen/saved-model.test.ts',
  'test/checks/growth.test.ts',
  'test/checks/totality.test.ts',
  'test/parser/growth.test.ts',
  'test/parser/totality.test.ts',
  'test/laws/backends.test.ts',
  'test/runtime/kill.test.ts',
  'test/runtime/load-limits.test.ts',
  'test/lsp/stdio.test.ts',
  'test/service/graph.test.ts',
];

export interface SuiteOptions {
  readonly tree: string;
  /** A folder for what is noted of the tests. */
  readonly out: string;
  /** Seconds of processor time for a mutant: cases that cost more together are not asked. */
  readonly effort: number;
  /** Seconds after which a run counts as one without an end. */
  readonly limit: number;
}

/** What the log says: which case noticed a mutant first, and what the others have cost. */
export interface Tried {
  readonly noticed: ReadonlyMap<number, string>;
  readonly spent: ReadonlyMap<number, number>;
  /** Lines of whole files that are done. */
  readonly files: ReadonlyMap<string, Extract<Line, { readonly kind: 'file' }>>;
  readonly cases: readonly Extract<Line, { readonly kind: 'case' }>[];
}

type Case = Tried['cases'][number];

export class Suite {
  /** Tests as they are named in the tree, with digests of their texts. */
  readonly #tests: ReadonlyMap<string, string>;
  readonly #log: string;
  /** Cases that fail where others of their file do not run, as those do that collect what the others say. */
  readonly #leaning = new Set<string>();
  #orders = 0;

  constructor(
    readonly options: SuiteOptions,
    /** The file of each mutant. */
    readonly sources: readonly string[],
  ) {
    const { tree, out } = options;
    const paths = new Set(
      sources.flatMap((source) => known.find(([path]) => source.startsWith(`${path}/`))?.[1] ?? []),
    );
    const files = new Set(
      [...paths].flatMap((path) => filesIn(tree, path)).filter((file) => !passedOver.includes(file)),
    );
    const asRun = [...files].map((file) => file.replace(/\.ts$/, '.js'));
    this.#tests = new Map(asRun.map((file) => [file, digest(textsOf(tree, file))]));
    this.#log = join(out, 'tried.jsonl');
  }

  /** What is known by now, of tests that are as they were. */
  tried(): Tried {
    const lines = linesOf<Line>(this.#log).filter((line) => this.#tests.get(line.file) === line.digest);
    const [noticed, spent] = [new Map<number, string>(), new Map<number, number>()];
    const cases = lines.filter((line) => line.kind === 'case');
    for (const { file, name, ms, tried, notices } of cases) {
      for (const mutant of tried) spent.set(mutant, (spent.get(mutant) ?? 0) + ms);
      for (const mutant of notices) if (!noticed.has(mutant)) noticed.set(mutant, `${file} > ${name}`);
    }
    const files = lines.filter((line) => line.kind === 'file').map((line) => [line.file, line] as const);
    return { noticed, spent, files: new Map(files), cases };
  }

  /** Runs what was not run yet: each case alone, and with every open mutant that it comes by. */
  async tryAll(isOpen: (mutant: number) => boolean): Promise<void> {
    const { tree, out, effort } = this.options;
    const modules = [...new Set(this.sources)].map((source) => join(tree, source.replace(/\.ts$/, '.js')));
    const trying = join(out, 'trying.json');
    for (;;) {
      const { noticed, spent, files, cases } = this.tried();
      const left = [...this.#tests.keys()].filter((file) => !files.has(file));
      if (left.length === 0) return;
      writeFileSync(trying, '');
      await this.#run(left, {
        kind: 'all',
        switches: 2 * this.sources.length,
        open: [...this.sources.keys()].filter((i) => isOpen(i) && !noticed.has(i)).map((i) => [i, spent.get(i) ?? 0]),
        effort: 1000 * effort,
        done: Object.fromEntries(
          [...groupedBy(cases, ({ file }) => file)].map(([file, own]) => [file, own.map(({ name }) => name)]),
        ),
        digests: Object.fromEntries(this.#tests),
        modules,
        log: this.#log,
        trying,
      });
      const hung = readFileSync(trying, 'utf8');
      if (hung !== '') {
        // The case itself is run again for the others.
        const { mutant, file } = JSON.parse(hung) as Trying;
        const line: Line = {
          kind: 'case',
          file,
          digest: this.#tests.get(file)!,
          name: 'no end',
          ms: 0,
          reaches: [mutant],
          tried: [mutant],
          notices: [mutant],
        };
        appendFileSync(this.#log, `${JSON.stringify(line)}\n`);
        continue;
      }
      // What gives no line of its own cannot be loaded.
      for (const file of left) {
        if (this.tried().files.has(file)) continue;
        process.stderr.write(`left out, since it fails as it is: ${file}\n`);
        const line: Line = { kind: 'file', file, digest: this.#tests.get(file)!, always: [], around: [] };
        appendFileSync(this.#log, `${JSON.stringify(line)}\n`);
      }
    }
  }

  /**
   * The test that notices a mutant that stands from the beginning on: of what runs when files are loaded, which
   * `tryAll` cannot know.
   */
  async notices(mutant: number): Promise<string | undefined> {
    const { files, cases } = this.tried();
    const always = [...files.values()].some((line) => line.always.includes(mutant));
    const called = ({ file, name }: Case): string => `${file} > ${name}`.replace(/\s+/g, ' ');
    const chosen = chosenOf(
      cases.filter(
        ({ file, name }) => name !== 'no end' && (always || files.get(file)?.around.includes(mutant) === true),
      ),
      probeOf(mutant, this.sources.length),
      1000 * this.options.effort,
    );
    const ms = chosen.reduce((sum, one) => sum + one.ms, 0);
    const seconds = Math.ceil((4 * ms) / 1000 + 30);
    for (;;) {
      const left = chosen.filter((one) => !this.#leaning.has(called(one)));
      if (left.length === 0) return undefined;
      const groups = groupedBy(left, ({ file }) => file);
      const names = Object.fromEntries([...groups].map(([file, own]) => [file, own.map(({ name }) => name)]));
      const failing = (index: number): Promise<string | undefined> =>
        this.#run([...groups.keys()], { kind: 'one', mutant: index, cases: names }, seconds);
      const found = await failing(mutant);
      // Only what passes without the mutant tells of it.
      const anyway = found === undefined ? undefined : await failing(noMutant);
      if (anyway === undefined) return found;
      if (!left.some((one) => called(one) === anyway)) return undefined;
      this.#leaning.add(anyway);
    }
  }

  /** The first test that failed; undefined where all pass. `processor` is in seconds, for each process. */
  #run(files: readonly string[], order: Order, processor?: number): Promise<string | undefined> {
    const { tree, out, limit } = this.options;
    const path = join(out, `order-${this.#orders++}.json`);
    writeFileSync(path, JSON.stringify(order));
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'scripts/mutation/vitest.js', ...files];
    return new Promise((resolve) => {
      const child = spawn(
        'sh',
        ['-c', `ulimit -t ${processor ?? 'unlimited'} && exec "$0" "$@"`, process.execPath, ...vitest],
        {
          cwd: tree,
          env: { ...process.env, NO_COLOR: '1', ...orderedBy(path) },
          detached: true,
        },
      );
      let text = '';
      let found: string | undefined;
      const stop = (): void => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
      };
      const note = (chunk: Buffer): void => {
        text = `${text}${chunk.toString()}`.slice(-200_000);
        const failure = new RegExp(`^${failureMark}(.*)\\n`, 'm').exec(text)?.[1];
        if (found !== undefined || failure === undefined || order.kind === 'all') return;
        found = failure;
        stop();
      };
      child.stdout.on('data', note);
      child.stderr.on('data', note);
      const timer = setTimeout(() => {
        found ??= 'no end';
        stop();
      }, limit * 1000);
      process.once('exit', stop);
      child.on('close', (code) => {
        clearTimeout(timer);
        rmSync(path, { force: true });
        process.removeListener('exit', stop);
        resolve(found ?? (code === 0 ? undefined : (text.trim().split('\n').at(-1) ?? 'no end')));
      });
    });
  }
}

/** Milliseconds that a file of tests costs beside its cases. */
const loading = 1000;

/**
 * The cases to ask, for so many milliseconds: first those of whole tables, then those that come by what uses the mutant,
 * the others behind them; each time from the files that know most of mutants for what they cost, of each file a part
 * alone.
 */
export function chosenOf(cases: readonly Case[], probe: number, effort: number): readonly Case[] {
  const chosen = new Set<Case>();
  let spent = 0;
  const take = (some: readonly Case[]): void => {
    const ofFiles = [...groupedBy(some, ({ file }) => file).values()].map((own) => {
      const sorted = own.toSorted((a, b) => worth([b], 0) - worth([a], 0));
      return { sorted, worth: worth(own, loading) };
    });
    for (const { sorted } of ofFiles.sort((a, b) => b.worth - a.worth)) {
      let here = loading;
      for (const one of sorted) {
        if (chosen.has(one) || here + one.ms > effort / 4 || spent + here + one.ms > effort) continue;
        chosen.add(one);
        here += one.ms;
      }
      if (here > loading) spent += here;
    }
  };
  take(cases.filter(({ file }) => ofTables.includes(file)));
  take(cases.filter(({ reaches }) => reaches.includes(probe)));
  take(cases);
  return [...chosen];
}

/** Mutants that cases have noticed, by the millisecond. */
const worth = (cases: readonly Case[], more: number): number =>
  (new Set(cases.flatMap(({ notices }) => notices)).size + 0.1) /
  cases.reduce((sum, { ms }) => sum + ms, more + cases.length);

/** The text of a test, with those of the folder of its name: `test/corpus.test.ts` reads `test/corpus`. */
function textsOf(tree: string, file: string): string {
  const folder = join(tree, file.replace(/\.test\.js$/, ''));
  const beside = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? folder : undefined;
  const read = (beside === undefined ? [] : readdirSync(beside, { recursive: true, encoding: 'utf8' }))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
  return [join(tree, file), ...read].map((path) => readFileSync(path, 'utf8')).join('\n');
}

/** A test file, or those below a folder, relative to the tree. */
function filesIn(tree: string, path: string): readonly string[] {
  const at = join(tree, path);
  if (!statSync(at).isDirectory()) return [path];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => relative(tree, join(at, name)))
    .sort();
}
