/** Preprocessing: fixed, invertible transforms whose statistics are measured on the training set. */
import type { PreprocessingDefinition } from './define.js';

export const preprocessing: readonly PreprocessingDefinition[] = [
  {
    category: 'preprocessing', name: 'center', params: [], statistics: ['mean'],
    summary: 'Subtracts each feature\'s mean.', formula: 'x ← x − mean', source: 'lecture 1 (Wells), principal components', examples: ['center'],
    forward: ({ b, statistic }, x) => b.sub(x, statistic('mean')),
    backward: ({ b, statistic }, x) => b.add(x, statistic('mean')),
  },
  {
    category: 'preprocessing', name: 'standardize', params: [], statistics: ['mean', 'std'],
    summary: 'Subtracts each feature\'s mean and divides by its deviation.', formula: 'x ← (x − mean) / (std + 1e-8)',
    source: 'lecture 1 (Wells), principal components', examples: ['standardize'],
    forward: ({ b, statistic }, x) => b.div(b.sub(x, statistic('mean')), b.shift(statistic('std'), 1e-8)),
    backward: ({ b, statistic }, x) => b.add(b.mul(x, b.shift(statistic('std'), 1e-8)), statistic('mean')),
  },
];
