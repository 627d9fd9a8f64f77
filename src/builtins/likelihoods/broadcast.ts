import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';

/**
 * The value of an argument, over the elements of each example of `output`: one number stays one, a number an example
 * is repeated.
 */
export function broadcastTo(b: Builder, value: Node, output: Node): Node {
  const missing = value.shape.length === 0 ? 0 : output.shape.length - value.shape.length;
  return b.reshape(value, [...value.shape, ...Array.from({ length: missing }, () => 1)]);
}
