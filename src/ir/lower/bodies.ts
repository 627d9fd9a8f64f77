/** Parts of a model as bodies of loops: graphs of their own, of which nothing around them is known but what they are given. */
import { Builder } from '../graph/build.js';
import type { Graph, Node } from '../graph/graph.js';
import { inline } from '../graph/inline.js';
import { bodyInput } from '../graph/ops/loops.js';
import { prune } from '../graph/passes/prune.js';
import { B, type Dim, type Shape } from '../graph/shape.js';

/** Builds a body. Noise is drawn around it, for all rounds at once: each row of each round has its own. */
export class BodyBuilder extends Builder {
  readonly rows: Node[] = [];

  /** @param all rows of all rounds */
  constructor(
    private readonly around: Builder,
    private readonly all: Dim,
  ) {
    super();
  }

  /** A value of each row of each round. */
  row(node: Node): Node {
    return this.input('given', bodyInput.row(this.rows.push(node) - 1), [B, ...node.shape.slice(1)], node.dtype);
  }

  override uniform(shape: Shape): Node {
    return this.row(this.around.uniform([this.all, ...shape.slice(1)]));
  }

  override normal(shape: Shape): Node {
    return this.row(this.around.normal([this.all, ...shape.slice(1)]));
  }
}

/** A body that gives `result`, and what stands for its inputs around it; weights are given too. */
export function bodyOf(
  own: BodyBuilder,
  name: string,
  result: Node,
  weight: (name: string) => Node,
): { readonly rows: readonly Node[]; readonly whole: readonly Node[]; readonly body: Graph } {
  const graph = prune(own.finish(name, [{ name: 'result', node: result }]));
  const b = new Builder();
  const whole: Node[] = [];
  const stands = new Map<string, Node>();
  for (const node of graph.nodes) {
    if (node.op !== 'Input') continue;
    const input = node.attrs['name'] as string;
    if (node.attrs['kind'] === 'weight') {
      stands.set(input, b.input('given', bodyInput.whole(whole.length), node.shape));
      whole.push(weight(input));
    } else if (node.attrs['kind'] === 'given') stands.set(input, b.make('Input', [], node.attrs));
    else throw new Error(`${name} reads ${input}`);
  }
  const copies = inline(b, graph, stands, B);
  const body = b.finish(name, [{ name: 'result', node: copies.get(graph.outputs[0]!.node.id)! }]);
  return { rows: own.rows, whole, body };
}
