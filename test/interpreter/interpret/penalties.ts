/** Penalties, from the table of docs/language.md §7. */
import { abs, addAll, mean, minus, over, reshape, sum } from './arrays.js';
import type { Forward, Normal } from './forward.js';
import { isTensor, layerOf, num, storedOf, tensor, tensors, weightNames, type Args, type ArgValue, type BuiltinCall, type Model, type TensorRef } from './model.js';
import { add, constant, div, exp, fill, log, matmul, mul, neg, pulledBack, scale, shift, size, sqrt, square, sub, type Value } from './tape.js';

export function penalty(forward: Forward, { definition: { name }, args }: BuiltinCall): Value {
  const rule = penalties[name];
  if (rule === undefined) throw new Error(`the interpreter knows no penalty ${name}`);
  return rule(forward, args);
}

/** Weights by name, each stored one once: a tie makes one weight of two (§8). */
function weights(forward: Forward, args: Args): readonly Value[] {
  return [...new Set(weightNames(args, 'of').map((name) => storedOf(forward.model, name).name))].map((name) => forward.weight(name));
}

/** Over tensors the mean over the batch of a sum over the features; over weights the sum. */
function summed(forward: Forward, args: Args, f: (x: Value) => Value): Value {
  const of: ArgValue | undefined = args['of'];
  if (isTensor(of)) return scale(sum(f(forward.own(of))), 1 / forward.batchSize);
  return addAll(weights(forward, args).map((w) => sum(f(w))));
}

/** Features of a tensor as one axis: [batch, units]. */
const features = (x: Value): Value => reshape(x, [x.shape[0]!, size(x.shape.slice(1))]);

/** qⱼ, the mean of hⱼ over the batch. */
const activity = (forward: Forward, args: Args): Value => mean(features(forward.own(tensor(args, 'of'))), [0]);

const penalties: Readonly<Record<string, (forward: Forward, args: Args) => Value>> = {
  l1: (forward, args) => summed(forward, args, abs),
  l2: (forward, args) => summed(forward, args, square),
  weight_decay: (forward, args) => scale(addAll(weights(forward, args).map((w) => sum(square(w)))), 0.5),
  // Σⱼ ρ ln(ρ/qⱼ) + (1 − ρ) ln((1 − ρ)/(1 − qⱼ))
  kl_sparsity: (forward, args) => {
    const [q, rho] = [activity(forward, args), num(args, 'rho')];
    const some = scale(shift(neg(log(q)), Math.log(rho)), rho);
    const none = scale(shift(neg(log(shift(neg(q), 1))), Math.log(1 - rho)), 1 - rho);
    return sum(add(some, none));
  },
  squared_sparsity: (forward, args) => sum(square(shift(activity(forward, args), -num(args, 'rho')))),
  contractive: (forward, args) => contractive(forward, tensor(args, 'of')),
  // ‖WᵀW − I‖²_F, of the columns, or of the rows where those are fewer.
  orthogonal: (forward, args) => addAll(weights(forward, args).map((w) => {
    const columns = w.shape.at(-1)!;
    const flat = reshape(w, [size(w.shape) / columns, columns]);
    const gram = flat.shape[0]! < columns ? matmul(flat, flat, false, true) : matmul(flat, flat, true);
    return sum(square(sub(gram, identity(gram.shape[0]!))));
  })),
  // Σ_{i≠j} cor(hᵢ, hⱼ)² over the batch.
  uncorrelated: (forward, args) => {
    const h = features(forward.own(tensor(args, 'of')));
    const centred = minus(h, mean(h, [0]));
    const covariance = scale(matmul(centred, centred, true), 1 / forward.batchSize);
    const deviation = sqrt(mean(square(centred), [0]));
    const units = deviation.shape[0]!;
    const correlation = over(div(covariance, outerRows(deviation, units)), deviation);
    return sum(square(mul(correlation, sub(fill([units, units], 1), identity(units)))));
  },
  // 1/B Σ_b KL(q(z∣x) ‖ p(z))
  kl: (forward, args) => {
    const of = tensor(args, 'of');
    if (of.kind !== 'latent') throw new Error('kl is of a latent');
    return scale(sum(divergence(forward.posterior(of.name), forward.prior(of.name))), 1 / forward.batchSize);
  },
};

/** KL(N(μ, σ²) ‖ N(m, s²)) = ½ (ln s² − ln σ² + (σ² + (μ − m)²)/s² − 1). */
function divergence(q: Normal, p: Normal): Value {
  const spread = add(exp(q.logVariance), square(sub(q.mean, p.mean)));
  return scale(shift(add(sub(p.logVariance, q.logVariance), div(spread, exp(p.logVariance))), -1), 0.5);
}

const identity = (n: number): Value => constant([n, n], Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)));

/** dᵢ in row i. */
const outerRows = (d: Value, units: number): Value => matmul(reshape(d, [units, 1]), fill([1, units], 1));

/**
 * 1/B Σ_b Σⱼ Σᵢ (∂hⱼ/∂xᵢ)²: the derivative of example b's code in what the networks read of it. Where
 * examples do not see each other, one pull back gives the rows of all of them; with statistics of the
 * batch in between, each example is pulled back alone and its own row taken.
 */
function contractive(forward: Forward, of: TensorRef): Value {
  const h = forward.own(of);
  const flat = features(h);
  const [batch, units] = flat.shape as readonly [number, number];
  const inputs = readBy(forward.model, of).map((name) => forward.read(name));
  const alone = seesBatch(forward.model, of) ? Array.from({ length: batch }, (_, b) => [b]) : [Array.from({ length: batch }, (_, b) => b)];
  const rows = Array.from({ length: units }, (_, j) => alone.map((examples) => {
    const seed = new Float64Array(batch * units);
    for (const b of examples) seed[b * units + j] = 1;
    const moved = pulledBack(flat, constant([batch, units], seed), inputs);
    return addAll(moved.map((d) => ownRows(d, examples)));
  }));
  return scale(addAll(rows.flat()), 1 / batch);
}

/** Σ d² over the rows of some examples. */
function ownRows(d: Value, examples: readonly number[]): Value {
  const flat = features(d);
  const keep = new Set(examples);
  return sum(square(mul(flat, constant(flat.shape, flat.data.map((_, i) => (keep.has(Math.floor(i / flat.shape[1]!)) ? 1 : 0))))));
}

/** What a layer reads, and what its arguments name. */
function sources(model: Model, of: TensorRef): readonly TensorRef[] {
  if (of.kind === 'latent') {
    const { posterior } = model.latents.find((z) => z.name === of.name)!;
    return posterior.kind === 'none' ? [] : Object.values(posterior.heads);
  }
  if (of.kind !== 'layer') return [];
  const layer = layerOf(model, of.id);
  return [layer.input, ...tensors(layer.args, 'with'), ...(layer.definition.name === 'unpool' ? [tensor(layer.args, 'pool')] : [])];
}

/** The variables that a tensor is computed from. */
export function readBy(model: Model, of: TensorRef): readonly string[] {
  if (of.kind === 'variable') return [of.name];
  return [...new Set(sources(model, of).flatMap((next) => readBy(model, next)))];
}

const seesBatch = (model: Model, of: TensorRef): boolean =>
  (of.kind === 'layer' && layerOf(model, of.id).definition.name === 'batchnorm') || sources(model, of).some((next) => seesBatch(model, next));
