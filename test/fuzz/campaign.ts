/** Cases in order, each under guard; what fails is kept with its text. */
import { caseOf, type Case, type Kind } from './generators.js';
import { guarded } from './guard.js';
import { examine, type Depth, type Fault } from './properties.js';

export interface Failure {
  readonly fault: Fault;
  readonly case: Case;
}

/** Processor time that a case may take; a case is some thousand characters at most. */
const slow = 4_000;
/** When a case counts as one that never ends. */
const hung = 20_000;

/** Every case is checked; what multiplies its cost is done with some of them. */
const depthOf = (number: number): Depth => ({
  fixes: number % 8 === 0 ? 12 : 0,
  twice: number % 16 === 1,
  whole: number % 3 === 0,
});

export const everything: Depth = { fixes: 40, twice: true, whole: true };

/** Guarding costs as much as a case of the common kind, so that so many share a guard as long as all is well. */
const together = 20;

/** What is wrong. Processor time is asked for only where the clock says that there was much of it: asking costs as much as a small case. */
function timed(text: string, depth: Depth): Fault | undefined {
  const start = performance.now();
  const fault = examine(text, depth);
  if (fault !== undefined || performance.now() - start <= slow) return fault;
  const before = process.cpuUsage();
  examine(text, depth);
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1000;
  if (milliseconds <= slow) return undefined;
  return { property: 'slow', what: 'more than a small file may take', detail: `${Math.round(milliseconds)} ms` };
}

export function faultOf(text: string, depth: Depth): Fault | undefined {
  const outcome = guarded(() => timed(text, depth), hung);
  if (outcome.kind === 'hung') return { property: 'hangs', what: `still running after ${hung / 1000} s` };
  if (outcome.kind === 'threw') {
    const { error } = outcome;
    return {
      property: 'throws',
      what: error instanceof Error ? error.message.replace(/\d+/g, '#').slice(0, 120) : String(error),
      detail: error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 6).join('\n') : '',
    };
  }
  return outcome.value;
}

export interface Campaign {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly only?: Kind | undefined;
  /** All properties of every case. */
  readonly thorough?: boolean;
  readonly onCase?: (done: number) => void;
}

export function campaign({ seed, from, to, only, thorough, onCase }: Campaign): readonly Failure[] {
  const failures: Failure[] = [];
  const depth = thorough === true ? (): Depth => everything : depthOf;
  for (let first = from; first < to; first += together) {
    const cases = Array.from({ length: Math.min(together, to - first) }, (_, i) => caseOf(seed, first + i, only));
    const all = guarded(() => cases.map((one) => timed(one.text, depth(one.number))), hung);
    for (const [i, one] of cases.entries()) {
      // One that threw, or had no end, has taken its neighbours along.
      const fault = all.kind === 'ended' ? all.value[i] : faultOf(one.text, depth(one.number));
      if (fault !== undefined) failures.push({ fault, case: one });
    }
    onCase?.(first + cases.length - from);
  }
  return failures;
}

/** Failures by what they show, the shortest text of each. */
export function grouped(
  failures: readonly Failure[],
): readonly { readonly failure: Failure; readonly count: number }[] {
  const groups = new Map<string, { failure: Failure; count: number }>();
  for (const failure of failures) {
    const key = `${failure.fault.property} ${failure.fault.what}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { failure, count: 1 });
    else {
      group.count += 1;
      if (failure.case.text.length < group.failure.case.text.length) group.failure = failure;
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
