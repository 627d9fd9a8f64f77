/** Penalties on weights. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed } from '../../ir/graph/shape.js';
import { weightNames, type Args } from '../arguments.js';
import type { Measured, PenaltyContext, PenaltyDefinition } from '../define.js';
import { asMatrix } from '../kernels.js';
import { eye, penalty, weights } from './kit.js';

/** A sum over weights. */
const ofWeights = (ctx: PenaltyContext, args: Args, each: (name: string) => Node): Measured => ({
  whole: weightNames(args, 'of')
    .map(each)
    .reduce((a, c) => ctx.b.add(a, c)),
});

/** ‖WᵀW − I‖² on the shorter side of a matrix. */
function gramError(b: Builder, w: Node): Node {
  const [rows, columns] = w.shape.map(fixed) as [number, number];
  const gram = rows >= columns ? b.matMul(w, w, true) : b.matMul(w, w, false, true);
  return b.sum(b.square(b.sub(gram, eye(b, Math.min(rows, columns)))));
}

export const weightPenalties: readonly PenaltyDefinition[] = [
  penalty({
    name: 'weight_decay',
    aliases: ['decay', 'kernel_regularizer', 'wd', 'weight_norm'],
    summary: 'Half the sum of squares of the kernels; biases are left alone.',
    formula: 'Ω = ½ Σ w²',
    source: 'Krogh & Hertz 1992',
    examples: ['weight_decay(all)', 'weight_decay(encoder)'],
    decays: true,
    params: [weights('a weight, a layer, a network, or `all`')],
    rate: 'whole',
    lower: (ctx, args) => ofWeights(ctx, args, (name) => ctx.b.scale(ctx.b.sum(ctx.b.square(ctx.weight(name))), 0.5)),
  }),
  penalty({
    name: 'orthogonal',
    aliases: ['orthonormal', 'orthogonality', 'orthogonal_regularizer', 'soft_orthogonal'],
    summary: 'How far the columns of a kernel (rows, where those are fewer) are from orthonormal.',
    formula: 'Ω = ‖WᵀW − I‖²_F',
    source: 'lecture 4, constraint 2',
    examples: ['orthogonal(code.kernel)'],
    params: [weights('kernels')],
    regularises: false,
    rate: 'whole',
    lower: (ctx, args) =>
      ofWeights(ctx, args, (name) => gramError(ctx.b, asMatrix(ctx.b, ctx.weight(name), ctx.axes(name)))),
  }),
];
