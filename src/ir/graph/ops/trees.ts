/**
 * Recursion along trees. A fold applies its body from the leaves to the roots, an unfold from the roots to the leaves;
 * the bodies are graphs, whose rows are the nodes of a level. Each is the other's derivative: cotangents of a fold run
 * from the roots to the leaves, through the adjoint of its body.
 *
 * How the trees of a batch hang together is fed beside them (`Structure`). Their nodes stand leaves first, then inner
 * nodes, those of the deepest level first; src/runtime/trees.ts makes these arrays, and says what each of them holds.
 */
import { gradients } from '../autodiff.js';
import type { Builder } from '../build.js';
import type { Node } from '../graph.js';
import { inline } from '../inline.js';
import { elementsAt, fixed, scaleDim, showShape, type Dim } from '../shape.js';
import { number, type Inferred, type OpDefinition, type OpGroup } from './define.js';
import { adjointBody, bodySize, inputsOf, standIns } from './loops.js';
import { recursion, recursionOf, rowsAt, structure, type StructureArray } from './tree-loops.js';

const infer = (inputs: readonly Node[]): Inferred | string => {
  const size = inputs[0]!.shape[1];
  const nodes = inputs[1 + structure.indexOf('parents')]?.shape[0];
  return inputs[0]!.shape.length === 2 && size !== undefined && nodes !== undefined
    ? { shape: [nodes, size], dtype: 'float32' }
    : `${showShape(inputs[0]!.shape)} along trees`;
};

const flops = (node: Node, batch: number): number =>
  2 * elementsAt([node.inputs[1 + structure.indexOf('inner')]!.shape[0]!], batch) * bodySize(node.body!);

const printed =
  (op: 'fold' | 'unfold'): OpDefinition['tfjs'] =>
  (args, node) => {
    const array = (name: StructureArray): string => args[1 + structure.indexOf(name)]!;
    const rows = args.slice(1 + structure.length).slice(0, number(node.attrs, 'rows'));
    const index = op === 'fold' ? 'within' : 'slots';
    return `kernels.${op}(${args[0]}, ${array('levels')}, ${array(index)}, [${rows.join(', ')}], ${args.at(-1)})`;
  };

export const trees = {
  Rows: {
    summary: 'chosen rows, none of which is zeros, or sums of them; its adjoint is the same along the inverse indices',
    tensorflow: 'GatherV2',
    infer: ([table, indices]) => ({
      shape: [indices!.shape.at(-1)!, ...table!.shape.slice(1)],
      dtype: table!.dtype,
    }),
    vjp: (b, { inputs: [, indices, inverse] }, dy) => [rowsAt(b, dy, inverse!, indices!), null, null],
    flops: (node, batch) => (node.inputs[1]!.shape.length === 1 ? 0 : elementsAt(node.shape, batch)),
    tfjs: ([table, indices]) => `kernels.rows(${table}, ${indices})`,
  },
  Fold: {
    summary: 'vectors of the nodes of trees, each made of those of its two children',
    tensorflow: 'While',
    infer,
    vjp: (b, node, dy) => adjoint(b, node, dy, 'Fold'),
    flops,
    tfjs: printed('fold'),
  },
  Unfold: {
    summary: 'vectors of the nodes of trees, of which each makes those of its two children',
    tensorflow: 'While',
    infer,
    vjp: (b, node, dy) => adjoint(b, node, dy, 'Unfold'),
    flops,
    tfjs: printed('unfold'),
  },
} satisfies OpGroup;

/**
 * The loop backwards carries cotangents along the tree and nothing else. What its body needs of the values is computed
 * for all nodes at once, and so are the cotangents of what the body reads beside the vectors: one product for the
 * gradient of a weight, however many levels there are.
 */
function adjoint(b: Builder, node: Node, dy: Node, op: 'Fold' | 'Unfold'): readonly (Node | null)[] {
  const { structure: at, rows, whole, body } = recursionOf(node);
  const inner = at.inner.shape[0]!;
  const size = fixed(node.shape[1]);
  const below = (x: Node): Node => b.reshape(rowsAt(b, x, at.children, at.parents), [inner, 2 * size]);
  const above = (x: Node): Node => rowsAt(b, x, at.inner, at.innered);
  const atStart = (x: Node): Node =>
    op === 'Fold' ? rowsAt(b, x, at.leaves, at.leafed) : rowsAt(b, x, at.roots, at.rooted);
  const [read, given] = op === 'Fold' ? [below, above] : [above, below];
  const [ownRows, ownWhole] = [standIns(b, rows), standIns(b, whole)];
  const values = inline(b, body, inputsOf(read(node), ownRows, ownWhole), inner);
  const back = adjointBody(body);
  const cotangents = recursion(b, op === 'Fold' ? 'Unfold' : 'Fold', {
    start: op === 'Fold' ? rowsAt(b, dy, at.roots, at.rooted) : rowsAt(b, dy, at.leaves, at.leafed),
    structure: at,
    rows: [read(dy), ...back.rows.map((id) => values.get(id)!)],
    whole: back.whole.map((id) => values.get(id)!),
    body: back.body,
  });
  const result = values.get(body.outputs[0]!.node.id)!;
  return [
    atStart(cotangents),
    ...structure.map(() => null),
    ...gradients(b, result, [...ownRows, ...ownWhole], given(cotangents)),
  ];
}

/** As many rows as there are children of inner nodes. */
export const twice = (dim: Dim): Dim => scaleDim(dim, 2);
