/** Phrases that messages share: names in backticks, lists, shapes and numbers in words. */

/** `x` in backticks. */
export const q = (text: string | number): string => `\`${text}\``;

/** `a`, `a or b`, `a, b or c`. */
export const oneOf = (words: readonly string[]): string => joined(words, 'or');

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string => joined(words, 'and');

/** Of very many words, the first. */
function joined(words: readonly string[], last: string): string {
  if (words.length > 20) return `${words.slice(0, 16).join(', ')} ${last} ${words.length - 16} more`;
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`;
}

/** `28×28×1`, `a scalar`. */
export const sizes = (shape: readonly number[]): string => (shape.length === 0 ? 'a scalar' : shape.join('×'));

/** `a vector of 784`, `28×28×1`. */
export const inWords = (shape: readonly number[]): string =>
  shape.length === 1 ? `a vector of ${shape[0]!}` : sizes(shape);

/** `a layer`, `an encoder`. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** `0.25`, with at most six digits. */
export const rounded = (value: number, digits = 6): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));

/** 16,777,216; without what knows how all languages write numbers, which a process would have to load first. */
export const inDigits = (value: number): string => {
  if (value >= 1e15) return String(value);
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
};

/** The first letter as that of a sentence, and a full stop. */
export const sentence = (text: string): string => {
  const capital = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};

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
export const hinted = (text: string | undefined): { readonly hint?: string } =>
  text === undefined ? {} : { hint: text };
