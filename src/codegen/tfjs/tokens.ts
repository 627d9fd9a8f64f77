/** Printed code as tokens, of which names and numbers can be told from all else. */
import jsTokens from 'js-tokens';
import { typesLeftOut } from '../../ir/graph/ops/type-text.js';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'other';
  readonly text: string;
}

const literals: ReadonlyMap<string, Token['kind']> = new Map([
  ['NumericLiteral', 'number'],
  ['StringLiteral', 'string'],
]);

/** A property behind a dot is no name. */
export function tokensOf(code: string): readonly Token[] {
  const tokens: Token[] = [];
  let before = '';
  for (const { type, value } of jsTokens(code)) {
    const isName = type === 'IdentifierName' && before !== '.' && before !== '?.';
    tokens.push({ kind: isName ? 'name' : (literals.get(type) ?? 'other'), text: value });
    before = value;
  }
  return tokens;
}

export const textOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join('');

/** The code with other code in the place of names. */
export const replaced = (code: string, names: ReadonlyMap<string, string>): string =>
  textOf(
    tokensOf(code).map((token) =>
      token.kind === 'name' ? { ...token, text: names.get(token.text) ?? token.text } : token,
    ),
  );

/** Letters of a name that the model gives, whatever it is: the shape of the code does not depend on it. */
const usual = 8;
const ours: ReadonlySet<string> = new Set(['tf', 'random', 'weights', 'slots', 'name', 'layer']);

/** About how wide the code is, types left out; names in `short` are no model's. */
export const widthOf = (code: string, short: ReadonlySet<string> = new Set()): number =>
  tokensOf(typesLeftOut(code)).reduce((sum, { kind, text }) => {
    const isGiven = kind === 'name' ? !ours.has(text) && !short.has(text) : /^["']/.test(text);
    return sum + (isGiven ? usual : text.length);
  }, 0);
