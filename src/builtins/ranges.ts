/** Arithmetic of ranges: where the values of an operation lie, from where its operands lie. */
import type { Range } from './define.js';

export const anything: Range = [-Infinity, Infinity];

/** No product of bounds is NaN: nothing times a bound that is not there is nothing. */
const times = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);

const around = (values: readonly number[]): Range => [Math.min(...values), Math.max(...values)];

/** The smallest range with all of them. */
export const hull = (ranges: readonly Range[]): Range => around(ranges.flat());

export const sumOf = ([low, high]: Range, [from, to]: Range): Range => [low + from, high + to];

export const negated = ([low, high]: Range): Range => [-high, -low];

export const productOf = (a: Range, b: Range): Range => around(a.flatMap((x) => b.map((y) => times(x, y))));

/** Anything, where the divisor may be 0. */
export const quotientOf = (a: Range, [low, high]: Range): Range =>
  low > 0 || high < 0 ? productOf(a, [1 / high, 1 / low]) : anything;

/** Of a power with one exponent. */
export function powerOf([low, high]: Range, [exponent, other]: Range): Range {
  if (exponent !== other || !Number.isFinite(exponent)) return anything;
  if (low >= 0) return around([low ** exponent, high ** exponent]);
  if (exponent > 0 && exponent % 2 === 0) {
    return [high > 0 ? 0 : high ** exponent, Math.max(low ** exponent, high ** exponent)];
  }
  return anything;
}
