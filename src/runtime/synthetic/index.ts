/** The table of procedural data sets: names on the command line, help and documentation read it. */
import { compoundTexts } from './compounds.js';
import { bars, shapes } from './images.js';
import { opinions } from './opinions.js';
import { phrases } from './phrases.js';
import type { SyntheticSet } from './set.js';
import { strokes } from './strokes.js';
import { circle, dictionary, gaussian, identity, mixture, swissRoll } from './vectors.js';

export const syntheticSets: readonly SyntheticSet[] = [
  strokes,
  shapes,
  bars,
  identity,
  gaussian,
  circle,
  swissRoll,
  mixture,
  dictionary,
  phrases,
  compoundTexts,
  opinions,
];
