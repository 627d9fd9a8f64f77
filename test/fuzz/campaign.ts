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

export function faultOf(text: string, depth: Depth): Fault | undefined {
  const outcome = guarded(() => examine(text, depth), hung);
  if (outcome.kind === 'hung') return { property: 'hangs', what: `still running after ${hung / 1000} s` };
  if (outcome.kind === 'threw') {
    const { error } = outcome;
    return {
      property: 'throws',
      what: error instanceof Error ? error.message.replace(/\d+/g, '#').slice(0, 120) : String(error),
      detail: error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 6).join('\n') : '',
    };
  }
  return (
    outcome.value ??
    (outcome.milliseconds > slow
      ? { property: 'slow', what: 'more than a small file may take', detail: `${Math.round(outcome.milliseconds)} ms` }
      : undefined)
  );
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
  for (let number = from; number < to; number++) {
    const one = caseOf(seed, number, only);
    const fault = faultOf(one.text, thorough === true ? everything : depthOf(number));
    if (fault !== undefined) failures.push({ fault, case: one });
    onCase?.(number + 1 - from);
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
