/** Penalties on derivatives. */
import { gradients } from '../../ir/graph/autodiff.js';
import { expression, networkName, type Param } from '../arguments.js';
import type { ArgumentTypes, Misfit, PenaltyDefinition } from '../define.js';
import { product } from '../../ir/graph/shape.js';
import { showExample } from '../layers/shapes.js';
import { alike, penalty, tensor } from './kit.js';

const critic: Param = {
  name: 'critic',
  aliases: ['discriminator', 'network', 'of'],
  type: { kind: 'network' },
  summary: 'a network with one output',
};

function oneOutput({ critic: judged }: ArgumentTypes): Misfit | undefined {
  if (judged === undefined || product(judged.shape) === 1) return undefined;
  const hint = 'end the network with `dense(1)`';
  return { expected: 'a network with one output', found: `one that gives ${showExample(judged.shape)}`, hint };
}

/** Keeps the derivative of the length of a gradient that is 0 from being infinite. */
const leastSquare = 1e-12;

export const derivativePenalties: readonly PenaltyDefinition[] = [
  penalty({
    name: 'contractive',
    aliases: ['jacobian', 'frobenius', 'cae', 'contractive_loss', 'jacobian_norm'],
    summary:
      'The squared Frobenius norm of the Jacobian of a tensor, at clean data, in all observed numbers that it ' +
      'is computed from, or in the tensor `in`: small where the code hardly moves with the input.',
    formula: 'Ω = Σⱼ Σᵢ (∂hⱼ/∂xᵢ)²',
    source: 'Rifai et al. 2011, eq. 2',
    examples: ['contractive(code)', 'contractive(code, in: x)'],
    params: [
      { ...tensor, type: { kind: 'expression', only: 'tensors' } },
      {
        name: 'in',
        aliases: ['wrt', 'with_respect_to', 'from'],
        type: { kind: 'expression', only: 'tensors' },
        summary: 'what the derivative is taken in',
        optional: true,
      },
    ],
    differentiates: true,
    perUnit: true,
    lower: (ctx, args) => {
      const from = args['in'] === undefined ? undefined : expression(args, 'in');
      return { each: ctx.jacobianNorm(expression(args, 'of'), from) };
    },
  }),
  penalty({
    name: 'gradient_penalty',
    aliases: ['gp', 'wgan_gp', 'lipschitz'],
    summary: 'Keeps the gradient of a critic at length 1 between two tensors.',
    formula: 'Ω = (‖∇critic(x̂)‖ − 1)², x̂ = u a + (1 − u) b, u ~ U(0, 1) once an example',
    source: 'Gulrajani et al. 2017, eq. 3',
    examples: ['gradient_penalty(critic, x, generator)'],
    params: [
      critic,
      { name: 'a', aliases: ['real'], type: { kind: 'expression' }, summary: 'real examples' },
      { name: 'b', aliases: ['fake', 'generated'], type: { kind: 'expression' }, summary: 'made ones' },
    ],
    regularises: false,
    differentiates: true,
    fits: (types) => oneOutput(types) ?? alike('a', 'b')(types),
    lower: ({ b, value, network }, args) => {
      const [real, made] = [value(expression(args, 'a')), value(expression(args, 'b'))];
      const u = b.uniform([real.shape[0]!, ...real.shape.slice(1).map(() => 1)]);
      const between = b.add(made, b.mul(u, b.sub(real, made)));
      const judged = network(networkName(args, 'critic'), between);
      const [slope] = gradients(b, judged, [between], b.fill(1, judged.shape));
      const length = b.unary('Sqrt', b.shift(b.sumRows(b.square(slope!)), leastSquare));
      return { each: b.square(b.shift(length, -1)) };
    },
  }),
];
