/** `npm run fuzz`: the front end on a million damaged files, on every core. */
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { campaign, grouped, type Failure } from './campaign.js';
import { caseOf, generators, type Kind } from './generators.js';
import { minimised } from './minimise.js';

const help = `Damages files and checks, formats and mends them: nothing may throw, hang or lie.

  npm run fuzz                                a million cases, seed 1
  npm run fuzz -- --seed 7 --cases 20000      others, fewer
  npm run fuzz -- --kind grammar              one kind: ${Object.keys(generators).join(', ')}
  npm run fuzz -- --seed 7 --case 4711        one case again, with its text

  --seed N      other cases (1)
  --cases N     how many (1000000)
  --from N      the first one (0)
  --jobs N      processes (one a core)
  --kind KIND   only of this kind
  --thorough    all properties of every case, not of some
  --out DIR     where failing texts go (build/fuzz)
  --help        this text

Ends with 1 where a case failed.
`;

const options = {
  seed: { type: 'string', default: '1' },
  cases: { type: 'string', default: '1000000' },
  from: { type: 'string', default: '0' },
  jobs: { type: 'string', default: String(availableParallelism()) },
  kind: { type: 'string' },
  case: { type: 'string' },
  thorough: { type: 'boolean', default: false },
  out: { type: 'string', default: 'build/fuzz' },
  help: { type: 'boolean', default: false },
} as const;

function given() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(
      `error: ${error instanceof Error ? error.message : String(error)}\n  try: npm run fuzz -- --help\n`,
    );
    process.exit(1);
  }
}

const values = given();
const whole = (name: 'seed' | 'cases' | 'from' | 'jobs' | 'case'): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`error: --${name} ${values[name] ?? ''}\n  expected a whole number\n`);
  process.exit(1);
};

/** Cases that a process takes at a time. */
const portion = 500;

interface Portion {
  readonly from: number;
  readonly to: number;
}

const only = values.kind as Kind | undefined;
if (values.help) process.stdout.write(help);
else if (only !== undefined && !Object.hasOwn(generators, only)) {
  process.stderr.write(`error: --kind ${only}\n  expected ${Object.keys(generators).join(', ')}\n`);
  process.exitCode = 1;
} else if (process.send !== undefined) work(whole('seed'));
else if (values.case !== undefined) again(whole('seed'), whole('case'));
else await all(whole('seed'));

/** A child: takes portions from its parent until there are none. */
function work(seed: number): void {
  process.on('message', ({ from, to }: Portion) => {
    process.send?.(campaign({ seed, from, to, only, thorough: values.thorough }));
  });
}

function again(seed: number, number: number): void {
  process.stdout.write(`${caseOf(seed, number, only).text}\n`);
  const [failure] = campaign({ seed, from: number, to: number + 1, only, thorough: true });
  process.stderr.write(
    failure === undefined
      ? 'holds\n'
      : `${failure.fault.property}: ${failure.fault.what}\n${failure.fault.detail ?? ''}\n`,
  );
  process.exitCode = failure === undefined ? 0 : 1;
}

async function all(seed: number): Promise<void> {
  const [first, count, jobs] = [whole('from'), whole('cases'), Math.max(1, whole('jobs'))];
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {value}/{total} cases, {failed} failed, {eta_formatted} left',
      noTTYOutput: true,
      notTTYSchedule: 60_000,
      etaBuffer: 200,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  const failures: Failure[] = [];
  let [next, done] = [first, 0];
  bar.start(count, 0, { failed: 0 });
  await Promise.all(
    Array.from(
      { length: jobs },
      () =>
        new Promise<void>((resolve, reject) => {
          const child = fork(import.meta.filename, process.argv.slice(2));
          let given = 0;
          const give = (): void => {
            const from = next;
            next = Math.min(first + count, from + portion);
            given = next - from;
            if (given > 0) child.send({ from, to: next } satisfies Portion);
            else child.disconnect();
          };
          child.on('message', (found: readonly Failure[]) => {
            failures.push(...found);
            // Said at once too: who stops a long run keeps what it found.
            for (const { fault, case: one } of found)
              process.stderr.write(`\ncase ${one.number} (${one.kind}): ${fault.property}: ${fault.what}\n`);
            done += given;
            bar.update(done, { failed: failures.length });
            give();
          });
          child.on('error', reject);
          child.on('exit', (code) =>
            code === 0 ? resolve() : reject(new Error(`a process ended with ${code ?? 'a signal'}`)),
          );
          give();
        }),
    ),
  );
  bar.stop();
  report(failures, `seed ${seed}, cases ${first} to ${first + count - 1}`);
}

function report(failures: readonly Failure[], what: string): void {
  const groups = grouped(failures);
  process.stdout.write(
    `${what}: ${failures.length} failed${groups.length === 0 ? '' : `, of ${groups.length} kinds`}\n`,
  );
  if (groups.length === 0) return;
  mkdirSync(values.out, { recursive: true });
  for (const [
    i,
    {
      failure: { fault, case: one },
      count,
    },
  ] of groups.entries()) {
    const text = minimised(one.text, fault, 10);
    const path = join(values.out, `${String(i + 1).padStart(2, '0')}-${fault.property}.ae`);
    writeFileSync(path, text);
    process.stdout.write(
      `\n${fault.property}: ${fault.what}\n  ${count} ×, first seen in case ${one.number} (${one.kind}); ${path}\n${fault.detail === undefined ? '' : `${fault.detail.slice(0, 600)}\n`}${JSON.stringify(text.slice(0, 600))}\n`,
    );
  }
  process.exitCode = 1;
}
