/** Corruptions: distributions C(x̃ | x) on an edge. The target stays clean. */
import type { CorruptionDefinition } from './define.js';
import { degradations } from './corruptions/degradations.js';
import { noises, tokenMask } from './corruptions/noise.js';

export const corruptions: readonly CorruptionDefinition[] = [...noises, ...degradations, tokenMask];
