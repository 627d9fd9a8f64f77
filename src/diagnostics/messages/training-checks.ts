/** Of training programs that cannot work. */
import { message } from '../finding.js';
import { listed, q, rounded } from '../phrases.js';

/** What makes values of the loss differ from step to step. */
export interface Disturbance {
  readonly kind: 'batch' | 'noise' | 'layer' | 'draws' | 'statistics' | 'constraint' | 'weights';
  readonly what: string;
}

const hints: Readonly<Record<Disturbance['kind'], string>> = {
  batch: 'write `batch full`',
  noise: 'use `adam`, or leave out the corruption',
  layer: 'use `adam`, or leave out the layer',
  draws: 'use `adam`, or write `by point`',
  statistics: 'use `adam`, or `layernorm`',
  constraint: 'use `adam`, or a penalty in its place',
  weights: 'use `adam`, or a constant weight',
};

/** `also`: whatever else disturbs it. */
export const needsWholeLoss = message<Disturbance & { readonly optimizer: string; readonly also: readonly string[] }>(
  'needs-whole-loss',
  'AE4014',
  ({ optimizer, kind, what, also }) => ({
    title: `${q(optimizer)} needs the whole loss, without noise`,
    cause:
      kind === 'constraint'
        ? 'A projection behind its step undoes what the line search found.'
        : 'Its line search compares values of the loss, which must not differ by chance or by the step.',
    expected: '`batch full` and a loss that is one function of the weights',
    found: kind === 'draws' && also.length === 0 ? `draws of ${q(what)}` : listed([what, ...also].map(q)),
    hint: hints[kind],
  }),
);

export const stepsOfItsOwn = message<{ readonly optimizer: string; readonly what: 'schedule' | 'clip' }>(
  'steps-of-its-own',
  'AE4014',
  ({ optimizer, what }) => ({
    title: `${q(optimizer)} takes no ${q(what)}`,
    cause: 'Its line search finds the length of each step.',
    expected: `no ${q(what)}`,
    found: q(what),
    hint: 'leave it out',
  }),
);

export const rateEndsEarly = message<{ readonly schedule: string; readonly length: number; readonly epochs: number }>(
  'rate-ends-early',
  'AE4016',
  ({ schedule, length, epochs }) => ({
    title: `the learning rate is 0 from epoch ${length} of ${epochs} on`,
    cause: `${q(schedule)} ends there, and nothing is learned behind it.`,
    expected: `a schedule over ${epochs} epochs, or one that ends above 0`,
    found: `one over ${length}`,
    hint: 'leave out `epochs`, and it runs to the end',
  }),
);

export const neverFullWeight = message<{
  readonly text: string;
  readonly schedule: string;
  readonly length: number;
  readonly epochs: number;
}>('never-full-weight', 'AE4016', ({ text, schedule, length, epochs }) => ({
  title: `${q(text)} never has its full weight`,
  cause: `${q(schedule)} takes ${length} epochs, and training ends after ${epochs}.`,
  expected: `at most ${epochs} epochs`,
  found: String(length),
  hint: 'shorten the schedule, or train longer',
}));

export const neverStops = message<{ readonly patience: number; readonly after: number; readonly epochs: number }>(
  'never-stops',
  'AE4016',
  ({ patience, after, epochs }) => ({
    title: `early stopping has no epoch to stop in`,
    cause: `Patience is counted from epoch ${after} on and lasts ${patience} epochs, and training ends after ${epochs}.`,
    expected: `less than ${epochs} epochs in all`,
    found: String(after + patience),
    hint: 'be less patient, or train longer',
  }),
);

export const stopWithoutValidation = message<object>('stop-without-validation', 'AE4019', () => ({
  title: 'early stopping has no examples to judge by',
  cause:
    'With `validation 0` it follows the loss of the training examples, which falls for as long as the network memorises them.',
  expected: 'a share of examples that is held out',
  found: '`validation 0`',
  hint: 'write `validation 0.1`',
}));

export const largeRate = message<{ readonly optimizer: string; readonly rate: number; readonly usual: number }>(
  'large-rate',
  'AE4040',
  ({ optimizer, rate, usual }) => ({
    title: `a learning rate of ${rate} is large for ${q(optimizer)}`,
    cause: 'It moves each weight by about the learning rate in every step, whatever the gradient.',
    expected: `about ${usual}`,
    found: String(rate),
    hint: `for example \`${optimizer}(lr: 1e-3)\``,
  }),
);

export const rateOfMeans = message<{ readonly optimizer: string; readonly rate: number }>(
  'rate-of-means',
  'AE4040',
  ({ optimizer, rate }) => ({
    title: `steps of ${rounded(rate, 3)} times the gradient are large beside a loss that sums over features`,
    cause:
      'Losses elsewhere are means over the features, whose gradients are as many times smaller as there are features.',
    expected: 'a learning rate that is smaller by the number of features',
    found: `${q(optimizer)} with ${rounded(rate, 3)}, momentum counted`,
    hint: 'use a smaller `lr`, or `adam`',
  }),
);

export const tightClip = message<{ readonly limit: number }>('tight-clip', 'AE4040', ({ limit }) => ({
  title: `gradients are cut to ${limit}`,
  cause: 'Nearly every gradient is larger, so that the limit decides the length of each step.',
  expected: 'a limit of about 1',
  found: String(limit),
  hint: 'for example `clip norm(1)`',
}));

export const contradiction = message<{ readonly weight: string; readonly first: string; readonly second: string }>(
  'contradiction',
  'AE4026',
  ({ weight, first, second }) => ({
    title: `${q(first)} and ${q(second)} of ${q(weight)} undo each other`,
    cause: 'No weight of this shape satisfies both, and the second projection leaves the first unsatisfied.',
    expected: 'constraints that hold together',
    found: listed([q(first), q(second)]),
    hint: 'remove one of them',
  }),
);

// ──────────────────────────────────────────────────────────────────── who moves what

export const movesNothing = message<{ readonly part: string; readonly reason: 'frozen' | 'objective' }>(
  'moves-nothing',
  'AE4041',
  ({ part, reason }) => ({
    title: `${q(part)} moves no weight`,
    cause:
      reason === 'frozen'
        ? 'All weights are frozen in it.'
        : 'No weight that it trains has a part in what it minimises.',
    expected: 'weights that its objective depends on',
    found: 'none',
    hint: reason === 'frozen' ? 'train something, or remove it' : 'name the layers that the objective is computed from',
  }),
);

export const movedByBoth = message<{
  readonly first: string;
  readonly second: string;
  readonly weight: string;
  readonly all: boolean;
}>('moved-by-both', 'AE4042', ({ first, second, weight, all }) => ({
  title: `${q(first)} and ${q(second)} move ${q(weight)} in the same step`,
  cause: all
    ? 'A player without `train` moves all weights.'
    : 'Their steps are computed from the same weights, and only one of them could be made.',
  expected: 'players that move weights of their own, or `update alternate(…)`',
  found: q(weight),
  hint: all ? 'write `train …` in each player' : 'let them alternate',
}));

export const judgedRanges = message<{
  readonly network: string;
  readonly variable: string;
  readonly ending: string;
  readonly made: string;
  readonly real: string;
}>('judged-ranges', 'AE4044', ({ network, variable, ending, made, real }) => ({
  title: `${q(network)} tells ${q(ending)} from ${q(variable)} by the range alone`,
  cause: `What is made lies in ${made}, and ${q(variable)} in ${real}: the range gives it away.`,
  expected: `an ending with values in ${real}`,
  found: `${q(ending)}, with values in ${made}`,
  hint: 'give both one range',
}));

export const unboundedCritic = message<{ readonly network: string; readonly text: string }>(
  'unbounded-critic',
  'AE4045',
  ({ network, text }) => ({
    title: `nothing bounds ${q(network)}`,
    cause: `${q(text)} grows with the weights alone, without end; the distance of two distributions is over functions whose slope is at most 1 (Arjovsky et al. 2017, eq. 2).`,
    expected: `\`constrain ${network} by clip(0.01)\`, or \`gradient_penalty(${network}, …)\``,
    found: 'neither',
    hint: 'add one of them',
  }),
);

/** `phase` is the first that is computed from its weights. */
export const neverTrained = message<{
  readonly network: string;
  readonly phase: string;
  readonly since: 'never' | 'later';
}>('never-trained', 'AE4046', ({ network, phase, since }) => ({
  title: since === 'never' ? `nothing trains ${q(network)}` : `${q(network)} is used before it is trained`,
  cause:
    since === 'never'
      ? 'What is minimised depends on its weights, and they stay as they were drawn.'
      : `What ${q(phase)} minimises depends on its weights, which are still as they were drawn.`,
  expected:
    since === 'never' ? `training that moves ${q(network)}` : `a phase before ${q(phase)} that trains ${q(network)}`,
  found: since === 'never' ? 'none' : 'one that comes later',
  hint:
    since === 'never'
      ? 'train it, or load it from another run with `--load`'
      : `say what ${q(phase)} minimises without it, or load it with \`--load\``,
}));

export const helpsCritic = message<{
  readonly player: string;
  readonly judge: string;
  readonly judged: string;
  readonly up: boolean;
  readonly turned: 'minimize' | 'maximize';
}>('helps-critic', 'AE4050', ({ player, judge, judged, up, turned }) => {
  const way = up ? 'up' : 'down';
  return {
    title: `${q(player)} pushes ${q(judged)} ${way}, as ${q(judge)} does`,
    cause: `${q(judge)} learns to tell it by a ${up ? 'high' : 'low'} value, and ${q(player)} makes that easier.`,
    expected: `a term that pushes it ${up ? 'down' : 'up'}`,
    found: `one that pushes it ${way}`,
    hint: `compare it with ${up ? 0 : 1}, or write ${q(turned)}`,
  };
});

export const agreeingCritic = message<{
  readonly network: string;
  readonly told: readonly string[];
  readonly up: boolean;
}>('agreeing-critic', 'AE4055', ({ network, told, up }) => ({
  title: `${q(network)} is trained to say the same of all that it is shown`,
  cause: `${listed(told.map(q))} are all pushed ${up ? 'up' : 'down'}, which a bias alone can do.`,
  expected: 'one of them pushed up, and another down',
  found: `all of them pushed ${up ? 'up' : 'down'}`,
  hint: 'compare what is made with 0, and data with 1',
}));

/** `more`: further weights that the same statement freezes so. */
export const frozenByTie = message<{ readonly weight: string; readonly other: string; readonly more: number }>(
  'frozen-by-tie',
  'AE4053',
  ({ weight, other, more }) => ({
    title: `to freeze ${q(weight)} freezes ${q(other)} too, which is tied to it${more === 0 ? '' : `, and ${more} more`}`,
    cause: 'Tied weights are one, which is stored once: it moves in both places, or in neither.',
    expected: 'a `freeze` that names both, or weights that are not tied',
    found: `${q(weight)} without ${q(other)}`,
    hint: `freeze ${q(other)} too, if it is to stand still, or remove the tie`,
  }),
);
