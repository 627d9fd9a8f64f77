/** Of activations in front of likelihoods and penalties. */
import { message } from '../finding.js';
import { oneOf, q } from '../phrases.js';
import { interval, showDomain, type DomainFacts } from './ranges.js';

type Range = readonly [low: number, high: number];

/** `own`: the ending is one that the likelihood accepts, but not of the whole output. `activates`: it is an activation. */
export const squashedTwice = message<{
  readonly likelihood: string;
  readonly ending: string;
  readonly own: boolean;
  readonly activates: boolean;
  /** It is what the term itself computes, not a layer. */
  readonly computed: boolean;
  readonly accepts: readonly string[];
  readonly link: string;
  readonly ofVectors: boolean;
  readonly range: Range;
}>('squashed-twice', 'AE4005', ({ likelihood, ending, own, activates, computed, accepts, link, ofVectors, range }) => {
  const accepted = accepts.length === 0 ? 'no activation' : oneOf(accepts.map(q));
  return {
    title: own
      ? `${q(likelihood)} cannot tell what the output is: not all of it is what ${q(ending)} gave`
      : `${q(ending)} in front of ${q(likelihood)} cannot give every mean`,
    cause: `${q(likelihood)} takes its output as the mean where all of it ends with ${accepted}${ofVectors ? ' along its last axis' : ''}, and as logits where it may be any number; squashed twice, it would reach neither.`,
    expected: accepts.length === 0 ? accepted : `${accepted}, or no activation`,
    found: `${q(ending)}, with values in ${interval(...range)}`,
    hint: own
      ? `end the whole output with ${q(link)}, or none of it`
      : computed
        ? `compute it of what stands in front of ${q(link)}`
        : activates
          ? `end with ${q(link)}`
          : `move ${q(ending)} in front of the last layer`,
  };
});

export const logitsBounded = message<{ readonly penalty: string; readonly ending: string; readonly range: Range }>(
  'logits-bounded',
  'AE4005',
  ({ penalty, ending, range }) => ({
    title: `${q(ending)} in front of ${q(penalty)} squashes twice`,
    cause: `${q(penalty)} takes logits, which may be any number.`,
    expected: 'no activation',
    found: `${q(ending)}, with values in ${interval(...range)}`,
    hint: 'leave the activation out',
  }),
);

interface Output {
  readonly ending: string;
  readonly variable: string;
  readonly range: Range;
  readonly domain: DomainFacts;
  readonly better: string;
}

export const cannotReach = message<Output>('cannot-reach', 'AE4015', ({ ending, variable, range, domain, better }) => ({
  title: `${q(ending)} cannot reach all values of ${q(variable)}`,
  cause: `Its values lie in ${interval(...range)}.`,
  expected: `an activation that covers ${showDomain(domain)}`,
  found: `${q(ending)}, with values in ${interval(...range)}`,
  hint: `end with ${q(better)}`,
}));

export const reachesBeyond = message<Output>(
  'reaches-beyond',
  'AE4015',
  ({ ending, variable, range, domain, better }) => ({
    title: `${q(ending)} gives values that ${q(variable)} never has`,
    cause: `Its values lie in ${interval(...range)}, and a part of them can only be wrong.`,
    expected: `an activation with the values of ${showDomain(domain)}`,
    found: `${q(ending)}, with values in ${interval(...range)}`,
    hint: `end with ${q(better)}`,
  }),
);

export const sumsToOne = message<Output>('sums-to-one', 'AE4015', ({ ending, variable, domain, better }) => ({
  title: `the outputs of ${q(ending)} sum to 1, and ${q(variable)} does not`,
  cause: 'One value can rise only where others fall.',
  expected: `an activation that covers ${showDomain(domain)}`,
  found: q(ending),
  hint: `end with ${q(better)}`,
}));

export const deadOutputs = message<Output>('dead-outputs', 'AE4015', ({ ending, variable, domain, better }) => ({
  title: `outputs that ${q(ending)} makes 0 learn nothing more of ${q(variable)}`,
  cause: 'Below zero its derivative is 0, so that an output which is too low for all data stays there.',
  expected: `an activation that covers ${showDomain(domain)}`,
  found: q(ending),
  hint: `end with ${q(better)}`,
}));

export const outsideOfFormula = message<{
  readonly penalty: string;
  readonly needs: Range;
  readonly better: string;
  readonly ending?: string;
  readonly range?: Range;
}>('outside-of-formula', 'AE4006', ({ penalty, needs, better, ending, range }) => ({
  title: `${q(penalty)} needs activations in (${needs.join(', ')})`,
  cause: 'It compares mean activations with a probability.',
  expected: `a layer that ends with ${q(better)}`,
  found:
    ending === undefined || range === undefined
      ? 'a tensor without an activation'
      : `${q(ending)}, with values in ${interval(...range)}`,
  hint: `give the layer ${q(better)}, or use \`squared_sparsity\``,
}));

export const noZeros = message<{ readonly penalty: string; readonly ending: string; readonly range: Range }>(
  'no-zeros',
  'AE4024',
  ({ penalty, ending, range }) => ({
    title: `${q(penalty)} behind ${q(ending)} makes no zeros`,
    cause: `${q(ending)} has values in ${interval(...range)}, and comes to its lowest only for inputs without bound: units become small, and none is off.`,
    expected: 'an activation that can be 0, such as `relu`',
    found: q(ending),
    hint: 'use `relu`, or ask for a small mean with `kl_sparsity`',
  }),
);

export const meansCancel = message<{ readonly penalty: string; readonly ending: string }>(
  'means-cancel',
  'AE4024',
  ({ penalty, ending }) => ({
    title: `${q(penalty)} is content with units whose values cancel`,
    cause: 'It holds the mean over the batch, and values of both signs have a small mean however large they are.',
    expected: 'activations that are not below 0',
    found: ending === 'no activation' ? ending : q(ending),
    hint: 'use `relu` or `sigmoid`',
  }),
);
