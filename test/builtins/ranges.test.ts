/** Values lie in the range that is computed for them, from wherever in their ranges the operands come. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Range } from '../../src/builtins/define.js';
import { builtins } from '../../src/builtins/index.js';
import { negated, powerOf, productOf, quotientOf, sumOf } from '../../src/builtins/ranges.js';

const bound = fc.constantFrom(-Infinity, -3, -1, -0.5, 0, 0.5, 1, 2, Infinity);

/** A range, and a number in it. */
const operand = fc
  .tuple(bound, bound, fc.double({ min: 0, max: 1, noNaN: true }))
  .filter(([a, b]) => a !== b || Number.isFinite(a))
  .map(([a, b, share]): { readonly range: Range; readonly value: number } => {
    const range: Range = [Math.min(a, b), Math.max(a, b)];
    const [low, high] = [Math.max(range[0], -100), Math.min(range[1], 100)];
    return { range, value: low + (high - low) * share };
  });

const within = (value: number, [low, high]: Range): boolean => {
  const slack = Number.isFinite(value) ? 1e-9 * Math.max(1, Math.abs(value)) : 0;
  return Number.isNaN(value) || (value >= low - slack && value <= high + slack);
};

const operators: Readonly<Record<string, readonly [(a: Range, b: Range) => Range, (a: number, b: number) => number]>> =
  {
    '+': [sumOf, (a, b) => a + b],
    '-': [(a, b) => sumOf(a, negated(b)), (a, b) => a - b],
    '*': [productOf, (a, b) => a * b],
    '/': [quotientOf, (a, b) => a / b],
    '^': [powerOf, (a, b) => a ** b],
  };

const functions: Readonly<Record<string, (...values: readonly number[]) => number>> = {
  stop: (a) => a!,
  clean: (a) => a!,
  permuted: (a) => a!,
  mean: (a) => a!,
  max: Math.max,
  min: Math.min,
  abs: (a) => Math.abs(a!),
  exp: (a) => Math.exp(a!),
  log: (a) => Math.log(a!),
};

describe('ranges', () => {
  it.each(Object.entries(operators))('of %s', (_, [range, value]) => {
    fc.assert(
      fc.property(operand, operand, (a, b) => {
        expect(within(value(a.value, b.value), range(a.range, b.range))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(builtins.function.map((one) => [one.name, one] as const))('of %s', (name, { range, arity }) => {
    fc.assert(
      fc.property(fc.array(operand, { minLength: arity[0], maxLength: Math.min(3, arity[1]) }), (operands) => {
        const value = functions[name]!(...operands.map((one) => one.value));
        expect(within(value, range(operands.map((one) => one.range)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('are as narrow as they can be, where that is what tells a mean from logits', () => {
    expect(sumOf([0, 1], [0, 1])).toEqual([0, 2]);
    expect(productOf([0.5, 0.5], [0, 1])).toEqual([0, 0.5]);
    expect(productOf([0, 0], [-Infinity, Infinity])).toEqual([0, 0]);
    expect(quotientOf([0, 1], [2, 2])).toEqual([0, 0.5]);
    expect(quotientOf([0, 1], [-1, 1])).toEqual([-Infinity, Infinity]);
    expect(powerOf([-2, 1], [2, 2])).toEqual([0, 4]);
    expect(powerOf([-Infinity, Infinity], [3, 3])).toEqual([-Infinity, Infinity]);
  });
});
