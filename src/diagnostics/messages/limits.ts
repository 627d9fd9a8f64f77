/** Of files that stand for more than can be computed. */
import { message } from '../finding.js';
import { inDigits, q, sizes } from '../phrases.js';

export const writtenOut = message<{ readonly most: number }>('written-out', 'AE1007', ({ most }) => ({
  title: `the file stands for more than ${inDigits(most)} layers and relations`,
  cause: 'Blocks, repetitions and names of whole networks are written out, and this is where the limit was passed.',
  hint: 'repeat less often, or name fewer weights',
}));

export const tooManyLayers = message<{ readonly most: number }>('too-many-layers', 'AE1007', ({ most }) => ({
  title: `the network has more than ${inDigits(most)} layers`,
  cause: 'Blocks and repetitions are written out, and this is where the limit was passed.',
  hint: 'repeat less often',
}));

export const blocksTooDeep = message<{ readonly most: number }>('blocks-too-deep', 'AE1007', ({ most }) => ({
  title: 'blocks are nested too deeply',
  cause: `A block may use a block that uses a block, ${most} times over.`,
  expected: `at most ${most} blocks, one inside the other`,
  found: 'one more',
  hint: 'write one after the other, or repeat one with `repeat`',
}));

export const networksTooDeep = message<{ readonly most: number }>('networks-too-deep', 'AE1007', ({ most }) => ({
  title: 'the networks read each other over too long a way',
  cause: `From a network to the one that it stands on, through all that lie between, there are at most ${most}, unless they stand in that order.`,
  expected: `at most ${most} networks in a row`,
  found: 'one more',
  hint: 'write each network below those that it reads',
}));

export const exampleTooLarge = message<{
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly most: number;
}>('example-too-large', 'AE2005', ({ name, shape, count, most }) => ({
  title: `an example of ${q(name)} would have ${inDigits(count)} numbers`,
  cause: 'No machine can hold a batch of them.',
  expected: `at most ${inDigits(most)} numbers`,
  found: sizes(shape),
  hint: 'use smaller sizes',
}));

/** `weight` is its name, where it is the weight that is too large. */
export const layerTooLarge = message<{
  readonly layer: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly most: number;
  readonly weight?: string;
}>('layer-too-large', 'AE2005', ({ layer, shape, count, most, weight }) => ({
  title: `${layer} would ${weight === undefined ? 'give' : `have a ${weight} of`} ${inDigits(count)} numbers`,
  cause: `${weight === undefined ? 'Its output for one example' : `Its ${weight}`} is ${sizes(shape)}.`,
  expected: `at most ${inDigits(most)} numbers`,
  found: sizes(shape),
  hint: 'use smaller sizes',
}));
