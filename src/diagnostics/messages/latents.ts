/** Of latents, priors and draws. */
import { message } from '../finding.js';
import { oneOf, q, sentence, sizes } from '../phrases.js';

export const distributionNeeded = message<{ readonly text: string }>('distribution-needed', 'AE2005', ({ text }) => ({
  title: 'a distribution is needed here',
  cause: `${q(text)} is none.`,
  expected: 'a distribution',
  found: q(text),
  hint: 'for example `normal(20)`',
}));

export const noPosterior = message<{
  readonly distribution: string;
  readonly latent: string;
  readonly known: readonly string[];
}>('no-posterior', 'AE2005', ({ distribution, latent, known }) => ({
  title: `no encoder computes a ${q(distribution)}`,
  cause: 'A latent has a posterior whose parameters an encoder computes.',
  expected: oneOf(known.map(q)),
  found: q(distribution),
  hint: `noise that nothing computes is drawn: \`draw ${latent} ~ ${distribution}(…)\``,
}));

export const notDrawn = message<{ readonly distribution: string; readonly known: readonly string[] }>(
  'not-drawn',
  'AE2005',
  ({ distribution, known }) => ({
    title: `${q(distribution)} is nothing to draw from`,
    cause: 'A draw has no network that says where it lies.',
    expected: oneOf(known.map(q)),
    found: q(distribution),
    hint: 'declare a latent, or draw from another distribution',
  }),
);

export const notTakenBy = message<{
  readonly distribution: string;
  readonly by: string;
  readonly summary: string;
  readonly known: readonly string[];
}>('not-taken-by', 'AE2005', ({ distribution, by, summary, known }) => ({
  title: `the expectation over a ${q(distribution)} is not taken by ${q(by)}`,
  cause: sentence(summary),
  expected: oneOf(known.map((way) => q(`by ${way}`))),
  found: q(`by ${by}`),
  hint: `write \`by ${known[0] ?? ''}\`, or leave it out`,
}));

export const onlySize = message<{ readonly distribution: string; readonly text: string; readonly latent: string }>(
  'only-size',
  'AE2003',
  ({ distribution, text, latent }) => ({
    title: `${q(distribution)} has no parameter for ${q(text)} here`,
    cause: 'The parameters of a latent are computed by the encoder; only its size is written.',
    expected: 'no further argument',
    found: q(text),
    hint: `a fixed distribution is a prior: \`prior ${latent} ~ ${distribution}(…)\``,
  }),
);

export const noEncoder = message<{ readonly latent: string }>('no-encoder', 'AE2013', ({ latent }) => ({
  title: `${q(latent)} has no encoder`,
  cause: 'A network computes the posterior of a latent.',
  hint: `declare \`encoder { … }\`, or draw it: \`draw ${latent} ~ normal(…)\``,
}));

export const severalEncoders = message<{ readonly latent: string; readonly encoders: readonly string[] }>(
  'several-encoders',
  'AE2008',
  ({ latent, encoders }) => ({
    title: `${q(latent)} could be computed by ${oneOf(encoders.map(q))}`,
    cause: 'Where there is more than one encoder, a latent says which computes it.',
    hint: `write \`from: ${encoders[0] ?? ''}\` behind its size`,
  }),
);

export const productOfOne = message<{ readonly text: string }>('product-of-one', 'AE2006', ({ text }) => ({
  title: `${q(text)} multiplies nothing`,
  cause: 'A product of experts is of two or more.',
  expected: 'two or more encoders',
  found: q(text),
  hint: 'for example `from: product(ea, eb)`',
}));

export const notMultiplied = message<{ readonly distribution: string }>(
  'not-multiplied',
  'AE2005',
  ({ distribution }) => ({
    title: `posteriors that are ${q(distribution)} cannot be multiplied`,
    cause: 'A product of experts needs distributions whose product is one of them.',
    expected: '`normal`',
    found: q(distribution),
    hint: 'name one encoder',
  }),
);

export const otherValues = message<{
  readonly name: string;
  readonly wanted: readonly number[];
  readonly found: readonly number[];
}>('other-values', 'AE3007', ({ name, wanted, found }) => ({
  title: `${q(name)} is ${sizes(wanted)} where it is known, and ${sizes(found)} here`,
  cause: 'A latent of the name of a variable is that variable where it is missing.',
  expected: sizes(wanted),
  found: sizes(found),
  hint: 'give both the same size',
}));

export const otherHeads = message<{
  readonly latent: string;
  readonly role: 'posterior' | 'prior';
  readonly wanted: readonly number[];
  readonly found: readonly number[];
}>('other-heads', 'AE3007', ({ latent, role, wanted, found }) => ({
  title: `the ${role} of ${q(latent)} is ${sizes(found)}, and ${q(latent)} is ${sizes(wanted)}`,
  cause: 'Its parameters are computed at every position of what they are computed from.',
  expected: sizes(wanted),
  found: sizes(found),
  hint: 'compute it from one vector, as `last: true` and `flatten` give',
}));

export const noSuchLatent = message<{ readonly name: string; readonly near?: string }>(
  'no-such-latent',
  'AE2001',
  ({ name, near }) => ({
    title: `there is no latent ${q(name)}`,
    cause: 'A prior belongs to a latent.',
    expected: 'a latent',
    found: q(name),
    hint: near === undefined ? `declare \`latent ${name} ~ normal(20)\`` : `did you mean ${q(near)}?`,
  }),
);

export const priorTwice = message<{ readonly latent: string }>('prior-twice', 'AE2007', ({ latent }) => ({
  title: `the prior of ${q(latent)} is written twice`,
  cause: 'Only one can hold.',
  hint: 'remove one of them',
}));

export const otherPrior = message<{
  readonly latent: string;
  readonly prior: string;
  readonly distribution: string;
  readonly known: readonly string[];
}>('other-prior', 'AE2005', ({ latent, prior, distribution, known }) => ({
  title: `${q(prior)} is no prior of ${q(latent)}`,
  cause: `${q(latent)} is a ${q(distribution)}; posterior and prior are distributions of the same values.`,
  expected: known.length === 0 ? 'no `prior`' : oneOf(known.map(q)),
  found: q(prior),
  hint: known.length === 0 ? 'leave it out' : `for example ${q(known[0]!)}`,
}));

export const priorNotComputed = message<{ readonly prior: string }>('prior-not-computed', 'AE2005', ({ prior }) => ({
  title: `no network computes a ${q(prior)}`,
  cause: 'Its parameters are learned.',
  expected: '`normal(from: …)`',
  found: q(`${prior}(from: …)`),
  hint: 'leave out `from`',
}));

/** `prior z ~ normal(20)` of a `normal(20)`. */
export const sizeInPrior = message<{ readonly latent: string; readonly prior: string; readonly text: string }>(
  'size-in-prior',
  'AE2003',
  ({ latent, prior, text }) => ({
    title: `${q(text)} is the size of ${q(latent)}, which its prior has already`,
    cause: 'Only the parameters of a prior are written.',
    expected: `the parameters of ${q(prior)}, or nothing`,
    found: q(text),
    hint: `write \`prior ${latent} ~ ${prior}\`, or leave the statement out`,
  }),
);

export const priorComputedAlready = message<{ readonly prior: string; readonly text: string }>(
  'prior-computed-already',
  'AE2003',
  ({ prior, text }) => ({
    title: `${q(prior)} takes nothing beside \`from\``,
    cause: 'The network behind `from` computes all parameters.',
    expected: 'no further argument',
    found: q(text),
    hint: 'remove it',
  }),
);
