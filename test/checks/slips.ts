/** One slip in a file: a word left out, doubled, exchanged, moved; a statement taken over from elsewhere. */
import { Random } from '../fuzz/random.js';

export interface Slip {
  /** What was done, for a reader: `4: dense -> conv`, by line. */
  readonly what: string;
  readonly text: string;
}

interface Token {
  readonly at: number;
  readonly text: string;
}

const tokensOf = (text: string): readonly Token[] =>
  [...text.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"[^"\n]*"|[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?(?:e-?\d+)?|[^\s]/gu)]
    .map(({ 0: one, index }) => ({ at: index, text: one }))
    .filter(({ text: one }) => !one.startsWith('//') && !one.startsWith('/*'));

const isWord = ({ text }: Token): boolean => /^[\p{L}_]/u.test(text);
const isNumber = ({ text }: Token): boolean => /^\d/.test(text);

const numbers = ['0', '1', '2', '3', '0.5', '10', '-1', '1e9'];

/** Lines of a file that hold a statement of one line inside of a body. */
export const statementsIn = (text: string): readonly { readonly line: number; readonly text: string }[] =>
  text
    .split('\n')
    .map((one, line) => ({ line, text: one }))
    .filter(({ text: one }) => /^\s+[a-z]/.test(one) && balanced(one));

const balanced = (line: string): boolean => {
  let depth = 0;
  for (const c of line) {
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c) && --depth < 0) return false;
  }
  return depth === 0;
};

/** Words in lower case: of the language, and some names. */
export const wordsIn = (text: string): readonly string[] =>
  tokensOf(text)
    .map((one) => one.text)
    .filter((word) => /^[a-z]\w+$/.test(word));

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** What is put in from elsewhere: of two pools that differ in little, most is chosen alike. */
export class Pool {
  readonly #all: readonly { readonly text: string; readonly hash: number }[];

  constructor(texts: Iterable<string>) {
    this.#all = [...new Set(texts)].map((text) => ({ text, hash: hashOf(text) }));
  }

  /** The one that comes first in an order of its own for each number (rendezvous hashing, Thaler & Ravishankar 1996). */
  of(random: Random): string {
    const salt = random.below(2 ** 32);
    const rank = ({ hash }: { readonly hash: number }): number => mixed((hash ^ salt) >>> 0);
    return this.#all.reduce((first, one) => (rank(one) < rank(first) ? one : first)).text;
  }
}

export interface Pools {
  /** Statements of other files, one line each. */
  readonly others: Pool;
  /** Words of the language. */
  readonly words: Pool;
}

const hashOf = (text: string): number => [...text].reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) >>> 0, 7);

/** Every bit of a number in every other (the finaliser of MurmurHash3). */
function mixed(n: number): number {
  let x = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** So many slips of a file, the same for the same name and text. */
export function slipsOf(name: string, text: string, count: number, pools: Pools): readonly Slip[] {
  const seed = hashOf(name);
  const slips: Slip[] = [];
  for (let i = 0; slips.length < count && i < 4 * count; i++) {
    const slip = slipIn(new Random(seed, i), text, pools);
    if (slip !== undefined && slip.text !== text) slips.push(slip);
  }
  return slips;
}

function slipIn(random: Random, text: string, { others, words }: Pools): Slip | undefined {
  const tokens = tokensOf(text);
  const replaced = (token: Token, by: string): Slip => ({
    what: `${lineAt(text, token.at)}: ${token.text} -> ${by === '' ? 'nothing' : by}`,
    text: text.slice(0, token.at) + by + text.slice(token.at + token.text.length),
  });
  const lines = text.split('\n');
  const statements = statementsIn(text);
  const pick = <T>(all: readonly T[]): T | undefined => (all.length === 0 ? undefined : random.pick(all));
  const kind = random.below(12);
  switch (kind) {
    case 0: {
      const token = pick(tokens);
      return token && replaced(token, '');
    }
    case 1:
    case 2: {
      const token = pick(tokens.filter(isWord));
      const by = pick(tokens.filter(isWord));
      return token && by && replaced(token, by.text);
    }
    case 3:
    case 4: {
      const token = pick(tokens.filter(isWord));
      return token && replaced(token, words.of(random));
    }
    case 5:
    case 6: {
      const token = pick(tokens.filter(isNumber));
      return token && replaced(token, random.pick(numbers));
    }
    case 7: {
      const one = pick(statements);
      return one && { what: `${one.line + 1}: left out`, text: lines.filter((_, i) => i !== one.line).join('\n') };
    }
    case 8: {
      const one = pick(statements);
      const to = pick(statements);
      if (one === undefined || to === undefined || one === to) return undefined;
      const rest = lines.map((line, i) => (i === one.line ? to.text : i === to.line ? one.text : line));
      return { what: `${one.line + 1} and ${to.line + 1}: exchanged`, text: rest.join('\n') };
    }
    case 9: {
      const one = pick(statements);
      return (
        one && {
          what: `${one.line + 1}: twice`,
          text: lines.flatMap((line, i) => (i === one.line ? [line, line] : [line])).join('\n'),
        }
      );
    }
    default: {
      const one = pick(statements);
      const other = others.of(random);
      return (
        one && {
          what: `${one.line + 1}: ${kind === 10 ? 'behind it' : 'instead'} ${other.trim()}`,
          text: lines
            .flatMap((line, i) => (i === one.line ? (kind === 10 ? [line, other] : [other]) : [line]))
            .join('\n'),
        }
      );
    }
  }
}
