/** The same number of principal components beside a code: errors, and angles between the subspaces. */
import { elements } from '../dataset.js';
import type { VariableSpec } from '../program.js';
import { barChart } from './charts.js';
import { rounded, short } from './drawing.js';
import { subject, type FigureEntry } from './entry.js';
import { fitPca, reconstruct, type Pca, type SymmetricEigen } from './pca.js';
import { isPicture, outputsOf, variableRow } from './pictures.js';
import { error } from './reconstructions.js';
import { pick } from './values.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly components: number;
  readonly which: string;
  readonly examples: number;
  readonly errors: { readonly model: number; readonly pca: number };
  /** Between the span of the data's components and that of the reconstructions', degrees, smallest first. */
  readonly angles: readonly number[];
  readonly clean: Float32Array;
  readonly model: Float32Array;
  readonly linear: Float32Array;
}

/** Examples that are shown. */
const shown = 10;

export const pca: FigureEntry<Needs> = {
  name: 'pca',
  async needs(run, args) {
    const code = subject(args);
    const variable = run.spec.variables.find(
      ({ name, role, domain }) =>
        role === 'input' && domain.kind !== 'category' && outputsOf(run.spec, name).length > 0,
    );
    if (variable === undefined) return { unavailable: 'no input of numbers is reconstructed' };
    const d = elements(variable.shape);
    const rowsOf = (values: Float32Array) => ({ values, n: values.length / d, d });
    const k = Math.min(elements(code.shape), d);
    const output = outputsOf(run.spec, variable.name)[0]!.name;
    const training = rowsOf(await run.data(variable.name, run.training));
    const components = await fitPca(training, k, run.outside.eigen);
    const seen = await fitPca(rowsOf((await run.reconstructions(run.training))[output]!), k, run.outside.eigen);
    const rows = run.many;
    const clean = await run.data(variable.name, rows);
    const model = (await run.reconstructions(rows))[output]!;
    const linear = await reconstruct(components, rowsOf(clean));
    const first = Array.from({ length: Math.min(shown, rows.length) }, (_, i) => i);
    return {
      variable,
      components: components.k,
      which: run.which,
      examples: rows.length,
      errors: { model: error(model, clean), pca: error(linear, clean) },
      angles: anglesBetween(components, seen, run.outside.eigen),
      clean: pick(clean, d, first),
      model: pick(model, d, first),
      linear: pick(linear, d, first),
    };
  },
  draw: ({ variable, components, which, examples, errors, angles, clean, model, linear }, args) => ({
    title: `PCA beside ${subject(args).name}`,
    note:
      `Mean squared error an element on ${examples} ${which} examples: the model ${short(errors.model)}, ${components} principal components of the training part ${short(errors.pca)}. ` +
      `Angles between the span of these components and that of as many components of the reconstructions: ${short(angles[0] ?? 0)}° to ${short(angles.at(-1) ?? 0)}°.`,
    drawings: [
      ...(isPicture(variable) && elements(variable.shape) > 3
        ? [
            {
              kind: 'pictures' as const,
              columns: shown,
              rows: [
                variableRow('input', variable, clean),
                variableRow('output', variable, model, clean),
                variableRow(`PCA, ${components} component${components === 1 ? '' : 's'}`, variable, linear, clean),
              ],
            },
          ]
        : []),
      {
        kind: 'table',
        title: 'Mean squared error an element',
        columns: ['method', 'numbers', 'error'],
        rows: [
          ['model', elements(subject(args).shape), errors.model],
          ['PCA', components, errors.pca],
        ],
      },
      barChart(
        'Angles between the subspaces',
        angles.map((angle, i) => ({ x: i + 1, y: rounded(angle) })),
        ['', 'degrees'],
      ),
    ],
  }),
};

/** Principal angles: their cosines are the singular values of UVᵀ, for orthonormal rows. */
function anglesBetween(a: Pca, b: Pca, eigen: SymmetricEigen): readonly number[] {
  const d = a.mean.length;
  const n = Math.min(a.k, b.k);
  if (n === 0) return [];
  const [wide, narrow] = a.k >= b.k ? [a, b] : [b, a];
  const product = Array.from({ length: narrow.k }, (_, i) =>
    Array.from({ length: wide.k }, (_unused, j) => {
      let sum = 0;
      for (let at = 0; at < d; at++) sum += narrow.components[i * d + at]! * wide.components[j * d + at]!;
      return sum;
    }),
  );
  const gram = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return product[i]!.reduce((sum, value, c) => sum + value * product[j]![c]!, 0);
  });
  return Array.from(
    eigen(gram, n).values,
    (value) => (Math.acos(Math.sqrt(Math.min(1, Math.max(0, value)))) * 180) / Math.PI,
  ).sort((x, y) => x - y);
}
