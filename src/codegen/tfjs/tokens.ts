/** Printed code as tokens, of which names and numbers can be told from all else. */
import jsTokens from 'js-tokens';

export interface Token {
  readonly kind: 'name' | 'number' | 'other';
  readonly text: string;
}

/** A property behind a dot is no name. */
export function tokensOf(code: string): readonly Token[] {
  const tokens: Token[] = [];
  let before = '';
  for (const { type, value } of jsTokens(code)) {
    const isName = type === 'IdentifierName' && before !== '.' && before !== '?.';
    tokens.push({ kind: isName ? 'name' : type === 'NumericLiteral' ? 'number' : 'other', text: value });
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
