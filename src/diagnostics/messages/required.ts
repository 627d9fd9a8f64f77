/** Of what every autoencoder has. */
import { message } from '../finding.js';
import { q } from '../phrases.js';

export const requiredItem = message<{ readonly what: string; readonly statement: string }>(
  'required-item',
  'AE2013',
  ({ what, statement }) => ({
    title: `the autoencoder has ${what}`,
    cause:
      'What is trained is compared with data, and an autoencoder has an input, an encoder or a draw, and a decoder.',
    hint: `for example ${q(statement)}`,
  }),
);
