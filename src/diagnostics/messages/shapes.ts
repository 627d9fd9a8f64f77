/** Of outputs that have another shape than what they reconstruct. */
import { message, type Words } from '../finding.js';
import { q, sizes } from '../phrases.js';

/** What comes in a row, without repetitions, and without its middle where it is long: facts are short whatever they are of. */
export interface Way {
  readonly first: readonly string[];
  readonly cut: boolean;
  readonly last: readonly string[];
}

export function wayOf(all: readonly string[]): Way {
  const distinct = all.filter((one, i) => one !== all[i - 1]);
  return distinct.length > 12
    ? { first: distinct.slice(0, 6), cut: true, last: distinct.slice(-5) }
    : { first: distinct, cut: false, last: [] };
}

/** Heights and widths on the way through the decoder, beside the encoder's. */
export interface ImageAccount {
  /** The encoder's, backwards. */
  readonly expected: Way;
  readonly passed: Way;
  readonly ends: string;
  readonly wanted: string;
  /** The first layer that gives a size which the encoder never had, and the encoder's layer that it should undo. */
  readonly stray?: {
    readonly layer: string;
    readonly from: string;
    readonly to: string;
    readonly partner?: { readonly layer: string; readonly from: string };
  };
}

export interface OutputShape {
  /** Of the network that gives the output. */
  readonly role: string;
  readonly variable: string;
  readonly likelihood: string;
  readonly found: readonly number[];
  readonly wanted: readonly number[];
  /** The shapes that the network passes. */
  readonly trace: Way;
  readonly classes?: number;
  readonly account?: ImageAccount;
}

export const outputShape = message<OutputShape>('output-shape', 'AE3001', (facts) => {
  const { role, variable, likelihood, found, wanted, trace, classes, account } = facts;
  const needs = classes === undefined ? `is ${sizes(wanted)}` : `needs ${sizes(wanted)}, one number for each class`;
  const title = `the ${role} gives ${sizes(found)}, but ${q(variable)} ${needs}`;
  if (account !== undefined) return { title, ...ofImages(account) };
  return {
    title,
    cause: `${q(likelihood)} compares the output with ${q(variable)} element by element.`,
    expected: sizes(wanted),
    found: trace.first.length < 3 ? sizes(found) : `${sizes(found)}, by ${arrows(trace)}`,
    hint: `make the last layer give ${sizes(wanted)}`,
  };
});

function ofImages({ expected, passed, ends, wanted, stray }: ImageAccount): Omit<Words, 'title'> {
  const traces = { expected: `${arrows(expected)} (the encoder's sizes, backwards)`, found: arrows(passed) };
  if (stray === undefined) {
    return {
      ...traces,
      cause: `The decoder ends at ${ends}, a size that the encoder passed on its way.`,
      hint: `go on to ${wanted}, for example with one more \`upsample(2)\``,
    };
  }
  const { layer, from, to, partner } = stray;
  if (partner === undefined) {
    return {
      ...traces,
      cause: `${q(layer)} makes ${from} into ${to}, and the encoder never had that size.`,
      hint: "let it give one of the encoder's sizes",
    };
  }
  return {
    ...traces,
    cause: `The encoder's ${q(partner.layer)} took ${partner.from} to ${from}, but ${q(layer)} takes ${from} to ${to}.`,
    hint: `let ${q(layer)} give ${partner.from}`,
  };
}

const arrows = ({ first, cut, last }: Way): string => [...first, ...(cut ? ['…'] : []), ...last].join(' → ');
