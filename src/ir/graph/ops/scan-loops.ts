/** Loops along positions, as those who build graphs make them and read them. The op itself is in scan.ts, which the registry alone imports. */
import type { Builder } from '../build.js';
import type { Node } from '../graph.js';
import { fixed, scaleDim, type Dim } from '../shape.js';
import { flag, number } from './define.js';
import { loop, loopOf, type Loop } from './loops.js';

/** `start` is the state in front of the first position, [rows, size]; `rows` are of all positions, [length · rows, …]. */
export type Scan = Omit<Loop, 'beside'> & {
  readonly length: number;
  /** From the last position to the first. */
  readonly reverse: boolean;
};

/** The states of all positions, [length · rows, size]. */
export const scan = (b: Builder, { length, reverse, ...of }: Scan): Node =>
  loop(b, 'Scan', { ...of, beside: [] }, { length, reverse });

export function scanOf(node: Node): Scan {
  const { beside: _, ...of } = loopOf(node);
  return { ...of, length: number(node.attrs, 'length'), reverse: flag(node.attrs, 'reverse') };
}

export type Direction = Pick<Scan, 'length' | 'reverse'>;

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
