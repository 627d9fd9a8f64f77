import type { Graph, Node } from '../../../src/ir/graph/graph.js';
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import { differentiate, Kit } from '../kit.js';
import type { Environment } from '../reference.js';

/** One call of an op with inputs of a given kind. */
export interface Case {
  readonly op: OpName;
  readonly label: string;
  /** False where the data lies on a kink or a tie: derivatives are then not compared with differences. */
  readonly smooth: boolean;
  build(kit: Kit): Node;
}

export const define = (op: OpName, label: string, build: (kit: Kit) => Node, smooth = true): Case => ({
  op,
  label,
  smooth,
  build,
});

/** The graph of a case's value. */
export function withoutDerivatives(c: Case): { readonly graph: Graph; readonly env: Environment } {
  const kit = new Kit();
  const y = c.build(kit);
  return { graph: kit.graph({ y }), env: kit.env };
}

/** The graph of a case's value, and of its first and second derivatives where it has them. */
export function withDerivatives(c: Case): { readonly graph: Graph; readonly env: Environment } {
  const kit = new Kit();
  const y = c.build(kit);
  const outputs: Record<string, Node> = { y };
  if (y.dtype === 'float32' && kit.wrt.length > 0) {
    const { first, second } = differentiate(kit, y);
    first.forEach((node, i) => (outputs[`first ${i}`] = node));
    if (c.smooth) second.forEach((node, i) => (outputs[`second ${i}`] = node));
  }
  return { graph: kit.graph(outputs), env: kit.env };
}
