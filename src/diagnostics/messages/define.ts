/** How messages are declared: a group of functions from facts to words, each with its code. */
import type { DiagnosticCode } from '../codes.js';
import type { Message, Words } from '../finding.js';

/** A message of a group; its name comes from the group. */
export interface Draft<Facts> {
  readonly code: DiagnosticCode;
  say(facts: Facts): Words;
}

export const say = <Facts extends object>(code: DiagnosticCode, words: (facts: Facts) => Words): Draft<Facts> => ({ code, say: words });

type Named<Group> = { readonly [Key in keyof Group]: Group[Key] extends Draft<infer Facts> ? Message<Facts> : never };

/** Messages with the names `group.key`. */
export const group = <Group extends Readonly<Record<string, Draft<never>>>>(name: string, messages: Group): Named<Group> =>
  Object.fromEntries(Object.entries(messages).map(([key, draft]) => [key, { ...draft, name: `${name}.${key}` }])) as unknown as Named<Group>;

// ──────────────────────────────────────────────────────────────────── words that messages share

/** `x` in backticks. */
export const q = (text: string | number): string => `\`${text}\``;

/** `a`, `a or b`, `a, b or c`. */
export const oneOf = (words: readonly string[]): string => joined(words, 'or');

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string => joined(words, 'and');

const joined = (words: readonly string[], last: string): string => (words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`);

/** `28×28×1`, `a scalar`. */
export const sizes = (shape: readonly number[]): string => (shape.length === 0 ? 'a scalar' : shape.join('×'));

/** `a vector of 784`, `28×28×1`. */
export const inWords = (shape: readonly number[]): string => (shape.length === 1 ? `a vector of ${shape[0]!}` : sizes(shape));

/** `a layer`, `an encoder`. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** `0.25`, with at most six digits. */
export const rounded = (value: number, digits = 6): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits))));

/** What a word may have been meant as, as a guess found it. */
export interface Guess {
  /** The word that was meant. */
  readonly near?: string;
  /** All words that are right, where they are few. */
  readonly known?: readonly string[];
}

/** `did you mean …?`, or what there is. */
export function guessed({ near, known = [] }: Guess): string | undefined {
  if (near !== undefined) return `did you mean ${q(near)}?`;
  if (known.length === 0 || known.length > 6) return undefined;
  return known.length === 1 ? `there is only ${q(known[0]!)}` : `there are ${listed(known.map(q))}`;
}

/** A hint where there is one. */
export const hint = (text: string | undefined): { readonly hint?: string } => (text === undefined ? {} : { hint: text });
