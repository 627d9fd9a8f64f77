/**
 * Recursion along the positions of sequences: a state that each position makes of the one before. Positions are the
 * outer part of the rows, all of the first position before the next, so that a round reads rows that lie together.
 *
 * Its derivative is a scan the other way: cotangents run back through the adjoint of the body. What that needs of the
 * values, and the gradients of what the body reads beside the state, are computed for all positions at once.
 */
import { gradients } from '../autodiff.js';
import { inline } from '../inline.js';
import { elementsAt, scaleDim, showShape } from '../shape.js';
import { number, type OpGroup } from './define.js';
import { adjointBody, bodySize, inputsOf, standIns } from './loops.js';
import { before, lastOf, scan, scanOf, type Direction } from './scan-loops.js';

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
