/** What entries of distributions are made with. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, type Shape } from '../../ir/graph/shape.js';
import type { DistributionDefinition, Noise } from '../define.js';
import { logSumExp } from '../special.js';

export const size = (
  name: string,
  aliases: readonly string[],
  summary: string,
  min = 1,
): DistributionDefinition['size'] => ({ name, aliases, type: { kind: 'int', min }, summary });

/** The number of a vector's elements. */
export const dims = (min = 1): DistributionDefinition['size'] =>
  size(
    'dims',
    ['units', 'latent_dim', 'latent_dims', 'size', 'n', 'z_dim', 'event_shape'],
    'number of dimensions',
    min,
  );

/** A vector; on a feature map or a sequence, one at each place. */
export const onMap = (length: number, from: readonly number[]): readonly number[] => [...from.slice(0, -1), length];

/** A value forward, and the derivative of another behind it. */
export const straightThrough = (b: Builder, value: Node, like: Node): Node =>
  b.add(b.make('StopGradient', [b.sub(value, like)]), like);

/** ln u without the 0 that a uniform draw may be. */
export const lnUniform = (b: Builder, u: Node): Node => b.unary('Log', b.make('Maximum', [u, b.scalar(1e-20)]));

/** Gumbel(0, 1). The largest of logits with such noise is a draw of the class (Maddison, Tarlow & Minka 2014). */
export const gumbel = (b: Builder, noise: Noise, shape: Shape): Node =>
  b.neg(b.unary('Log', b.neg(lnUniform(b, noise.uniform(shape)))));

/** One-hot of the largest along the last axis. */
export function largest(b: Builder, x: Node): Node {
  const axis = x.shape.length - 1;
  return b.make('OneHot', [b.make('ArgMax', [x], { axis })], { depth: fixed(x.shape[axis]) });
}

export const logSoftmax = (b: Builder, logits: Node): Node => b.sub(logits, logSumExp(b, logits));
