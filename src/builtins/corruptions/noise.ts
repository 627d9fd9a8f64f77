/** Noise: drawn anew for every example of every batch, absent in the deployed model. */
import type { Node } from '../../ir/graph/graph.js';
import { fixed } from '../../ir/graph/shape.js';
import { level, num, pair, type Args, type ExampleShape, type Param } from '../arguments.js';
import {
  isMisfit,
  type Corrupted,
  type CorruptionContext,
  type CorruptionDefinition,
  type Misfit,
  type WithLowering,
} from '../define.js';
import { drop } from '../layers/dropout.js';
import { along, fromImages, oneAxis, places, placesOf, showSize } from '../layers/places.js';
import { nearest } from '../layers/upsample.js';
import { probabilityParam } from '../params.js';

type Noise = WithLowering<CorruptionDefinition>;

const noise = (
  entry: Pick<Noise, 'name' | 'aliases' | 'summary' | 'formula' | 'source' | 'examples' | 'params' | 'lower'> &
    Partial<Noise>,
): Noise => ({
  category: 'corruption',
  of: 'numbers',
  hides: false,
  shape: (input: ExampleShape) => input,
  statistics: [],
  degradation: false,
  ...entry,
});

/** How strong the noise is, broadcast over the axes of an example: one number, or one for each example. */
function strength({ b, value }: CorruptionContext, x: Node, args: Args, name: string): Node {
  const given = level(args, name);
  if (typeof given === 'number') return b.scalar(given);
  return b.reshape(value(given), [x.shape[0]!, ...x.shape.slice(1).map(() => 1)]);
}

/** x where `kept` is 1, and zero elsewhere. */
const without = ({ b }: CorruptionContext, x: Node, kept: Node): Corrupted => ({
  value: b.mul(x, kept),
  hidden: b.sub(b.scalar(1), kept),
});

const width = (name: string, aliases: readonly string[], summary: string): Param => ({
  name,
  aliases,
  type: { kind: 'float', min: 0, orTensor: true },
  summary,
  default: 0.1,
});

/** Where the probability is a number, and not a tensor. */
const withProbability = ({ p }: Args): number | undefined => (typeof p === 'number' ? p : undefined);

const probability = (summary: string, value: number): Param => ({
  ...probabilityParam,
  type: { kind: 'float', min: 0, max: 1, orTensor: true },
  summary,
  default: value,
});

const patchParam: Param = {
  name: 'patch',
  aliases: ['patch_size', 'block', 'block_size'],
  type: { kind: 'pair', min: 1 },
  summary: 'rows and columns that are hidden together, in all channels',
  default: 1,
};

const single = (args: Args): boolean => pair(args, 'patch').every((n) => n === 1);

/** Any shape; for patches, one that is made of whole ones. */
function patched(input: ExampleShape, args: Args): ExampleShape | Misfit {
  if (single(args)) return input;
  const map = places(input);
  if (isMisfit(map)) return map;
  const odd = oneAxis(args, map, 'patch');
  if (odd !== undefined) return odd;
  const patch = along(args, 'patch', map);
  if (map.size[0] % patch[0] === 0 && map.size[1] % patch[1] === 0) return input;
  return {
    expected: `sizes that ${showSize(map, patch)} divides`,
    found: showSize(map, map.size),
    hint: 'choose patches that divide them',
  };
}

/** 1 where x stays: a draw for each element, or for each patch. */
function keptBy(ctx: CorruptionContext, x: Node, args: Args): Node {
  const { b } = ctx;
  const p = strength(ctx, x, args, 'p');
  if (single(args)) return b.indicator('GreaterEqual', b.uniform(x.shape), p);
  const map = placesOf(x.shape.slice(1).map(fixed));
  const patch = along(args, 'patch', map);
  const drawn = b.uniform([x.shape[0]!, map.size[0] / patch[0], map.size[1] / patch[1], 1]);
  const limit = b.reshape(p, p.shape.length === 0 ? [] : [p.shape[0]!, 1, 1, 1]);
  return fromImages(b, nearest(b, b.indicator('GreaterEqual', drawn, limit), patch), { ...map, channels: 1 });
}

export const noises: readonly CorruptionDefinition[] = [
  noise({
    name: 'gaussian',
    aliases: ['GaussianNoise', 'normal', 'noise', 'additive', 'awgn', 'gauss'],
    summary: 'Additive normal noise.',
    formula: 'x̃ = x + σε, ε ~ N(0, I)',
    source: 'Vincent et al. 2010, §3.3',
    examples: ['gaussian(0.3)', 'gaussian(s)'],
    params: [width('sigma', ['std', 'stddev', 'scale', 'noise_factor', 'noise_level', 'amount'], 'standard deviation')],
    lower: (ctx, x, args) => ({
      value: ctx.b.add(x, ctx.b.mul(ctx.b.normal(x.shape), strength(ctx, x, args, 'sigma'))),
    }),
  }),
  noise({
    name: 'uniform',
    aliases: ['uniform_noise'],
    summary: 'Additive uniform noise.',
    formula: 'x̃ = x + u, u ~ U(−a, a)',
    source: 'lecture 0 (Bischl), denoising experiment',
    examples: ['uniform(0.2)'],
    params: [width('limit', ['amplitude', 'a', 'half_width', 'range'], 'half the width of the range')],
    lower: (ctx, x, args) => {
      const { b } = ctx;
      const centred = b.shift(b.scale(b.uniform(x.shape), 2), -1);
      return { value: b.add(x, b.mul(centred, strength(ctx, x, args, 'limit'))) };
    },
  }),
  noise({
    name: 'mask',
    aliases: ['masking', 'zero', 'zeros', 'masking_noise', 'blank', 'random_mask'],
    summary: 'Elements, or whole patches of an image, become zero with probability p; the others stay as they are.',
    formula: 'x̃ = x·m, m ~ Bernoulli(1 − p)',
    source: 'Vincent et al. 2008, §2.3; of patches: He et al. 2022, §3',
    examples: ['mask(0.25)', 'mask(0.75, patch: 4)'],
    params: [probability('probability of becoming zero', 0.25), patchParam],
    shape: patched,
    hides: true,
    share: withProbability,
    zeroes: true,
    lower: (ctx, x, args) => without(ctx, x, keptBy(ctx, x, args)),
  }),
  noise({
    name: 'salt_and_pepper',
    aliases: ['SaltPepper', 's&p', 'impulse', 'sp'],
    summary:
      'Elements become the smallest or the largest possible value, equally likely: a bound of the domain, or of what ' +
      'the feature has in training where the domain is `real`.',
    formula: 'x̃ᵢ = minᵢ or maxᵢ, each with probability p/2',
    source: 'Vincent et al. 2010, §3.3',
    examples: ['salt_and_pepper(0.1)'],
    params: [probability('probability of being replaced', 0.1)],
    statistics: ['min', 'max'],
    hides: true,
    share: withProbability,
    lower: (ctx, x, args) => {
      const { b, statistic } = ctx;
      // One uniform decides both: below p/2 pepper, below p salt.
      const u = b.uniform(x.shape);
      const p = strength(ctx, x, args, 'p');
      const to = (kind: 'min' | 'max'): Node => b.broadcastTo(statistic(kind), x.shape);
      const hidden = b.make('Less', [u, p]);
      const pepper = b.make('Less', [u, b.scale(p, 0.5)]);
      return {
        value: b.select(pepper, to('min'), b.select(hidden, to('max'), x)),
        hidden: b.cast(hidden, 'float32'),
      };
    },
  }),
  noise({
    name: 'dropout',
    summary: 'Elements become zero with probability p and the others grow by 1/(1 − p): scaled, unlike `mask`.',
    formula: 'x̃ = x·m / (1 − p), m ~ Bernoulli(1 − p)',
    source: 'Srivastava et al. 2014',
    examples: ['dropout(0.5)'],
    params: [
      {
        ...probability('probability of being dropped', 0.5),
        type: { kind: 'float', min: 0, below: 1, orTensor: true },
      },
    ],
    hides: true,
    share: withProbability,
    zeroes: true,
    lower: (ctx, x, args) => {
      const { value, kept } = drop(ctx.b, x, strength(ctx, x, args, 'p'));
      return { value, hidden: ctx.b.sub(ctx.b.scalar(1), kept) };
    },
  }),
];

const share = (name: string, aliases: readonly string[], summary: string, value: number): Param => ({
  name,
  aliases,
  type: { kind: 'float', min: 0, max: 1 },
  summary,
  default: value,
});

export const tokenMask: CorruptionDefinition = {
  category: 'corruption',
  name: 'token_mask',
  aliases: ['bert_mask', 'mlm', 'masked_lm', 'mask_tokens'],
  of: 'labels',
  hides: true,
  share: (args) => ['mask', 'random', 'keep'].reduce((sum, name) => sum + num(args, name), 0),
  marks: true,
  statistics: [],
  degradation: false,
  summary:
    'Of the chosen positions some become [MASK], some a random word, and some stay; all of them are to be predicted.',
  formula: 'x̃ = [MASK] with probability `mask`, any word with `random`, x with `keep`: these positions are chosen',
  source: 'Devlin et al. 2019, §3.1',
  params: [
    share('mask', ['p', 'masked'], 'probability of becoming [MASK]', 0.12),
    share('random', ['replace'], 'probability of becoming a random word', 0.015),
    share('keep', ['unchanged'], 'probability of being chosen and staying', 0.015),
  ],
  examples: ['token_mask', 'token_mask(mask: 0.12, random: 0.015, keep: 0.015)'],
  // One draw for each position chooses among the three and nothing.
  conflict: (args) => {
    const sum = num(args, 'mask') + num(args, 'random') + num(args, 'keep');
    return sum <= 1 + 1e-9
      ? undefined
      : {
          expected: 'probabilities whose sum is at most 1',
          found: String(Number(sum.toFixed(9))),
          hint: 'make one of them smaller',
        };
  },
  shape: (input) => input,
  lower: ({ b, classes }, labels, args) => {
    if (classes === undefined) throw new Error('labels without classes');
    const [mask, random, keep] = ['mask', 'random', 'keep'].map((name) => num(args, name)) as [number, number, number];
    const words = b.cast(labels, 'float32');
    const u = b.uniform(labels.shape);
    const there = b.indicator('GreaterEqual', words, b.scalar(0));
    const below = (limit: number): Node => b.mul(there, b.indicator('Less', u, b.scalar(limit)));
    const [masked, replaced] = [below(mask), below(mask + random)];
    // Of the vocabulary, 1 … classes − 1: 0 is no word.
    const word = b.shift(b.unary('Floor', b.scale(b.uniform(labels.shape), classes - 1)), 1);
    const choose = (where: Node, to: Node, from: Node): Node => b.add(from, b.mul(where, b.sub(to, from)));
    const noisy = choose(masked, b.scalar(classes), choose(replaced, word, words));
    return { value: b.cast(noisy, 'int32'), hidden: below(mask + random + keep) };
  },
};
