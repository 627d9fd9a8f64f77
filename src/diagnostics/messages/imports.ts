/** Of imports. */
import { message } from '../finding.js';
import { guessed, hinted, listed, q } from '../phrases.js';

export const noSuchBlock = message<{
  readonly file: string;
  readonly name: string;
  readonly declared: readonly string[];
  readonly near?: string;
}>('no-such-block', 'AE2009', ({ file, name, declared, near }) => ({
  title: `${q(file)} has no block ${q(name)}`,
  cause: declared.length === 0 ? 'It declares no blocks.' : `It declares ${listed(declared)}.`,
  ...hinted(guessed({ ...(near === undefined ? {} : { near }), known: declared })),
}));

const faults = {
  backslashes: {
    is: 'is written with backslashes',
    cause: 'Paths are the same on every system.',
    hint: () => 'write forward slashes',
  },
  absolute: {
    is: 'is not a relative path',
    cause: 'A file reaches only files that it can name from where it is.',
    hint: () => 'write the path from this file',
  },
  'no .ae file': {
    is: 'is no .ae file',
    cause: 'Only .ae files can be imported.',
    hint: (written: string) => `write \`${written}.ae\` if that is the file`,
  },
} as const;

export const unusablePath = message<{ readonly written: string; readonly fault: keyof typeof faults }>(
  'unusable-path',
  'AE2009',
  ({ written, fault }) => {
    const { is, cause, hint } = faults[fault];
    return { title: `${q(written)} ${is}`, cause, hint: hint(written) };
  },
);

export const importsGoRound = message<{ readonly written: string; readonly round: readonly string[] }>(
  'imports-go-round',
  'AE2009',
  ({ written, round }) => ({
    title: round.length === 2 ? `${q(written)} is this file` : `${q(written)} imports this file`,
    cause: `The imports go round: ${round.join(' → ')}.`,
    hint: 'move the blocks that both need into a file of their own',
  }),
);

export const unreadable = message<{ readonly written: string; readonly path: string }>(
  'unreadable',
  'AE2009',
  ({ written, path }) => ({
    title: `${q(written)} cannot be read`,
    cause: `There is no file ${path} that can be read.`,
    hint: 'check the spelling; paths start from the folder of this file',
  }),
);
