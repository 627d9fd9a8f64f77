/** The tests that could notice a change of a source file, run until the first of them does. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** In front of the name of a test that failed, in the output of `mutants.vitest.ts`. */
export const failureMark = 'FIRST FAILURE ';

/** Models compared with the interpreter: written by hand, what each clause changes, random ones. */
const models = [
  'test/interpreter/laws/applied.test.ts',
  'test/interpreter/laws/written.test.ts',
  'test/interpreter/laws',
  'test/interpreter/random.test.ts',
];
const checks = [
  'test/checks/model.test.ts',
  'test/checks/language.test.ts',
  'test/checks/limits.test.ts',
  'test/checks/workspace.test.ts',
];

/**
 * Tests that know most of a folder, quickest first. What measures times, needs a card, a browser or libtensorflow, or runs
 * what was built before the change is left out.
 */
const known: readonly (readonly [path: string, tests: readonly string[]])[] = [
  ['src/parser', ['test/parser', 'test/format', 'test/corpus.test.ts', 'test/checks']],
  ['src/format', ['test/format', 'test/parser']],
  ['src/diagnostics', ['test/diagnostics', 'test/corpus.test.ts', ...checks]],
  ['src/runtime', ['test/runtime', ...models, 'test/examples']],
  ['src/codegen', ['test/codegen', ...models]],
  ['src/ir/resolve', ['test/corpus.test.ts', ...checks, ...models]],
  ['src/ir/elaborate', ['test/corpus.test.ts', ...checks, ...models, 'test/examples/catalogue.test.ts']],
  ['src/ir/checks', ['test/corpus.test.ts', ...checks, 'test/interpreter/laws']],
  ['src/ir/graph', ['test/laws', ...models, 'test/interpreter/examples.test.ts', 'test/codegen']],
  ['src/ir', ['test/corpus.test.ts', ...models, ...checks, 'test/interpreter/examples.test.ts', 'test/codegen']],
  ['src/builtins', ['test/builtins', 'test/corpus.test.ts', ...checks, ...models]],
  ['src', ['test/corpus.test.ts', ...models, 'test/checks', 'test/codegen', 'test/runtime']],
];

/** Their cost is in places that no change of meaning reaches: generated files that are compiled, hostile texts, times. */
const passedOver = ['test/codegen/hostile.test.ts', 'test/checks/growth.test.ts', 'test/parser/growth.test.ts'];

/** A test that failed: its file, and its name in it. */
interface Failure {
  readonly file: string;
  readonly name: string;
}

/** What is known of a change that was tried before. */
interface Noticed {
  readonly file: string;
  /** The test that failed, with its file in front; empty where none did. */
  readonly by: string;
}

export class Suite {
  /** Test files that fail without any change, which say nothing. */
  readonly #broken = new Map<string, boolean>();

  constructor(
    readonly tree: string,
    /** Seconds. */
    readonly limit: number,
    /** What noticed most before is asked first. */
    readonly before: readonly Noticed[],
  ) {}

  /** The test that notices a change of the file; `put` writes the file with the change or without. */
  async notices(source: string, put: (changed: boolean) => void): Promise<string | undefined> {
    try {
      for (;;) {
        const files = this.#testsFor(source);
        put(true);
        const failure = await failing(this.tree, files, this.limit);
        put(false);
        if (failure === undefined) return undefined;
        if (!(await this.#isBroken(failure, files))) return `${failure.file} > ${failure.name}`;
      }
    } finally {
      put(false);
    }
  }

  /** Whether the test that failed does so without any change: its file is left out from then on. */
  async #isBroken({ file }: Failure, all: readonly string[]): Promise<boolean> {
    // What came to no end, or broke outside of a test, has no file of its own.
    const files = existsSync(join(this.tree, file)) ? [file] : all;
    const key = files.join();
    const known = this.#broken.get(key);
    if (known !== undefined) return known;
    const failure = await failing(this.tree, files, this.limit);
    if (failure !== undefined && files === all) throw new Error(`${failure.file}: ${failure.name}`);
    if (failure !== undefined) process.stdout.write(`left out, since it fails as it is: ${file} > ${failure.name}\n`);
    this.#broken.set(key, failure !== undefined);
    return failure !== undefined;
  }

  #testsFor(source: string): readonly string[] {
    const folder = dirname(source);
    const kills = (file: string): number =>
      this.before.filter((other) => dirname(other.file) === folder && other.by.startsWith(`${file} >`)).length;
    const [, listed] = known.find(([path]) => source.startsWith(`${path}/`)) ?? known.at(-1)!;
    const all = [...new Set(listed.flatMap((path) => filesIn(this.tree, path)))];
    return all
      .filter((file) => !passedOver.includes(file) && this.#broken.get(file) !== true)
      .map((file) => ({ file, kills: kills(file) }))
      .sort((a, b) => b.kills - a.kills)
      .map(({ file }) => file);
  }
}

/** A test file, or those below a folder, relative to the tree. */
function filesIn(tree: string, path: string): readonly string[] {
  const at = join(tree, path);
  if (!existsSync(at)) return [];
  if (!statSync(at).isDirectory()) return [path];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => relative(tree, join(at, name)))
    .sort();
}

/** The first test that failed; undefined where all pass. */
function failing(tree: string, files: readonly string[], limit: number): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const child = spawn('npx', ['vitest', 'run', '--config', 'scripts/mutants.vitest.ts', ...files], {
      cwd: tree,
      env: {
        ...process.env,
        NO_COLOR: '1',
        AEC_MUTANT_TESTS: files.join(),
        AEC_MUTANT_CACHE: join(tree, '../transformed'),
      },
      detached: true,
    });
    let text = '';
    let found: Failure | undefined;
    const stop = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    };
    const note = (chunk: Buffer): void => {
      text = `${text}${chunk.toString()}`.slice(-200_000);
      const [, file, name] = new RegExp(`^${failureMark}(\\S+) > (.*)\\n`, 'm').exec(text) ?? [];
      if (found !== undefined || file === undefined || name === undefined) return;
      found = { file, name };
      stop();
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    const timer = setTimeout(() => {
      found ??= { file: 'all tests', name: 'they do not come to an end' };
      stop();
    }, limit * 1000);
    process.once('exit', stop);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', stop);
      const last = text.trim().split('\n').at(-1) ?? 'it failed';
      resolve(found ?? (code === 0 ? undefined : { file: 'all tests', name: last }));
    });
  });
}
