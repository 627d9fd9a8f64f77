/** What the language has and this version does not compile. */
import { message } from '../finding.js';

/** `what` is a subject with its verb: `phases are`. */
export const notCompiledYet = message<{ readonly what: string }>('not-compiled-yet', 'AE5001', ({ what }) => ({
  title: `${what} not compiled yet`,
  cause: 'It is part of the language, as docs/language.md says, but this version generates no code for it.',
  hint: 'leave it out for now',
}));
