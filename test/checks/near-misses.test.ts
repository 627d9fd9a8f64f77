/** What is said of models, and what is no longer said one step away: both sides of the conditions of diagnostics. */
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { capacity } from './near-misses/capacity.js';
import { elaborate } from './near-misses/elaborate.js';
import { flow } from './near-misses/flow.js';
import { latents } from './near-misses/latents.js';
import { losses } from './near-misses/losses.js';
import { ranges } from './near-misses/ranges.js';
import { training } from './near-misses/training.js';

/** The names of all that is said, sorted. */
const said = (text: string): string =>
  check('a.ae', /^(?:block|autoencoder) /.test(text) ? text : `autoencoder A {\n${text}\n}`, () => undefined)
    .findings.map(({ message }) => message.name)
    .sort()
    .join(' ');

describe.each(Object.entries({ ...flow, ...latents, ...capacity, ...losses, ...training, ...ranges, ...elaborate }))(
  '%s',
  (_name, all) => {
    it.each(all.map(([what, text, says = '']) => ({ what, text, says })))('$what', ({ text, says }) => {
      expect(said(text)).toBe(says);
    });
  },
);
