/**
 * From the random numbers that a program drew to the noise of each clause.
 *
 * A program asks `Random` for uniforms and normals of a shape. What it makes of them is stated here, and
 * each statement is a sampler of the distribution that docs/reference.md names, whatever else a program might
 * do with the same number:
 *   symmetric  2u − 1 is uniform on (−1, 1)
 *   chosen     u < p happens with probability p
 *   peppered   u < ν/2 is the smallest value, ν/2 ≤ u < ν the largest: each with probability ν/2
 *
 * Which draw belongs to which clause is not taken from the program: clauses of one kind and shape may
 * have each other's draws, and a program is right if one way of giving them out explains all that it computed,
 * with each draw given to one clause.
 */
import { type Random } from '../../../src/runtime/index.js';
import { randomAt } from '../../../src/runtime/random.js';
import type { Noise } from '../interpret/noise.js';
import { size, type Shape } from '../interpret/tape.js';

export interface Draw {
  readonly kind: 'uniform' | 'normal';
  readonly stream: number;
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** The random numbers of a step, with a list of what was asked of them. */
export function recorded(seed: number, step: number): { readonly random: Random; readonly draws: readonly Draw[] } {
  const draws: Draw[] = [];
  const source = randomAt(seed, step);
  const draw =
    (kind: Draw['kind']): Random[typeof kind] =>
    (stream, shape) => {
      const tensor = source[kind](stream, shape);
      draws.push({ kind, stream, shape: [...shape], values: tensor.dataSync<'float32'>().slice() });
      return tensor;
    };
  return { random: { seed, step, uniform: draw('uniform'), normal: draw('normal') }, draws };
}

/** What a clause asks for. */
export interface Request {
  readonly clause: string;
  readonly kind: Draw['kind'];
  readonly shape: Shape;
}

/** Noise that notes what is asked of it, and gives none. */
export function census(): { readonly noise: Noise; readonly requests: readonly Request[] } {
  const requests: Request[] = [];
  const note =
    (kind: Draw['kind']) =>
    (clause: string, shape: Shape): void => {
      requests.push({ clause, kind, shape });
    };
  const [normal, uniform] = [note('normal'), note('uniform')];
  return {
    requests,
    noise: {
      normal: (clause, shape) => (normal(clause, shape), new Float64Array(size(shape))),
      symmetric: (clause, shape) => (uniform(clause, shape), new Float64Array(size(shape))),
      chosen: (clause, shape) => (uniform(clause, shape), () => false),
      peppered: (clause, shape) => (uniform(clause, shape), () => 0),
    },
  };
}

/** Why draws and clauses do not match. */
export class Unmatched extends Error {}

const kindOf = ({ kind, shape }: Request | Draw): string => `${kind} ${shape.join('×')}`;

/** Every way of giving the draws out, at most `limit` of them. */
export function* assignments(requests: readonly Request[], draws: readonly Draw[], limit = 120): Generator<Noise> {
  const kinds = [...new Set([...requests, ...draws].map(kindOf))];
  const groups = kinds.map((kind) => ({
    asked: requests.filter((r) => kindOf(r) === kind),
    drawn: draws.filter((d) => kindOf(d) === kind),
  }));
  for (const { asked, drawn } of groups) {
    const streams = new Set(drawn.map((d) => d.stream));
    if (streams.size !== drawn.length)
      throw new Unmatched(`two draws of one stream: ${drawn.map((d) => d.stream).join(', ')}`);
    if (asked.length !== drawn.length)
      throw new Unmatched(`clauses ask for ${list(requests.map(kindOf))}; the program drew ${list(draws.map(kindOf))}`);
  }
  let given = 0;
  for (const orders of product(groups.map(({ drawn }) => permutations(drawn)))) {
    if (given++ >= limit) return;
    yield noiseOf(
      new Map(groups.flatMap(({ asked }, g) => asked.map((request, i) => [request.clause, orders[g]![i]!] as const))),
    );
  }
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

function* product<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const item of first) for (const others of product(rest)) yield [item, ...others];
}

function noiseOf(draws: ReadonlyMap<string, Draw>): Noise {
  const of = (clause: string): Float32Array => {
    const found = draws.get(clause);
    if (found === undefined) throw new Unmatched(`${clause} has no draw`);
    return found.values;
  };
  return {
    normal: (clause) => of(clause),
    symmetric: (clause) => Float64Array.from(of(clause), (u) => 2 * u - 1),
    chosen: (clause, _shape, p) => {
      const u = of(clause);
      return (i) => u[i]! < Math.fround(p(i));
    },
    peppered: (clause, _shape, p) => {
      const u = of(clause);
      return (i) => (u[i]! < Math.fround(p(i) / 2) ? -1 : u[i]! < Math.fround(p(i)) ? 1 : 0);
    },
  };
}
