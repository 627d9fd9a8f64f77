/** Penalties on derivatives. */
import { expression, type Param } from '../arguments.js';
import type { PenaltyDefinition } from '../define.js';
import { alike, declared, penalty, tensor } from './kit.js';

const critic: Param = {
  name: 'critic',
  aliases: ['discriminator', 'network', 'of'],
  type: { kind: 'network' },
  summary: 'a network with one output',
};

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
      tensor,
      {
        name: 'in',
        aliases: ['wrt', 'with_respect_to', 'from'],
        type: { kind: 'expression' },
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
  declared({
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
    fits: alike('a', 'b'),
  }),
];
