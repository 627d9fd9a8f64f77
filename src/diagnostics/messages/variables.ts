/** Of inputs and targets: their types, their domains, and what stands between them and the networks. */
import { message } from '../finding.js';
import { inWords, q, sizes, withArticle } from '../phrases.js';

export const sizesInBrackets = message<{ readonly text: string }>('sizes-in-brackets', 'AE2005', ({ text }) => ({
  title: `${q(text)} is no type of a variable`,
  cause: 'Sizes stand in brackets.',
  expected: `\`[${text}]\``,
  found: q(text),
  hint: `write \`[${text}]\``,
}));

/** A layer reads vectors at least: what is joined, computed and compared has a last axis. */
export const noSizes = message<object>('no-sizes', 'AE2005', () => ({
  title: 'an array without sizes',
  cause: 'One number an example is a vector of one.',
  expected: '`[1]`, `[784]` or `[28, 28, 1]`',
  found: '`[]`',
  hint: 'write `[1]`',
}));

export const noType = message<{ readonly text: string }>('no-type', 'AE2002', ({ text }) => ({
  title: `${q(text)} is no type of a variable`,
  cause: 'A variable is an array of numbers, a category, a distribution, a token, a sequence or a tree.',
  expected: '`[784]`, `[28, 28, 1]` or `category(10)`',
  found: q(text),
  hint: 'for example `[784]`',
}));

export const nestedType = message<{ readonly type: string }>('nested-type', 'AE2005', ({ type }) => ({
  title: `${withArticle(type)} cannot stand inside another type`,
  cause: 'Elements of arrays, sequences, leaves and labels are numbers, categories, distributions or tokens.',
  expected: '`[784]`, `[28, 28, 1]` or `category(10)`',
  found: q(type),
  hint: 'for example `[784]`',
}));

export const infiniteBound = message<{ readonly text: string }>('infinite-bound', 'AE2001', ({ text }) => ({
  title: `${q(text)} is no number`,
  cause: 'A side of a domain that has no bound is left open.',
  expected: '`_`',
  found: q(text),
  hint: 'write `_`',
}));

export const missingTwice = message<{ readonly text: string }>('missing-twice', 'AE2005', ({ text }) => ({
  title: `${q(text)} may be missing in two ways`,
  cause: 'Either the whole may be missing, or each element by itself.',
  expected: 'one `?`',
  found: 'two',
  hint: 'remove the last `?`: elements that are all missing are a missing whole',
}));

export const namesOfClasses = message<{ readonly text: string }>('names-of-classes', 'AE2005', ({ text }) => ({
  title: 'the names of classes are two or more different texts',
  cause: `${q(text)} is something else.`,
  expected: '`names: ["red", "green"]`',
  found: q(text),
  hint: 'write each name once, in double quotes',
}));

export const classesDiffer = message<{ readonly classes: number; readonly names: number }>(
  'classes-differ',
  'AE2005',
  ({ classes, names }) => ({
    title: `${names} names for ${classes} classes`,
    cause: 'Each class has one name.',
    expected: `${classes} names`,
    found: String(names),
    hint: 'leave out the number',
  }),
);

interface TypeArgument {
  readonly type: string;
  readonly text: string;
  readonly params: readonly string[];
  readonly known: readonly string[];
  readonly example: string;
}

export const typeArgumentNotTaken = message<TypeArgument>(
  'type-argument-not-taken',
  'AE2003',
  ({ type, text, params, known, example }) => ({
    title: `${q(type)} takes no further argument`,
    cause: `It takes the ${params.join(' and the ')}.`,
    expected: known.map(q).join(', '),
    found: q(text),
    hint: `for example ${q(example)}`,
  }),
);

export const noSuchTypeArgument = message<TypeArgument>(
  'no-such-type-argument',
  'AE2004',
  ({ type, text, params, known, example }) => ({
    title: `${q(type)} has no argument ${q(text)}`,
    cause: `It takes the ${params.join(' and the ')}.`,
    expected: known.map(q).join(', '),
    found: q(text),
    hint: `for example ${q(example)}`,
  }),
);

export const typeArgumentNeeded = message<{
  readonly type: string;
  readonly param: string;
  readonly summary: string;
  readonly example: string;
}>('type-argument-needed', 'AE2006', ({ type, param, summary, example }) => ({
  title: `${q(type)} needs the ${summary}`,
  cause: 'Nothing else says it.',
  expected: q(param),
  found: 'nothing',
  hint: `for example ${q(example)}`,
}));

export const noDomain = message<{ readonly type: string; readonly text: string }>(
  'no-domain',
  'AE2005',
  ({ type, text }) => ({
    title: `a ${type} has no domain`,
    cause: 'Its type says which values it takes.',
    expected: 'no `in`',
    found: `\`in ${text}\``,
    hint: 'remove it',
  }),
);

export const noSuchDomain = message<{ readonly text: string }>('no-such-domain', 'AE2005', ({ text }) => ({
  title: 'this is no domain',
  cause: 'The domain says which values the elements may take.',
  expected: '`[low, high]` with low < high, one of them maybe `_`; `real`, `binary` or `counts`',
  found: q(text),
  hint: 'for example `in [0, 1]`',
}));

// ────────────────────────────────────────────────────────────── preprocessing and corruption

/** `verb` is that of the statement: `preprocess`, `corrupt`. */
export const cannotCorrupt = message<{
  readonly corruption: string;
  readonly variable: string;
  readonly labels: boolean;
  readonly of: string;
}>('cannot-corrupt', 'AE3002', ({ corruption, variable, labels, of }) => ({
  title: `${q(corruption)} cannot take ${labels ? 'labels' : 'numbers'}`,
  cause: `It corrupts ${q(variable)}, whose elements are ${labels ? 'labels' : 'numbers'}.`,
  expected: of,
  found: labels ? 'labels' : 'numbers',
  hint: `choose a corruption of ${labels ? 'labels' : 'numbers'}`,
}));

export const corruptionMisfit = message<{
  readonly corruption: string;
  readonly of: string;
  readonly shape: readonly number[];
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}>('corruption-misfit', 'AE3002', ({ corruption, of, shape, expected, found, hint }) => ({
  title: `${q(corruption)} cannot take ${inWords(shape)}`,
  cause: `It corrupts ${q(of)}, which is ${inWords(shape)} there.`,
  expected,
  found,
  hint,
}));

export const corruptsShape = message<{
  readonly corruption: string;
  readonly layer: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}>('corrupts-shape', 'AE3002', ({ corruption, layer, from, to }) => ({
  title: `${q(corruption)} cannot stand behind ${q(layer)}`,
  cause: 'It changes the shape, and the layers behind it read the shape that the layer gives.',
  expected: sizes(from),
  found: sizes(to),
  hint: 'corrupt an input with it',
}));

export const cannotTransform = message<{
  readonly transform: string;
  readonly variable: string;
  readonly found: string;
}>('cannot-transform', 'AE3002', ({ transform, variable, found }) => ({
  title: `${q(transform)} cannot take ${q(variable)}`,
  cause: 'It is a transform of numbers.',
  expected: 'numbers',
  found,
  hint: `leave it out; the values of ${q(variable)} need none`,
}));

export const oneNumberEach = message<{
  readonly param: string;
  readonly of: string;
  readonly text: string;
  readonly shape: readonly number[];
}>('one-number-each', 'AE3002', ({ param, of, text, shape }) => ({
  title: `${q(param)} of ${q(of)} is one number for each example, and ${q(text)} is ${sizes(shape)}`,
  cause: 'A level of noise holds for a whole example.',
  expected: 'a scalar, or a vector of 1',
  found: sizes(shape),
  hint: 'draw or declare it with one number',
}));
