/** Normalising flows: what stands behind `through`. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { elements } from '../ir/graph/shape.js';
import { num, type Args } from './arguments.js';
import type { FlowDefinition, WeightDeclaration } from './define.js';
import { initial } from './initializers.js';

const steps = {
  name: 'steps',
  aliases: ['n', 'length', 'n_flows', 'num_flows', 'num_layers', 'k'],
  type: { kind: 'int', min: 1, max: 1000 },
  summary: 'number of transformations one after the other',
  default: 1,
} as const;
const each = (
  args: Args,
  shape: readonly number[],
  vectors: readonly string[],
  scalars: readonly string[],
): readonly WeightDeclaration[] => [
  ...vectors.map((name): WeightDeclaration => ({
    name,
    shape: [num(args, 'steps'), ...shape],
    axes: ['place', ...shape.map(() => 'output' as const)],
    initializer: initial('normal'),
    trainable: true,
    role: 'scale',
  })),
  ...scalars.map((name): WeightDeclaration => ({
    name,
    shape: [num(args, 'steps')],
    axes: ['place'],
    initializer: initial('zeros'),
    trainable: true,
    role: 'scale',
  })),
];

/** The steps of a flow, one after the other. `row` gives the weights of a step, [1, n]. */
function inTurn(
  b: Builder,
  value: Node,
  steps: number,
  step: (z: Node, row: (weight: Node) => Node, d: number) => { readonly value: Node; readonly logDeterminant: Node },
): { readonly value: Node; readonly logDeterminant: Node } {
  const rows = value.shape[0]!;
  const d = elements(value.shape.slice(1)).count;
  let [z, sum] = [b.reshape(value, [rows, d]), b.scalar(0)];
  for (let i = 0; i < steps; i++) {
    const row = (weight: Node): Node => {
      const width = elements(weight.shape.slice(1)).count;
      return b.slice(b.reshape(weight, [steps, width]), [i, 0], [1, width]);
    };
    const next = step(z, row, d);
    z = next.value;
    sum = b.add(sum, next.logDeterminant);
  }
  return { value: b.reshape(z, value.shape), logDeterminant: b.reshape(sum, [rows]) };
}

export const flows: readonly FlowDefinition[] = [
  {
    category: 'flow',
    name: 'planar',
    aliases: ['PlanarFlow', 'planar_flows'],
    params: [steps],
    summary: 'Stretches space along hyperplanes.',
    formula: 'z ← z + û·tanh(wᵀz + b), û such that wᵀû > −1',
    source: 'Rezende & Mohamed 2015, eq. 10 and appendix A.1',
    examples: ['latent z ~ normal(40) through planar(10)'],
    weights: (args, shape) => each(args, shape, ['u', 'w'], ['b']),
    flow: ({ b, weight }, value, args) =>
      inTurn(b, value, num(args, 'steps'), (z, row) => {
        const [u, w] = [row(weight('u')), row(weight('w'))];
        const along = b.sum(b.mul(w, u));
        // û, for which the map is invertible: wᵀû = −1 + softplus(wᵀu).
        const shift = b.sub(b.shift(b.unary('Softplus', along), -1), along);
        const safe = b.add(u, b.mul(b.div(shift, b.sum(b.square(w))), w));
        const t = b.unary('Tanh', b.add(b.sum(b.mul(z, w), [1], true), row(weight('b'))));
        const slope = b.mul(b.sub(b.scalar(1), b.square(t)), b.sum(b.mul(w, safe)));
        return { value: b.add(z, b.mul(t, safe)), logDeterminant: b.unary('Log', b.shift(slope, 1)) };
      }),
  },
  {
    category: 'flow',
    name: 'radial',
    aliases: ['RadialFlow', 'radial_flows'],
    params: [steps],
    summary: 'Stretches space around points.',
    formula: 'z ← z + β (z − z₀) / (α + ‖z − z₀‖), α > 0, β > −α',
    source: 'Rezende & Mohamed 2015, eq. 14 and appendix A.2',
    examples: ['latent z ~ normal(40) through radial(10)'],
    weights: (args, shape) => each(args, shape, ['centre'], ['log_alpha', 'beta']),
    flow: ({ b, weight }, value, args) =>
      inTurn(b, value, num(args, 'steps'), (z, row, d) => {
        const apart = b.sub(z, row(weight('centre')));
        // The root has no slope at 0.
        const r = b.unary('Sqrt', b.shift(b.sum(b.square(apart), [1], true), 1e-12));
        const alpha = b.unary('Exp', row(weight('log_alpha')));
        const beta = b.sub(b.unary('Softplus', row(weight('beta'))), alpha);
        const h = b.unary('Reciprocal', b.add(alpha, r));
        const moved = b.mul(beta, h);
        const along = b.sub(b.shift(moved, 1), b.mul(b.mul(beta, r), b.square(h)));
        const across = b.scale(b.unary('Log1p', moved), d - 1);
        return { value: b.add(z, b.mul(moved, apart)), logDeterminant: b.add(across, b.unary('Log', along)) };
      }),
  },
];
