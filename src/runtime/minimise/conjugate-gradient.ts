/** Nonlinear conjugate gradients, Polak–Ribière+: Nocedal & Wright 2006, §5.2. */
import { dot, plus, type Method } from './method.js';

export const conjugateGradient: Method = {
  wolfe: { c1: 1e-4, c2: 0.1 },
  direction: (gradient, memory) => {
    const before = memory['gradient']!;
    const size = dot(before, before);
    if (size === 0) return undefined;
    const beta = Math.max(0, (dot(gradient, gradient) - dot(gradient, before)) / size);
    return plus(
      gradient.map((x) => -x),
      beta,
      memory['direction']!,
    );
  },
  // The change to first order is that of the step before: §3.5.
  length: (gradient, direction, memory) => dot(memory['step']!, memory['gradient']!) / dot(gradient, direction),
  remember: (_memory, { direction, step, before }) => ({
    direction: Float32Array.from(direction),
    step,
    gradient: before,
  }),
};
