/** Of arithmetic before training. */
import { message } from '../finding.js';
import { inDigits, oneOf, q, rounded } from '../phrases.js';

export const noValue = message<{
  readonly text: string;
  readonly op: string;
  readonly left: number;
  readonly right: number;
}>('no-value', 'AE2012', ({ text, op, left, right }) => ({
  title: `${q(text)} has no value`,
  cause: `${left} ${op} ${right} is ${op === '/' && right === 0 ? 'a division by zero' : 'not a finite number'}.`,
  hint: 'change one of the operands',
}));

export const notANumber = message<{ readonly name: string; readonly declared: boolean; readonly near?: string }>(
  'no-such-number',
  'AE2001',
  ({ name, declared, near }) => ({
    title: declared ? `${q(name)} is not a number` : `no number is called ${q(name)}`,
    cause: declared ? 'Its declaration gives it another type.' : 'No parameter and no `let` has this name.',
    expected: 'a number, a parameter or a `let`',
    found: q(name),
    hint:
      near === undefined
        ? `declare it as a parameter, \`${name.replaceAll('.', '_')}: int = …\``
        : `did you mean ${q(near)}?`,
  }),
);

export const numberNeeded = message<{ readonly text: string }>('number-needed', 'AE2005', ({ text }) => ({
  title: 'a number is needed here',
  cause: 'Only numbers, parameters and arithmetic on them have a value before training.',
  expected: 'a number',
  found: q(text),
  hint: 'write a number or the name of a parameter',
}));

interface Count {
  /** `the batch`, `a size`. */
  readonly what: string;
  readonly text: string;
  readonly value: number;
  /** Whether it stands there as it is. */
  readonly literal: boolean;
}

export const tooLarge = message<Count & { readonly most: number }>(
  'too-large',
  'AE2005',
  ({ what, text, value, literal, most }) => ({
    title: `${what} is at most ${inDigits(most)}`,
    cause: literal ? 'What is larger cannot be computed.' : `${q(text)} is ${rounded(value)}.`,
    expected: `a whole number ≤ ${inDigits(most)}`,
    found: rounded(value),
    hint: 'use a smaller number',
  }),
);

export const notWhole = message<Count & { readonly min?: number }>(
  'not-whole',
  'AE2012',
  ({ what, text, value, literal, min }) => ({
    title: `${what} must be a whole number${min === undefined || min <= 0 ? '' : ` of at least ${min}`}`,
    cause: literal ? 'Sizes and counts are whole numbers.' : `${q(text)} is ${rounded(value)}.`,
    expected: min === undefined ? 'a whole number' : `a whole number ≥ ${min}`,
    found: rounded(value),
    hint: Number.isInteger(value)
      ? 'use a larger number'
      : literal
        ? 'write a whole number'
        : 'choose numbers that divide evenly',
  }),
);

/** The value of a parameter that is a truth value. */
export const notABool = message<{ readonly name: string; readonly text: string }>(
  'not-a-bool',
  'AE2005',
  ({ name, text }) => ({
    title: `${q(name)} must be true or false`,
    cause: 'It is declared as bool.',
    expected: 'true or false',
    found: q(text),
    hint: 'write `true` or `false`',
  }),
);

export const notAShare = message<{ readonly value: number }>('not-a-share', 'AE2005', ({ value }) => ({
  title: 'the validation share must lie in [0, 1)',
  cause: 'It is the share of the examples that is held out.',
  expected: 'a number ≥ 0 and < 1',
  found: String(value),
  hint: 'for example `validation 0.1`',
}));

/** A hyperparameter from outside. */
export const unusableSetting = message<{
  readonly name: string;
  readonly text: string;
  readonly type: string;
  readonly wanted: string;
}>('unusable-setting', 'AE2011', ({ name, text, type, wanted }) => ({
  title: `${q(text)} is no value for ${q(name)}`,
  cause: `The parameter is declared as ${type}.`,
  expected: wanted,
  found: `\`--set ${name}=${text}\``,
  hint:
    type === 'activation'
      ? 'write the name of an activation, as in `--set act=relu`'
      : `write ${wanted} behind the \`=\``,
}));

export const unknownSetting = message<{
  readonly name: string;
  readonly text: string;
  readonly known: readonly string[];
  readonly near?: string;
}>('unknown-setting', 'AE2011', ({ name, text, known, near }) => ({
  title: `there is no hyperparameter ${q(name)} to set`,
  cause:
    known.length === 0
      ? 'No autoencoder of this file has parameters.'
      : `The autoencoders of this file have ${known.join(', ')}.`,
  expected: known.length === 0 ? 'no `--set`' : oneOf(known.map(q)),
  found: `\`--set ${name}=${text}\``,
  hint:
    near === undefined
      ? 'declare it in the parentheses behind the name of the autoencoder'
      : `did you mean ${q(near)}?`,
}));

export const letGoesRound = message<{ readonly names: readonly string[] }>('let-goes-round', 'AE2012', ({ names }) => ({
  title:
    names.length === 1
      ? `${q(names[0]!)} is computed from itself`
      : `${names.map(q).join(' and ')} are computed from each other`,
  cause: 'None of them has a value first.',
  hint: 'give one of them a number',
}));
