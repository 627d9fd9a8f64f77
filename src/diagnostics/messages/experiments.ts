/** Of data sets, sweeps and figures. */
import { message } from '../finding.js';
import { guessed, q } from '../phrases.js';

export const noDataSet = message<{ readonly text: string }>('no-data-set', 'AE2005', ({ text }) => ({
  title: 'the name of a data set is needed here',
  cause: `${q(text)} is none.`,
  expected: 'a data set',
  found: q(text),
  hint: 'for example `data mnist`; files are named from outside, with `--data`',
}));

export const sweepsNoParameter = message<{
  readonly name: string;
  readonly known: readonly string[];
  readonly whole: boolean;
  readonly near?: string;
}>('sweeps-no-parameter', 'AE2001', ({ name, known, whole, near }) => ({
  title: `no parameter is called ${q(name)}`,
  cause: 'A sweep varies a parameter of the autoencoder.',
  expected: 'a parameter',
  found: q(name),
  hint:
    guessed({ ...(near === undefined ? {} : { near }), known }) ??
    `declare it: \`(${name}: ${whole ? 'int = 32' : 'float = 0.1'})\` behind the name of the autoencoder`,
}));

export const sweptTwice = message<{ readonly name: string }>('swept-twice', 'AE2007', ({ name }) => ({
  title: `${q(name)} is swept twice`,
  cause: 'Several sweeps form a grid, so each varies a parameter of its own.',
  hint: 'write one list',
}));

export const noListOfValues = message<{ readonly name: string; readonly text: string }>(
  'no-list-of-values',
  'AE2005',
  ({ name, text }) => ({
    title: 'a list of values is needed here',
    cause: 'The model is trained once for each.',
    expected: 'values in brackets',
    found: q(text),
    hint: `for example \`sweep ${name} in [64, 32, 16]\``,
  }),
);
