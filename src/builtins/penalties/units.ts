/** Penalties on what units do: on their values, and on statistics of them over the batch. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed } from '../../ir/graph/shape.js';
import { expression, num, ref, type Args, type Param } from '../arguments.js';
import type { Measured, PenaltyContext, PenaltyDefinition } from '../define.js';
import { initial } from '../initializers.js';
import { aboveThreshold } from '../layers/sparse.js';
import { anything, eye, observations, penalty, tensor } from './kit.js';

const wanted: Param = {
  name: 'p',
  aliases: ['rho', 'target', 'sparsity_target'],
  type: { kind: 'float', above: 0, below: 1 },
  summary: 'the wanted mean activation',
  default: 0.1,
};

/** Element by element; the sum over everything for weights. */
const elementwise = (ctx: PenaltyContext, args: Args, each: (x: Node) => Node): Measured => {
  const target = expression(args, 'of');
  if (target.kind !== 'weights') return { each: each(ctx.value(target)) };
  const sums = target.names.map((name) => ctx.b.sum(each(ctx.weight(name))));
  return { whole: sums.reduce((a, c) => ctx.b.add(a, c)) };
};

/** Mean activation of each unit over the batch (and over positions): shape [units]. */
function meanActivation({ b, value, there }: PenaltyContext, args: Args): Node {
  const of = expression(args, 'of');
  const { rows, count, counted } = observations(b, value(of), there(of));
  return b.div(b.sum(counted(rows), [0]), count);
}

/** Added to variances, so that a unit that never changes has no correlation rather than none that is a number. */
const leastVariance = 1e-12;

/** Σ_{i≠j} cor(zᵢ, zⱼ)² over the batch. */
function correlations(b: Builder, z: Node, there: Node | undefined): Node {
  const { rows, count, counted } = observations(b, z, there);
  const units = fixed(rows.shape[1]);
  const centred = counted(b.sub(rows, b.div(b.sum(counted(rows), [0], true), count)));
  const covariance = b.div(b.matMul(centred, centred, true), count);
  const variance = b.div(b.sum(b.square(centred), [0], true), count);
  const scale = b.unary('Rsqrt', b.shift(variance, leastVariance));
  const correlation = b.mul(b.mul(covariance, scale), b.reshape(scale, [units, 1]));
  return b.sum(b.square(b.mul(correlation, b.sub(b.scalar(1), eye(b, units)))));
}

export const unitPenalties: readonly PenaltyDefinition[] = [
  penalty({
    name: 'l1',
    prefers: 'zeros',
    aliases: ['lasso', 'l1_loss', 'l1_norm', 'activity_regularizer'],
    summary: 'Sum of absolute values: many exact zeros with relu.',
    formula: 'Ω(h) = Σᵢ |hᵢ|; Σ |w| for weights',
    source: 'lecture 1 (Wells), sparse autoencoder',
    examples: ['l1(code)', 'l1(code.kernel)'],
    params: [anything],
    lower: (ctx, args) => elementwise(ctx, args, (x) => ctx.b.unary('Abs', x)),
  }),
  penalty({
    name: 'l2',
    aliases: ['ridge', 'l2_loss', 'l2_norm', 'sum_of_squares', 'tikhonov'],
    summary: 'Sum of squares.',
    formula: 'Ω(h) = Σᵢ hᵢ²; Σ w² for weights, twice `weight_decay`',
    source: 'lecture 2 (Huang), sparse autoencoder',
    examples: ['l2(code)'],
    params: [anything],
    lower: (ctx, args) => elementwise(ctx, args, (x) => ctx.b.square(x)),
  }),
  penalty({
    name: 'l0',
    aliases: ['l0_norm', 'count_active', 'num_active'],
    summary: 'The number of active units of a `jump_relu`, with the derivative of its threshold.',
    formula: 'Ω = Σᵢ H(aᵢ − θᵢ); ∂Ω/∂θᵢ := −1/ε for |aᵢ − θᵢ| < ε/2, else 0',
    source: 'Rajamanoharan et al. 2024, eq. 9 and 12',
    examples: ['l0(code)'],
    params: [{ name: 'of', aliases: ['layer'], type: { kind: 'layer' }, summary: 'a `jump_relu`' }],
    fits: ({ of }) =>
      of?.layer === undefined || of.layer === 'jump_relu'
        ? undefined
        : { expected: 'a `jump_relu`', found: `\`${of.layer}\``, hint: 'name the layer whose thresholds are learned' },
    lower: ({ b, layer }, args) => {
      const jump = layer(ref(args, 'of'));
      return { each: aboveThreshold(b, jump.input, jump.weight('log_threshold'), num(jump.args, 'bandwidth')) };
    },
  }),
  penalty({
    name: 'kl_sparsity',
    aliases: ['sparsity', 'sparse', 'kl_divergence_sparsity', 'sparsity_kl', 'kl_sparse'],
    summary: "Pulls each unit's mean activation over the batch towards p, as two Bernoulli variables.",
    formula:
      'Ω = Σⱼ p ln(p/qⱼ) + (1 − p) ln((1 − p)/(1 − qⱼ)), qⱼ the mean over the batch, held between 10⁻⁷ and 1 − 10⁻⁶',
    source: 'lecture 3 (Scott), sparse autoencoder; Ng 2011',
    examples: ['kl_sparsity(code, p: 0.1)'],
    params: [tensor, wanted],
    needsRange: [0, 1],
    rate: 'whole',
    leavesOut: true,
    lower: (ctx, args) => {
      const { b } = ctx;
      const p = num(args, 'p');
      const q = b.make('Minimum', [b.make('Maximum', [meanActivation(ctx, args), b.scalar(1e-7)]), b.scalar(1 - 1e-6)]);
      const on = b.scale(b.unary('Log', q), -p);
      const off = b.scale(b.unary('Log', b.sub(b.scalar(1), q)), -(1 - p));
      return { whole: b.sum(b.shift(b.add(on, off), p * Math.log(p) + (1 - p) * Math.log(1 - p))) };
    },
  }),
  penalty({
    name: 'squared_sparsity',
    prefers: 'positive',
    summary: "Pulls each unit's mean activation over the batch towards p, by squared error.",
    formula: 'Ω = Σⱼ (qⱼ − p)²',
    source: 'lecture 3 (Scott), sparse autoencoder',
    examples: ['squared_sparsity(code, p: 0.1)'],
    params: [tensor, wanted],
    rate: 'whole',
    leavesOut: true,
    lower: (ctx, args) => ({
      whole: ctx.b.sum(ctx.b.square(ctx.b.shift(meanActivation(ctx, args), -num(args, 'p')))),
    }),
  }),
  penalty({
    name: 'uncorrelated',
    ofPairs: true,
    aliases: ['decorrelation', 'decov', 'correlation'],
    summary: 'How correlated the units are over the batch (channels, over the positions too).',
    formula: 'Ω = Σ_{i≠j} cor(zᵢ, zⱼ)², cor = cov / √((varᵢ + 1e-12)(varⱼ + 1e-12))',
    source: 'lecture 4, constraint 3',
    examples: ['uncorrelated(code)'],
    params: [tensor],
    regularises: false,
    rate: 'whole',
    leavesOut: true,
    lower: ({ b, value, there }, args) => {
      const of = expression(args, 'of');
      return { whole: correlations(b, value(of), there(of)) };
    },
  }),
  penalty({
    name: 'cluster',
    aliases: ['dec', 'clustering', 'kmeans', 'deep_embedded_clustering'],
    summary: 'Sharpens soft assignments of the code to learned centroids.',
    formula: 'Ω = KL(P ‖ Q) = 1/B Σ_b Σⱼ pⱼ ln(pⱼ/qⱼ), qⱼ ∝ 1 / (1 + ‖h − μⱼ‖²), pⱼ ∝ qⱼ² / Σ_b qⱼ, held fixed',
    source: 'Xie, Girshick & Farhadi 2016, eq. 1–3',
    examples: ['cluster(code, centroids: 10)'],
    holdsTarget: true,
    params: [
      tensor,
      {
        name: 'centroids',
        aliases: ['n_clusters', 'clusters', 'k', 'num_clusters'],
        type: { kind: 'int', min: 2 },
        summary: 'number of centroids',
        default: 10,
      },
    ],
    rate: 'whole',
    weights: ({ of: type }, args) => [
      {
        name: 'centroids',
        shape: [num(args, 'centroids'), type!.shape.at(-1) ?? 1],
        axes: ['output', 'input'],
        initializer: initial('glorot_uniform'),
        trainable: true,
        role: 'kernel',
      },
    ],
    lower: (ctx, args) => {
      const { b } = ctx;
      const { rows, count } = observations(b, ctx.value(expression(args, 'of')));
      const [n, k] = [rows.shape[0]!, num(args, 'centroids')];
      const units = fixed(rows.shape[1]);
      const centroids = ctx.own('centroids');
      const apart = b.sub(b.reshape(rows, [n, 1, units]), b.reshape(centroids, [1, k, units]));
      const near = b.unary('Reciprocal', b.shift(b.sum(b.square(apart), [2]), 1));
      const q = b.div(near, b.sum(near, [1], true));
      const sharp = b.div(b.square(q), b.sum(q, [0], true));
      // The target is what assignments go to, and does not move with them (§3.1.3).
      const p = b.make('StopGradient', [b.div(sharp, b.sum(sharp, [1], true))]);
      const ratio = b.sub(b.unary('Log', p), b.unary('Log', q));
      return { whole: b.div(b.sum(b.mul(p, ratio)), count) };
    },
  }),
];
