/** Variables: domains, corruptions with the shapes that they leave, and likelihoods that fit. */
import type { Stream } from '../compare/random.js';
import type { Sizes } from './layers.js';
import type { Observed } from './models.js';

export const domains = ['[0, 1]', '[0, 1]', '[0, 1]', '[-1, 1]', '[0, 5]', 'binary', 'real', ''] as const;

const noise = (r: Stream): string =>
  r.pick(['gaussian(0.3)', 'gaussian', 'gaussian(sigma: 0.2)', 'uniform(0.2)', 'mask(0.25)', 'mask', 'salt_and_pepper(0.3)', 'dropout(0.2)', 'dropout(p: 0.4)']);

/** One to three corruptions, or none. */
export function corruptions(r: Stream, clean: Sizes): { readonly calls: readonly string[]; readonly shape: Sizes; readonly hole: boolean } {
  const calls: string[] = [];
  let [shape, hole] = [clean, false];
  const degrade = (): void => {
    const [height, width, channels] = shape as readonly [number, number, number];
    const ways: (() => void)[] = [
      () => {
        calls.push(`hole(${r.int(1, Math.min(height, width) - 1)})`);
        hole = shape.join() === clean.join() && !calls.slice(0, -1).some((c) => c.startsWith('hole'));
      },
      ...(channels === 3 ? [() => {
        calls.push('grayscale');
        shape = [height, width, 1];
      }] : []),
      ...(height % 2 === 0 && width % 2 === 0 && height > 2 && width > 2 ? [() => {
        calls.push('downsample(2)');
        shape = [height / 2, width / 2, channels];
      }] : []),
    ];
    r.pick(ways)();
  };
  const image = clean.length === 3 && clean[0]! > 1 && clean[1]! > 1;
  if (image && r.chance(0.35)) degrade();
  if (r.chance(0.35)) {
    // Extremes are measured feature by feature, so that salt and pepper stands where there are the variable's features.
    const call = noise(r);
    if (!(call.startsWith('salt') && shape.join() !== clean.join())) calls.push(call);
    if (r.chance(0.25)) calls.push(r.pick(['gaussian(0.1)', 'mask(0.2)', 'uniform(0.3)']));
  }
  return { calls, shape, hole };
}

export interface Likelihood {
  readonly name: string;
  /** The activation that the decoder ends with; none for a linear output. */
  readonly ending: string | undefined;
}

/** A likelihood over a variable's values, and an ending that does not keep the output from them. */
export function likelihoodOf(r: Stream, x: Observed): Likelihood {
  const unit = (x.domain === '[0, 1]' || x.domain === 'binary') && !x.preprocessed;
  if (unit && r.chance(0.5)) return { name: 'bernoulli', ending: r.chance(0.7) ? 'sigmoid' : undefined };
  const name = r.pick(['squared_error', 'squared_error', 'gaussian', 'gaussian(sigma: 0.5)', 'gaussian(learned: true)', 'gaussian(0.8, learned: true)', 'laplace', 'laplace(scale: 0.5)']);
  if (unit && r.chance(0.5)) return { name, ending: 'sigmoid' };
  if (x.domain === '[-1, 1]' && !x.preprocessed && r.chance(0.5)) return { name, ending: 'tanh' };
  return { name, ending: r.chance(0.2) ? 'linear' : undefined };
}
