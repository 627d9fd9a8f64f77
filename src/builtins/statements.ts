/** Words that statements are made of beside layers and terms. */
import { largestSize } from '../ir/limits.js';

export { bracketings, transforms } from './statements/structure.js';
export { settings, updates } from './statements/training.js';
export { domains, types } from './statements/variables.js';

export const largestBatch = largestSize;
