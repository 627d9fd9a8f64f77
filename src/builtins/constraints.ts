/** Hard constraints: a projection or retraction of a weight after every step. */
import { fixed, product } from '../ir/graph/shape.js';
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { num, word, type Args } from './arguments.js';
import type { ConstraintDefinition, Misfit, WeightLayout } from './define.js';
import { asMatrix, fans, fromMatrix, incoming, outgoing } from './kernels.js';
import { polar } from './orthogonal.js';

/** Norms along some axes. */
const norms = (b: Builder, w: Node, axes: readonly number[]): Node =>
  b.unary('Sqrt', b.shift(b.sum(b.square(w), axes, true), 1e-16));

const kernelsOnly = ({ shape, axes }: WeightLayout): Misfit | undefined =>
  axes.includes('input')
    ? undefined
    : {
        expected: 'a kernel',
        found: shape.length === 0 ? 'a number' : `a vector of ${shape.join('×')}`,
        hint: 'constrain `layer.kernel`',
      };

type Side = 'unit' | 'input';

const sideOf = (args: Args): Side => (word(args, 'per') === 'unit' ? 'unit' : 'input');

/** How many vectors of weights come into units, or leave inputs. */
const vectors = (weight: WeightLayout, side: Side): number =>
  product(weight.shape) / (side === 'unit' ? fans(weight).fanIn : fans(weight).fanOut);

export const constraints: readonly ConstraintDefinition[] = [
  {
    category: 'constraint',
    name: 'unit_norm',
    aliases: ['weight_norm', 'normalize', 'normalise', 'unit_length'],
    of: 'kernels',
    params: [
      {
        name: 'per',
        aliases: ['axis', 'of', 'dim'],
        type: { kind: 'word', words: ['unit', 'input'] },
        summary: 'whose weights have norm 1: those that come into a unit, or those that leave an input',
        default: 'unit',
      },
    ],
    summary: "Each unit's incoming weights have norm 1; or the weights that leave each input.",
    formula: 'wⱼ ← wⱼ / ‖wⱼ‖₂',
    source: 'lecture 4, constraint 4',
    examples: ['unit_norm', 'unit_norm(per: input)'],
    admits: kernelsOnly,
    sameLength: (args) => sideOf(args),
    energy: (weight, args) => [vectors(weight, sideOf(args)), vectors(weight, sideOf(args))],
    project: (b, w, args, axes) => b.div(w, norms(b, w, sideOf(args) === 'unit' ? incoming(axes) : outgoing(axes))),
  },
  {
    category: 'constraint',
    name: 'max_norm',
    aliases: ['norm_constraint', 'maximum_norm'],
    of: 'kernels',
    params: [
      {
        name: 'limit',
        aliases: ['max_value', 'c'],
        type: { kind: 'float', above: 0 },
        summary: 'the largest norm',
        default: 3,
      },
    ],
    summary: "Each unit's incoming weights have at most this norm.",
    formula: 'wⱼ ← wⱼ · min(1, c/‖wⱼ‖₂)',
    source: 'Srebro & Shraibman 2005',
    examples: ['max_norm(3)'],
    admits: kernelsOnly,
    energy: (weight, args) => [0, vectors(weight, 'unit') * num(args, 'limit') ** 2],
    project: (b, w, args, axes) =>
      b.mul(w, b.make('Minimum', [b.scalar(1), b.div(b.scalar(num(args, 'limit')), norms(b, w, incoming(axes)))])),
  },
  {
    category: 'constraint',
    name: 'non_negative',
    aliases: ['NonNeg', 'positive', 'non_negativity'],
    of: 'kernels',
    params: [],
    summary: 'No weight below zero.',
    formula: 'w ← max(0, w)',
    source: 'Lee & Seung 1999',
    examples: ['non_negative'],
    admits: () => undefined,
    project: (b, w) => b.unary('Relu', w),
  },
  {
    category: 'constraint',
    name: 'orthogonal',
    aliases: ['orthonormal', 'orthogonality', 'stiefel'],
    of: 'kernels',
    params: [],
    summary: 'Orthonormal columns (rows, where those are fewer), by retraction to the nearest such kernel.',
    formula: 'W ← W(WᵀW)^(−½)',
    source: 'lecture 4, constraint 2; Absil, Mahony & Sepulchre 2008, §4.1',
    examples: ['orthogonal'],
    admits: kernelsOnly,
    energy: (weight) => {
      const fewer = Math.min(fans(weight).fanIn, vectors(weight, 'unit'));
      return [fewer, fewer];
    },
    project: (b, w, _args, axes) => fromMatrix(b, polar(b, asMatrix(b, w, axes)), { shape: w.shape.map(fixed), axes }),
  },
  {
    category: 'constraint',
    name: 'clip',
    aliases: ['weight_clipping', 'clip_value', 'clamp'],
    of: 'weights',
    params: [
      {
        name: 'limit',
        aliases: ['c', 'clip_value', 'max_value', 'bound'],
        type: { kind: 'float', above: 0 },
        summary: 'the largest size of a weight',
        default: 0.01,
      },
    ],
    summary: 'No weight beyond a bound, biases included.',
    formula: 'w ← max(−c, min(c, w))',
    source: 'Arjovsky, Chintala & Bottou 2017, algorithm 1',
    examples: ['clip(0.01)'],
    admits: () => undefined,
    energy: ({ shape }, args) => [0, product(shape) * num(args, 'limit') ** 2],
    project: (b, w, args) =>
      b.make('Maximum', [b.make('Minimum', [w, b.scalar(num(args, 'limit'))]), b.scalar(-num(args, 'limit'))]),
  },
];
