/** Normalising flows: what stands behind `through`. */
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

export const flows: readonly FlowDefinition[] = [
  {
    category: 'flow',
    name: 'planar',
    aliases: ['PlanarFlow', 'planar_flows'],
    params: [steps],
    lowered: false,
    summary: 'Stretches space along hyperplanes.',
    formula: 'z ← z + û·tanh(wᵀz + b), û such that wᵀû > −1',
    source: 'Rezende & Mohamed 2015, eq. 10 and appendix A.1',
    examples: ['latent z ~ normal(40) through planar(10)'],
    weights: (args, shape) => each(args, shape, ['u', 'w'], ['b']),
  },
  {
    category: 'flow',
    name: 'radial',
    aliases: ['RadialFlow', 'radial_flows'],
    params: [steps],
    lowered: false,
    summary: 'Stretches space around points.',
    formula: 'z ← z + β (z − z₀) / (α + ‖z − z₀‖), α > 0, β > −α',
    source: 'Rezende & Mohamed 2015, eq. 14 and appendix A.2',
    examples: ['latent z ~ normal(40) through radial(10)'],
    weights: (args, shape) => each(args, shape, ['centre'], ['log_alpha', 'beta']),
  },
];
