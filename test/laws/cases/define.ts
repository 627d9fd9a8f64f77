import type { Node } from '../../../src/ir/graph.js';
import type { OpName } from '../../../src/ir/ops/names.js';
import type { Kit } from '../kit.js';

/** One call of an op with inputs of a given kind. */
export interface Case {
  readonly op: OpName;
  readonly label: string;
  /** False where the data lies on a kink or a tie: derivatives are then not compared with differences. */
  readonly smooth: boolean;
  build(kit: Kit): Node;
}

export const define = (op: OpName, label: string, build: (kit: Kit) => Node, smooth = true): Case => ({ op, label, smooth, build });
