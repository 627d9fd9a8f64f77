/** Penalties, from the table of docs/language.md §7: a number for each example, or one of the batch or of weights. */
import { softplus } from './activations.js';
import { abs, addAll, broadcast, logSumExp, mask, mean, minus, over, reshape, sum } from './arrays.js';
import { perExample, refOf, spread, valueOf, type Scope } from './expressions.js';
import { modes, type Forward, type Normal } from './forward.js';
import { asColumns } from './kernels.js';
import { banded } from './layers.js';
import { positionsOf } from './missing.js';
import {
  callOf,
  expression,
  isTensor,
  layerOf,
  num,
  storedOf,
  tensor,
  tensors,
  weightNames,
  type Args,
  type Expression,
  type Model,
  type TensorRef,
} from './model.js';
import {
  gather,
  add,
  constant,
  div,
  exp,
  fill,
  largestOf,
  log,
  matmul,
  mul,
  near,
  nearness,
  neg,
  pulledBack,
  scale,
  shift,
  size,
  sqrt,
  square,
  stopped,
  sub,
  variable,
  type Value,
} from './tape.js';

export function penalty(
  scope: Scope,
  {
    call: {
      definition: { name },
      args,
    },
    text,
    weights,
  }: Extract<Expression, { readonly kind: 'penalty' }>,
): Value {
  const rule = penalties[name];
  if (rule === undefined) throw new Error(`the interpreter knows no penalty ${name}`);
  return rule(scope, args, text, weights ?? '');
}

/** Weights by name, each stored one once: a tie makes one weight of two (§8). */
function named({ model }: Forward, args: Args): readonly string[] {
  const names = weightNames(args, 'of') ?? [];
  const stored = names.map((name) => storedOf(model, name).name);
  return names.filter((_, i) => stored.indexOf(stored[i]!) === i);
}

/** The sum over the features of each example, or over weights. */
function summed(scope: Scope, args: Args, f: (x: Value) => Value): Value {
  if (weightNames(args, 'of') === undefined) return perExample(f(valueOf(scope, expression(args, 'of'))));
  return addAll(named(scope.forward, args).map((name) => sum(f(scope.forward.weight(name)))));
}

/**
 * What is observed of each unit, an element of the last axis: positions of a map count as further examples, those of a
 * sequence where they are there.
 */
function observed(scope: Scope, args: Args): Value {
  const of = expression(args, 'of');
  const h = valueOf(scope, of);
  const units = h.shape.at(-1)!;
  const there = of.kind === 'tensor' ? positionsOf(scope.forward, of.ref) : undefined;
  if (there === undefined) return reshape(h, [h.data.length / units, units]);
  const each = h.data.length / there.data.length;
  const kept = [...there.data.keys()].filter((i) => there.data[i] === 1);
  const index = Int32Array.from(kept.flatMap((i) => Array.from({ length: each }, (_, k) => i * each + k)));
  return gather(h, [index.length / units, units], index);
}

const penalties: Readonly<Record<string, (scope: Scope, args: Args, text: string, weights: string) => Value>> = {
  l1: (scope, args) => summed(scope, args, abs),
  l2: (scope, args) => summed(scope, args, square),
  // Σ H(aᵢ − θᵢ), whose derivative in θ is −1/ε within half a band of it (Rajamanoharan et al. 2024, eq. 9 and 12).
  l0: ({ forward }, args) => {
    const of = tensor(args, 'of');
    if (of.kind !== 'layer') throw new Error('l0 is of a layer');
    const layer = layerOf(forward.model, of.id);
    const a = forward.tensor(layer.input);
    const theta = broadcast(exp(forward.weight(`${layer.id}.log_threshold`)), a.shape);
    const distance = a.data.map((v, i) => v - theta.data[i]!);
    const active = mask(a.shape, (i) => distance[i]! > 0);
    return perExample(
      near(add(active, banded(a, theta, num(layer.args, 'bandwidth'))), nearness(distance, largestOf(a.data))),
    );
  },
  weight_decay: ({ forward }, args) =>
    scale(addAll(named(forward, args).map((name) => sum(square(forward.weight(name))))), 0.5),
  // Σⱼ p ln(p/qⱼ) + (1 − p) ln((1 − p)/(1 − qⱼ)), qⱼ held between 10⁻⁷ and 1 − 10⁻⁶
  kl_sparsity: (scope, args) => {
    const [q, p] = [bounded(mean(observed(scope, args), [0]), 1e-7, 1 - 1e-6), num(args, 'p')];
    const some = scale(shift(neg(log(q)), Math.log(p)), p);
    const none = scale(shift(neg(log(shift(neg(q), 1))), Math.log(1 - p)), 1 - p);
    return sum(add(some, none));
  },
  // Xie et al. 2016, eq. 1–3, averaged over the batch; the target stands still.
  cluster: (scope, args, _text, weights) => {
    const h = observed(scope, args);
    const centroids = scope.forward.weight(`${weights}.centroids`);
    const [rows, units] = h.shape as readonly [number, number];
    const k = centroids.shape[0]!;
    const all = [rows, k, units];
    const apart = sub(broadcast(reshape(h, [rows, 1, units]), all), broadcast(reshape(centroids, [1, k, units]), all));
    const near_ = div(fill([rows, k], 1), shift(sum(square(apart), [2]), 1));
    const q = over(near_, reshape(sum(near_, [1]), [rows, 1]));
    const sharp = over(square(q), sum(q, [0]));
    const p = stopped(over(sharp, reshape(sum(sharp, [1]), [rows, 1])));
    return scale(sum(mul(p, sub(log(p), log(q)))), 1 / rows);
  },
  // Gulrajani et al. 2017, eq. 3: at a point between two, one draw an example.
  gradient_penalty: (scope, args, text) => {
    const critic = args['critic'];
    if (typeof critic !== 'object' || !('kind' in critic) || critic.kind !== 'network') throw new Error('no critic');
    const [a, b] = [valueOf(scope, expression(args, 'a')), valueOf(scope, expression(args, 'b'))];
    const rows = a.shape[0]!;
    const drawn = [rows, ...a.shape.slice(1).map(() => 1)];
    const draws = Float64Array.from(scope.forward.noise.symmetric(scope.forward.once(text), drawn), (v) => (v + 1) / 2);
    const u = broadcast(constant(drawn, draws), a.shape);
    const between = add(b, mul(u, sub(a, b)));
    // A leaf of its own, so that the slope is taken there.
    const judged = scope.forward.on(critic.name, between);
    const [slope] = pulledBack(judged, fill(judged.shape, 1), [between]);
    return square(shift(sqrt(shift(perExample(square(slope!)), 1e-12)), -1));
  },
  squared_sparsity: (scope, args) => sum(square(shift(mean(observed(scope, args), [0]), -num(args, 'p')))),
  contractive: (scope, args) =>
    contractive(
      scope.forward,
      refOf(expression(args, 'of')),
      args['in'] === undefined ? undefined : refOf(expression(args, 'in')),
    ),
  // ‖WᵀW − I‖²_F, of the columns, or of the rows where those are fewer.
  orthogonal: ({ forward }, args) =>
    addAll(
      named(forward, args).map((name) => {
        const w = asColumns(forward.model, name, forward.weight(name));
        const gram = w.shape[0]! < w.shape[1]! ? matmul(w, w, false, true) : matmul(w, w, true);
        return sum(square(sub(gram, identity(gram.shape[0]!))));
      }),
    ),
  // Σ_{i≠j} cor(hᵢ, hⱼ)², cor = cov/√((varᵢ + 1e-12)(varⱼ + 1e-12)).
  uncorrelated: (scope, args) => {
    const h = observed(scope, args);
    const centred = minus(h, mean(h, [0]));
    const covariance = scale(matmul(centred, centred, true), 1 / h.shape[0]!);
    const deviation = sqrt(shift(mean(square(centred), [0]), 1e-12));
    const units = deviation.shape[0]!;
    const correlation = over(div(covariance, outerRows(deviation, units)), deviation);
    return sum(square(mul(correlation, sub(fill([units, units], 1), identity(units)))));
  },
  // KL(q(z∣x) ‖ p(z))
  kl: ({ forward }, args) => {
    const of = tensor(args, 'of');
    if (of.kind !== 'latent') throw new Error('kl is of a latent');
    return perExample(divergence(forward.posterior(of.name), forward.prior(of.name)));
  },
  // −Σₖ yₖ ln softmax(a)ₖ; with one logit −y ln σ(a) − (1 − y) ln(1 − σ(a)).
  cross_entropy: (scope, args) => {
    const [of, target] = [expression(args, 'of'), expression(args, 'target')];
    const a = valueOf(scope, of);
    const y = spread(valueOf(scope, target), target.type.rate === 'each', a.shape);
    if (a.shape.at(-1) === 1) return perExample(sub(softplus(a), mul(y, a)));
    const logs = minus(a, reshape(logSumExp(a), [...a.shape.slice(0, -1), 1]));
    return perExample(neg(mul(y, logs)));
  },
  mmd: (scope, args, text) => {
    const h = observed(scope, args);
    const prior = callOf(args, 'prior');
    const epsilon = constant(h.shape, scope.forward.noise.normal(scope.forward.once(text), h.shape));
    const sigma = num(prior.args, 'sigma');
    const z = shift(scale(epsilon, sigma), num(prior.args, 'mean'));
    return discrepancy(h, z, 2 * h.shape[1]! * sigma * sigma);
  },
};

/** E k(h, h′) + E k(z, z′) − 2 E k(h, z) over pairs of different examples (Tolstikhin et al. 2018, algorithm 2), k(a, b) = C/(C + ‖a − b‖²). */
function discrepancy(h: Value, z: Value, c: number): Value {
  const n = h.shape[0]!;
  const kernels = (a: Value, b: Value): Value => {
    const rows = (x: Value): Value => sum(square(x), [1]);
    const lengths = add(
      matmul(reshape(rows(a), [n, 1]), fill([1, n], 1)),
      matmul(fill([n, 1], 1), reshape(rows(b), [1, n])),
    );
    const distances = sub(lengths, scale(matmul(a, b, false, true), 2));
    return div(fill([n, n], c), shift(distances, c));
  };
  const others = sub(fill([n, n], 1), identity(n));
  const pairs = (x: Value): Value => scale(sum(mul(kernels(x, x), others)), 1 / (n * Math.max(1, n - 1)));
  return addAll([pairs(h), pairs(z), scale(sum(kernels(h, z)), -2 / (n * n))]);
}

/** KL(N(μ, σ²) ‖ N(m, s²)) = ½ (ln s² − ln σ² + (σ² + (μ − m)²)/s² − 1). */
function divergence(q: Normal, p: Normal): Value {
  const spread = add(exp(q.logVariance), square(sub(q.mean, p.mean)));
  return scale(shift(add(sub(p.logVariance, q.logVariance), div(spread, exp(p.logVariance))), -1), 0.5);
}

const identity = (n: number): Value =>
  constant(
    [n, n],
    Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
  );

/** dᵢ in row i. */
const outerRows = (d: Value, units: number): Value => matmul(reshape(d, [units, 1]), fill([1, units], 1));

/**
 * Σⱼ Σᵢ (∂hⱼ/∂xᵢ)² of each example, at clean data, of the network as it is deployed: no example sees another there, so
 * that one pull back gives the rows of all of them.
 */
function contractive(around: Forward, of: TensorRef, from: TensorRef | undefined): Value {
  const clean = (): Forward => around.beside({ ...modes.deployed, degraded: around.mode.degraded });
  const forward = clean();
  const inputs =
    from === undefined ? numbersBehind(forward, of).map((name) => forward.read(name)) : [held(forward, clean(), from)];
  const h = forward.tensor(of);
  const [batch, units] = [h.shape[0]!, size(h.shape.slice(1))];
  const flat = reshape(h, [batch, units]);
  const rows = Array.from({ length: units }, (_, j) => {
    const seed = constant(
      [batch, units],
      Float64Array.from({ length: batch * units }, (_v, i) => (i % units === j ? 1 : 0)),
    );
    return pulledBack(flat, seed, inputs).map((d) => perExample(square(d)));
  });
  const all = rows.flat();
  return all.length === 0 ? fill([batch], 0) : addAll(all);
}

/** A tensor as something that the derivative can be taken in: its value, in its own place. */
function held(forward: Forward, other: Forward, ref: TensorRef): Value {
  const value = other.tensor(ref);
  // What is drawn is of no weight, and the derivative is taken in it all the same.
  const place = value.moves ? reshape(value, value.shape) : variable(value.shape, value.data);
  forward.replace(ref, place);
  return place;
}

/** The observed numbers that a tensor is computed from. */
const numbersBehind = (forward: Forward, of: TensorRef): readonly string[] =>
  readBy(forward.model, of).filter((name) => forward.variable(name).domain.kind !== 'category');

/** What a tensor is computed from. */
function sources(model: Model, of: TensorRef): readonly TensorRef[] {
  if (of.kind === 'latent')
    return Object.values(model.latents.find((z) => z.name === of.name)?.experts[0]?.heads ?? {});
  if (of.kind === 'applied') return [of.of, ...of.application.inputs.flatMap(tensorsIn)];
  if (of.kind !== 'layer') return [];
  const layer = layerOf(model, of.id);
  return [
    layer.input,
    ...tensors(layer.args, 'with'),
    ...(isTensor(layer.args['pool']) ? [tensor(layer.args, 'pool')] : []),
  ];
}

const tensorsIn = (expr: Expression): readonly TensorRef[] => {
  switch (expr.kind) {
    case 'tensor':
      return [expr.ref];
    case 'negate':
      return tensorsIn(expr.operand);
    case 'binary':
      return [...tensorsIn(expr.left), ...tensorsIn(expr.right)];
    case 'function':
      return expr.operands.flatMap(tensorsIn);
    default:
      return [];
  }
};

/** The variables that a tensor is computed from. */
export function readBy(model: Model, of: TensorRef): readonly string[] {
  if (of.kind === 'variable') return [of.name];
  return [...new Set(sources(model, of).flatMap((next) => readBy(model, next)))];
}

/** Values between two bounds; beyond them a constant. */
function bounded(x: Value, low: number, high: number): Value {
  const values = Array.from(x.data);
  const inside = Float64Array.from(values, (v) => Number(v >= low && v <= high));
  const outside = Float64Array.from(values, (v) => (v < low ? low : v > high ? high : 0));
  return add(mul(x, constant(x.shape, inside)), constant(x.shape, outside));
}
