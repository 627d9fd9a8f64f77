/** Weights of terms, constraints, corruptions of layers, and the settings of training. */
import type { Stream } from '../compare/random.js';
import type { Tensor } from './networks.js';

const schedules = [
  'warmup(epochs: 2)',
  'warmup(from: 0.2, to: 2, steps: 5)',
  'cosine(epochs: 3)',
  'cosine(floor: 0.1, steps: 6)',
  'exponential(rate: 0.5, epochs: 2)',
  'exponential(rate: 0.7, steps: 3)',
  'warmup',
  'cosine(floor: 0.2)',
] as const;

/** A number or a schedule in front of a penalty. */
export const weight = (r: Stream): string =>
  r.chance(0.25)
    ? r.pick(schedules.filter((s) => s.includes('(')))
    : r.pick(['0.1', '0.5', '2', '1e-2', '(0.3 + 0.2)', '3 / 4', '0.1 * 2', '2 ^ -2']);

/** ` weight w` behind a reconstruction, or nothing. */
export const weightOf = (r: Stream): string =>
  r.chance(0.25)
    ? ` weight ${r.pick(['0.5', '2', '10', '1 / 3', 'warmup(epochs: 2)', '0.5 * cosine(epochs: 3)'])}`
    : '';

/** Constraints on kernels, and corruptions of layers. */
export function constraints(r: Stream, tensors: readonly Tensor[], weighted: readonly string[]): readonly string[] {
  const kernels = tensors.filter((t) => t.kernel !== undefined);
  const out: string[] = [];
  if (kernels.length > 0 && r.chance(0.25)) {
    const of = r.pick(kernels);
    const dense = of.kernel === 'dense' ? ['orthogonal'] : [];
    out.push(
      `constrain ${of.path}.kernel by ${r.pick(['unit_norm', 'unit_norm(per: input)', 'max_norm(0.8)', 'max_norm', 'non_negative', 'clip(0.3)', ...dense])}`,
    );
  }
  // A probability that noise moves out of (0, 1) has no likelihood, so that the layers in front of an output are left alone.
  if (weighted.length > 0 && r.chance(0.05))
    out.push(`constrain ${r.pick(weighted)} by ${r.pick(['clip(0.4)', 'max_norm(0.7)'])}`);
  const inside = tensors.filter((t) => t.network === 'encoder' && t.applied !== true);
  if (inside.length > 0 && r.chance(0.15))
    out.push(
      `corrupt ${r.pick(inside).path} with ${r.pick(['gaussian(0.2)', 'uniform(0.3)', 'mask(0.3)', 'dropout(0.3)', 'mask(0.2) then gaussian(0.1)'])}`,
    );
  return out;
}

const optimisers = [
  'sgd(lr: 0.05)',
  'sgd',
  'sgd(lr: 0.1, momentum: 0.9)',
  'sgd(lr: 0.02, momentum: 0.8, nesterov: true)',
  'rmsprop',
  'rmsprop(lr: 0.01, decay: 0.8)',
  'rmsprop(lr: 0.005, momentum: 0.5)',
  'adam',
  'adam(lr: 0.01)',
  'adam(lr: 2e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-6)',
  'adamw',
  'adamw(lr: 0.01, decay: 0.1)',
  'adamw(decay: 0.05, beta1: 0.5)',
] as const;

/** The clause `train`, or none. */
export function training(r: Stream): readonly string[] {
  if (r.chance(0.15)) return [];
  const lines = [
    ...(r.chance(0.85) ? [`optimizer ${r.pick(optimisers)}`] : []),
    ...(r.chance(0.3) ? [`schedule ${r.pick(schedules)}`] : []),
    ...(r.chance(0.3) ? [`clip ${r.pick(['norm(0.5)', 'norm(5)', 'value(0.1)', 'value(2)'])}`] : []),
    ...(r.chance(0.1) ? ['stop early(patience: 2)'] : []),
    ...(r.chance(0.6) ? [`batch ${r.pick(['4', '32', 'full'])}`] : []),
    ...(r.chance(0.5) ? ['epochs 3'] : []),
    ...(r.chance(0.3) ? [`validation ${r.pick(['0', '0.2', '0.2 clean'])}`] : []),
    ...(r.chance(0.3) ? [`seed ${r.int(0, 9)}`] : []),
  ];
  return lines.length === 0 ? [] : ['  train {', ...lines.map((line) => `    ${line}`), '  }'];
}
