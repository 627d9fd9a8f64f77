/** Of the `train` clause. */
import { message } from '../finding.js';
import { guessed, hinted, listed, oneOf, q } from '../phrases.js';

/** Words that are a setting with its value elsewhere, and how that is written here. */
export const wholeSettings: Readonly<Record<string, (value: string) => string>> = {
  lr: (value) => `optimizer adam(lr: ${value})`,
  learningrate: (value) => `optimizer adam(lr: ${value})`,
  patience: (value) => `stop early(patience: ${value})`,
  earlystopping: (value) => `stop early(patience: ${value})`,
  clipnorm: (value) => `clip norm(${value})`,
  gradclip: (value) => `clip norm(${value})`,
  clipvalue: (value) => `clip value(${value})`,
  weightdecay: (value) => `optimizer adamw(lr: 1e-3, decay: ${value})`,
};

/** `written`: the whole statement as it is written here. */
export const noSuchSetting = message<{
  readonly word: string;
  readonly level: string;
  readonly known: readonly string[];
  readonly near?: string;
  readonly written?: string;
}>('no-such-setting', 'AE2002', ({ word, level, known, near, written }) => ({
  title: `there is no training setting ${q(word)}`,
  cause: `${level === 'training' ? 'Training' : `A ${level}`} is set by ${listed(known)}.`,
  expected: 'a setting',
  found: q(word),
  ...hinted(
    written === undefined
      ? word === 'loss' || word === 'metrics'
        ? 'the loss is what `reconstruct` and `penalty` say, and reports hold each of its terms'
        : guessed(near === undefined ? {} : { near })
      : `write ${q(written)}`,
  ),
}));

export const notSetHere = message<{ readonly setting: string; readonly level: string; readonly perPhase: boolean }>(
  'not-set-here',
  'AE1005',
  ({ setting, level, perPhase }) => ({
    title: `${q(setting)} cannot be set in a ${level}`,
    cause: perPhase ? 'The players of a phase train on the same batches.' : 'It is one for the whole training.',
    hint: `set it outside of the ${level}`,
  }),
);

export const setTwice = message<{ readonly setting: string }>('set-twice', 'AE2007', ({ setting }) => ({
  title: `${q(setting)} is set twice`,
  cause: 'Only one value can hold.',
  hint: 'remove one of them',
}));

export const wordBehindSetting = message<{ readonly setting: string; readonly word: string; readonly clean: boolean }>(
  'word-behind-setting',
  'AE1005',
  ({ setting, word, clean }) => ({
    title: `${q(word)} does not belong behind ${q(setting)}`,
    cause: clean
      ? 'Behind a share of examples may stand that they are measured `clean`.'
      : `${q(setting)} has one value.`,
    expected: clean ? '`clean`' : 'the end of the statement',
    found: q(word),
    hint: 'remove it',
  }),
);

export const composedBatch = message<{ readonly count: number; readonly size: number | 'full' }>(
  'composed-batch',
  'AE2005',
  ({ count, size }) => ({
    title:
      size === 'full'
        ? 'a full batch has the composition of the data'
        : `${count} of a batch of ${size} leave none of the others`,
    cause: '`with` says how many examples of a batch are of one kind; the rest are of the other.',
    expected: size === 'full' ? 'a number of examples' : `fewer than ${size}`,
    found: size === 'full' ? '`full`' : String(count),
    hint: 'for example `batch 200 with 100 of y.known`',
  }),
);

export type Misplaced = 'outside of phases' | 'in a phase' | 'beside players' | 'in a player';

const places: Readonly<Record<Misplaced, readonly [where: string, cause: string]>> = {
  'outside of phases': [
    'outside of the phases',
    'Where training has phases, each says itself what it moves; they inherit settings alone.',
  ],
  'in a phase': ['in a phase', 'Phases run one after another.'],
  'beside players': ['beside players', 'Each player says itself what it moves and what it minimises.'],
  'in a player': ['in a player', 'A player says what it moves, what it minimises, and how.'],
};

export const misplaced = message<{ readonly word: string; readonly where: Misplaced }>(
  'misplaced',
  'AE1005',
  ({ word, where }) => {
    const [place, cause] = places[where];
    return { title: `${q(word)} cannot stand ${place}`, cause, hint: 'move it' };
  },
);

export const noOrder = message<{ readonly text: string; readonly near?: string }>(
  'no-order',
  'AE2002',
  ({ text, near }) => ({
    title: `${q(text)} is no order of updates`,
    cause: 'It says whose steps are made when.',
    expected: '`simultaneous` or `alternate(a: 5, b: 1)`',
    found: q(text),
    hint: guessed(near === undefined ? {} : { near }) ?? 'write `update simultaneous`',
  }),
);

export const noSuchPlayer = message<{ readonly name: string; readonly near?: string }>(
  'no-such-player',
  'AE2001',
  ({ name, near }) => ({
    title: `no player is called ${q(name)}`,
    cause: 'Steps are made by the players of the same phase.',
    expected: 'a player',
    found: q(name),
    ...hinted(guessed(near === undefined ? {} : { near })),
  }),
);

export const idlePlayers = message<{ readonly idle: readonly string[] }>('idle-players', 'AE2006', ({ idle }) => ({
  title: `${listed(idle.map(q))} would make no step`,
  cause: '`alternate` says how many steps each player makes.',
  expected: 'every player',
  found: `no ${oneOf(idle.map(q))}`,
  hint: `add \`${idle[0] ?? ''}: 1\``,
}));

export const nothingLearned = message<{ readonly name: string }>('nothing-learned', 'AE2005', ({ name }) => ({
  title: `${q(name)} has no weights`,
  cause: 'Nothing in it is learned.',
  expected: 'a layer, a network, a latent or `all`',
  found: q(name),
  hint: 'name one that has weights',
}));

export const rateOfNothing = message<{ readonly factor: number }>('rate-of-nothing', 'AE2005', ({ factor }) => ({
  title: `the learning rate would be multiplied by ${factor}`,
  cause: factor === 0 ? 'The weights would not be trained.' : 'The steps would go uphill.',
  expected: 'a number > 0',
  found: String(factor),
  hint: 'to keep weights as they are, write `freeze`',
}));

export const twoObjectives = message<object>('two-objectives', 'AE2007', () => ({
  title: 'there are two objectives',
  cause: '`minimize` and `maximize` replace the loss, each with its own.',
  hint: 'join them into one expression, or use two phases',
}));
