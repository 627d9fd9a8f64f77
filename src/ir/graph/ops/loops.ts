/**
 * Ops that apply a body again and again, to what it gave before: a graph of its own, whose batch are the rows of one
 * round. Along trees they are in trees.ts, along the positions of sequences in scan.ts.
 */
import { gradients } from '../autodiff.js';
import { Builder } from '../build.js';
import type { Attrs, Graph, Node } from '../graph.js';
import { inline } from '../inline.js';
import type { OpName } from './names.js';
import { B, beginsWithRows, elements, fixed } from '../shape.js';
import { number } from './define.js';

/** What a loop is made of. */
export interface Loop {
  /** What the first round reads: [rows, size]. */
  readonly start: Node;
  /** Arrays that say how the rounds hang together. */
  readonly beside: readonly Node[];
  /** What the body reads of each row of each round. */
  readonly rows: readonly Node[];
  /** What it reads as a whole: weights. */
  readonly whole: readonly Node[];
  /** Its inputs are `start`, `row i` and `whole i`. */
  readonly body: Graph;
}

export type LoopOp = Extract<OpName, 'Fold' | 'Unfold' | 'Scan'>;

export function loop(b: Builder, op: LoopOp, of: Loop, attrs: Attrs = {}): Node {
  const { start, beside, rows, whole, body } = of;
  const own = { ...attrs, beside: beside.length, rows: rows.length };
  return b.make(op, [start, ...beside, ...rows, ...whole], own, undefined, body);
}

export function loopOf({ inputs, attrs, body }: Node): Loop {
  const rest = inputs.slice(1 + number(attrs, 'beside'));
  const count = number(attrs, 'rows');
  return {
    start: inputs[0]!,
    beside: inputs.slice(1, 1 + number(attrs, 'beside')),
    rows: rest.slice(0, count),
    whole: rest.slice(count),
    body: body!,
  };
}

/** The same loop, made of other parts. */
export const looped = (b: Builder, { op, attrs }: Node, of: Loop): Node => loop(b, op as LoopOp, of, attrs);

export const bodyInput = {
  start: 'start',
  row: (i: number) => `row ${i}`,
  whole: (i: number) => `whole ${i}`,
} as const;

/** Floating-point operations of a body for one row: products are what counts. */
export const bodySize = ({ nodes }: Graph): number =>
  nodes.reduce((sum, node) => {
    const size = elements(node.shape).count;
    return sum + (node.op === 'MatMul' ? size * fixed(node.inputs[1]!.shape[0]) : size);
  }, 0);

/** Nodes that stand for others, so that no gradient runs past them. */
export const standIns = (b: Builder, all: readonly Node[]): readonly Node[] => all.map((x) => b.make('Identity', [x]));

/** What the inputs of a body stand for. */
export const inputsOf = (start: Node, rows: readonly Node[], whole: readonly Node[]): ReadonlyMap<string, Node> =>
  new Map([
    [bodyInput.start, start],
    ...rows.map((node, i): readonly [string, Node] => [bodyInput.row(i), node]),
    ...whole.map((node, i): readonly [string, Node] => [bodyInput.whole(i), node]),
  ]);

export interface AdjointBody {
  /** From the cotangent of what the body gives to that of the vectors that it reads, with `row 0` added. */
  readonly body: Graph;
  /** The nodes of the body whose values are `row 1`, …, and `whole 0`, …, by id. */
  readonly rows: readonly number[];
  readonly whole: readonly number[];
}

/** The derivative of a body, as a body. */
export function adjointBody(body: Graph): AdjointBody {
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
