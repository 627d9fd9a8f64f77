/** The tests that could notice a mutant: those that come by its place, the likeliest first, until the first of them fails. */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { groupedBy } from './grouped.js';
import { digest, failureMark, orderedBy, recorded, type Order, type Recorded } from './order.js';

/** Tests of whole programs by value, and of what is said of files. */
const meaning = [
  'test/corpus.test.ts',
  'test/checks',
  'test/builtins',
  'test/interpreter/laws',
  'test/interpreter/random.test.ts',
  'test/interpreter/entries.test.ts',
  'test/laws',
  'test/training',
  'test/trees',
  'test/codegen',
  'test/diagnostics',
  'test/figures/entries.test.ts',
  'test/service/hover.test.ts',
  'test/runtime/train.test.ts',
  'test/examples/catalogue.test.ts',
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
];

/** One case of a test file, with what a recording knows of it. */
interface Case {
  readonly file: string;
  readonly name: string;
  readonly ms: number;
  readonly reaches: ReadonlySet<number>;
}

/** What is known of a change that was tried before. */
export interface Noticed {
  readonly file: string;
  /** The test that failed, with its file in front; empty where none did. */
  readonly by: string;
}

export interface SuiteOptions {
  readonly tree: string;
  /** A folder for what is recorded of the tests. */
  readonly out: string;
  /** Tests that together cost more seconds of processor time are not asked. */
  readonly effort: number;
  /** Seconds after which a run counts as one without an end. */
  readonly limit: number;
}

export class Suite {
  #cases: readonly Case[] = [];
  #always = new Set<number>();
  #files = new Map<string, Recorded>();

  constructor(
    readonly options: SuiteOptions,
    /** What noticed most before is asked first. */
    readonly before: readonly Noticed[],
  ) {}

  /** Runs all tests without a mutant, and notes which places each reaches; what is known of a file that did not change is kept. */
  async record(sources: readonly string[], say: (line: string) => void): Promise<void> {
    const { tree, out } = this.options;
    const to = join(out, 'reached.jsonl');
    const paths = sources.flatMap((source) => known.find(([path]) => source.startsWith(`${path}/`))?.[1] ?? []);
    const files = [...new Set([...new Set(paths)].flatMap((path) => filesIn(tree, path)))]
      .filter((file) => !passedOver.includes(file))
      .map((file) => file.replace(/\.ts$/, '.js'));
    const modules = [...new Set(sources)].map((source) => join(tree, source.replace(/\.ts$/, '.js')));
    const digests = new Map(files.map((file) => [file, digest(readFileSync(join(tree, file), 'utf8'))]));
    const read = (): void => {
      for (const one of recorded(to)) if (digests.get(one.file) === one.digest) this.#files.set(one.file, one);
    };
    read();
    const missing = files.filter((file) => !this.#files.has(file));
    if (missing.length > 0) {
      say(`recording what ${missing.length} files of tests reach`);
      await this.#run(missing, { record: { to, mutants: sources.length, modules } }, 'unlimited');
      read();
    }
    for (const file of files) if (!this.#files.has(file)) say(`left out, since it fails as it is: ${file}`);
    for (const { always } of this.#files.values()) for (const index of always) this.#always.add(index);
    this.#cases = [...this.#files.values()].flatMap(({ file, around, cases }) =>
      cases
        .filter((one) => !one.failed)
        .map(({ name, ms, reaches }) => ({ file, name, ms, reaches: new Set([...around, ...reaches]) })),
    );
  }

  /** The test that notices a mutant of a source file. */
  async notices(mutant: number, source: string): Promise<string | undefined> {
    const { effort } = this.options;
    const chosen: Case[] = [];
    let seconds = 0;
    for (const one of this.#likely(mutant, source)) {
      if (seconds + one.ms / 1000 > effort) continue;
      chosen.push(one);
      seconds += one.ms / 1000;
    }
    if (chosen.length === 0) return undefined;
    const files = groupedBy(chosen, ({ file }) => file);
    const cases = Object.fromEntries([...files].map(([file, own]) => [file, own.map(({ name }) => name)]));
    return this.#run([...files.keys()], { mutant, cases }, Math.ceil(4 * seconds + 30));
  }

  /** Cases that reach the mutant: first what costs little for what it promises. */
  #likely(mutant: number, source: string): readonly Case[] {
    const folder = dirname(source);
    const kills = new Map<string, number>();
    const note = (key: string, weight: number): void => void kills.set(key, (kills.get(key) ?? 0) + weight);
    for (const { file, by } of this.before) {
      if (by === '') continue;
      const near = file === source ? 4 : dirname(file) === folder ? 2 : 0.5;
      note(by, near);
      note(by.slice(0, by.indexOf(' > ')), near);
    }
    const promise = ({ file, name, ms, reaches }: Case): number => {
      const sizeOfFile = this.#files.get(file)!.cases.length;
      const own = (kills.get(`${file} > ${name}`) ?? 0) + (kills.get(file) ?? 0) / sizeOfFile;
      // A test that comes by few places is about them.
      return (own + 1 / Math.sqrt(1 + reaches.size)) / (ms + 30);
    };
    return this.#cases
      .filter(({ reaches }) => reaches.has(mutant) || this.#always.has(mutant))
      .map((one) => ({ one, promise: promise(one) }))
      .sort((a, b) => b.promise - a.promise)
      .map(({ one }) => one);
  }

  /** The first test that failed; undefined where all pass. `processor` is in seconds, for each process. */
  #run(files: readonly string[], order: Order, processor: number | 'unlimited'): Promise<string | undefined> {
    const { tree, out, limit } = this.options;
    const path = join(out, `order-${order.mutant ?? 'record'}.json`);
    writeFileSync(path, JSON.stringify(order));
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'scripts/mutation/vitest.js', ...files];
    return new Promise((resolve) => {
      const child = spawn('sh', ['-c', `ulimit -t ${processor} && exec "$0" "$@"`, process.execPath, ...vitest], {
        cwd: tree,
        env: { ...process.env, NO_COLOR: '1', ...orderedBy(path) },
        detached: true,
      });
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
        if (found !== undefined || failure === undefined || order.mutant === undefined) return;
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

/** A test file, or those below a folder, relative to the tree. */
function filesIn(tree: string, path: string): readonly string[] {
  const at = join(tree, path);
  if (!statSync(at).isDirectory()) return [path];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => relative(tree, join(at, name)))
    .sort();
}
