/**
 * Which nodes a target may compute in parts of the batch, side by side. The first axis is cut in the
 * same proportion everywhere, so that parts are contiguous in memory: k·B rows are as good as B.
 */
import type { Node } from '../graph.js';
import { ops } from '../ops/index.js';
import { beginsWithBatch, elements } from '../shape.js';

/**
 * `joined`: parts of the inputs that begin with the batch give parts of the result. `added`: they give
 * summands of it. `whole`: the op needs its inputs whole.
 */
export type Manner = 'whole' | 'joined' | 'added';

export function mannerOf(node: Node): Manner {
  const manner = ops[node.op].parts?.(node);
  const rest = node.inputs.filter((x) => !beginsWithBatch(x.shape));
  if (manner === undefined || rest.some((x) => elements(x.shape).power > 0)) return 'whole';
  if (manner === 'joined') return beginsWithBatch(node.shape) ? 'joined' : 'whole';
  return elements(node.shape).power === 0 && node.inputs.length > 0 && rest.length === 0 ? 'added' : 'whole';
}
