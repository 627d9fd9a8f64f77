/** Linear algebra, by a library. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { SymmetricEigen } from './figures/pca.js';

export const symmetricEigen: SymmetricEigen = (matrix, n) => {
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  return { values: decomposition.realEigenvalues, vectors: decomposition.eigenvectorMatrix.to1DArray() };
};
