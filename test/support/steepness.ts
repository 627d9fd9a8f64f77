/**
 * What takes four times as long must not take sixteen times the time. Measured in processor time of this process, once
 * more where the machine seems to have been busy with something else.
 */
import { expect } from 'vitest';

/** Below this, a clock's grain and a garbage collection are most of what is measured. */
const enough = 20;

/** Four times the time is linear, sixteen times quadratic. */
const steepest = 9;

export interface Growing {
  /** What grows, of size `n`. */
  readonly text: (n: number) => string;
  readonly run: (text: string) => void;
  /** The largest size that is tried. */
  readonly longest: number;
}

/** Fails where the time grows faster than the text. */
export function expectLinear(growing: Growing): void {
  let best = Infinity;
  for (let round = 0; round < 3 && best > steepest; round++) best = Math.min(best, steepness(growing));
  expect(best).toBeLessThanOrEqual(steepest);
}

function steepness({ text, run, longest }: Growing): number {
  const milliseconds = (n: number): number => {
    const made = text(n);
    const before = process.cpuUsage();
    run(made);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  let n = 500;
  let short = milliseconds(n);
  while (short < enough && n < longest) {
    n *= 2;
    short = milliseconds(n);
  }
  return milliseconds(4 * n) / Math.max(short, enough);
}
