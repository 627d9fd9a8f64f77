/** Hard constraints: a projection or retraction of a weight after every step. */
import { fixed } from '../ir/graph/shape.js';
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { num } from './arguments.js';
import type { Axis, ConstraintDefinition, Misfit, WeightLayout } from './define.js';
import { asMatrix, fromMatrix, incoming } from './kernels.js';
import { polar } from './orthogonal.js';

/** The norm of each unit's incoming weights. */
const unitNorms = (b: Builder, w: Node, axes: readonly Axis[]): Node => b.unary('Sqrt', b.shift(b.sum(b.square(w), incoming(axes), true), 1e-16));

const kernelsOnly = ({ shape, axes }: WeightLayout): Misfit | undefined =>
  axes.includes('input') ? undefined : { expected: 'a kernel', found: shape.length === 0 ? 'a number' : `a vector of ${shape.join('×')}`, hint: 'constrain `layer.kernel`' };

export const constraints: readonly ConstraintDefinition[] = [
  {
    category: 'constraint', name: 'unit_norm', params: [],
    summary: 'Each unit\'s incoming weights have norm 1.', formula: 'wⱼ ← wⱼ / ‖wⱼ‖₂', source: 'lecture 4, constraint 4', examples: ['unit_norm'],
    admits: kernelsOnly,
    project: (b, w, _args, axes) => b.div(w, unitNorms(b, w, axes)),
  },
  {
    category: 'constraint', name: 'max_norm',
    params: [{ name: 'limit', type: { kind: 'float', above: 0 }, summary: 'the largest norm', default: 3 }],
    summary: 'Each unit\'s incoming weights have at most this norm.', formula: 'wⱼ ← wⱼ · min(1, c/‖wⱼ‖₂)', source: 'Srebro & Shraibman 2005', examples: ['max_norm(3)'],
    admits: kernelsOnly,
    project: (b, w, args, axes) => b.mul(w, b.make('Minimum', [b.scalar(1), b.div(b.scalar(num(args, 'limit')), unitNorms(b, w, axes))])),
  },
  {
    category: 'constraint', name: 'non_negative', params: [],
    summary: 'No weight below zero.', formula: 'w ← max(0, w)', source: 'Lee & Seung 1999', examples: ['non_negative'],
    admits: () => undefined,
    project: (b, w) => b.unary('Relu', w),
  },
  {
    category: 'constraint', name: 'orthogonal', params: [],
    summary: 'Orthonormal columns (rows, where those are fewer), by retraction to the nearest such kernel.', formula: 'W ← W(WᵀW)^(−½)',
    source: 'lecture 4, constraint 2; Absil, Mahony & Sepulchre 2008, §4.1', examples: ['orthogonal'],
    admits: kernelsOnly,
    project: (b, w, _args, axes) => fromMatrix(b, polar(b, asMatrix(b, w, axes)), { shape: w.shape.map(fixed), axes }),
  },
];
