/** A graph under construction together with the numbers that are fed to it. */
import { gradients, reachable } from '../../src/ir/graph/autodiff.js';
import type { WeightLayout } from '../../src/builtins/define.js';
import { Builder } from '../../src/ir/graph/build.js';
import type { DType, Graph, Node } from '../../src/ir/graph/graph.js';
import type { Shape } from '../../src/ir/graph/shape.js';
import { count, value, type Environment, type Value } from './reference.js';
import { evaluateNodes } from './reference.js';
import { resolve } from './reference/value.js';

/** A small generator (mulberry32): test data needs to be repeatable, not good. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A dense or convolutional kernel, or a bias, by its shape. */
export const layoutOf = (shape: readonly number[]): WeightLayout => ({
  shape,
  axes:
    shape.length < 2 ? shape.map(() => 'output') : [...shape.slice(2).map(() => 'window' as const), 'input', 'output'],
});

/** How the elements of a tensor are chosen, given how many there are. */
export type Draw = (random: () => number, size: number) => readonly number[];

const each =
  (one: (u: number) => number): Draw =>
  (random, size) =>
    Array.from({ length: size }, () => one(random()));

/** Either sign, at least 0.1 away from zero, where kinks are. */
export const signed = each((u) => (u < 0.5 ? -0.1 - 2.6 * u : 0.1 + 2.6 * (u - 0.5)));
export const positive = each((u) => 0.3 + 1.5 * u);
export const unit = each((u) => u);
/** Away from integers and halves, where Floor and Round jump. */
export const fractional = each((u) => Math.floor(u * 9) - 4 + [0.2, 0.3, 0.7, 0.8][Math.floor(u * 36) % 4]!);
export const integers = (below: number): Draw => each((u) => Math.floor(u * below));
export const always = (x: number): Draw => each(() => x);
export const list =
  (...values: readonly number[]): Draw =>
  (_random, size) =>
    Array.from({ length: size }, (_, i) => values[i % values.length]!);

/** All different by at least 0.07, so that a small step changes no maximum. */
export const distinct: Draw = (random, size) => {
  const order = Array.from({ length: size }, (_, i) => ({ i, key: random() })).sort((a, b) => a.key - b.key);
  return order.map(({ i }) => (i - size / 2 + 0.25) * 0.07);
};

export class Kit {
  readonly b = new Builder();
  readonly feeds: Record<string, Value> = {};
  /** The inputs that derivatives are taken in. */
  readonly wrt: Node[] = [];
  readonly random: () => number;

  constructor(
    readonly batch = 2,
    seed = 7,
  ) {
    this.random = generator(seed);
  }

  get env(): Environment {
    return { batch: this.batch, feeds: this.feeds, seed: 3, step: 5, epoch: 0.5 };
  }

  /** An input that derivatives are taken in. Numbers are float32, so that every backend can be fed the same. */
  x(shape: Shape, draw: Draw = signed): Node {
    const node = this.k(shape, draw);
    this.wrt.push(node);
    return node;
  }

  /** An input that stays as it is. */
  k(shape: Shape, draw: Draw = signed, dtype: DType = 'float32', name = `x${Object.keys(this.feeds).length}`): Node {
    const concrete = resolve(shape, this);
    this.feeds[name] = value(concrete, draw(this.random, count(concrete)).map(Math.fround));
    return this.b.input('data', name, shape, dtype);
  }

  evaluate(...nodes: readonly Node[]): readonly Value[] {
    const needed = new Map(nodes.flatMap(reachable).map((node) => [node.id, node]));
    const known = evaluateNodes(
      [...needed.values()].sort((a, b) => a.id - b.id),
      this.env,
    );
    return nodes.map((node) => known.get(node.id)!);
  }

  /** Σ wᵢ yᵢ with random w: its gradient holds every element's. */
  weighted(y: Node): Node {
    return this.b.sum(this.b.mul(y, this.k(y.shape)));
  }

  graph(outputs: Readonly<Record<string, Node>>): Graph {
    return this.b.finish(
      'case',
      Object.entries(outputs).map(([name, node]) => ({ name, node })),
    );
  }
}

/** A float output with its first and second derivatives: gradients of Σwy, and of the sum of their squares. */
export interface Derivatives {
  readonly loss: Node;
  readonly first: readonly Node[];
  readonly squares: Node;
  readonly second: readonly Node[];
}

export function differentiate(kit: Kit, y: Node): Derivatives {
  const { b, wrt } = kit;
  const loss = kit.weighted(y);
  const first = gradients(b, loss, wrt);
  const squares = first.map((g) => b.sum(b.square(g))).reduce((a, c) => b.add(a, c));
  return { loss, first, squares, second: gradients(b, squares, wrt) };
}

/**
 * How far gradients are from central differences (five points, h = 1e-3: both errors near 1e-12)
 * along random directions, relative to the terms of the directional derivative.
 */
export function gradientError(
  kit: Kit,
  scalar: Node,
  grads: readonly Node[],
  xs: readonly Node[] = kit.wrt,
  directions = 2,
): number {
  const order = reachable(scalar);
  const at = (feeds: Readonly<Record<string, Value>>): number =>
    evaluateNodes(order, { ...kit.env, feeds }).get(scalar.id)!.data[0]!;
  const analytic = kit.evaluate(...grads);
  const random = generator(11);
  let worst = 0;
  for (let k = 0; k < directions; k++) {
    const direction = xs.map((x) => Float64Array.from(kit.feeds[nameOf(x)]!.data, () => 2 * random() - 1));
    const moved = (h: number): number => {
      const feeds = { ...kit.feeds };
      xs.forEach((x, i) => {
        const { shape, data } = kit.feeds[nameOf(x)]!;
        feeds[nameOf(x)] = value(
          shape,
          data.map((v, j) => v + h * direction[i]![j]!),
        );
      });
      return at(feeds);
    };
    const h = 1e-3;
    const difference = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
    let [slope, scale] = [0, 1e-3];
    analytic.forEach((g, i) =>
      g.data.forEach((v, j) => {
        slope += v * direction[i]![j]!;
        scale += Math.abs(v * direction[i]![j]!);
      }),
    );
    // NaN must not pass for small.
    const error = Math.abs(slope - difference) / scale;
    worst = error <= worst ? worst : error;
  }
  return worst;
}

export const nameOf = (input: Node): string => input.attrs['name'] as string;

/** The largest difference of two tensors, relative to the largest element; equal infinities are equal. */
export function difference(a: Value, b: Value): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  const scale = a.data.reduce((top, x) => (Number.isFinite(x) ? Math.max(top, Math.abs(x)) : top), 1);
  let worst = 0;
  a.data.forEach((x, i) => {
    const y = b.data[i]!;
    if (Object.is(x, y) || x === y) return;
    const error = Math.abs(x - y) / scale;
    worst = error <= worst ? worst : error;
  });
  return worst;
}
