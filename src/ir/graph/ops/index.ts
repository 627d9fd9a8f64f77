/** The registry of graph ops. */
import { convolution } from './convolution.js';
import type { OpDefinition } from './define.js';
import { elementwise } from './elementwise.js';
import { linear } from './linear.js';
import { movement } from './movement.js';
import type { OpName } from './names.js';
import { pooling } from './pooling.js';
import { reductions } from './reductions.js';
import { scans } from './scan.js';
import { sources } from './sources.js';
import { trees } from './trees.js';

export const ops: Readonly<Record<OpName, OpDefinition>> = {
  ...sources,
  ...elementwise,
  ...reductions,
  ...movement,
  ...linear,
  ...convolution,
  ...pooling,
  ...trees,
  ...scans,
};

export type { OpName } from './names.js';
export { backends, type Backend, type OpDefinition } from './define.js';
