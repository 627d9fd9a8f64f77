/**
 * Products of rows that repeat: where some columns of x stand for one example several times, as the data do beside every
 * class that they may have, those meet their part of a matrix once, forward and in the gradient of that matrix. After
 * the derivative is made, since it may be one in the repeated rows themselves.
 */
import type { Builder } from '../build.js';
import type { Graph, Node } from '../graph.js';
import { repeated, repeatOf } from '../repeat.js';
import { fixed } from '../shape.js';
import { rebuild } from './rebuild.js';

export const productsOfRepeats = (graph: Graph): Graph =>
  rebuild(graph, (b, node, inputs, keep) => {
    const [x, y] = inputs;
    if (node.op !== 'MatMul' || x!.shape.length !== 2 || node.attrs['transposeB'] === true) return keep();
    const columns = columnsOf(b, x!);
    if (columns === undefined) return keep();
    const value = node.attrs['transposeA'] === true ? gradientProduct(b, columns, y!) : product(b, columns, y!);
    return node.name === undefined || value.name !== undefined ? value : b.named(value, node.name);
  });

/** The columns of x side by side; undefined where none of them repeats rows. */
function columnsOf(b: Builder, x: Node): readonly Node[] | undefined {
  const parts = x.op === 'Concat' && x.attrs['axis'] === 1 ? x.inputs : [x];
  return parts.some((part) => repeatOf(b, part) !== undefined) ? parts : undefined;
}

/** x · w */
function product(b: Builder, parts: readonly Node[], w: Node): Node {
  let from = 0;
  const products = parts.map((part) => {
    const columns = fixed(part.shape[1]!);
    const own = b.slice(w, [from, 0], [columns, fixed(w.shape[1]!)]);
    from += columns;
    const repeat = repeatOf(b, part);
    return repeat === undefined ? b.matMul(part, own) : repeated(b, b.matMul(repeat.rows, own), repeat.times);
  });
  return products.reduce((sum, one) => b.add(sum, one));
}

/** xᵀ · y, a line of it for each column of x: of rows that repeat, with the sum of what they meet. */
function gradientProduct(b: Builder, parts: readonly Node[], y: Node): Node {
  const lines = parts.map((part) => {
    const repeat = repeatOf(b, part);
    if (repeat === undefined) return b.matMul(part, y, true);
    const { rows, times } = repeat;
    const apart = b.reshape(y, [times, rows.shape[0]!, ...y.shape.slice(1)]);
    return b.matMul(rows, b.sum(apart, [0]), true);
  });
  return b.concat(lines, 0);
}
