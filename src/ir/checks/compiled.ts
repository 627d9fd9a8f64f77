/** What the language has and this version does not compile. */
import { uncompiled } from '../lower/compiled.js';
import type { Check } from './check.js';

export const compiled: Check = ({ model }, report) => {
  for (const { what, source } of uncompiled(model)) {
    report('AE5001', source, {
      title: `${what} not compiled yet`,
      cause: 'It is part of the language, as docs/language.md says, but this version generates no code for it.',
      hint: 'leave it out for now',
    });
  }
};
