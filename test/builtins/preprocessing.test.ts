/** Laws of preprocessing: formulas, and what undoes them. */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import type { PreprocessingContext, Statistic } from '../../src/builtins/define.js';
import { compiledEntries } from '../../src/builtins/index.js';
import { B } from '../../src/ir/graph/shape.js';
import { Kit, list, unit } from '../laws/kit.js';
import { defaultCall } from './defaults.js';
import { mean, variance } from './statistics.js';

/** Features with min, max, mean and std of their own; the last never changes. */
const statistics: Readonly<Record<Exclude<Statistic, 'whitening'>, readonly number[]>> = {
  min: [-1, 0, 2, 5],
  max: [3, 1, 6, 5],
  mean: [0.5, 0.25, 4, 5],
  std: [2, 0.5, 1, 0],
};

/** V Λ^(−½) of a covariance whose eigenvectors are a rotation in the first two features, and the others' own axes. */
const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
const whitening = [c / 2, -s, 0, 0, s / 2, c, 0, 0, 0, 0, 0.25, 0, 0, 0, 0, 1];

const contextOf = (kit: Kit): PreprocessingContext => ({
  b: kit.b,
  drawing: true,
  statistic: (kind) =>
    kind === 'whitening' ? kit.b.constant(whitening, [4, 4]) : kit.b.constant(statistics[kind], [4]),
});

const examples = [1, 0.5, 3, 5, -0.25, 1, 5, 5, 2, 0.125, 4, 6];

function forward(
  name: string,
  more: Args = {},
): { readonly between: readonly number[]; readonly after: readonly number[] | undefined } {
  const { definition, args } = defaultCall('preprocessing', name);
  const kit = new Kit(3);
  const x = kit.x([B, 4], list(...examples));
  const y = definition.forward(contextOf(kit), x, { ...args, ...more });
  const back = definition.backward?.(contextOf(kit), y, { ...args, ...more });
  const [between, after] = kit.evaluate(y, ...(back === undefined ? [] : [back]));
  return { between: [...between!.data], after: after === undefined ? undefined : [...after.data] };
}

describe('preprocessing', () => {
  it.each(compiledEntries('preprocessing').map((p) => p.name))(
    '%s is undone by its inverse, where it has one',
    (name) => {
      const { after } = forward(name);
      expect(after === undefined).toBe(name === 'binarise');
      after?.forEach((v, i) => expect(v, `element ${i}`).toBeCloseTo(examples[i]!, 10));
    },
  );

  it.each([
    ['center', (x: number, j: number) => x - statistics.mean[j]!],
    ['standardize', (x: number, j: number) => (x - statistics.mean[j]!) / (statistics.std[j]! || 1)],
    ['scale', (x: number, j: number) => (x - statistics.min[j]!) / (statistics.max[j]! - statistics.min[j]! || 1)],
    ['binarise', (x: number) => Number(x > 0.5)],
  ] as const)('%s follows its formula', (name, formula) => {
    forward(name).between.forEach((v, i) => expect(v).toBeCloseTo(formula(examples[i]!, i % 4), 12));
  });

  it('whiten rotates onto the axes of the covariance and divides by their deviations', () => {
    const { between } = forward('whiten');
    const [x, y] = [examples[0]! - 0.5, examples[1]! - 0.25];
    expect(between[0]).toBeCloseTo((c * x + s * y) / 2, 12);
    expect(between[1]).toBeCloseTo(c * y - s * x, 12);
    expect(between[2]).toBeCloseTo((examples[2]! - 4) / 4, 12);
  });

  it('whiten keeps the shape of images', () => {
    const { definition, args } = defaultCall('preprocessing', 'whiten');
    const kit = new Kit(2);
    const image = { min: [], max: [], mean: statistics.mean, std: [], whitening };
    const x = kit.x([B, 2, 2, 1]);
    const context: PreprocessingContext = {
      b: kit.b,
      drawing: true,
      statistic: (kind) => kit.b.constant(image[kind], kind === 'whitening' ? [4, 4] : [2, 2, 1]),
    };
    const y = definition.forward(context, x, args);
    const [before, after] = kit.evaluate(x, definition.backward!(context, y, args));
    expect(y.shape).toEqual(x.shape);
    after!.data.forEach((v, i) => expect(v).toBeCloseTo(before!.data[i]!, 10));
  });

  it('binarise draws ones with the probability that the value is', () => {
    const { definition, args } = defaultCall('preprocessing', 'binarise');
    const kit = new Kit(4000);
    const x = kit.x([B, 3], unit);
    const drawn = { ...args, drawn: true };
    const [p, y] = kit.evaluate(x, definition.forward(contextOf(kit), x, drawn));
    expect([...new Set(y!.data)].sort()).toEqual([0, 1]);
    expect(mean(y!.data)).toBeCloseTo(mean(p!.data), 1);
    // A one is likelier where the value is larger: E[x | 1] = E[x²] / E[x].
    const ones = p!.data.filter((_, i) => y!.data[i] === 1);
    expect(mean(ones)).toBeCloseTo((variance(p!.data) + mean(p!.data) ** 2) / mean(p!.data), 1);
    expect(definition.draws!(drawn)).toBe(true);
    expect(definition.draws!(args)).toBe(false);
  });
});
