/** Preprocessing: fixed, invertible transforms whose statistics are measured on the training set. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import type { PreprocessingDefinition } from './define.js';

/** The deviation; 1 for a feature that never changes in training, whose other values would otherwise be multiplied without bound. */
const scale = (b: Builder, std: Node): Node => b.add(std, b.indicator('Equal', std, b.fill(0, std.shape)));

export const preprocessing: readonly PreprocessingDefinition[] = [
  {
    category: 'preprocessing', name: 'center', params: [], statistics: ['mean'],
    summary: 'Subtracts each feature\'s mean.', formula: 'x ← x − mean', source: 'lecture 1 (Wells), principal components', examples: ['center'],
    forward: ({ b, statistic }, x) => b.sub(x, statistic('mean')),
    backward: ({ b, statistic }, x) => b.add(x, statistic('mean')),
  },
  {
    category: 'preprocessing', name: 'standardize', params: [], statistics: ['mean', 'std'],
    summary: 'Subtracts each feature\'s mean and divides by its deviation.', formula: 'x ← (x − mean) / std, and x − mean where std = 0',
    source: 'lecture 1 (Wells), principal components', examples: ['standardize'],
    forward: ({ b, statistic }, x) => b.div(b.sub(x, statistic('mean')), scale(b, statistic('std'))),
    backward: ({ b, statistic }, x) => b.add(b.mul(x, scale(b, statistic('std'))), statistic('mean')),
  },
];
