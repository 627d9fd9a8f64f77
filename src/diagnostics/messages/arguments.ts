/** Of calls of the registry's entries, and of their arguments. */
import { message } from '../finding.js';
import { guessed, hinted, listed, oneOf, q, sentence, withArticle } from '../phrases.js';

/** What an entry of a category is, as sentences speak of it. */
const nouns: Readonly<Record<string, string>> = {
  layer: 'a layer, an activation or a block',
  preprocessing: 'a transform',
  expectation: 'a way of taking an expectation',
  clipping: 'a way of clipping',
  stopping: 'a stopping rule',
  bracketing: 'a way of building a tree',
  update: 'an order of updates',
  transform: 'a transform of a weight',
  type: 'a type of variables',
  setting: 'a setting of training',
};

export const nounOf = (category: string): string => nouns[category] ?? withArticle(category);

export const entryNeeded = message<{ readonly category: string; readonly text: string; readonly example: string }>(
  'entry-needed',
  'AE2005',
  ({ category, text, example }) => ({
    title: `${nounOf(category)} is needed here`,
    cause: `${q(text)} is not a name.`,
    expected: nounOf(category),
    found: q(text),
    hint: `for example ${q(example)}`,
  }),
);

/** `others` are the categories that do have the word. */
export const unknownEntry = message<{
  readonly category: string;
  readonly word: string;
  readonly known: readonly string[];
  readonly others: readonly string[];
  readonly example: string;
  readonly near?: string;
}>('unknown-entry', 'AE2002', ({ category, word, known, others, example, near }) => {
  const noun = nounOf(category);
  return {
    title:
      others.length > 0
        ? `${q(word)} is ${listed(others.map(withArticle))}, not ${noun}`
        : `there is no ${category} called ${q(word)}`,
    cause: `${sentence(noun).slice(0, -1)} stands here${known.length <= 16 ? `: ${oneOf(known)}` : ''}.`,
    expected: noun,
    found: q(word),
    hint: near === undefined ? `for example ${q(example)}` : `did you mean ${q(near)}?`,
  };
});

export const noSuchArgument = message<{
  readonly of: string;
  readonly argument: string;
  readonly known: readonly string[];
  readonly near?: string;
}>('no-such-argument', 'AE2004', ({ of, argument, known, near }) => ({
  title: `${q(of)} has no argument ${q(argument)}`,
  cause:
    known.length === 0
      ? 'It takes none.'
      : known.length === 1
        ? `It takes ${q(known[0]!)} alone.`
        : `Its arguments are ${known.join(', ')}.`,
  expected: known.length === 0 ? 'no argument' : oneOf(known.map(q)),
  found: q(argument),
  ...hinted(guessed({ ...(near === undefined ? {} : { near }), known })),
}));

export const givenTwice = message<{ readonly of: string; readonly param: string }>(
  'given-twice',
  'AE2003',
  ({ of, param }) => ({
    title: `${q(param)} of ${q(of)} is given twice`,
    cause: 'A parameter has one value.',
    hint: 'remove one of them',
  }),
);

/** `wanted` are the parameters that are still free. */
export const argumentNotTaken = message<{
  readonly of: string;
  readonly text: string;
  readonly wanted: string;
  readonly twice?: string;
  /** The word that it would be without its quotes. */
  readonly quoted?: string;
}>('argument-not-taken', 'AE2003', ({ of, text, wanted, twice, quoted }) => ({
  title: twice === undefined ? `${q(of)} has no parameter for ${q(text)}` : `${q(twice)} of ${q(of)} is given twice`,
  cause:
    twice !== undefined
      ? 'A parameter has one value.'
      : wanted === ''
        ? 'Every parameter has a value already.'
        : 'A positional argument goes to the first free parameter of its type, and none fits.',
  expected: wanted === '' ? 'no further argument' : wanted,
  found: q(text),
  hint: quoted === undefined ? 'remove it, or give it a name' : `words stand without quotes: ${q(quoted)}`,
}));

export const wordNotTaken = message<{
  readonly of: string;
  readonly word: string;
  readonly categories: readonly string[];
  readonly numbers: boolean;
  readonly wanted: string;
  readonly near?: string;
}>('word-not-taken', 'AE2002', ({ of, word, categories, numbers, wanted, near }) => ({
  title: `${q(word)} is nothing that ${q(of)} takes`,
  cause: `No ${oneOf([...categories, ...(numbers ? ['parameter'] : []), ...(categories.length === 0 ? ['word of its parameters'] : [])])} has this name.`,
  expected: wanted === '' ? 'no further argument' : wanted,
  found: q(word),
  ...hinted(guessed(near === undefined ? {} : { near })),
}));

export const argumentNeeded = message<{
  readonly of: string;
  readonly param: string;
  readonly summary: string;
  readonly wanted: string;
  readonly example: string;
}>('argument-needed', 'AE2006', ({ of, param, summary, wanted, example }) => ({
  title: `${q(of)} needs ${q(param)}`,
  cause: sentence(summary),
  expected: `${param}: ${wanted}`,
  found: 'nothing',
  hint: `for example ${q(example)}`,
}));

/** `found` is in words: a number, or a text in backticks. */
export const unusableArgument = message<{
  readonly of: string;
  readonly param: string;
  readonly summary: string;
  readonly wanted: string;
  readonly found: string;
  readonly example: string;
}>('unusable-argument', 'AE2005', ({ of, param, summary, wanted, found, example }) => ({
  title: `${q(param)} of ${q(of)} cannot be ${found}`,
  cause: sentence(summary),
  expected: wanted,
  found,
  hint: `for example ${q(example)}`,
}));

/** Arguments that are right one by one, and not together. */
export const argumentsMisfit = message<{
  readonly of: string;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}>('arguments-misfit', 'AE2005', ({ of, expected, found, hint }) => ({
  title: `the arguments of ${q(of)} do not fit each other`,
  cause: `It needs ${expected}.`,
  expected,
  found,
  hint,
}));

// ─────────────────────────────────────────────────────────────── parameters of autoencoders and blocks

export const unknownParameterType = message<{
  readonly word: string;
  readonly known: readonly string[];
  readonly near?: string;
}>('unknown-parameter-type', 'AE2002', ({ word, known, near }) => ({
  title: `there is no parameter type ${q(word)}`,
  cause: 'Parameters are whole numbers, numbers, truth values, activations or, of a block, tensors.',
  expected: oneOf(known),
  found: q(word),
  ...hinted(guessed({ ...(near === undefined ? {} : { near }), known })),
}));

const parametersIn = (known: readonly string[]): string =>
  known.length === 0 ? 'It is declared without parameters.' : `Its parameters are ${listed(known)}.`;

/** An argument of a block too many: without a name, or of a name that has its value. */
export const parameterNotTaken = message<{
  readonly of: string;
  readonly argument?: string;
  readonly known: readonly string[];
}>('parameter-not-taken', 'AE2003', ({ of, argument, known }) => ({
  title: argument === undefined ? `${q(of)} takes no further argument` : `${q(argument)} is given twice`,
  cause: parametersIn(known),
  hint: 'remove it',
}));

export const noSuchParameter = message<{
  readonly of: string;
  readonly argument: string;
  readonly known: readonly string[];
  readonly near?: string;
}>('no-such-parameter', 'AE2004', ({ of, argument, known, near }) => ({
  title: `${q(of)} has no parameter ${q(argument)}`,
  cause: parametersIn(known),
  ...hinted(guessed({ ...(near === undefined ? {} : { near }), known })),
}));

/** `outside`: it is a hyperparameter, and could be set from outside. */
export const parameterNeeded = message<{
  readonly of: string;
  readonly param: string;
  readonly type: string;
  readonly wanted: string;
  readonly outside: boolean;
}>('parameter-needed', 'AE2006', ({ of, param, type, wanted, outside }) => ({
  title: `${q(of)} needs ${q(param)}`,
  cause: 'The parameter has no default.',
  expected: `${param}: ${wanted}`,
  found: 'nothing',
  hint: outside
    ? `give it a default, \`${param}: ${type} = …\`, or a value from outside, \`--set ${param}=…\``
    : `pass \`${param}: …\`, or give it a default where it is declared`,
}));
