/** Special functions from elementary ops, in single precision as exact as their results can be held. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';

/** Arguments are moved up by as much, where four terms of Stirling's series leave an error below 10⁻⁹. */
const moved = 4;

/** What Stirling's formula leaves: 1/12z − 1/360z³ + 1/1260z⁵ − 1/1680z⁷, for z ≥ 5. */
function rest(b: Builder, z: Node): Node {
  const square = b.unary('Reciprocal', b.square(z));
  return b.div(polynomial(b, square, [-1 / 1680, 1 / 1260, -1 / 360, 1 / 12]), z);
}

/** ln x! for x ≥ 0: ln Γ(x + 5) by Stirling's formula, less the factors that are too many. */
export function lnFactorial(b: Builder, x: Node): Node {
  const z = b.shift(x, moved + 1);
  const main = b.sub(b.mul(b.shift(z, -0.5), b.unary('Log', z)), z);
  const gamma = b.shift(b.add(main, rest(b, z)), 0.5 * Math.log(2 * Math.PI));
  const factors = Array.from({ length: moved }, (_, i) => b.shift(x, i + 1)).reduce((a, c) => b.mul(a, c));
  return b.sub(gamma, b.unary('Log', factors));
}

/**
 * ln Γ(r + x) − ln Γ(r) − x ln r for r > 0 and x ≥ 0, which goes to 0 as r grows. The difference of two values of ln Γ
 * would keep no digit of it.
 */
export function lnRisingRatio(b: Builder, r: Node, x: Node): Node {
  const s = b.shift(r, moved);
  const z = b.add(s, x);
  const main = b.sub(b.mul(b.shift(z, -0.5), lnOnePlus(b, b.div(x, s))), x);
  const far = b.add(main, b.sub(rest(b, z), rest(b, s)));
  // x (ln s − ln r), and ln of the factors (r + i + x)/(r + i) that are too many.
  const base = b.mul(x, b.unary('Log1p', b.div(b.scalar(moved), r)));
  const factors = Array.from({ length: moved }, (_, i) => b.unary('Log1p', b.div(x, b.shift(r, i))));
  return b.sub(
    b.add(far, base),
    factors.reduce((a, c) => b.add(a, c)),
  );
}

/** ln(1 + u) for u ≥ 0 with all digits of a small u, which WASM's Log1p drops: 2 artanh(u/(2 + u)) by its series. */
const lnOnePlus = (b: Builder, u: Node): Node =>
  byDistance(
    b,
    u,
    0.5,
    (small) => {
      const t = b.div(small, b.shift(small, 2));
      return b.mul(t, polynomial(b, b.square(t), [2 / 9, 2 / 7, 2 / 5, 2 / 3, 2]));
    },
    (large) => b.unary('Log', b.shift(large, 1)),
  );

/** One formula for numbers nearer to 0 than a limit, and one for the others; neither sees what the other is for. */
export function byDistance(b: Builder, x: Node, limit: number, near: (x: Node) => Node, far: (x: Node) => Node): Node {
  const small = b.make('Less', [b.unary('Abs', x), b.scalar(limit)]);
  const inside = b.select(small, x, b.fill(0, x.shape));
  const outside = b.select(small, b.fill(1, x.shape), x);
  return b.select(small, near(inside), far(outside));
}

/** ln Σ exp along the last axis, kept; shifted by the maximum. */
export function logSumExp(b: Builder, x: Node): Node {
  const last = [x.shape.length - 1];
  const top = b.make('StopGradient', [b.max(x, last, true)]);
  return b.add(b.unary('Log', b.sum(b.unary('Exp', b.sub(x, top)), last, true)), top);
}

/** A polynomial, from its highest coefficient to its constant. */
export const polynomial = (b: Builder, x: Node, coefficients: readonly number[]): Node =>
  coefficients.slice(1).reduce((sum, term) => b.shift(b.mul(sum, x), term), b.scalar(coefficients[0]!));
