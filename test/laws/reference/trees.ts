/** Reference kernels: recursion along trees, node by node, along the children alone, and along positions. */
import type { Node } from '../../../src/ir/graph/graph.js';
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import { loopOf } from '../../../src/ir/graph/ops/loops.js';
import { structure } from '../../../src/ir/graph/ops/tree-loops.js';
import { count, value, type Environment, type Kernel, type Value } from './value.js';

type Evaluate = (nodes: readonly Node[], env: Environment) => ReadonlyMap<number, Value>;

const row = ({ shape, data }: Value, i: number): Value => {
  const size = count(shape.slice(1));
  return value([1, ...shape.slice(1)], data.slice(i * size, (i + 1) * size));
};

/** What the body gives for one inner node, or one row of one position. */
function applied(evaluate: Evaluate, inputs: readonly Value[], node: Node, inner: number, start: Value): Value {
  const { beside, rows } = loopOf(node);
  const rest = inputs.slice(1 + beside.length);
  const feeds = {
    start,
    ...Object.fromEntries(rest.slice(0, rows.length).map((x, i) => [`row ${i}`, row(x, inner)])),
    ...Object.fromEntries(rest.slice(rows.length).map((x, i) => [`whole ${i}`, x])),
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
    const nodes = leaves.length + inner.length;
    roots.forEach((root, tree) => {
      // An example without a tree has no root.
      if (root === nodes) return;
      if (!up) put(root, row(start, tree).data);
      visit(root);
    });
    return value([nodes, size], Array.from({ length: nodes }, (_, i) => vectors.get(i)!).flat());
  };

/** `evaluate` runs bodies. */
export const trees = (
  evaluate: Evaluate,
): Readonly<Record<'Rows' | 'Fold' | 'Unfold' | 'Scan', Kernel>> & Partial<Record<OpName, Kernel>> => ({
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
  // Example by example: row n of each position, [length · rows].
  Scan: (inputs, node) => {
    const start = inputs[0]!;
    const [count, size] = start.shape as readonly [number, number];
    const length = node.attrs['length'] as number;
    const out = new Float64Array(length * count * size);
    for (let n = 0; n < count; n++) {
      let state = row(start, n);
      for (let round = 0; round < length; round++) {
        const at = (node.attrs['reverse'] === true ? length - 1 - round : round) * count + n;
        state = applied(evaluate, inputs, node, at, state);
        out.set(state.data, at * size);
      }
    }
    return value([length * count, size], out);
  },
});
