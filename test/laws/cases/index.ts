/** Calls of every op: what each law of the op registry is tried on. */
import type { Case } from './define.js';
import { elementwiseCases } from './elementwise.js';
import { movementCases } from './movement.js';
import { rankCases } from './ranks.js';
import { treeCases } from './trees.js';
import { windowCases } from './windows.js';

export const cases: readonly Case[] = [
  ...elementwiseCases,
  ...movementCases,
  ...windowCases,
  ...rankCases,
  ...treeCases,
];
export { withDerivatives, withoutDerivatives, type Case } from './define.js';
