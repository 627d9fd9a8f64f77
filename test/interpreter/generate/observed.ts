/** Variables: domains, transforms, corruptions with the shapes that they leave, and likelihoods that fit. */
import type { Stream } from '../compare/random.js';
import type { Sizes } from './layers.js';
import type { Observed } from './models.js';

export const domains = [
  '[0, 1]',
  '[0, 1]',
  '[0, 1]',
  '[-1, 1]',
  '[0, 5]',
  'binary',
  'real',
  '',
  'counts',
  '[0, _]',
] as const;

/** What values are behind the transforms: the domain, 0 and 1, any number, or from 0 to 1. */
export type Behind = 'domain' | 'bits' | 'numbers' | 'unit';

export function preprocessing(
  r: Stream,
  domain: string,
): { readonly text: string; readonly behind: Behind } | undefined {
  if (domain === 'binary' || r.chance(0.65)) return undefined;
  if (domain === '[0, 1]' && r.chance(0.4))
    return { text: r.pick(['binarise', 'binarise(drawn: true)', 'binarise(threshold: 0.3)']), behind: 'bits' };
  const [text, behind] = r.pick([
    ['center', 'numbers'],
    ['whiten', 'numbers'],
    ['standardize', 'numbers'],
    ['scale', 'unit'],
    ['center then scale', 'unit'],
    ['scale then center then standardize', 'numbers'],
    ['scale then binarise(threshold: 0.4)', 'bits'],
  ] as const);
  return { text, behind };
}

/** @param level what may stand for how strong noise is, one number an example from 0 to 1 */
const noise = (r: Stream, level: string | undefined): string => {
  const strong = (value: string): string => (level !== undefined && r.chance(0.6) ? level : value);
  return r.pick([
    `gaussian(${strong('0.3')})`,
    'gaussian',
    `gaussian(sigma: ${strong('0.2')})`,
    `uniform(${strong('0.2')})`,
    `mask(${strong('0.25')})`,
    'mask',
    `salt_and_pepper(${strong('0.3')})`,
    'dropout(0.2)',
    'dropout(p: 0.4)',
  ]);
};

export interface Corruptions {
  readonly calls: readonly string[];
  readonly shape: Sizes;
  /** The names of those that take away elements of the clean variable, which `where` may choose. */
  readonly hiding: readonly string[];
}

/** Whether extremes have the bounds of a domain, are measured feature by feature, or are not to be had. */
export type Extremes = 'bounds' | 'features' | 'none';

/** One to three corruptions, or none. */
export function corruptions(r: Stream, clean: Sizes, extremes: Extremes, level: string | undefined): Corruptions {
  const calls: string[] = [];
  const hiding: string[] = [];
  let shape = clean;
  const add = (call: string): void => {
    const name = /^\w+/.exec(call)![0];
    if (shape.join() === clean.join() && ['mask', 'dropout', 'salt_and_pepper', 'hole'].includes(name))
      hiding.push(name);
    calls.push(call);
  };
  const degrade = (): void => {
    const [height, width, channels] = shape as readonly [number, number, number];
    const ways: (() => void)[] = [
      () => {
        add(`hole(${r.int(1, Math.min(height, width) - 1)})`);
      },
      ...(channels === 3
        ? [
            () => {
              add('grayscale');
              shape = [height, width, 1];
            },
          ]
        : []),
      ...(height % 2 === 0 && width % 2 === 0 && height > 2 && width > 2
        ? [
            () => {
              add('downsample(2)');
              shape = [height / 2, width / 2, channels];
            },
          ]
        : []),
    ];
    r.pick(ways)();
  };
  const image = clean.length === 3 && clean[0]! > 1 && clean[1]! > 1;
  if (image && r.chance(0.35)) degrade();
  if (r.chance(0.4)) {
    // Extremes that are measured feature by feature stand where there are the variable's features.
    const call = noise(r, level);
    const measured = extremes === 'features' && shape.join() === clean.join();
    if (!call.startsWith('salt') || extremes === 'bounds' || measured) add(call);
    const patches =
      shape.length > 1 && shape[0]! % 2 === 0 && (shape.length === 2 || shape[1]! % 2 === 0) && r.chance(0.4);
    if (patches && !hiding.includes('mask')) add('mask(0.4, patch: 2)');
    else if (r.chance(0.25)) calls.push(r.pick(['gaussian(0.1)', 'uniform(0.3)']));
  }
  return { calls, shape, hiding };
}

export interface Likelihood {
  readonly name: string;
  /** The activation that the decoder ends with; none for a linear output. */
  readonly ending: string | undefined;
  /** It is of vectors, of which no part can be chosen. */
  readonly ofVectors?: true;
}

const distances = [
  'squared_error',
  'squared_error',
  'gaussian',
  'gaussian(sigma: 0.5)',
  'gaussian(learned: true)',
  'gaussian(0.8, learned: true)',
  'gaussian(log_variance: 0.3)',
  'laplace',
  'laplace(scale: 0.5)',
  'huber',
  'huber(limit: 0.4)',
];

/** A likelihood over a variable's values, and an ending that does not keep the output from them. */
export function likelihoodOf(r: Stream, x: Pick<Observed, 'domain' | 'behind' | 'shape'>): Likelihood {
  const bits = x.behind === 'bits' || (x.domain === 'binary' && x.behind === 'domain');
  const unit = bits || x.behind === 'unit' || (x.domain === '[0, 1]' && x.behind === 'domain');
  if (x.domain === 'counts' && x.behind === 'domain' && r.chance(0.7)) {
    if (x.shape.length === 1 && r.chance(0.3))
      return { name: 'multinomial', ending: r.chance(0.5) ? 'softmax' : undefined, ofVectors: true };
    return { name: r.pick(['poisson', 'negative_binomial(log_dispersion: 0.4)']), ending: undefined };
  }
  if (unit && r.chance(0.5))
    return {
      name: bits || r.chance(0.7) ? 'bernoulli' : 'continuous_bernoulli',
      ending: r.chance(0.7) ? 'sigmoid' : undefined,
    };
  const name = r.pick(distances);
  if (unit && r.chance(0.5)) return { name, ending: 'sigmoid' };
  if (x.domain === '[-1, 1]' && x.behind === 'domain' && r.chance(0.5)) return { name, ending: 'tanh' };
  return { name, ending: r.chance(0.2) ? 'linear' : undefined };
}
