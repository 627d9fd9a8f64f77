/** Text of generated code. All that comes from users passes through here, so that none of it can end a comment or a string. */
import jsTokens from 'js-tokens';

/** Controls, line separators, surrogates without a partner: what ends a line somewhere, or cannot be written as UTF-8. */
const unprintable =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text that stays one line of whatever comment it stands in. */
export const commentText = (text: string): string =>
  text.replace(unprintable, escaped).replaceAll('*/', '*\\/').replaceAll('/*', '/\\*');

/** The lines of a documentation comment. */
export const docLines = (text: string): readonly string[] =>
  text === '' ? [] : text.split('\n').map((line) => commentText(line.replace(/\r$/, '')));

/** A documentation comment, one line. */
export const doc = (text: string): string => `/** ${commentText(text)} */`;

/** Plain data as an expression. */
export const literalOf = (value: unknown): string => JSON.stringify(value).replace(/[\u2028\u2029]/g, escaped);

/** The name of a property in an object literal, where `__proto__` alone would not be one. */
export const propertyName = (name: string): string => (name === '__proto__' ? `['__proto__']` : literalOf(name));

/** The identifiers of a piece of code: what it says in comments and strings is none. */
export function identifiersIn(code: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const token of jsTokens(code)) {
    if (token.type === 'IdentifierName') found.add(token.value);
  }
  return found;
}
