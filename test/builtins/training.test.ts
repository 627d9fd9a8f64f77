/** Laws of schedules, clipping and optimisers. */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import { compiledEntries, find } from '../../src/builtins/index.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { onHost } from '../../src/ir/graph/passes/fold.js';
import { Kit, list, type Draw } from '../laws/kit.js';
import { defaultCall } from './defaults.js';

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
    clip('norm', 10, [3, 0], [0, 4])
      .flat()
      .forEach((v, i) => expect(v).toBeCloseTo([3, 0, 0, 4][i]!, 12));
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
  [
    'sgd',
    { momentum: 0.9 },
    (s, g) => {
      const m = 0.9 * s['momentum']! + g;
      return { w: s['w']! - 0.1 * m, momentum: m };
    },
  ],
  [
    'sgd',
    { momentum: 0.9, nesterov: true },
    (s, g) => {
      const m = 0.9 * s['momentum']! + g;
      return { w: s['w']! - 0.1 * (g + 0.9 * m), momentum: m };
    },
  ],
  [
    'rmsprop',
    {},
    (s, g) => {
      const square = 0.9 * s['square']! + 0.1 * g * g;
      return { w: s['w']! - (0.1 * g) / Math.sqrt(square + 1e-7), square };
    },
  ],
  [
    'rmsprop',
    { momentum: 0.5, decay: 0.8 },
    (s, g) => {
      const square = 0.8 * s['square']! + 0.2 * g * g;
      const momentum = 0.5 * s['momentum']! + (0.1 * g) / Math.sqrt(square + 1e-7);
      return { w: s['w']! - momentum, square, momentum };
    },
  ],
  ['adam', {}, (s, g, t) => adam(s, g, t)],
  ['adam', { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }, (s, g, t) => adam(s, g, t, 0.5, 0.9, 1e-3)],
  [
    'adamw',
    { decay: 0.05 },
    (s, g, t) => {
      const next = adam(s, g, t);
      return { ...next, w: next['w']! - 0.1 * 0.05 * s['w']! };
    },
  ],
];

function adam(s: State, g: number, t: number, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7): State {
  const m = beta1 * s['m']! + (1 - beta1) * g;
  const v = beta2 * s['v']! + (1 - beta2) * g * g;
  const rate = (0.1 * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  return { w: s['w']! - (rate * m) / (Math.sqrt(v) + epsilon), m, v };
}

/** Those that step by the gradient; test/runtime/minimise.test.ts has the others. */
const steppers = compiledEntries('optimizer').filter((one) => one.deterministic !== true);

describe('optimisers', () => {
  it('rmsprop keeps a mean of steps where it has momentum alone', () => {
    const { slots } = steppers.find(({ name }) => name === 'rmsprop')!;
    const { args } = defaultCall('optimizer', 'rmsprop');
    expect(slots(args).map(({ name }) => name)).toEqual(['square']);
    expect(slots({ ...args, momentum: 0.5 }).map(({ name }) => name)).toEqual(['square', 'momentum']);
  });

  it.each(steppers.map((o) => o.name))('%s is tried', (name) => expect(rules.some(([n]) => n === name)).toBe(true));

  it.each(rules)('%s %j follows its formula for five steps', (name, more, rule) => {
    const definition = steppers.find((one) => one.name === name)!;
    const args = { ...defaultCall('optimizer', name).args, ...more };
    const gradientsOf = [0.5, -1.25, 0.125, 2, -0.75];
    const slotNames = definition.slots(args).map((slot) => slot.name);
    let expected: State = { w: 0.75, ...Object.fromEntries(definition.slots(args).map((s) => [s.name, s.initial])) };
    let found = expected;
    gradientsOf.forEach((g, i) => {
      const kit = new Kit();
      const one = (v: number): Node => kit.x([1], (() => [v]) satisfies Draw);
      const exact = (v: number): Node => kit.b.constant([v], [1]);
      const slots = Object.fromEntries(slotNames.map((slot) => [slot, exact(found[slot]!)]));
      const next = definition.update(
        kit.b,
        exact(found['w']!),
        one(g),
        slots,
        kit.b.scalar(0.1),
        kit.b.scalar(i + 1),
        args,
      );
      expect(Object.keys(next.slots).sort()).toEqual([...slotNames].sort());
      const read = (node: Node): number => kit.evaluate(node)[0]!.data[0]!;
      found = { w: read(next.weight), ...Object.fromEntries(slotNames.map((slot) => [slot, read(next.slots[slot]!)])) };
      expected = rule(expected, g, i + 1);
      for (const key of Object.keys(expected))
        expect(found[key], `${key} at step ${i + 1}`).toBeCloseTo(expected[key]!, 12);
    });
  });
});
