/** The orthogonal polar factor, from matrix products alone. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { fixed } from '../ir/graph/shape.js';

/**
 * The nearest matrix with orthonormal columns (rows, where those are fewer): the orthogonal polar
 * factor of `w`, a retraction onto the Stiefel manifold (Absil, Mahony & Sepulchre 2008, §4.1).
 * Newton–Schulz, X ← X(15I − 10XᵀX + 3(XᵀX)²)/8, of order 3, converges for singular values in
 * (0, √(7/3)); the scaling by ‖XᵀX‖^½ (∞-norm) puts them in (0, 1]. Every backend has its ops, a QR or SVD
 * kernel none of them has.
 */
export function polar(b: Builder, w: Node, iterations = 18): Node {
  const [rows, columns] = w.shape.map(fixed) as [number, number];
  const tall = rows >= columns;
  const gram = (x: Node): Node => (tall ? b.matMul(x, x, true, false) : b.matMul(x, x, false, true));
  const apply = (x: Node, g: Node): Node => (tall ? b.matMul(x, g) : b.matMul(g, x));
  // The shift keeps a kernel of zeros, which has no nearest factor, from becoming NaN.
  const norm = b.shift(b.max(b.sum(b.unary('Abs', gram(w)), [1]), [0]), 1e-30);
  let x = b.div(w, b.unary('Sqrt', norm));
  for (let i = 0; i < iterations; i++) {
    const g = gram(x);
    const correction = b.sub(b.scale(b.matMul(g, g), 3 / 8), b.scale(g, 10 / 8));
    x = b.add(b.scale(x, 15 / 8), apply(x, correction));
  }
  return x;
}
