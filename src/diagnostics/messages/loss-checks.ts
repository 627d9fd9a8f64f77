/** Of terms that do something else than they seem to. */
import { message } from '../finding.js';
import { q, rounded } from '../phrases.js';

export const turnedRound = message<{
  readonly text: string;
  readonly factor: number;
  /** The schedule that leads there. */
  readonly schedule?: string;
}>('turned-round', 'AE4018', ({ text, factor, schedule }) => {
  const isNumber = !Number.isNaN(factor);
  return {
    title: `${q(text)} ${schedule === undefined ? 'has' : 'ends with'} the weight ${rounded(factor, 4)}`,
    cause: isNumber
      ? 'What is minimised would make it as large as it can become, and it has no upper bound.'
      : 'The arithmetic in front of it gives no number, and neither does the loss.',
    expected: 'a weight above 0',
    found: rounded(factor, 4),
    hint: !isNumber
      ? 'write a number'
      : schedule === undefined
        ? 'leave out the sign'
        : `let ${q(schedule)} end above 0`,
  };
});

export const weightless = message<{ readonly text: string }>('weightless', 'AE4020', ({ text }) => ({
  title: `${q(text)} counts nothing`,
  cause: 'Its weight is 0: the network is trained as if it were not there.',
  expected: 'a weight above 0',
  found: '0',
  hint: 'give it a weight, or remove it',
}));

export const countedTwice = message<{ readonly text: string }>('counted-twice', 'AE4036', ({ text }) => ({
  title: `${q(text)} is counted twice`,
  cause: 'Both terms are summed, so that its weight is the sum of theirs.',
  expected: 'one term',
  found: 'two',
  hint: 'remove one of them',
}));

export const decaysTwice = message<{ readonly optimizer: string; readonly penalty: string }>(
  'decays-twice',
  'AE4036',
  ({ optimizer, penalty }) => ({
    title: `weights decay by ${q(penalty)} and by ${q(optimizer)}`,
    cause: `${q(optimizer)} takes a share of each weight away at every step, beside the penalty.`,
    expected: 'one of them',
    found: 'both',
    hint: `leave the penalty out, or write \`${optimizer}(decay: 0)\``,
  }),
);

export const scaledAway = message<{ readonly text: string; readonly weight: string }>(
  'scaled-away',
  'AE4025',
  ({ text, weight }) => ({
    title: `${q(text)} can be made small by scaling`,
    cause: `A code of half the size and a ${q(weight)} twice as large give the same output; nothing bounds the weights.`,
    expected: `atoms of one length: \`constrain ${weight} by unit_norm(per: input)\``,
    found: 'weights without a bound',
    hint: `constrain ${q(weight)}, or add \`weight_decay\``,
  }),
);

export const wrongSide = message<{ readonly weight: string; readonly found: string; readonly better: string }>(
  'wrong-side',
  'AE4026',
  ({ weight, found, better }) => ({
    title: `${q(found)} bounds the wrong side of ${q(weight)}`,
    cause: `Each unit of the code has an atom, the weights by which it is decoded; ${q(found)} is of vectors across the atoms, so that their lengths stay free.`,
    expected: q(better),
    found: q(found),
    hint: `write ${q(better)}`,
  }),
);

export const derivativeOfBatch = message<{ readonly penalty: string; readonly layer: string; readonly id: string }>(
  'derivative-of-batch',
  'AE4017',
  ({ penalty, layer, id }) => ({
    title: `${q(penalty)} cannot look through ${q(layer)}`,
    cause: `In training ${q(id)} depends on the whole batch, so no derivative in one example is that of the function which is trained.`,
    expected: 'layers that treat each example by itself',
    found: q(layer),
    hint: 'use `layernorm`',
  }),
);

/** `by` is the tensor that a derivative is taken in, where it is written. */
export const derivativeOfNothing = message<{ readonly text: string; readonly of: string; readonly by?: string }>(
  'derivative-of-nothing',
  'AE4052',
  ({ text, of, by }) => ({
    title: `${q(text)} is 0 everywhere`,
    cause:
      by === undefined
        ? `${q(of)} is computed from no number that is observed: of words, classes and draws there is no derivative.`
        : `${q(of)} has no derivative in ${q(by)}, which is no number that it is computed from.`,
    expected: `something that ${q(of)} is computed from`,
    found: by === undefined ? 'no observed number' : q(by),
    hint: by === undefined ? 'say in what: `in: h`, or remove the term' : 'name another tensor, or remove the term',
  }),
);

export const heavyJacobian = message<{ readonly text: string; readonly units: number; readonly gigabytes: number }>(
  'heavy-jacobian',
  'AE4038',
  ({ text, units, gigabytes }) => ({
    title: `${q(text)} holds about ${gigabytes.toFixed(1)} GB in each step`,
    cause: `The Jacobian has a row for each of ${units} units, and each is a pass back through the network for every example of the batch.`,
    expected: 'a code of fewer units, or a smaller batch',
    found: `${units} units`,
    hint: 'penalise a narrower layer, or use a smaller `batch`',
  }),
);

/** `copies`: the weights, their gradients, and what the optimiser remembers of them. */
export const heavyLayer = message<{ readonly layer: string; readonly weights: number; readonly copies: number }>(
  'heavy-layer',
  'AE4038',
  ({ layer, weights, copies }) => ({
    title: `the weights of ${q(layer)} are ${((4 * weights) / 1e9).toFixed(1)} GB, and a step holds ${copies} times as much`,
    cause:
      'Beside the weights of a layer stand their gradients and what the optimiser remembers; every checkpoint holds them.',
    expected: 'at most 250 million weights in a layer',
    found: `${Math.round(weights / 1e6)} million`,
    hint: 'use fewer units or channels, a smaller window, or a layer whose weights are shared between places',
  }),
);

export const batchOfOne = message<{ readonly what: string }>('batch-of-one', 'AE4029', ({ what }) => ({
  title: `${q(what)} is a statistic of the batch, and the batch is one example`,
  cause: 'One example has no spread, and its mean is itself.',
  expected: 'a batch of several examples',
  found: '`batch 1`',
  hint: 'use a larger `batch`',
}));

export const fewerThanUnits = message<{ readonly text: string; readonly units: number; readonly examples: number }>(
  'fewer-than-units',
  'AE4030',
  ({ text, units, examples }) => ({
    title: `${q(text)} is of ${units} units and sees ${examples} examples at a time`,
    cause: 'Fewer examples than units are correlated in some way, whatever the units do.',
    expected: `a batch of more than ${units}`,
    found: String(examples),
    hint: 'use a larger `batch`',
  }),
);

// ─────────────────────────────────────────────────────────────────────────────── noise

export const nothingLeft = message<{ readonly corruption: string; readonly variable: string }>(
  'nothing-left',
  'AE4032',
  ({ corruption, variable }) => ({
    title: `${q(corruption)} leaves nothing of ${q(variable)}`,
    cause: 'With a probability of 1 every element is replaced.',
    expected: 'a probability below 1',
    found: '1',
    hint: 'for example 0.25',
  }),
);

export const drowned = message<{
  readonly corruption: string;
  readonly variable: string;
  readonly spread: number;
  readonly width: number;
}>('drowned', 'AE4032', ({ corruption, variable, spread, width }) => ({
  title: `${q(corruption)} drowns ${q(variable)}`,
  cause: `The values lie in a range of ${width}, and the noise is ${spread} wide: what is left is noise.`,
  expected: `noise below ${width}`,
  found: String(spread),
  hint: 'widths are in the units of the data: for values in [0, 1] write 0.1, not 25',
}));

export const zeroIsAValue = message<{ readonly corruption: string; readonly variable: string; readonly low: number }>(
  'zero-is-a-value',
  'AE4032',
  ({ corruption, variable, low }) => ({
    title: `${q(corruption)} puts a value in the middle of ${q(variable)}, not its absence`,
    cause: `It sets elements to 0, and the values begin at ${low}: 0 is one of them.`,
    expected: 'values that begin at 0',
    found: `values from ${low} on`,
    hint: 'use `salt_and_pepper`, or values in [0, 1]',
  }),
);
