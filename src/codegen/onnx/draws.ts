/** What a function draws, as something that it is given: the numbers of aec's own generator are no op of ONNX. */
import type { Graph, Node } from '../../ir/graph/graph.js';
import { number } from '../../ir/graph/ops/define.js';
import { B } from '../../ir/graph/shape.js';
import { rebuild } from '../../ir/graph/passes/rebuild.js';

/** A draw of a graph: what it is called where it is given, and which of the program's streams it is. */
export interface Draw {
  readonly name: string;
  readonly distribution: 'normal' | 'uniform';
  readonly stream: number;
}

const distributions = { RandomNormal: 'normal', RandomUniform: 'uniform' } as const;

const distributionOf = ({ op }: Node): Draw['distribution'] | undefined =>
  op === 'RandomNormal' || op === 'RandomUniform' ? distributions[op] : undefined;

/** The same graph with an input in the place of each draw: `normal`, `normal_2`, …; `uniform` is in [0, 1). */
export function drawsGiven(graph: Graph): { readonly graph: Graph; readonly draws: readonly Draw[] } {
  const draws: Draw[] = [];
  const given = rebuild(graph, (b, node, _inputs, keep) => {
    const distribution = distributionOf(node);
    if (distribution === undefined) return keep();
    const before = draws.filter((one) => one.distribution === distribution).length;
    const name = before === 0 ? distribution : `${distribution}_${before + 1}`;
    draws.push({ name, distribution, stream: number(node.attrs, 'stream') });
    // Rows that are several for each example are given as those of an example.
    const [rows, ...rest] = node.shape;
    const isSeveral = typeof rows === 'object' && rows.of === undefined && rows.batch > 1;
    return isSeveral
      ? b.reshape(b.input('given', name, [B, rows.batch, ...rest]), node.shape)
      : b.input('given', name, node.shape);
  });
  return { graph: given, draws };
}
