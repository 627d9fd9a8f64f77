/** Rows that stand for one example several times. */
import type { Builder } from './build.js';
import type { Node } from './graph.js';
import { sameDim, scaleDim } from './shape.js';

/** Rows of a tensor repeated, all of them before the next time: [n · rows, …]. */
export function repeated(b: Builder, x: Node, times: number): Node {
  if (times === 1) return x;
  const [rows, ...rest] = x.shape;
  if (typeof rows !== 'object') return x;
  const lifted = b.reshape(x, [1, rows, ...rest]);
  return b.reshape(b.broadcastTo(lifted, [times, rows, ...rest]), [scaleDim(rows, times), ...rest]);
}

export interface Repeat {
  readonly rows: Node;
  readonly times: number;
}

/** The rows that a tensor repeats, and how often; undefined where it repeats none. */
export function repeatOf(b: Builder, x: Node): Repeat | undefined {
  const wide = x.op === 'Reshape' ? x.inputs[0]! : undefined;
  if (wide?.op !== 'BroadcastTo') return undefined;
  const [one, rows] = wide.inputs[0]!.shape;
  const times = wide.shape[0];
  const isRepeat =
    one === 1 &&
    typeof rows === 'object' &&
    typeof times === 'number' &&
    sameDim(rows, wide.shape[1]!) &&
    sameDim(x.shape[0]!, scaleDim(rows, times));
  return isRepeat ? { rows: b.reshape(wide.inputs[0]!, [rows, ...x.shape.slice(1)]), times } : undefined;
}
