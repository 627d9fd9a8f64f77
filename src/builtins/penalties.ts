/**
 * Penalties: scalars added to the loss. Sums run over units, means over the batch; what is a
 * statistic of the batch or of weights alone says so in its formula.
 */
import { B, fixed, product, scaleDim } from '../ir/graph/shape.js';
import type { Node } from '../ir/graph/graph.js';
import type { Builder } from '../ir/graph/build.js';
import { asMatrix } from './kernels.js';
import { expression, num, ref, weightNames, type Args, type BuiltinCall, type Param } from './arguments.js';
import type { ArgumentTypes, Measured, Misfit, PenaltyContext, PenaltyDefinition, WithLowering } from './define.js';
import { initializers } from './initializers.js';

const of: Param = { name: 'of', type: { kind: 'expression', orWeights: true }, summary: 'a tensor, or weights' };
const tensor: Param = { name: 'of', type: { kind: 'expression' }, summary: 'a tensor' };
const latent: Param = { name: 'of', type: { kind: 'latent' }, summary: 'a latent' };
const wanted: Param = { name: 'p', aliases: ['rho', 'sparsity', 'target'], type: { kind: 'float', above: 0, below: 1 }, summary: 'the wanted mean activation', default: 0.1 };

const define = (
  name: string, summary: string, formula: string, source: string, examples: readonly string[], params: readonly Param[],
  lower: (ctx: PenaltyContext, args: Args) => Measured, more: More = {},
): WithLowering<PenaltyDefinition> => ({ category: 'penalty', name, summary, formula, source, examples, params, lower, regularises: true, ...more });

type More = Partial<Pick<PenaltyDefinition, 'aliases' | 'regularises' | 'needsRange' | 'divergence' | 'differentiates' | 'rate'>>;

/** Element by element; the sum over everything for weights. */
const elementwise = (ctx: PenaltyContext, args: Args, each: (x: Node) => Node): Measured => {
  const target = expression(args, 'of');
  return target.kind === 'weights'
    ? { whole: target.names.map((name) => ctx.b.sum(each(ctx.weight(name)))).reduce((a, c) => ctx.b.add(a, c)) }
    : { each: each(ctx.value(target)) };
};

/** A sum over weights. */
const ofWeights = (ctx: PenaltyContext, args: Args, each: (name: string) => Node): Measured =>
  ({ whole: weightNames(args, 'of').map(each).reduce((a, c) => ctx.b.add(a, c)) });

/** A tensor as observations of its units, which are the last axis: positions of a map are observations like examples. */
function observations(b: Builder, h: Node): { readonly rows: Node; readonly count: Node } {
  const positions = product(h.shape.slice(1, -1).map(fixed));
  return { rows: b.reshape(h, [scaleDim(B, positions), fixed(h.shape.at(-1))]), count: b.scale(b.batchSize(), positions) };
}

/** Mean activation of each unit over the batch (and over positions): shape [units]. */
function meanActivation({ b, value }: PenaltyContext, args: Args): Node {
  const { rows, count } = observations(b, value(expression(args, 'of')));
  return b.div(b.sum(rows, [0]), count);
}

/** ‖WᵀW − I‖² on the shorter side of a matrix. */
function gramError(b: Builder, w: Node): Node {
  const [rows, columns] = w.shape.map(fixed) as [number, number];
  const gram = rows >= columns ? b.matMul(w, w, true) : b.matMul(w, w, false, true);
  return b.sum(b.square(b.sub(gram, eye(b, Math.min(rows, columns)))));
}

const eye = (b: Builder, n: number): Node =>
  b.constant(Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)), [n, n]);

/** Added to variances, so that a unit that never changes has no correlation rather than none that is a number. */
const leastVariance = 1e-12;

/** Σ_{i≠j} cor(zᵢ, zⱼ)² over the batch. */
function correlations(b: Builder, z: Node): Node {
  const { rows, count } = observations(b, z);
  const units = fixed(rows.shape[1]);
  const centred = b.sub(rows, b.div(b.sum(rows, [0], true), count));
  const covariance = b.div(b.matMul(centred, centred, true), count);
  const variance = b.div(b.sum(b.square(centred), [0], true), count);
  const scale = b.unary('Rsqrt', b.shift(variance, leastVariance));
  const correlation = b.mul(b.mul(covariance, scale), b.reshape(scale, [units, 1]));
  return b.sum(b.square(b.mul(correlation, b.sub(b.scalar(1), eye(b, units)))));
}

/** Logits have one number for each class, or one where the target is a number from 0 to 1. */
function logitsFit({ of, target }: ArgumentTypes): Misfit | undefined {
  const number = target?.number;
  if (number !== undefined && (number < 0 || number > 1)) return { expected: 'a number from 0 to 1', found: String(number), hint: 'a number is the label of all examples, or a softened one' };
  const logits = of!.shape;
  const shape = number !== undefined ? [1] : target!.shape;
  if (logits.join() === shape.join()) return undefined;
  return {
    expected: number !== undefined ? 'one number, the logit of 1' : `one number for each class: ${shape.join('×')}`,
    found: logits.length === 0 ? 'a scalar' : logits.join('×'),
    hint: number !== undefined ? 'end the network with `dense(1)`' : `end the network with \`dense(${shape.at(-1) ?? 1})\``,
  };
}

/** Both arguments have one shape. */
const alike = (first: string, second: string) => (types: ArgumentTypes): Misfit | undefined => {
  const [a, b] = [types[first]!.shape, types[second]!.shape];
  return a.join() === b.join() ? undefined : { expected: a.join('×') || 'a scalar', found: b.join('×') || 'a scalar', hint: 'compare tensors of one shape' };
};

const declared = (
  name: string, summary: string, formula: string, source: string, examples: readonly string[], params: readonly Param[], more: More & Partial<Pick<PenaltyDefinition, 'compares' | 'fits' | 'weights'>> = {},
): PenaltyDefinition => ({ category: 'penalty', name, summary, formula, source, examples, params, lowered: false, regularises: true, ...more });

export const penalties: readonly PenaltyDefinition[] = [
  define('l1', 'Sum of absolute values: many exact zeros with relu.', 'Ω(h) = Σᵢ |hᵢ|; Σ |w| for weights', 'lecture 1 (Wells), sparse autoencoder', ['l1(code)', 'l1(code.kernel)'], [of],
    (ctx, args) => elementwise(ctx, args, (x) => ctx.b.unary('Abs', x)), { aliases: ['lasso', 'l1_loss', 'activity_regularizer', 'sparsity'] }),
  define('l2', 'Sum of squares.', 'Ω(h) = Σᵢ hᵢ²; Σ w² for weights, twice `weight_decay`', 'lecture 2 (Huang), sparse autoencoder', ['l2(code)'], [of],
    (ctx, args) => elementwise(ctx, args, (x) => ctx.b.square(x)), { aliases: ['ridge', 'l2_loss'] }),
  define('weight_decay', 'Half the sum of squares of the kernels; biases are left alone.', 'Ω = ½ Σ w²', 'Krogh & Hertz 1992', ['weight_decay(all)', 'weight_decay(encoder)'],
    [{ name: 'of', type: { kind: 'weights' }, summary: 'a weight, a layer, a network, or `all`' }],
    (ctx, args) => ofWeights(ctx, args, (name) => ctx.b.scale(ctx.b.sum(ctx.b.square(ctx.weight(name))), 0.5)), { aliases: ['decay', 'kernel_regularizer'], rate: 'whole' }),
  define('kl_sparsity', 'Pulls each unit\'s mean activation over the batch towards p, as two Bernoulli variables.',
    'Ω = Σⱼ p ln(p/qⱼ) + (1−p) ln((1−p)/(1−qⱼ)), qⱼ the mean over the batch', 'lecture 3 (Scott), sparse autoencoder; Ng 2011', ['kl_sparsity(code, p: 0.1)'], [tensor, wanted],
    (ctx, args) => {
      const { b } = ctx;
      const p = num(args, 'p');
      const q = b.make('Minimum', [b.make('Maximum', [meanActivation(ctx, args), b.scalar(1e-7)]), b.scalar(1 - 1e-6)]);
      const on = b.scale(b.unary('Log', q), -p);
      const off = b.scale(b.unary('Log', b.sub(b.scalar(1), q)), -(1 - p));
      return { whole: b.sum(b.shift(b.add(on, off), p * Math.log(p) + (1 - p) * Math.log(1 - p))) };
    }, { needsRange: [0, 1], aliases: ['sparse', 'kl_divergence_sparsity'], rate: 'whole' }),
  define('squared_sparsity', 'Pulls each unit\'s mean activation over the batch towards p, by squared error.', 'Ω = Σⱼ (qⱼ − p)²', 'lecture 3 (Scott), sparse autoencoder', ['squared_sparsity(code, p: 0.1)'], [tensor, wanted],
    (ctx, args) => ({ whole: ctx.b.sum(ctx.b.square(ctx.b.shift(meanActivation(ctx, args), -num(args, 'p')))) }), { rate: 'whole' }),
  define('contractive', 'The squared Frobenius norm of the Jacobian of a tensor, at clean data, in all observed numbers that it is computed from, or in the tensor `in`: small where the code hardly moves with the input.',
    'Ω = Σⱼ Σᵢ (∂hⱼ/∂xᵢ)²', 'Rifai et al. 2011, eq. 2', ['contractive(code)', 'contractive(code, in: x)'],
    [tensor, { name: 'in', type: { kind: 'expression' }, summary: 'what the derivative is taken in', optional: true }],
    (ctx, args) => ({ each: ctx.jacobianNorm(expression(args, 'of'), args['in'] === undefined ? undefined : expression(args, 'in')) }), { differentiates: true, aliases: ['jacobian', 'frobenius'] }),
  define('orthogonal', 'How far the columns of a kernel (rows, where those are fewer) are from orthonormal.', 'Ω = ‖WᵀW − I‖²_F', 'lecture 4, constraint 2', ['orthogonal(code.kernel)'],
    [{ name: 'of', type: { kind: 'weights' }, summary: 'kernels' }],
    (ctx, args) => ofWeights(ctx, args, (name) => gramError(ctx.b, asMatrix(ctx.b, ctx.weight(name), ctx.axes(name)))), { regularises: false, rate: 'whole' }),
  define('uncorrelated', 'How correlated the units are over the batch (channels, over the positions too).', 'Ω = Σ_{i≠j} cor(zᵢ, zⱼ)², cor = cov / √((varᵢ + 1e-12)(varⱼ + 1e-12))', 'lecture 4, constraint 3', ['uncorrelated(code)'], [tensor],
    (ctx, args) => ({ whole: correlations(ctx.b, ctx.value(expression(args, 'of'))) }), { regularises: false, rate: 'whole' }),
  define('kl', 'The divergence of a latent\'s posterior from its prior: in closed form, or where there is none log q(z∣x) − log p(z) at the value drawn.', 'Ω = Σᵢ KL(q(zᵢ|x) ‖ p(zᵢ))', 'Kingma & Welling 2014, appendix B', ['kl(z)'], [latent],
    (ctx, args) => {
      const { definition, posterior, prior } = ctx.latent(ref(args, 'of'));
      return { each: definition.kl(ctx.b, posterior, prior().params) };
    }, { divergence: true, aliases: ['kld', 'kl_divergence', 'kl_loss'] }),
  declared('cross_entropy', 'The cross-entropy of a label, where it is known, with the softmax of a tensor; with a single logit the binary one.', 'Ω = −Σₖ yₖ ln softmax(a)ₖ',
    'Goodfellow, Bengio & Courville 2016, §6.2.2.3; lecture 2 (Huang)', ['cross_entropy(label, y)', 'cross_entropy(critic(x), 1)'],
    [{ name: 'of', type: { kind: 'expression' }, summary: 'logits' }, { name: 'target', type: { kind: 'expression' }, summary: 'a category, a distribution, or a number from 0 to 1' }],
    { compares: true, regularises: false, fits: logitsFit, aliases: ['crossentropy', 'nll_loss'] }),
  declared('rate', 'What a quantised latent costs under its prior, in nats; reports print bits.', 'Ω = −ln p(z)', 'Theis et al. 2017, eq. 3; Ballé, Laparra & Simoncelli 2017, eq. 9', ['rate(z)'], [latent]),
  declared('l0', 'The number of active units of a `jump_relu`, with the derivative of its threshold.', 'Ω = Σᵢ H(aᵢ − θᵢ)', 'Rajamanoharan et al. 2024, eq. 9', ['l0(code)'], [{ name: 'of', type: { kind: 'layer' }, summary: 'a `jump_relu`' }]),
  declared('gradient_penalty', 'Keeps the gradient of a critic at length 1 between two tensors.', 'Ω = (‖∇critic(x̂)‖ − 1)², x̂ = u a + (1 − u) b, u ~ U(0, 1)', 'Gulrajani et al. 2017, eq. 3', ['gradient_penalty(critic, x, generator)'],
    [{ name: 'critic', type: { kind: 'network' }, summary: 'a network with one output' }, { name: 'a', type: { kind: 'expression' }, summary: 'real examples' }, { name: 'b', type: { kind: 'expression' }, summary: 'made ones' }],
    { regularises: false, differentiates: true, fits: alike('a', 'b') }),
  declared('total_correlation', 'How far the units of a latent are from independent over the whole data, estimated over the batch.', 'Ω = KL(q(z) ‖ Πⱼ q(zⱼ))', 'Chen et al. 2018, eq. S1', ['total_correlation(z)'], [latent], { rate: 'whole' }),
  declared('mmd', 'The squared maximum mean discrepancy between a tensor and draws from a distribution, over the batch.', 'Ω = E k(h, h′) + E k(z, z′) − 2 E k(h, z), k(a, b) = C / (C + ‖a − b‖²)', 'Tolstikhin et al. 2018, §4', ['mmd(code, normal(0, 1))'],
    [tensor, { name: 'prior', type: { kind: 'builtin', category: 'prior' }, summary: 'what it should be distributed as', default: 'normal' }], { rate: 'whole' }),
  declared('commitment', 'Keeps what stands in front of a codebook near the entries that it is replaced by.', 'Ω = Σ (h − stop(e))²', 'van den Oord, Vinyals & Kavukcuoglu 2017, eq. 3', ['commitment(z)'], [latent]),
  declared('cluster', 'Sharpens soft assignments of the code to learned centroids.', 'Ω = Σⱼ pⱼ ln(pⱼ/qⱼ), qⱼ ∝ 1 / (1 + ‖h − μⱼ‖²), pⱼ ∝ qⱼ² / Σ_b qⱼ', 'Xie, Girshick & Farhadi 2016, eq. 1–3', ['cluster(code, centroids: 10)'],
    [tensor, { name: 'centroids', type: { kind: 'int', min: 2 }, summary: 'number of centroids' }],
    { rate: 'whole', weights: ({ of: type }, args) => [{ name: 'centroids', shape: [num(args, 'centroids'), type!.shape.at(-1) ?? 1], axes: ['output', 'input'], initializer: glorot, trainable: true, role: 'kernel' }] }),
];

const glorot: BuiltinCall = { kind: 'call', definition: initializers.find((i) => i.name === 'glorot_uniform')!, args: {} };
