/**
 * Recursion along trees. A fold applies its body from the leaves to the roots, an unfold from the roots to the leaves;
 * the bodies are graphs, whose rows are the nodes of a level. Each is the other's derivative: cotangents of a fold run
 * from the roots to the leaves, through the adjoint of its body.
 *
 * How the trees of a batch hang together is fed beside them (`Structure`). Their nodes stand leaves first, then inner
 * nodes, those of the deepest level first; src/runtime/trees.ts makes these arrays, and says what each of them holds.
 */
import { gradients } from '../autodiff.js';
import { Builder } from '../build.js';
import type { Graph, Node } from '../graph.js';
import { inline } from '../inline.js';
import { B, beginsWithRows, elements, elementsAt, fixed, scaleDim, showShape, type Dim } from '../shape.js';
import { number, type Inferred, type OpDefinition, type OpGroup } from './define.js';

/** The arrays that say how the trees of a batch hang together, in the order in which the ops take them. */
export const structure = [
  'levels',
  'within',
  'slots',
  'children',
  'parents',
  'roots',
  'rooted',
  'inner',
  'innered',
  'leaves',
  'leafed',
] as const;
export type StructureArray = (typeof structure)[number];
export type Structure = Readonly<Record<StructureArray, Node>>;

/** What a fold or an unfold is made of. */
export interface Recursion {
  /** The vectors of the leaves, or of the roots: [rows, size]. */
  readonly start: Node;
  readonly structure: Structure;
  /** What the body reads of each inner node, beside the vectors: [inner nodes, …]. */
  readonly rows: readonly Node[];
  /** What it reads as a whole: weights. */
  readonly whole: readonly Node[];
  /**
   * Its inputs are `start`, `row i` and `whole i`. Of a fold: from the vectors of two children, side by side, to
   * that of their parent; of an unfold: back.
   */
  readonly body: Graph;
}

/** The vectors of all nodes, [nodes, size]. */
export function recursion(b: Builder, op: 'Fold' | 'Unfold', of: Recursion): Node {
  const { start, rows, whole, body } = of;
  const arrays = structure.map((name) => of.structure[name]);
  return b.make(op, [start, ...arrays, ...rows, ...whole], { rows: rows.length }, undefined, body);
}

export function recursionOf({ inputs, attrs, body }: Node): Recursion {
  const count = number(attrs, 'rows');
  const rest = inputs.slice(1 + structure.length);
  return {
    start: inputs[0]!,
    structure: Object.fromEntries(structure.map((name, i) => [name, inputs[1 + i]!])) as Structure,
    rows: rest.slice(0, count),
    whole: rest.slice(count),
    body: body!,
  };
}

export const bodyInput = {
  start: 'start',
  row: (i: number) => `row ${i}`,
  whole: (i: number) => `whole ${i}`,
} as const;

/** The rows of a table that indices name; an index of as many as there are names none, and gives zeros. */
export const rowsAt = (b: Builder, table: Node, indices: Node, inverse: Node): Node =>
  b.make('Rows', [table, indices, inverse]);

const infer = (inputs: readonly Node[]): Inferred | string => {
  const size = inputs[0]!.shape[1];
  const nodes = inputs[1 + structure.indexOf('parents')]?.shape[0];
  return inputs[0]!.shape.length === 2 && size !== undefined && nodes !== undefined
    ? { shape: [nodes, size], dtype: 'float32' }
    : `${showShape(inputs[0]!.shape)} along trees`;
};

const flops = (node: Node, batch: number): number =>
  2 * elementsAt([node.inputs[1 + structure.indexOf('inner')]!.shape[0]!], batch) * bodySize(node.body!);

/** Of one row: products are what counts. */
const bodySize = ({ nodes }: Graph): number =>
  nodes.reduce((sum, node) => {
    const size = elements(node.shape).count;
    return sum + (node.op === 'MatMul' ? size * fixed(node.inputs[1]!.shape[0]) : size);
  }, 0);

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
  // Stand-ins, so that no gradient runs past them.
  const [ownRows, ownWhole] = [rows, whole].map((all) => all.map((x) => b.make('Identity', [x]))) as [Node[], Node[]];
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

const inputsOf = (start: Node, rows: readonly Node[], whole: readonly Node[]): ReadonlyMap<string, Node> =>
  new Map([
    [bodyInput.start, start],
    ...rows.map((node, i): readonly [string, Node] => [bodyInput.row(i), node]),
    ...whole.map((node, i): readonly [string, Node] => [bodyInput.whole(i), node]),
  ]);

interface AdjointBody {
  /** From the cotangent of what the body gives to that of the vectors that it reads, with `row 0` added. */
  readonly body: Graph;
  /** The nodes of the body whose values are `row 1`, …, and `whole 0`, …, by id. */
  readonly rows: readonly number[];
  readonly whole: readonly number[];
}

function adjointBody(body: Graph): AdjointBody {
  const whole = new Builder();
  const copies = inline(
    whole,
    body,
    new Map(
      body.nodes
        .filter(({ op }) => op === 'Input')
        .map((node) => [node.attrs['name'] as string, whole.make('Input', [], node.attrs)]),
    ),
    B,
  );
  const [start, result] = [
    copies.get(body.nodes.find((node) => node.attrs['name'] === bodyInput.start)!.id)!,
    copies.get(body.outputs[0]!.node.id)!,
  ];
  const primal = new Map([...copies].map(([id, node]) => [node.id, id]));
  const dy = whole.input('given', bodyInput.start, result.shape);
  const [dx] = gradients(whole, result, [start], dy);

  // What the adjoint reads of the values is given to it.
  const b = new Builder();
  const known = new Map<number, Node>();
  const [rows, wholes]: [number[], number[]] = [[], []];
  const made = (node: Node): Node => {
    const found = known.get(node.id);
    if (found !== undefined) return found;
    const id = primal.get(node.id);
    const value =
      id === undefined || node.op === 'Const' || node.op === 'Moment' || !isGiven(node)
        ? b.make(node.op, node.inputs.map(made), node.attrs, undefined, node.body)
        : beginsWithRows(node.shape)
          ? b.input('given', bodyInput.row(rows.push(id)), node.shape, node.dtype)
          : b.input('given', bodyInput.whole(wholes.push(id) - 1), node.shape, node.dtype);
    known.set(node.id, value);
    return value;
  };
  const through = made(dx!);
  const direct = b.input('given', bodyInput.row(0), start.shape);
  return {
    body: b.finish(`${body.name}Adjoint`, [{ name: 'result', node: b.add(through, direct) }]),
    rows,
    whole: wholes,
  };
}

/** Whether a value can be cut by rows, or has none. */
const isGiven = ({ shape }: Node): boolean => beginsWithRows(shape) || elements(shape).power === 0;

/** As many rows as there are children of inner nodes. */
export const twice = (dim: Dim): Dim => scaleDim(dim, 2);
