/** What decoders make of codes that are put together, as drawings. */
import { elements, type Dataset } from '../dataset.js';
import type { ProgramSpec } from '../program.js';
import { scatterChart } from './charts.js';
import type { Drawing } from './drawing.js';
import { asVariable, isPicture, variableRow } from './pictures.js';
import { drawsOf } from './priors.js';
import type { Run } from './run.js';
import type { Values } from './values.js';
import { lineOf } from './words.js';

/** What decoders gave, and what it is of. */
export interface Outputs {
  readonly spec: ProgramSpec;
  readonly vocabularies: Dataset['vocabularies'];
  readonly values: Values;
}

export const outputsOf = ({ spec, trained }: Run, values: Values): Outputs => ({
  spec,
  vocabularies: trained.data.vocabularies,
  values,
});

/**
 * Rows of values for one code, all other codes those of an example but for what stands `instead` of codes and variables.
 * What nothing encodes is the same in all rows: a draw of the prior, the first of its values, or zeros.
 */
export async function decodedWith(
  run: Run,
  name: string,
  values: Float32Array,
  rows?: Int32Array,
  instead: Values = {},
): Promise<Outputs> {
  const n = values.length / elements(run.code(name).shape);
  const beside = rows ?? new Int32Array(n).fill(run.shown[0]!);
  const others = run.spec.code.length > 1 ? { ...unencoded(run, n), ...(await run.codes(beside)) } : {};
  const isCode = (key: string): boolean => run.spec.code.some((code) => code.name === key);
  const [codes, variables] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(instead).filter(([key]) => isCode(key) === wanted)),
  );
  return outputsOf(run, await run.decoded({ ...others, ...codes, [name]: values }, beside, variables));
}

const unencoded = (run: Run, rows: number): Values =>
  Object.fromEntries(
    run.spec.code.map(({ name, shape, prior, values }) => {
      const d = elements(shape);
      const one = prior === undefined ? values?.[0] : drawsOf(run, prior, d);
      return [name, Float32Array.from({ length: rows * d }, (_, i) => one?.[i % d] ?? 0)];
    }),
  );

export interface Layout {
  readonly columns: number;
  readonly seamless?: true;
  /** Of the rows, where each row of `columns` images has a title of its own. */
  readonly titles?: readonly string[];
}

/** Outputs as rows of pictures; of two or three numbers as points, of others as tables, words as lines of text in them. */
export function drawingsOf(
  { spec, vocabularies, values: outputs }: Outputs,
  { columns, seamless, titles }: Layout,
): readonly Drawing[] {
  return spec.outputs.map((output): Drawing => {
    const variable = spec.variables.find(({ name }) => name === output.variable)!;
    const values = asVariable(variable, outputs[output.name]!);
    const d = elements(variable.shape);
    const named = spec.outputs.length > 1 ? { title: output.name } : {};
    if (isPicture(variable) && d > 3) {
      const size = columns * d;
      const rows =
        titles === undefined
          ? [variableRow(output.name, variable, values)]
          : titles.map((title, i) => variableRow(title, variable, values.subarray(i * size, (i + 1) * size), values));
      return { kind: 'pictures', ...named, rows, columns, ...(seamless === true ? { seamless } : {}) };
    }
    const n = values.length / d;
    const titleOf = (i: number): string => titles?.[Math.floor(i / columns)] ?? '';
    const rowOf = (i: number): string | number => (titles === undefined ? Math.floor(i / columns) + 1 : titleOf(i));
    const vocabulary = vocabularies?.[variable.name];
    if (vocabulary !== undefined) {
      const line = (i: number): string => lineOf(vocabulary, values.subarray(i * d, (i + 1) * d));
      return {
        kind: 'table',
        ...named,
        columns: ['row', 'column', output.name],
        rows: Array.from({ length: n }, (_, i) => [rowOf(i), (i % columns) + 1, line(i)]),
      };
    }
    if (d === 2 || d === 3) {
      return scatterChart(
        output.name,
        {
          xy: Float64Array.from(
            { length: n * 2 },
            (_, i) => values[Math.floor(i / 2) * d + (i % 2 === 0 ? 0 : d - 1)]!,
          ),
          ...(titles === undefined ? {} : { labels: Array.from({ length: n }, (_, i) => titleOf(i)) }),
        },
        [`${output.name} 1`, `${output.name} ${d}`],
      );
    }
    return {
      kind: 'table',
      ...named,
      columns: [
        'row',
        'column',
        ...Array.from({ length: d }, (_, j) => (d === 1 ? output.name : `${output.name} ${j + 1}`)),
      ],
      rows: Array.from({ length: n }, (_, i) => [rowOf(i), (i % columns) + 1, ...values.subarray(i * d, (i + 1) * d)]),
    };
  });
}
