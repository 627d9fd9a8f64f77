/** Of what stands where it must not. */
import { message } from '../finding.js';
import { quote } from '../words.js';
import { lists, signReason, type List } from './missing.js';

/** Text that nothing expects: behind what, in which statement. */
export const unexpectedText = message<{
  readonly text: string;
  readonly word: string;
  readonly behind: 'statement' | 'header' | 'parentheses' | List;
  readonly statement: string;
}>('unexpected-text', 'AE1001', ({ text, word, behind, statement }) => ({
  title: `${quote(word)} is unexpected`,
  cause: `Nothing may follow ${behindWhat(behind, statement)}.`,
  expected:
    behind === 'statement'
      ? 'the end of the line, or `;`'
      : behind === 'header'
        ? '`{`'
        : '`,`, or the end of the brackets',
  found: quote(text),
}));

function behindWhat(behind: 'statement' | 'header' | 'parentheses' | List, statement: string): string {
  switch (behind) {
    case 'statement':
      return 'this statement on its line';
    case 'header':
      return `the header of \`${statement}\` but its braces`;
    case 'parentheses':
      return 'the expression in these parentheses';
    default:
      return `${lists[behind]} without a comma`;
  }
}

export const listInParentheses = message<{ readonly text: string; readonly list: string }>(
  'list-in-parentheses',
  'AE1001',
  ({ text, list }) => ({
    title: `${quote(text)} is no list`,
    cause: 'Parentheses group one expression; several numbers stand in brackets.',
    expected: quote(list),
    found: quote(text),
  }),
);

export const unexpectedComma = message<{ readonly list: List }>('unexpected-comma', 'AE1001', ({ list }) => ({
  title: '`,` is unexpected',
  cause: `One comma separates ${lists[list]}; nothing stands before this one.`,
  found: '`,`',
}));

/** One sign stands where another belongs: `=` for `:`. */
export const wrongSign = message<{ readonly found: string; readonly right: string; readonly statement: string }>(
  'wrong-sign',
  'AE1001',
  ({ found, right, statement }) => ({
    title: `\`${right}\` belongs here, not \`${found}\``,
    cause:
      statement === 'argument'
        ? 'A named argument is written `name: value`.'
        : statement === 'condition'
          ? 'A condition compares with a single `=`.'
          : signReason(statement, right),
    expected: `\`${right}\``,
    found: `\`${found}\``,
  }),
);

/** `optimizer: adam` for `optimizer adam`. */
export const signBeforeValue = message<{
  readonly sign: string;
  readonly setting: string;
  readonly value: string;
  readonly text: string;
}>('sign-before-value', 'AE1001', ({ sign, setting, value, text }) => ({
  title: `\`${sign}\` is unexpected`,
  cause: 'In `train { … }` a setting is followed directly by its value.',
  expected: quote(`${setting} ${value === '' ? '…' : value}`),
  found: quote(text),
}));

/** A second `where`, `weight`, … in one statement. */
export const writtenTwice = message<{ readonly word: string; readonly text: string }>(
  'written-twice',
  'AE1001',
  ({ word, text }) => ({
    title: `\`${word}\` stands here twice`,
    cause: `A statement has at most one \`${word}\`.`,
    expected: `one \`${word}\``,
    found: quote(text),
  }),
);

export const questionOutsideType = message<Record<never, never>>('question-outside-type', 'AE1001', () => ({
  title: '`?` is unexpected',
  cause: '`?` says that a value may be missing, which only the type of a variable can say.',
  found: '`?`',
}));

export const pathCalled = message<{ readonly path: string; readonly text: string }>(
  'path-called',
  'AE1001',
  ({ path, text }) => ({
    title: 'a path takes no arguments',
    cause: `${quote(path)} names a tensor or a weight, which cannot be called.`,
    expected: 'a name without `.` before the arguments',
    found: quote(text),
  }),
);

export const pathTooLong = message<{ readonly most: number; readonly names: number }>(
  'path-too-long',
  'AE1007',
  ({ most, names }) => ({
    title: `a path has at most ${most} names`,
    cause: 'Blocks are nested no deeper.',
    expected: `at most ${most} names`,
    found: String(names),
    hint: 'Leave out the blocks in front: the last names tell which tensor is meant.',
  }),
);

/** In the parentheses of a network or a clause. */
export const notATensor = message<{ readonly text: string }>('not-a-tensor', 'AE1001', ({ text }) => ({
  title: `${quote(text)} is not the name of a tensor`,
  cause: 'The parentheses after the name of a network hold the tensors that it reads.',
  expected: 'a name, such as x or encoder.code',
  found: quote(text),
}));

/** A second name, or a second list of inputs. */
export const headerTooLong = message<{ readonly role: string; readonly text: string }>(
  'header-too-long',
  'AE1001',
  ({ role, text }) => ({
    title: `${quote(text)} is unexpected`,
    cause: 'A network has at most one name, then its inputs in parentheses, then its body.',
    expected: `\`${role} name(inputs) { … }\``,
    found: quote(text),
  }),
);

/** A path or a part of an application where a layer must stand. */
export const notALayer = message<{ readonly text: string }>('not-a-layer', 'AE1001', ({ text }) => ({
  title: `${quote(text)} is not a layer`,
  cause: 'A layer has a plain name; to read a tensor, write `take`.',
  expected: 'the name of a layer or a block',
  found: quote(text),
}));

/** What a parser that accepts everything did not accept: a mistake of aec, said all the same. */
export const notUnderstood = message<{ readonly reason: string }>('not-understood', 'AE1001', ({ reason }) => ({
  title: 'this is unexpected',
  cause: reason,
}));
