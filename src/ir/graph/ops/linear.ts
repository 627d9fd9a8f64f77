/** The matrix product, bilinear and closed under its own derivatives. */
import type { Node } from '../graph.js';
import { beginsWithBatch, elementsAt, sameDim, showShape } from '../shape.js';
import { flag, isJavaScript, type OpDefinition, type OpGroup } from './define.js';

const matMul: OpDefinition = {
  summary: 'the product of two matrices, each transposed first where asked',
  tensorflow: 'MatMul',
  infer: ([x, y], attrs) => {
    if (x!.shape.length !== 2 || y!.shape.length !== 2) return `${showShape(x!.shape)} times ${showShape(y!.shape)}`;
    const [rows, inner] = flag(attrs, 'transposeA') ? [x!.shape[1]!, x!.shape[0]!] : [x!.shape[0]!, x!.shape[1]!];
    const [inner2, columns] = flag(attrs, 'transposeB') ? [y!.shape[1]!, y!.shape[0]!] : [y!.shape[0]!, y!.shape[1]!];
    return sameDim(inner, inner2)
      ? { shape: [rows, columns], dtype: x!.dtype }
      : `${showShape(x!.shape)} times ${showShape(y!.shape)}`;
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
  parts: ({ inputs: [, y], attrs }) => {
    if (flag(attrs, 'transposeA')) return flag(attrs, 'transposeB') ? undefined : 'added';
    return beginsWithBatch(y!.shape) ? undefined : 'joined';
  },
  avoid: (backend, node) =>
    isJavaScript(backend) && (flag(node.attrs, 'transposeA') || flag(node.attrs, 'transposeB'))
      ? 'a transposed operand leaves the fast path (WASM: a scalar loop instead of XNNPACK)'
      : undefined,
  rewrite: (b, node) => {
    const [x, y] = node.inputs as readonly [Node, Node];
    const plain = (m: Node, transposed: boolean): Node => (transposed ? b.transpose(m, [1, 0]) : m);
    return b.matMul(plain(x, flag(node.attrs, 'transposeA')), plain(y, flag(node.attrs, 'transposeB')));
  },
  flops: (node, batch) => {
    const [x, y] = node.inputs as readonly [Node, Node];
    const inner = x.shape[flag(node.attrs, 'transposeA') ? 0 : 1]!;
    const columns = y.shape[flag(node.attrs, 'transposeB') ? 0 : 1]!;
    return 2 * elementsAt([inner], batch) * elementsAt([columns, node.shape[0]!], batch);
  },
  tfjs: ([x, y], node) => {
    const ta = flag(node.attrs, 'transposeA');
    const tb = flag(node.attrs, 'transposeB');
    return `tf.matMul(${x}, ${y}${ta || tb ? `, ${ta}` : ''}${tb ? ', true' : ''})`;
  },
};

export const linear = { MatMul: matMul } satisfies OpGroup;
