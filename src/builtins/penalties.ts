/**
 * Penalties: scalars added to the loss. Sums run over units, means over the batch; what is a
 * statistic of the batch or of weights alone says so in its formula.
 */
import { B, fixed, product, scaleDim } from '../ir/graph/shape.js';
import type { Node } from '../ir/graph/graph.js';
import type { Builder } from '../ir/graph/build.js';
import { asMatrix } from './kernels.js';
import { num, ref, weightNames, type Args, type Param } from './arguments.js';
import type { ArgumentShapes, WithLowering, Misfit, PenaltyContext, PenaltyDefinition } from './define.js';

const of: Param = { name: 'of', type: { kind: 'tensor', orWeights: true }, summary: 'a named tensor, or weights' };
const layerParam: Param = { name: 'of', type: { kind: 'tensor' }, summary: 'a named tensor' };
const rho: Param = { name: 'rho', type: { kind: 'float', above: 0, below: 1 }, summary: 'the wanted mean activation', default: 0.1 };

const define = (
  name: string, summary: string, formula: string, source: string, examples: readonly string[], params: readonly Param[],
  lower: (ctx: PenaltyContext, args: Args) => Node, more: { readonly regularises?: boolean; readonly needsRange?: readonly [number, number]; readonly divergence?: true; readonly differentiates?: true } = {},
): WithLowering<PenaltyDefinition> => ({ category: 'penalty', name, summary, formula, source, examples, params, lower, regularises: true, ...more });

/** A sum over elements: averaged over the batch for activations, plain for weights. */
const total = (ctx: PenaltyContext, args: Args, each: (x: Node) => Node): Node => {
  const target = args['of'];
  if (typeof target === 'object' && 'kind' in target && target.kind === 'weights') {
    return target.names.map((name) => ctx.b.sum(each(ctx.weight(name)))).reduce((a, c) => ctx.b.add(a, c));
  }
  return ctx.b.batchMean(each(ctx.tensor(ref(args, 'of'))));
};

/** A tensor as observations of its units, which are the last axis: positions of a map are observations like examples. */
function observations(b: Builder, h: Node): { readonly rows: Node; readonly count: Node } {
  const positions = product(h.shape.slice(1, -1).map(fixed));
  return { rows: b.reshape(h, [scaleDim(B, positions), fixed(h.shape.at(-1))]), count: b.scale(b.batchSize(), positions) };
}

/** Mean activation of each unit over the batch (and over positions): shape [units]. */
function meanActivation({ b, tensor }: PenaltyContext, args: Args): Node {
  const { rows, count } = observations(b, tensor(ref(args, 'of')));
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

/** Logits have one number for each class, or one where the target is 0 or 1. */
function logitsFit({ of, target }: ArgumentShapes): Misfit | undefined {
  if (typeof target === 'number' && target !== 0 && target !== 1) return { expected: '0 or 1', found: String(target), hint: 'a number is the label of all examples' };
  const logits = of as readonly number[];
  const wanted = typeof target === 'number' ? [1] : target!;
  if (logits.join() === wanted.join()) return undefined;
  return {
    expected: typeof target === 'number' ? 'one number, the logit of 1' : `one number for each class: ${wanted.join('×')}`,
    found: logits.length === 0 ? 'a scalar' : logits.join('×'),
    hint: typeof target === 'number' ? 'end the network with `dense(1)`' : `end the network with \`dense(${wanted.at(-1) ?? 1})\``,
  };
}

export const penalties: readonly PenaltyDefinition[] = [
  define('l1', 'Sum of absolute values: many exact zeros with relu.', 'Ω(h) = E_batch Σᵢ |hᵢ|; Σ |w| for weights', 'lecture 1 (Wells), sparse autoencoder', ['l1(code)', 'l1(code.kernel)'], [of],
    (ctx, args) => total(ctx, args, (x) => ctx.b.unary('Abs', x))),
  define('l2', 'Sum of squares.', 'Ω(h) = E_batch Σᵢ hᵢ²; Σ w² for weights', 'lecture 2 (Huang), sparse autoencoder', ['l2(code)'], [of],
    (ctx, args) => total(ctx, args, (x) => ctx.b.square(x))),
  define('weight_decay', 'Half the sum of squares of the kernels; biases are left alone.', 'Ω = ½ Σ w²', 'Krogh & Hertz 1992', ['weight_decay(all)', 'weight_decay(encoder)'],
    [{ name: 'of', type: { kind: 'weights' }, summary: 'a weight, a layer, a network, or `all`' }],
    (ctx, args) => weightNames(args, 'of').map((name) => ctx.b.scale(ctx.b.sum(ctx.b.square(ctx.weight(name))), 0.5)).reduce((a, c) => ctx.b.add(a, c))),
  define('kl_sparsity', 'Pulls each unit\'s mean activation over the batch towards ρ, as two Bernoulli variables.',
    'Ω = Σⱼ ρ ln(ρ/qⱼ) + (1−ρ) ln((1−ρ)/(1−qⱼ)), qⱼ the mean over the batch', 'lecture 3 (Scott), sparse autoencoder; Ng 2011', ['kl_sparsity(code, rho: 0.1)'], [layerParam, rho],
    (ctx, args) => {
      const { b } = ctx;
      const p = num(args, 'rho');
      const q = b.make('Minimum', [b.make('Maximum', [meanActivation(ctx, args), b.scalar(1e-7)]), b.scalar(1 - 1e-6)]);
      const on = b.scale(b.unary('Log', q), -p);
      const off = b.scale(b.unary('Log', b.sub(b.scalar(1), q)), -(1 - p));
      return b.sum(b.shift(b.add(on, off), p * Math.log(p) + (1 - p) * Math.log(1 - p)));
    }, { needsRange: [0, 1] }),
  define('squared_sparsity', 'Pulls each unit\'s mean activation over the batch towards ρ, by squared error.', 'Ω = Σⱼ (qⱼ − ρ)²', 'lecture 3 (Scott), sparse autoencoder', ['squared_sparsity(code, rho: 0.1)'], [layerParam, rho],
    (ctx, args) => ctx.b.sum(ctx.b.square(ctx.b.shift(meanActivation(ctx, args), -num(args, 'rho'))))),
  define('contractive', 'The squared Frobenius norm of the Jacobian of a tensor, at clean data, in all observed numbers that it is computed from, or in the tensor `in`: small where the code hardly moves with the input.',
    'Ω = E_batch Σⱼ Σᵢ (∂hⱼ/∂xᵢ)²', 'Rifai et al. 2011, eq. 2', ['contractive(code)', 'contractive(code, in: x)'],
    [layerParam, { name: 'in', type: { kind: 'tensor' }, summary: 'what the derivative is taken in', optional: true }],
    (ctx, args) => ctx.jacobianNorm(ref(args, 'of'), args['in'] === undefined ? undefined : ref(args, 'in')), { differentiates: true }),
  define('orthogonal', 'How far the columns of a kernel (rows, where those are fewer) are from orthonormal.', 'Ω = ‖WᵀW − I‖²_F', 'lecture 4, constraint 2', ['orthogonal(code.kernel)'],
    [{ name: 'of', type: { kind: 'weights' }, summary: 'kernels' }],
    (ctx, args) => weightNames(args, 'of').map((name) => gramError(ctx.b, asMatrix(ctx.b, ctx.weight(name), ctx.axes(name)))).reduce((a, c) => ctx.b.add(a, c)), { regularises: false }),
  define('uncorrelated', 'How correlated the units are over the batch (channels, over the positions too).', 'Ω = Σ_{i≠j} cor(zᵢ, zⱼ)², cor = cov / √((varᵢ + 1e-12)(varⱼ + 1e-12))', 'lecture 4, constraint 3', ['uncorrelated(code)'], [layerParam],
    (ctx, args) => correlations(ctx.b, ctx.tensor(ref(args, 'of'))), { regularises: false }),
  define('kl', 'The divergence of a latent\'s posterior from its prior, in closed form.', 'Ω = E_batch Σᵢ KL(q(zᵢ|x) ‖ p(zᵢ))', 'Kingma & Welling 2014, appendix B', ['kl(z)'],
    [{ name: 'of', type: { kind: 'latent' }, summary: 'a latent' }],
    (ctx, args) => {
      const { definition, posterior, prior } = ctx.latent(ref(args, 'of'));
      return ctx.b.batchMean(definition.kl(ctx.b, posterior, prior().params));
    }, { divergence: true }),
  {
    category: 'penalty', name: 'cross_entropy', lowered: false, compares: true, regularises: false, fits: logitsFit,
    params: [
      { name: 'of', type: { kind: 'tensor' }, summary: 'logits' },
      { name: 'target', type: { kind: 'tensor', orNumber: true }, summary: 'a category, a distribution, or 0 or 1' },
    ],
    summary: 'The cross-entropy of a label, where it is known, with the softmax of a tensor; with a single logit the binary one.',
    formula: 'Ω = E_batch −Σₖ yₖ ln softmax(a)ₖ', source: 'Goodfellow, Bengio & Courville 2016, §6.2.2.3; lecture 2 (Huang)', examples: ['cross_entropy(label, y)', 'cross_entropy(critic(x), 1)'],
  },
  {
    category: 'penalty', name: 'rate', lowered: false, regularises: true,
    params: [{ name: 'of', type: { kind: 'latent' }, summary: 'a quantised latent' }],
    summary: 'The bits that a quantised latent needs under its prior.', formula: 'Ω = E_batch −log₂ p(z)', source: 'Theis et al. 2017, eq. 3', examples: ['rate(z)'],
  },
];
