/** The matrix product, bilinear and closed under its own derivatives. */
import type { Node } from '../graph.js';
import { beginsWithBatch, elementsAt, sameDim, sameShape, showShape, type Dim, type Shape } from '../shape.js';
import { flag, isJavaScript, type OpDefinition, type OpGroup } from './define.js';

/** Rows and columns of an operand behind its transposition; axes before the last two number the matrices. */
const sides = ({ shape }: Node, transposed: boolean): readonly [rows: Dim, columns: Dim] => {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
};
const leading = ({ shape }: Node): Shape => shape.slice(0, -2);

const matMul: OpDefinition = {
  summary: 'the product of two matrices, or of matrices pair by pair, each transposed first where asked',
  tensorflow: 'MatMul',
  infer: ([x, y], attrs) => {
    const misfit = `${showShape(x!.shape)} times ${showShape(y!.shape)}`;
    if (x!.shape.length < 2 || !sameShape(leading(x!), leading(y!))) return misfit;
    const [rows, inner] = sides(x!, flag(attrs, 'transposeA'));
    const [inner2, columns] = sides(y!, flag(attrs, 'transposeB'));
    return sameDim(inner, inner2) ? { shape: [...leading(x!), rows, columns], dtype: x!.dtype } : misfit;
  },
  // With X = op(x), Y = op(y): ∂X = dy·Yᵀ and ∂Y = Xᵀ·dy, transposed back where op is a transposition.
  vjp: (b, node, dy, needs) => {
    const [x, y] = node.inputs as readonly [Node, Node];
    const ta = flag(node.attrs, 'transposeA');
    const tb = flag(node.attrs, 'transposeB');
    return [
      needs[0] !== true ? null : ta ? b.matMul(y, dy, tb, true) : b.matMul(dy, y, false, !tb),
      needs[1] !== true ? null : tb ? b.matMul(dy, x, true, ta) : b.matMul(x, dy, !ta, false),
    ];
  },
  parts: ({ inputs: [x, y], attrs }) => {
    if (x!.shape.length > 2) return beginsWithBatch(x!.shape) && beginsWithBatch(y!.shape) ? 'joined' : undefined;
    if (flag(attrs, 'transposeA')) return flag(attrs, 'transposeB') ? undefined : 'added';
    return beginsWithBatch(y!.shape) ? undefined : 'joined';
  },
  avoid: (backend, node) =>
    isJavaScript(backend) && (flag(node.attrs, 'transposeA') || flag(node.attrs, 'transposeB'))
      ? 'a transposed operand leaves the fast path (WASM: a scalar loop instead of XNNPACK)'
      : undefined,
  rewrite: (b, node) => {
    const [x, y] = node.inputs as readonly [Node, Node];
    const last = x.shape.length - 1;
    const order = x.shape.map((_, i) => (i < last - 1 ? i : 2 * last - 1 - i));
    const plain = (m: Node, transposed: boolean): Node => (transposed ? b.transpose(m, order) : m);
    return b.matMul(plain(x, flag(node.attrs, 'transposeA')), plain(y, flag(node.attrs, 'transposeB')));
  },
  flops: (node, batch) => {
    const [, inner] = sides(node.inputs[0]!, flag(node.attrs, 'transposeA'));
    return 2 * elementsAt([inner], batch) * elementsAt(node.shape, batch);
  },
  tfjs: ([x, y], node) => {
    const ta = flag(node.attrs, 'transposeA');
    const tb = flag(node.attrs, 'transposeB');
    return `tf.matMul(${x}, ${y}${ta || tb ? `, ${ta}` : ''}${tb ? ', true' : ''})`;
  },
};

export const linear = { MatMul: matMul } satisfies OpGroup;
