/** What a likelihood takes from the tensor that it is given: the logits behind an activation, or the tensor itself. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { ops } from '../../ir/graph/ops/index.js';
import type { OpName } from '../../ir/graph/ops/names.js';

/** The tensor behind reader's names. */
const unwrap = (x: Node): Node => (x.op === 'Identity' ? unwrap(x.inputs[0]!) : x);

/** What an activation was applied to, where behind it values were only moved: the same moves, without it. */
function before(b: Builder, output: Node, activation: OpName): Node | undefined {
  const node = unwrap(output);
  if (node.op === activation) return node.inputs[0]!;
  if (ops[node.op].moves !== true && node.op !== 'StopGradient') return undefined;
  const inputs = node.inputs.map((input) => before(b, input, activation));
  return inputs.every((input) => input !== undefined) ? b.make(node.op, inputs, node.attrs) : undefined;
}

/** ln(x/(1 − x)) of a probability, without forming it where the sigmoid is at hand. */
export function logitsOf(b: Builder, output: Node, linked: boolean): Node {
  if (!linked) return output;
  const source = before(b, output, 'Sigmoid');
  if (source !== undefined) return source;
  const p = b.make('Minimum', [b.make('Maximum', [output, b.scalar(1e-6)]), b.scalar(1 - 1e-6)]);
  return b.sub(b.unary('Log', p), b.unary('Log', b.sub(b.scalar(1), p)));
}

/**
 * Logarithms, but for a constant, of probabilities along the last axis, without forming these where the softmax is at
 * hand.
 */
export function classLogitsOf(b: Builder, output: Node, linked: boolean): Node {
  if (!linked) return output;
  return before(b, output, 'Softmax') ?? b.unary('Log', b.shift(output, 1e-12));
}
