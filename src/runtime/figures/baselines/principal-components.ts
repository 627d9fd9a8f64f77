/** The best linear code of as many numbers. */
import { elements } from '../../dataset.js';
import { fitPca, reconstruct } from '../pca.js';
import type { Method } from './method.js';

export const principalComponents: Method = async ({ run, variable, read, clean }) => {
  const numbers = run.spec.code.reduce((sum, { shape }) => sum + elements(shape), 0);
  if (numbers === 0) return { unavailable: 'nothing encodes' };
  if (read.values.length !== clean.values.length)
    return { unavailable: `the networks read ${variable.name} in another shape` };
  const d = elements(variable.shape);
  const rowsOf = (values: Float32Array) => ({ values, n: values.length / d, d });
  const training = rowsOf(await run.data(variable.name, run.training));
  const fitted = await fitPca(training, Math.min(numbers, d), run.outside.eigen);
  return {
    title: `PCA, ${fitted.k} component${fitted.k === 1 ? '' : 's'}`,
    values: await reconstruct(fitted, rowsOf(read.values)),
    note: `${fitted.k} principal components of ${fitted.n} clean training examples, for ${numbers} numbers of the code.`,
  };
};
