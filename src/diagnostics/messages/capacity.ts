/** Of codes that are too large, too small, or not what they seem. */
import { message } from '../finding.js';
import { q } from '../phrases.js';

interface Sizes {
  readonly code: number;
  readonly input: number;
}

export const overcomplete = message<Sizes>('overcomplete', 'AE4001', ({ code, input }) => ({
  title: `the code has ${code} numbers for an input of ${input}, and nothing regularises it`,
  cause: 'A network that can copy its input learns nothing else: the identity is a solution.',
  expected: `a code smaller than ${input}, or a corruption, penalty or constraint that reaches it`,
  found: `${code} unregularised units`,
  hint: 'make the code smaller, or add `corrupt x with mask(0.25)` or a penalty on the code',
}));

export const largeMap = message<Sizes>('large-map', 'AE4049', ({ code, input }) => ({
  title: `the code is a feature map of ${code} numbers, ${(code / input).toFixed(1)}× the input`,
  cause: 'Nothing keeps the network from copying; whether it does is seen in the code alone.',
  expected: `fewer than ${input} numbers for a bottleneck`,
  found: String(code),
  hint: 'use fewer channels, or pool once more',
}));

export const narrower = message<{
  readonly layer: string;
  readonly units: number;
  readonly code: string;
  readonly width: number;
}>('narrower', 'AE4002', ({ layer, units, code, width }) => ({
  title: `${q(layer)} is narrower than the code`,
  cause: `What it drops, the code ${q(code)} cannot hold.`,
  expected: `at least ${width} units`,
  found: `${units} units`,
  hint: 'make this layer wider, or make it the code',
}));

export const dyingCode = message<{ readonly code: string; readonly units: number; readonly activation: string }>(
  'dying-code',
  'AE4031',
  ({ code, units, activation }) => ({
    title: `the code ${q(code)} of ${units} ends with ${q(activation)}, where units die`,
    cause: `Where ${q(activation)} is 0 no gradient flows; of so few units, one that is 0 for all data is a large part of the code.`,
    expected: 'a code that may be any number',
    found: q(activation),
    hint: 'leave the activation out',
  }),
);

export const linearStack = message<{ readonly layers: number }>('linear-stack', 'AE4033', ({ layers }) => ({
  title: `${layers} linear layers compute what two would`,
  cause: 'A product of matrices is one matrix: the network finds principal components, however deep it is.',
  expected: 'activations between the layers',
  found: 'none',
  hint: 'give the hidden layers an activation, such as `relu`',
}));
