/** Reference kernels: recursion along trees, node by node, along the children alone. */
import type { Node } from '../../../src/ir/graph/graph.js';
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import { structure } from '../../../src/ir/graph/ops/trees.js';
import { count, value, type Environment, type Kernel, type Value } from './value.js';

type Evaluate = (nodes: readonly Node[], env: Environment) => ReadonlyMap<number, Value>;

const row = ({ shape, data }: Value, i: number): Value => {
  const size = count(shape.slice(1));
  return value([1, ...shape.slice(1)], data.slice(i * size, (i + 1) * size));
};

/** What the body gives for one inner node. */
function applied(evaluate: Evaluate, inputs: readonly Value[], node: Node, inner: number, start: Value): Value {
  const rows = node.attrs['rows'] as number;
  const rest = inputs.slice(1 + structure.length);
  const feeds = {
    start,
    ...Object.fromEntries(rest.slice(0, rows).map((x, i) => [`row ${i}`, row(x, inner)])),
    ...Object.fromEntries(rest.slice(rows).map((x, i) => [`whole ${i}`, x])),
  };
  return evaluate(node.body!.nodes, { batch: 1, feeds }).get(node.body!.outputs[0]!.node.id)!;
}

const along =
  (evaluate: Evaluate, up: boolean): Kernel =>
  (inputs, node) => {
    const start = inputs[0]!;
    const array = (name: (typeof structure)[number]): readonly number[] => [
      ...inputs[1 + structure.indexOf(name)]!.data,
    ];
    const [children, inner, leaves, roots] = [array('children'), array('inner'), array('leaves'), array('roots')];
    const size = start.shape[1]!;
    const vectors = new Map<number, readonly number[]>();
    const put = (i: number, data: ArrayLike<number>): void => void vectors.set(i, Array.from(data));
    const whole = (data: readonly number[]): Value => value([1, data.length], data);
    const visit = (i: number): void => {
      const at = inner.indexOf(i);
      if (at < 0) {
        if (up) put(i, row(start, leaves.indexOf(i)).data);
        return;
      }
      const [left, right] = [children[2 * at]!, children[2 * at + 1]!];
      if (!up) {
        const both = applied(evaluate, inputs, node, at, whole(vectors.get(i)!)).data;
        put(left, both.slice(0, size));
        put(right, both.slice(size));
      }
      visit(left);
      visit(right);
      if (up) put(i, applied(evaluate, inputs, node, at, whole([...vectors.get(left)!, ...vectors.get(right)!])).data);
    };
    roots.forEach((root, tree) => {
      if (!up) put(root, row(start, tree).data);
      visit(root);
    });
    const nodes = leaves.length + inner.length;
    return value([nodes, size], Array.from({ length: nodes }, (_, i) => vectors.get(i)!).flat());
  };

/** `evaluate` runs bodies. */
export const trees = (
  evaluate: Evaluate,
): Readonly<Record<'Rows' | 'Fold' | 'Unfold', Kernel>> & Partial<Record<OpName, Kernel>> => ({
  Rows: ([table, indices]) => {
    const rest = table!.shape.slice(1);
    const size = count(rest);
    const rows = indices!.shape.at(-1)!;
    const out = new Float64Array(rows * size);
    indices!.data.forEach((index, k) => {
      for (let i = 0; i < size && index < table!.shape[0]!; i++)
        out[(k % rows) * size + i]! += table!.data[index * size + i]!;
    });
    return value([rows, ...rest], out);
  },
  Fold: along(evaluate, true),
  Unfold: along(evaluate, false),
});
