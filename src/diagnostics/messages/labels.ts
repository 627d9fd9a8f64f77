/** The short words beside a finding: at its related places, and on its fixes. */

export const labels = {
  opened: 'opened here',
  neverClosed: (bracket: string): string => `this \`${bracket}\` is never closed`,
} as const;

export const titles = {
  insert: (text: string): string => `Insert \`${text.trim()}\``,
  replaceBy: (text: string): string => `Replace it by \`${text.trim()}\``,
  replace: (text: string, by: string): string => `Replace \`${text}\` by \`${by}\``,
  write: (text: string): string => `Write \`${text}\``,
  remove: 'Remove it',
  removeSign: (sign: string): string => `Remove \`${sign}\``,
  removeComment: 'Remove the comment',
  useBraces: 'Use braces',
  useDoubleQuotes: 'Use double quotes',
  useStraightQuotes: 'Use straight quotes',
  useSlashes: 'Begin it with //',
  insertParentheses: 'Insert the parentheses',
} as const;
