/** Laws of every registry entry, and of activations, initialisers, schedules, clipping and optimisers. */
import { describe, expect, it } from 'vitest';
import type { Args, Param } from '../../src/builtins/arguments.js';
import { compiledEntries, definitions, find } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { defaultCall } from './defaults.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { onHost } from '../../src/ir/graph/passes/fold.js';
import { Kit, list, type Draw, layoutOf } from '../laws/kit.js';
import type { Value } from '../laws/reference.js';
import { gramError, mean, variance } from './statistics.js';

const by = (entry: { readonly category: string; readonly name: string }): string => `${entry.category} ${entry.name}`;

describe.each(definitions.map((d) => [by(d), d] as const))('%s', (_name, entry) => {
  it('is documented', () => {
    for (const text of [entry.name, entry.summary, entry.formula, entry.source]) expect(text.trim()).not.toBe('');
    expect(entry.examples.length).toBeGreaterThan(0);
    for (const example of entry.examples) expect(example).toContain(entry.name);
    for (const param of entry.params) expect(param.summary.trim(), param.name).not.toBe('');
  });

  it('has a name of its own and parameters of their own names', () => {
    expect(definitions.filter((d) => by(d) === by(entry)).length).toBe(1);
    expect(new Set(entry.params.map((p) => p.name)).size).toBe(entry.params.length);
  });

  it('has defaults of their type, within their range', () => {
    for (const param of entry.params) if (param.default !== undefined) expect(admits(param), param.name).toBe(true);
  });
});

function admits({ type, default: value }: Param): boolean {
  const whole = (n: unknown, min: number): boolean => typeof n === 'number' && Number.isInteger(n) && n >= min;
  switch (type.kind) {
    case 'int': return whole(value, type.min ?? -Infinity);
    case 'float':
      return typeof value === 'number' && value >= (type.min ?? -Infinity) && value <= (type.max ?? Infinity) && value > (type.above ?? -Infinity) && value < (type.below ?? Infinity);
    case 'bool': return typeof value === 'boolean';
    case 'word': return type.words.includes(String(value));
    case 'pair': return [value].flat().every((n) => whole(n, type.min));
    case 'padding': return value === 'same' || value === 'valid' || whole(value, 0);
    case 'builtin': return find(type.category, String(value)) !== undefined;
    default: return false;
  }
}

// ──────────────────────────────────────────────────────────────────────── activations

describe.each(compiledEntries('activation').map((a) => [a.name, a] as const))('%s', (name, definition) => {
  const { args } = defaultCall('activation', name);
  const points = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 40);

  it('has its range: no value outside, values near both ends', () => {
    const kit = new Kit();
    // Softmax sees pairs (0, x), whose values are those of a sigmoid.
    const x = name === 'softmax' ? kit.x([points.length, 2], list(...points.flatMap((p) => [0, p]))) : kit.x([points.length], list(...points));
    const [values] = kit.evaluate(definition.lower(kit.b, x, args));
    const [low, high] = definition.range;
    const [least, most] = [Math.min(...values!.data), Math.max(...values!.data)];
    expect(least).toBeGreaterThanOrEqual(low);
    expect(most).toBeLessThanOrEqual(high);
    if (Number.isFinite(low)) expect(least - low).toBeLessThan(0.03);
    if (Number.isFinite(high)) expect(high - most).toBeLessThan(0.03);
    else expect(most).toBeGreaterThan(40);
  });

  it('stays finite far out, and so does its derivative', () => {
    if (name === 'exponential') return;
    const kit = new Kit();
    const x = kit.x([2, 2], list(-900, 0, 900, 1));
    const y = definition.lower(kit.b, x, args);
    for (const { data } of kit.evaluate(y, ...gradients(kit.b, kit.weighted(y), [x]))) for (const v of data) expect(v).toSatisfy(Number.isFinite);
  });
});

// ─────────────────────────────────────────────────────────────────────── initialisers

function initial(name: string, shape: readonly number[], args: Args = {}): Value {
  const call = defaultCall('initializer', name);
  const kit = new Kit();
  return kit.evaluate(call.definition.lower(kit.b, layoutOf(shape), { ...call.args, ...args }))[0]!;
}

describe('initialisers', () => {
  const fans: Readonly<Record<string, (fanIn: number, fanOut: number) => number>> = {
    glorot_uniform: (i, o) => 2 / (i + o), glorot_normal: (i, o) => 2 / (i + o), he_uniform: (i) => 2 / i, he_normal: (i) => 2 / i,
    lecun_uniform: (i) => 1 / i, lecun_normal: (i) => 1 / i, normal: () => 0.05 ** 2, uniform: () => 0.05 ** 2 / 3,
  };

  it.each(Object.keys(fans))('%s has the mean and variance of its formula', (name) => {
    for (const [shape, fanIn, fanOut] of [[[100, 80], 100, 80], [[3, 3, 20, 50], 180, 450]] as const) {
      const { data } = initial(name, shape);
      const expected = fans[name]!(fanIn, fanOut);
      expect(Math.abs(mean(data))).toBeLessThan(4 * Math.sqrt(expected / data.length));
      expect(variance(data) / expected).toBeGreaterThan(0.93);
      expect(variance(data) / expected).toBeLessThan(1.07);
      if (name !== 'normal') {
        const limit = name.includes('uniform') ? Math.sqrt(3) : 2 / 0.9594;
        expect(Math.max(...data.map(Math.abs)) / Math.sqrt(expected)).toBeLessThanOrEqual(limit + 1e-6);
      }
    }
  });

  it.each(compiledEntries('initializer').map((i) => i.name))('%s gives finite numbers for a vector', (name) => {
    for (const v of initial(name, [16]).data) expect(v).toSatisfy(Number.isFinite);
  });

  it('constants are constant', () => {
    expect([...initial('zeros', [3]).data, ...initial('ones', [2]).data, ...initial('constant', [2], { value: -1.5 }).data]).toEqual([0, 0, 0, 1, 1, -1.5, -1.5]);
    expect([...initial('identity', [3, 2]).data]).toEqual([1, 0, 0, 1, 0, 0]);
  });

  it.each([[[30, 20]], [[20, 30]], [[32, 32]], [[3, 3, 4, 8]], [[2, 2, 2, 20]]])('orthogonal is, of shape %j', (shape) => {
    const { data } = initial('orthogonal', shape);
    expect(gramError(data, shape)).toBeLessThan(1e-5);
  });

  it('two weights of a program differ', () => {
    const kit = new Kit();
    const { definition, args } = defaultCall('initializer', 'glorot_uniform');
    const [x, y] = kit.evaluate(definition.lower(kit.b, layoutOf([4, 4]), args), definition.lower(kit.b, layoutOf([4, 4]), args));
    expect(x!.data).not.toEqual(y!.data);
  });
});

// ────────────────────────────────────────────────────────────── schedules and clipping

describe('schedules', () => {
  const at = (name: string, args: Args, moment: { readonly step?: number; readonly epoch?: number }): number => {
    const call = defaultCall('schedule', name);
    const kit = new Kit();
    const node = call.definition.lower(kit.b, { ...call.args, ...args }, { epochs: 10 });
    expect(onHost(node)).toBe(true);
    Object.defineProperty(kit, 'env', { value: { batch: 2, feeds: {}, ...moment } });
    return kit.evaluate(node)[0]!.data[0]!;
  };

  it.each([
    ['warmup', { from: 0.5, to: 4, epochs: 10 }, 0.5, 2.25, 4, 4],
    ['warmup', { epochs: 10 }, 0, 0.5, 1, 1],
    ['cosine', { floor: 0.2, epochs: 10 }, 1, 0.6, 0.2, 0.2],
    ['exponential', { rate: 0.25, epochs: 10 }, 1, 0.5, 0.25, 0.0625],
  ] as const)('%s %j at the start, in the middle, at the end and after', (...row) => {
    const [name, { epochs, ...rest }, ...expected] = row;
    const args = row[1];
    [0, 5, 10, 20].forEach((t, i) => {
      expect(at(name, args, { epoch: t })).toBeCloseTo(expected[i]!, 12);
      expect(at(name, { ...rest, steps: epochs }, { step: t })).toBeCloseTo(expected[i]!, 12);
      // Neither given: the phase.
      expect(at(name, rest, { epoch: t })).toBeCloseTo(expected[i]!, 12);
    });
  });
});

describe('clipping', () => {
  const clip = (name: string, limit: number, ...gs: readonly (readonly number[])[]): readonly (readonly number[])[] => {
    const kit = new Kit();
    const nodes = gs.map((g) => kit.x([g.length], list(...g)));
    return kit.evaluate(...find('clipping', name)!.clip(kit.b, nodes, { limit })).map((v) => [...v.data]);
  };

  it('by norm scales all gradients together, and only when they are too long', () => {
    const clipped = clip('norm', 1, [3, 0], [0, 4]).flat();
    [0.6, 0, 0, 0.8].forEach((v, i) => expect(clipped[i]).toBeCloseTo(v, 12));
    clip('norm', 10, [3, 0], [0, 4]).flat().forEach((v, i) => expect(v).toBeCloseTo([3, 0, 0, 4][i]!, 12));
    expect(clip('norm', 1, [0, 0])).toEqual([[0, 0]]);
  });

  it('by value cuts each element', () => {
    expect(clip('value', 0.5, [-3, 0.25], [0.75])).toEqual([[-0.5, 0.25], [0.5]]);
  });
});

// ───────────────────────────────────────────────────────────────────────── optimisers

type State = Record<string, number>;
/** Direct arithmetic on one number: w and its slots for gradient g at step t, learning rate 0.1. */
const rules: readonly (readonly [string, Args, (s: State, g: number, t: number) => State])[] = [
  ['sgd', {}, (s, g) => ({ w: s['w']! - 0.1 * g })],
  ['sgd', { momentum: 0.9 }, (s, g) => { const m = 0.9 * s['momentum']! + g; return { w: s['w']! - 0.1 * m, momentum: m }; }],
  ['sgd', { momentum: 0.9, nesterov: true }, (s, g) => { const m = 0.9 * s['momentum']! + g; return { w: s['w']! - 0.1 * (g + 0.9 * m), momentum: m }; }],
  ['rmsprop', {}, (s, g) => { const square = 0.9 * s['square']! + 0.1 * g * g; return { w: s['w']! - (0.1 * g) / Math.sqrt(square + 1e-7), square }; }],
  ['rmsprop', { momentum: 0.5, decay: 0.8 }, (s, g) => {
    const square = 0.8 * s['square']! + 0.2 * g * g;
    const momentum = 0.5 * s['momentum']! + (0.1 * g) / Math.sqrt(square + 1e-7);
    return { w: s['w']! - momentum, square, momentum };
  }],
  ['adam', {}, (s, g, t) => adam(s, g, t)],
  ['adam', { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }, (s, g, t) => adam(s, g, t, 0.5, 0.9, 1e-3)],
  ['adamw', { decay: 0.05 }, (s, g, t) => { const next = adam(s, g, t); return { ...next, w: next['w']! - 0.1 * 0.05 * s['w']! }; }],
];

function adam(s: State, g: number, t: number, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7): State {
  const m = beta1 * s['m']! + (1 - beta1) * g;
  const v = beta2 * s['v']! + (1 - beta2) * g * g;
  const rate = (0.1 * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  return { w: s['w']! - (rate * m) / (Math.sqrt(v) + epsilon), m, v };
}

describe('optimisers', () => {
  it.each(compiledEntries('optimizer').map((o) => o.name))('%s is tried', (name) => expect(rules.some(([n]) => n === name)).toBe(true));

  it.each(rules)('%s %j follows its formula for five steps', (name, more, rule) => {
    const { definition, args: defaults } = defaultCall('optimizer', name);
    const args = { ...defaults, ...more };
    const gradientsOf = [0.5, -1.25, 0.125, 2, -0.75];
    const slotNames = definition.slots(args).map((slot) => slot.name);
    let expected: State = { w: 0.75, ...Object.fromEntries(definition.slots(args).map((s) => [s.name, s.initial])) };
    let found = expected;
    gradientsOf.forEach((g, i) => {
      const kit = new Kit();
      const one = (v: number): Node => kit.x([1], (() => [v]) satisfies Draw);
      const exact = (v: number): Node => kit.b.constant([v], [1]);
      const slots = Object.fromEntries(slotNames.map((slot) => [slot, exact(found[slot]!)]));
      const next = definition.update(kit.b, exact(found['w']!), one(g), slots, kit.b.scalar(0.1), kit.b.scalar(i + 1), args);
      expect(Object.keys(next.slots).sort()).toEqual([...slotNames].sort());
      const read = (node: Node): number => kit.evaluate(node)[0]!.data[0]!;
      found = { w: read(next.weight), ...Object.fromEntries(slotNames.map((slot) => [slot, read(next.slots[slot]!)])) };
      expected = rule(expected, g, i + 1);
      for (const key of Object.keys(expected)) expect(found[key], `${key} at step ${i + 1}`).toBeCloseTo(expected[key]!, 12);
    });
  });
});
