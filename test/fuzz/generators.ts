/** Where cases come from. */
import { byteMutation, tokenMutation, typing } from './damage.js';
import { grammatical } from './grammar.js';
import { Random } from './random.js';
import { pathological } from './shapes.js';

/** Kinds by name, each with its share of the cases. */
export const generators = {
  tokens: { share: 35, generate: tokenMutation },
  typing: { share: 30, generate: typing },
  bytes: { share: 15, generate: byteMutation },
  grammar: { share: 19, generate: grammatical },
  shapes: { share: 1, generate: pathological },
} as const satisfies Readonly<
  Record<string, { readonly share: number; readonly generate: (random: Random) => string }>
>;

export type Kind = keyof typeof generators;

export interface Case {
  readonly kind: Kind;
  readonly number: number;
  readonly text: string;
}

/** The case of a number: the same text for the same seed, whatever ran before it. */
export function caseOf(seed: number, number: number, only?: Kind): Case {
  const random = new Random(seed, number);
  const kind = only ?? kindAt(random.below(100));
  return { kind, number, text: generators[kind].generate(random) };
}

function kindAt(percent: number): Kind {
  let below = 0;
  for (const [kind, { share }] of Object.entries(generators)) {
    below += share;
    if (percent < below) return kind as Kind;
  }
  throw new Error('the shares of the generators do not make a hundred');
}
