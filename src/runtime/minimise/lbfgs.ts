/** Limited-memory BFGS: Nocedal & Wright 2006, algorithms 7.4 and 7.5. */
import { dot, plus, type Memory, type Method } from './method.js';

/** The pairs that are there, from the last step back; a pair that has not been made yet is zero. */
const pairsOf = (memory: Memory, history: number) =>
  Array.from({ length: history }, (_, i) => ({ s: memory[`s${i}`]!, y: memory[`y${i}`]! }))
    .map(({ s, y }) => ({ s, y, curvature: dot(s, y) }))
    .filter(({ curvature }) => curvature > 0);

/** @param history number of pairs that are kept */
export const lbfgs = (history: number): Method => ({
  wolfe: { c1: 1e-4, c2: 0.9 },
  direction: (gradient, memory) => {
    const pairs = pairsOf(memory, history);
    const [last] = pairs;
    if (last === undefined) return undefined;
    let q: Float64Array = Float64Array.from(gradient);
    const shares: number[] = [];
    for (const { s, y, curvature } of pairs) {
      const share = dot(s, q) / curvature;
      shares.push(share);
      q = plus(q, -share, y);
    }
    const scale = last.curvature / dot(last.y, last.y);
    let r: Float64Array = q.map((x) => scale * x);
    for (const [i, { s, y, curvature }] of [...pairs.entries()].reverse())
      r = plus(r, shares[i]! - dot(y, r) / curvature, s);
    return r.map((x) => -x);
  },
  length: () => 1,
  remember: (memory, { step, before, after }) => {
    const change = after.map((x, i) => x - before[i]!);
    // Rounding can take the curvature away that the Wolfe conditions promise: such a pair would make no descent.
    if (dot(step, change) <= 0) return memory;
    const older = Array.from({ length: history - 1 }, (_, i) => [
      [`s${i + 1}`, memory[`s${i}`]!] as const,
      [`y${i + 1}`, memory[`y${i}`]!] as const,
    ]);
    return Object.fromEntries([['s0', step], ['y0', change], ...older.flat()]);
  },
});
