/**
 * Recursion along the positions of sequences: a state that each position makes of the one before. Positions are the
 * outer part of the rows, all of the first position before the next, so that a round reads rows that lie together.
 *
 * Its derivative is a scan the other way: cotangents run back through the adjoint of the body. What that needs of the
 * values, and the gradients of what the body reads beside the state, are computed for all positions at once.
 */
import { gradients } from '../autodiff.js';
import type { Builder } from '../build.js';
import type { Node } from '../graph.js';
import { inline } from '../inline.js';
import { elementsAt, fixed, scaleDim, showShape, type Dim } from '../shape.js';
import { flag, number, type OpGroup } from './define.js';
import { adjointBody, bodySize, inputsOf, loop, loopOf, standIns, type Loop } from './loops.js';

/** `start` is the state in front of the first position, [rows, size]; `rows` are of all positions, [length · rows, …]. */
export type Scan = Omit<Loop, 'beside'> & {
  readonly length: number;
  /** From the last position to the first. */
  readonly reverse: boolean;
};

/** The states of all positions, [length · rows, size]. */
export const scan = (b: Builder, { length, reverse, ...of }: Scan): Node =>
  loop(b, 'Scan', { ...of, beside: [] }, { length, reverse });

function scanOf(node: Node): Scan {
  const { beside: _, ...of } = loopOf(node);
  return { ...of, length: number(node.attrs, 'length'), reverse: flag(node.attrs, 'reverse') };
}

type Direction = Pick<Scan, 'length' | 'reverse'>;

/** [length · rows, …] as [length, rows, …], and back. */
function apart(b: Builder, x: Node, length: number): Node {
  const [all, ...rest] = x.shape;
  const rows: Dim = typeof all === 'object' ? { ...all, batch: all.batch / length } : all! / length;
  return b.reshape(x, [length, rows, ...rest]);
}
function together(b: Builder, x: Node): Node {
  const [length, rows, ...rest] = x.shape;
  return b.reshape(x, [scaleDim(rows!, fixed(length)), ...rest]);
}

const cut = (b: Builder, x: Node, from: number, count: number): Node =>
  b.slice(x, [from, ...x.shape.slice(1).map(() => 0)], [count, ...x.shape.slice(1).map(() => -1)]);

/** The value at the last position that a scan comes to. */
export const lastOf = (b: Builder, x: Node, { length, reverse }: Direction): Node =>
  together(b, cut(b, apart(b, x, length), reverse ? 0 : length - 1, 1));

/** At each position the value of the one that a scan comes to before; `start` at the first. */
export function before(b: Builder, x: Node, start: Node, { length, reverse }: Direction): Node {
  if (length === 1) return start;
  const [first, rest] = [apart(b, start, 1), cut(b, apart(b, x, length), reverse ? 1 : 0, length - 1)];
  return together(b, b.concat(reverse ? [rest, first] : [first, rest], 0));
}

export const scans = {
  Scan: {
    summary: 'states along the positions of sequences, each made of the one before',
    tensorflow: 'While',
    infer: ([start, ...others], attrs) =>
      start!.shape.length === 2
        ? { shape: [scaleDim(start!.shape[0]!, number(attrs, 'length')), start!.shape[1]!], dtype: 'float32' }
        : `${[start!, ...others].map(({ shape }) => showShape(shape)).join(', ')} along positions`,
    vjp: (b, node, dy) => {
      const { start, rows, whole, body, ...along } = scanOf(node);
      const back: Direction = { ...along, reverse: !along.reverse };
      const [ownRows, ownWhole] = [standIns(b, rows), standIns(b, whole)];
      const values = inline(b, body, inputsOf(before(b, node, start, along), ownRows, ownWhole), node.shape[0]!);
      const adjoint = adjointBody(body);
      const last = lastOf(b, dy, along);
      // At each position the cotangent of the state before it: what comes back through the body, and its own.
      const cotangents = scan(b, {
        ...back,
        start: last,
        rows: [before(b, dy, b.fill(0, start.shape), along), ...adjoint.rows.map((id) => values.get(id)!)],
        whole: adjoint.whole.map((id) => values.get(id)!),
        body: adjoint.body,
      });
      const result = values.get(body.outputs[0]!.node.id)!;
      const given = before(b, cotangents, last, back);
      return [lastOf(b, cotangents, back), ...gradients(b, result, [...ownRows, ...ownWhole], given)];
    },
    flops: (node, batch) => 2 * elementsAt([node.shape[0]!], batch) * bodySize(node.body!),
    tfjs: (args, node) => {
      const { rows, length, reverse } = scanOf(node);
      const own = args.slice(1, 1 + rows.length);
      return `kernels.scan(${args[0]!}, ${length}, ${reverse}, [${own.join(', ')}], ${args.at(-1)!})`;
    },
  },
} satisfies OpGroup;
