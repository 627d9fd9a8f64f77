/** Does a package load and compute? Tried in a child process, which may die or hang. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { rebuild } from './commands.js';
import { finding, type Finding } from './finding.js';
import type { NativePackage } from './layout.js';
import { crashFix, errorFix } from './messages.js';

/** What the child says. */
export type Report =
  | { readonly kind: 'works'; readonly libtensorflow: string; readonly device: 'CPU' | 'GPU' }
  | { readonly kind: 'threw'; readonly message: string };

/** `log` is what libtensorflow wrote meanwhile. */
export type Outcome = (
  Report | { readonly kind: 'died'; readonly how: string } | { readonly kind: 'hung'; readonly seconds: number }
) & { readonly log: string };

/** Loads the package and computes with it; ended after so many seconds. */
export function tryToLoad(entry: string, seconds: number): Promise<Outcome> {
  const child = fork(fileURLToPath(import.meta.resolve('#load-child')), [entry], {
    silent: true,
    execArgv: [],
    // What libtensorflow opens and does not find it says at the first level of that file's log alone, in newer releases.
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'dso_loader=1' },
  });
  return new Promise((resolve) => {
    let report: Report | undefined;
    let hung = false;
    let log = '';
    const timer = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.stdout!.resume();
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    child.on('message', (message) => {
      report = message as Report;
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      // Once it has reported, it may end as it likes.
      if (report !== undefined) resolve({ ...report, log });
      else resolve(hung ? { kind: 'hung', seconds, log } : { kind: 'died', how: signal ?? `exit code ${code}`, log });
    });
  });
}

/** The outcome as a finding. */
export function aboutLoading(native: NativePackage, outcome: Outcome): Finding {
  const what = `${native.name} tried`;
  switch (outcome.kind) {
    case 'works':
      return finding(
        what,
        true,
        `works: libtensorflow ${outcome.libtensorflow}, computes on the ${outcome.device}${noGpu(outcome)}`,
      );
    case 'threw':
      return finding(what, false, outcome.message.split('\n')[0]!, errorFix(native, outcome.message));
    case 'died': {
      const last = outcome.log.trim().split('\n').at(-1) ?? '';
      return finding(
        what,
        false,
        `the process that loads it dies (${outcome.how})${last === '' ? '' : `: ${last}`}`,
        crashFix(native, outcome.how, outcome.log),
      );
    }
    case 'hung':
      return finding(what, false, `hangs: nothing after ${outcome.seconds} s, then ended`, [
        'give a slow disk more time:',
        `  aec doctor --timeout ${outcome.seconds * 5}`,
        'else install it again:',
        rebuild(native.name),
      ]);
  }
}

/** Why libtensorflow uses no GPU, in its own words, where it was built for one. */
function noGpu({ log }: Outcome): string {
  const said = [
    ...log.matchAll(/(?:failed call to cuInit|Cannot dlopen some GPU|Could not find cuda drivers|no CUDA-capable).*/g),
  ].at(-1)?.[0];
  return said === undefined ? '' : ` (it says: ${said})`;
}

/** The CUDA libraries that libtensorflow said it could not open. */
export const refusedLibraries = (log: string): readonly string[] =>
  [
    ...new Set([...log.matchAll(/Could not load dynamic library '(lib(?:cu|nvrtc)[^']*)'/g)].map(([, name]) => name!)),
  ].filter((name) => name !== 'libcuda.so.1');
