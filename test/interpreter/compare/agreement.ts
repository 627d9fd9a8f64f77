/**
 * Whether a program computes what the interpreter computes.
 *
 * The program works in float32. What that may change is measured, not guessed: the interpreter computes each quantity again
 * with the result of every operation in float32 (`inSingle`), and some times with every operation moved at random by a unit
 * of float32 (`withRounding`), and a program may be `slack` times as far off as the furthest of these runs; it adds up in
 * another order, and has more operations than the formula. To this comes a floor of a few units of the largest element. A
 * few runs are enough to agree, and many to differ by little.
 */
import type { Arrays } from '../interpret/forward.js';

export const tolerance = { unit: 2 ** -24, slack: 8, floor: 2 ** -22, few: 2, many: 24 } as const;

/** A quantity on which the two do not agree. */
export interface Difference {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
  readonly error: number;
  readonly allowed: number;
}

/** Named numbers: terms by their names, tensors by theirs. */
export type Quantities = Readonly<Record<string, ArrayLike<number>>>;

export const flat = (prefix: string, arrays: Arrays): Quantities =>
  Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [`${prefix} ${name}`, data]));

/** The worst element of each quantity that is further off than rounding explains. `moved` are the rounded quantities. */
export function differences(
  expected: Quantities,
  found: Quantities,
  moved: readonly Quantities[],
): readonly Difference[] {
  const missing = Object.keys(expected).filter((name) => found[name] === undefined);
  const more = Object.keys(found).filter((name) => expected[name] === undefined);
  if (missing.length + more.length > 0) {
    const what = [...missing.map((name) => `${name} is missing`), ...more.map((name) => `${name} is too much`)].join(
      '; ',
    );
    return [{ what, expected: NaN, found: NaN, error: Infinity, allowed: 0 }];
  }
  return Object.entries(expected).flatMap(([what, values]) => {
    const other = found[what]!;
    if (other.length !== values.length)
      return [
        {
          what: `${what}: ${other.length} elements instead of ${values.length}`,
          expected: NaN,
          found: NaN,
          error: Infinity,
          allowed: 0,
        },
      ];
    const others = moved.map((quantities) => quantities[what]!);
    // Of what rounding makes infinite or no number nothing is measured.
    if (others.some((one) => Array.from(one).some((v, i) => !Number.isFinite(v) && Number.isFinite(values[i]))))
      return [{ what: `${what}: no number in a rounded run`, expected: NaN, found: NaN, error: Infinity, allowed: 0 }];
    const allowed = allowance(values, others);
    const worst = worstElement(values, other);
    return worst.error <= allowed ? [] : [{ what, ...worst, allowed }];
  });
}

function allowance(values: ArrayLike<number>, moved: readonly ArrayLike<number>[]): number {
  let [largest, change] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) largest = Math.max(largest, Math.abs(values[i]!));
    // Where numbers overflow, all have to.
    for (const other of moved)
      if (Number.isFinite(other[i]! - values[i]!)) change = Math.max(change, Math.abs(other[i]! - values[i]!));
  }
  return tolerance.slack * change + tolerance.floor * largest + 1e-9;
}

function worstElement(
  values: ArrayLike<number>,
  other: ArrayLike<number>,
): Pick<Difference, 'expected' | 'found' | 'error'> {
  let worst = { expected: values[0] ?? 0, found: other[0] ?? 0, error: 0 };
  for (let i = 0; i < values.length; i++) {
    // Equal covers infinities; a number that is none agrees with none alone.
    const error = Object.is(values[i], other[i]) || values[i] === other[i] ? 0 : Math.abs(values[i]! - other[i]!);
    if (!(error <= worst.error))
      worst = { expected: values[i]!, found: other[i]!, error: Number.isNaN(error) ? Infinity : error };
  }
  return worst;
}

export const showDifference = ({ what, expected, found, error, allowed }: Difference): string =>
  `${what}: expected ${expected}, found ${found} (off by ${error.toPrecision(3)}, allowed ${allowed.toPrecision(3)})`;
