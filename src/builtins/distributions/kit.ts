/** What entries of distributions are made with. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { DistributionDefinition } from '../define.js';

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
