/** Of `// aec-ignore` comments. */
import { message } from '../finding.js';

export const silencesNothing = message<{ readonly code: string; readonly ofError: boolean }>(
  'silences-nothing',
  'AE1008',
  ({ code, ofError }) => ({
    title: `${code} is not reported on this line`,
    cause: ofError
      ? 'The code is that of an error, and errors cannot be silenced.'
      : 'The comment silences nothing; what it silenced may have been mended.',
  }),
);

export const namesNoCode = message<Record<never, never>>('names-no-code', 'AE1008', () => ({
  title: 'the comment names no code',
  cause: 'A silence names what it silences, as in `// aec-ignore AE4001`.',
}));

export const unknownCode = message<{ readonly code: string; readonly meant?: string }>(
  'unknown-code',
  'AE1009',
  ({ code, meant }) => ({
    title: `there is no diagnostic ${code}`,
    cause: 'The comment names a code that aec does not have.',
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  }),
);
