/** Of characters, numbers, strings and comments. */
import { message } from '../finding.js';
import { quote } from '../words.js';

export const numberTooLarge = message<{ readonly text: string }>('number-too-large', 'AE1004', ({ text }) => ({
  title: 'the number is too large',
  cause: 'Numbers are 64-bit floating point, and this one is beyond them.',
  expected: 'a number below 1.8e308',
  found: quote(text),
}));

/** `meant` is the number that was meant, where that is clear. */
export const notANumber = message<{ readonly text: string; readonly meant?: string }>(
  'not-a-number',
  'AE1004',
  ({ text, meant }) => ({
    title: 'this is not a number',
    cause: 'A number has digits, then perhaps a point with digits after it, then perhaps an exponent.',
    expected: 'a number, such as 64, 0.5 or 1e-3',
    found: quote(text),
    ...(meant === undefined ? {} : { hint: `Write ${quote(meant)}.` }),
  }),
);

export const percentage = message<{ readonly text: string; readonly share: string }>(
  'percentage',
  'AE1004',
  ({ text, share }) => ({
    title: `${quote(text)} is written \`${share}\``,
    cause: 'A share is a number from 0 to 1; the language has no percent sign.',
    expected: `\`${share}\``,
    found: quote(text),
  }),
);

export const stringNotClosed = message<{ readonly mark: string }>('string-not-closed', 'AE1003', ({ mark }) => ({
  title: 'the string is not closed',
  cause: 'A string ends on the line where it begins.',
  expected: `${mark} before the end of the line`,
  found: 'the end of the line',
}));

export const singleQuotes = message<{ readonly text: string; readonly meant: string }>(
  'single-quotes',
  'AE1004',
  ({ text, meant }) => ({
    title: 'a string stands in double quotes',
    cause: 'Single quotes do not begin a string.',
    expected: quote(meant),
    found: quote(text),
  }),
);

export const foreignComment = message<{ readonly text: string; readonly begins: '#' | '/*' }>(
  'foreign-comment',
  'AE1004',
  ({ text, begins }) => ({
    title: 'a comment begins with //',
    cause: `\`${begins}\` does not begin a comment.`,
    expected: 'a comment that begins with //',
    found: quote(text),
  }),
);

export const lookalike = message<{ readonly character: string; readonly meant: string }>(
  'lookalike',
  'AE1004',
  ({ character, meant }) => ({
    title: `\`${character}\` is written \`${meant}\` here`,
    cause: `The character \`${character}\` only looks like \`${meant}\`, or means it elsewhere.`,
    expected: `\`${meant}\``,
    found: `\`${character}\``,
  }),
);

export const unknownText = message<{ readonly text: string; readonly quotes: boolean }>(
  'unknown-text',
  'AE1004',
  ({ text, quotes }) => ({
    title: `${quote(text)} is not part of the language`,
    cause: 'No name, number, string or sign begins with this character.',
    expected: 'a name, a number, a string, or one of ( ) [ ] { } : = ~ , . + - * / ^ ?',
    found: quote(text),
    hint: quotes ? 'Strings stand in straight double quotes.' : 'Remove it.',
  }),
);
