/** Special functions, and logarithms at the edge of what they are asked, in double precision. */
import { describe, expect, it } from 'vitest';
import { gumbel, lnUniform } from '../../src/builtins/distributions/kit.js';
import { lnRisingRatio } from '../../src/builtins/special.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { Kit, list } from '../laws/kit.js';

const valuesOf = (kit: Kit, node: Node): readonly number[] => [...kit.evaluate(node)[0]!.data];

describe('ln Γ(r + x) − ln Γ(r) − x ln r', () => {
  // For a whole x it is Σ ln(1 + i/r) over i < x.
  const exact = (r: number, x: number): number =>
    Array.from({ length: x }, (_, i) => Math.log1p(i / r)).reduce((a, b) => a + b, 0);

  it.each([0.25, 1, 7, 96, 1000, 1e6])('is right for r = %d, near and far', (r) => {
    const counts = [0, 1, 2, 5, 20, 49, 480, 2000];
    const kit = new Kit();
    const [rs, xs] = [kit.k([counts.length], list(r)), kit.k([counts.length], list(...counts))];
    const found = valuesOf(kit, lnRisingRatio(kit.b, rs, xs));
    counts.forEach((x, i) => {
      expect(Math.abs(found[i]! - exact(r, x)), `x = ${x}`).toBeLessThan(6e-8 * Math.max(1, exact(r, x)));
    });
  });
});

it('a uniform draw of 0 has a logarithm, and gives a finite draw of Gumbel', () => {
  const kit = new Kit();
  const zeros = kit.b.fill(0, [2]);
  expect(valuesOf(kit, lnUniform(kit.b, zeros)).every((x) => x < -40 && Number.isFinite(x))).toBe(true);
  const noise = { uniform: () => zeros, normal: () => zeros };
  expect(valuesOf(kit, gumbel(kit.b, noise, [2])).every((x) => x < -3 && Number.isFinite(x))).toBe(true);
});
