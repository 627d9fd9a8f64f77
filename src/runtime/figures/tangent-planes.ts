/** Leading singular vectors and values of a code's Jacobian: the directions of the data along which the code moves. */
import { elements } from '../dataset.js';
import type { SubjectSpec, VariableSpec } from '../program.js';
import { lineChart } from './charts.js';
import { rounded, type PictureRow } from './drawing.js';
import { firstOf, number, subject, type FigureEntry } from './entry.js';
import { stripShape } from './images.js';
import type { SymmetricEigen } from './pca.js';
import { variableRow } from './pictures.js';
import type { Run } from './run.js';

export interface Singular {
  /** Largest first. */
  readonly values: readonly number[];
  /** Of the inputs, one behind the other, each of length 1. */
  readonly vectors: Float32Array;
}

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  readonly examples: Float32Array;
  readonly of: readonly Singular[];
}

/** Examples that are shown. */
const shown = 6;
/** Numbers of a code whose rows of the Jacobian are computed. */
const widest = 512;

export const tangentPlanes: FigureEntry<Needs> = {
  name: 'tangent_planes',
  async needs(run, args) {
    const of = subject(args);
    const variable = run.spec.variables.find(({ role, domain }) => role === 'input' && domain.kind !== 'category');
    if (variable === undefined) return { unavailable: 'no input has numbers' };
    if (elements(of.shape) > widest) return { unavailable: `${of.name} has more than ${widest} numbers` };
    const rows = run.first(shown);
    const found: Singular[] = [];
    for (const row of rows) found.push(await singularOf(run, of, variable, row, number(args, 'count')));
    return { variable, which: run.which, examples: await run.data(variable.name, rows), of: found };
  },
  draw({ variable, which, examples, of }, args) {
    const { name } = subject(args);
    const d = elements(variable.degraded ?? variable.shape);
    const image = stripShape(variable.degraded ?? variable.shape);
    const pictures = of.map(({ vectors }, i): PictureRow => {
      const most = vectors.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
      return { title: `example ${i + 1}`, image, values: vectors.map((value) => value / most), low: -1, high: 1 };
    });
    return {
      title: `Tangent planes of ${name}`,
      note: `${firstOf(of.length, which)}: the directions of ${variable.name} that move ${name} most, the strongest first (right singular vectors of ∂${name}/∂${variable.name}; grey is 0), and by how much (singular values).`,
      drawings: [
        ...(d > 3
          ? [
              { kind: 'pictures' as const, columns: of.length, rows: [variableRow('examples', variable, examples)] },
              { kind: 'pictures' as const, columns: number(args, 'count'), rows: pictures },
            ]
          : [
              {
                kind: 'table' as const,
                title: 'Directions',
                columns: [
                  'example',
                  'singular value',
                  ...Array.from({ length: d }, (_, j) => `${variable.name} ${j + 1}`),
                ],
                rows: of.flatMap(({ values, vectors }, i) =>
                  values
                    .slice(0, vectors.length / d)
                    .map((value, c) => [i + 1, value, ...vectors.subarray(c * d, (c + 1) * d)]),
                ),
              },
            ]),
        lineChart(
          'Singular values',
          of.flatMap(({ values }, i) =>
            values.map((value, c) => ({ x: c + 1, y: rounded(value), series: `example ${i + 1}` })),
          ),
          { x: 'direction', whole: true, width: 330, height: 200 },
        ),
      ],
    };
  },
};

/** The Jacobian of one example, a row for each number of the tensor, and its singular values and vectors. */
async function singularOf(
  run: Run,
  of: SubjectSpec,
  variable: VariableSpec,
  row: number,
  count: number,
): Promise<Singular> {
  const k = elements(of.shape);
  const cotangents = Float32Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
  const jacobian = (await run.pulledBack(of, cotangents, new Int32Array(k).fill(row)))[variable.name]!;
  return singular(jacobian, k, count, run.outside.eigen);
}

/** Singular values of a k × d matrix by the eigenvalues of JJᵀ, and the first right vectors, Jᵀu / σ. */
export function singular(jacobian: Float32Array, k: number, count: number, eigen: SymmetricEigen): Singular {
  const d = jacobian.length / k;
  const gram = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = a; b < k; b++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += jacobian[a * d + j]! * jacobian[b * d + j]!;
      gram[a * k + b] = sum;
      gram[b * k + a] = sum;
    }
  }
  const { values, vectors } = eigen(gram, k);
  const order = Array.from({ length: k }, (_, i) => i).sort((a, b) => values[b]! - values[a]!);
  const sigmas = order.map((i) => Math.sqrt(Math.max(0, values[i]!)));
  const there = order.slice(0, count).filter((_, c) => sigmas[c]! > 1e-6 * (sigmas[0] ?? 0) && sigmas[c]! > 0);
  const right = new Float32Array(there.length * d);
  there.forEach((column, c) => {
    for (let a = 0; a < k; a++) {
      const factor = vectors[a * k + column]! / sigmas[c]!;
      for (let j = 0; j < d; j++) right[c * d + j]! += factor * jacobian[a * d + j]!;
    }
  });
  return { values: sigmas, vectors: right };
}
