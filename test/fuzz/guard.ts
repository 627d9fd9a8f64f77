/** Runs what may never end. */
import { runInThisContext } from 'node:vm';

const slot = Symbol.for('aec.fuzz.guarded');

export type Guarded<T> =
  | { readonly kind: 'ended'; readonly value: T; readonly milliseconds: number }
  | { readonly kind: 'hung' }
  | { readonly kind: 'threw'; readonly error: unknown };

/**
 * The result of `run`, what it threw, or that it was still running after `milliseconds` and was stopped:
 * V8's own watchdog ends code that returns to nobody. Time is the processor's, which a busy machine does not stretch: the
 * watchdog goes by the clock, so what it stopped before its processor time was half used is run again, with twice as long.
 */
export function guarded<T>(run: () => T, milliseconds: number): Guarded<T> {
  const before = process.cpuUsage();
  const holder = globalThis as { [slot]?: (() => T) | undefined };
  holder[slot] = run;
  try {
    const value = runInThisContext("globalThis[Symbol.for('aec.fuzz.guarded')]()", { timeout: milliseconds }) as T;
    const { user, system } = process.cpuUsage(before);
    return { kind: 'ended', value, milliseconds: (user + system) / 1000 };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'))
      return { kind: 'threw', error };
    const { user, system } = process.cpuUsage(before);
    return user + system < 500 * milliseconds ? guarded(run, 2 * milliseconds) : { kind: 'hung' };
  } finally {
    holder[slot] = undefined;
  }
}
