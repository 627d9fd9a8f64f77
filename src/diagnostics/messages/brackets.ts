/** Of brackets, and of what stands in them. */
import { message } from '../finding.js';
import { describe, quote } from '../words.js';

/** `closing` are all brackets to close here, `opener` and `closer` the outermost. */
export const notClosed = message<{
  readonly opener: string;
  readonly closer: string;
  readonly closing: string;
  readonly found: string;
}>('not-closed', 'AE1003', ({ opener, closer, closing, found }) => ({
  title: `\`${opener}\` is not closed`,
  cause: `The \`${opener}\` has no \`${closer}\` that belongs to it.`,
  expected: `\`${closing}\``,
  found: describe(found),
}));

export const closesNothing = message<{ readonly bracket: string }>('closes-nothing', 'AE1001', ({ bracket }) => ({
  title: `\`${bracket}\` closes nothing`,
  cause: `No bracket is open here that \`${bracket}\` could close.`,
  found: `\`${bracket}\``,
  hint: 'Remove it, or open the bracket that it should close.',
}));

export const closedByAnother = message<{ readonly opener: string; readonly found: string; readonly right: string }>(
  'closed-by-another',
  'AE1003',
  ({ opener, found, right }) => ({
    title: `\`${opener}\` is closed by \`${found}\``,
    cause: 'A bracket is closed by its own kind.',
    expected: `\`${right}\``,
    found: `\`${found}\``,
  }),
);

export const nestedTooDeeply = message<{ readonly most: number }>('nested-too-deeply', 'AE1007', ({ most }) => ({
  title: 'brackets are nested too deeply',
  cause: `At most ${most} brackets may be open at one place.`,
  expected: `at most ${most} open brackets`,
  found: 'one more',
  hint: 'Name a part with `let`, or move it to a block.',
}));

/** A header that ends in a colon, with its statements indented below. */
export const indentedBody = message<{ readonly statement: string; readonly header: string }>(
  'indented-body',
  'AE1001',
  ({ statement, header }) => ({
    title: 'a body stands in braces',
    cause: `\`${statement}\` is followed by \`{\`, its statements, and \`}\`; indentation has no meaning.`,
    expected: '`{`',
    found: quote(header),
  }),
);

/** `encoder: dense(64)` for `encoder { dense(64) }`. */
export const colonBeforeBody = message<{ readonly role: string; readonly layers: string; readonly text: string }>(
  'colon-before-body',
  'AE1001',
  ({ role, layers, text }) => ({
    title: `the body of ${role === 'encoder' ? 'an' : 'a'} ${role} stands in braces`,
    cause: 'No colon stands before a body.',
    expected: quote(`${role} { ${layers === '' ? '…' : layers} }`),
    found: quote(text),
  }),
);

export const semicolonInBrackets = message<Record<never, never>>('semicolon-in-brackets', 'AE1001', () => ({
  title: '`;` cannot stand inside brackets',
  cause: '`;` separates statements; arguments and sizes are separated by commas.',
  expected: '`,`',
  found: '`;`',
}));

export const bareArguments = message<{ readonly layer: string; readonly args: string }>(
  'bare-arguments',
  'AE1001',
  ({ layer, args }) => ({
    title: 'arguments stand in parentheses',
    cause: `\`${layer}\` is followed directly by ${quote(args)}.`,
    expected: quote(`${layer}(${args})`),
    found: quote(`${layer} ${args}`),
  }),
);
