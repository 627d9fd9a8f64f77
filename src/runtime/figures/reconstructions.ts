/** Rows of examples: clean, corrupted, reconstructed. Words are lines of text. */
import { elements } from '../dataset.js';
import type { FigureArgs, VariableSpec } from '../program.js';
import type { Drawing, Figure } from './drawing.js';
import { percent, short } from './drawing.js';
import { firstOf, number, subject, type FigureEntry } from './entry.js';
import { asVariable, outputsOf, variableRow } from './pictures.js';
import { lineOf } from './words.js';

interface Row {
  readonly title: string;
  readonly values: Float32Array;
}

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  readonly clean: Float32Array;
  /** What the networks read, where it is another. */
  readonly read?: Float32Array;
  readonly outputs: readonly Row[];
  /** Of the variable, where it is of words. */
  readonly vocabulary: readonly string[] | undefined;
}

export const reconstructions: FigureEntry<Needs> = {
  name: 'reconstructions',
  async needs(run, args) {
    const variable = run.variable(subject(args).name);
    const rows = run.first(number(args, 'count'));
    const clean = await run.data(variable.name, rows);
    const corrupted = args['corrupted'] === true;
    const seen = corrupted ? await run.corrupted(rows) : { read: {}, outputs: await run.reconstructions(rows) };
    const made = outputsOf(run.spec, variable.name);
    if (made.length === 0) return { unavailable: `nothing reconstructs ${variable.name}` };
    const isCategory = variable.domain.kind === 'category';
    const outputs = made.map(({ name }) => ({
      title: made.length > 1 ? name : 'output',
      // No term says what stands where the example has nothing.
      values: asVariable(variable, seen.outputs[name]!).map((one, i) => (isCategory && clean[i]! < 0 ? -1 : one)),
    }));
    const read: Float32Array | undefined = seen.read[variable.name];
    const vocabulary = run.trained.data.vocabularies?.[variable.name];
    return { variable, which: run.which, clean, outputs, vocabulary, ...(read === undefined ? {} : { read }) };
  },
  draw(needs, args: FigureArgs): Figure {
    const { variable, which, clean, read, outputs } = needs;
    const count = clean.length / elements(variable.shape);
    return {
      title: `Reconstructions of ${variable.name}`,
      note: `${firstOf(count, which)}${read === undefined ? '' : ', with noise of the seed in front of the networks'}. ${measured(needs)}`,
      drawings: [
        drawingOf(needs, number(args, 'count'), [
          { title: read === undefined ? 'input' : 'clean', values: clean },
          ...(read === undefined ? [] : [{ title: 'corrupted', values: read }]),
          ...outputs,
        ]),
      ],
    };
  },
};

/** How near the outputs come, and what the networks read: classes are right or wrong. */
function measured({ variable, clean, read, outputs }: Needs): string {
  const input = read === undefined || read.length !== clean.length ? undefined : read;
  if (variable.domain.kind === 'category') {
    const shares = [...outputs, ...(input === undefined ? [] : [{ title: 'corrupted input', values: input }])];
    return `Right: ${shares.map(({ title, values }) => `${percent(rightIn(values, clean))} of the ${title}`).join(', ')}.`;
  }
  const many = outputs.length > 1;
  return (
    outputs
      .map(
        ({ title, values }) => `Mean squared error of ${many ? title : 'the output'}: ${short(error(values, clean))}`,
      )
      .join('; ') + (input === undefined ? '.' : `; of the corrupted input: ${short(error(input, clean))}.`)
  );
}

function drawingOf({ variable, clean, vocabulary }: Needs, columns: number, rows: readonly Row[]): Drawing {
  const size = elements(variable.shape);
  const { domain } = variable;
  if (vocabulary !== undefined && domain.kind === 'category')
    return {
      kind: 'table',
      columns: ['example', ...rows.map(({ title }) => title)],
      rows: Array.from({ length: clean.length / size }, (_, i) => [
        i + 1,
        ...rows.map(({ values }) => lineOf(vocabulary, values.subarray(i * size, (i + 1) * size), domain.classes)),
      ]),
    };
  const shape = variable.degraded ?? variable.shape;
  return {
    kind: 'pictures',
    columns,
    rows: rows.map(({ title, values }) =>
      variableRow(title, variable, values, clean, title === 'corrupted' ? shape : variable.shape),
    ),
  };
}

/** The share of classes that are right, among those that are there. */
function rightIn(found: Float32Array, truth: Float32Array): number {
  const known = truth.filter((label) => label >= 0).length;
  return truth.filter((label, i) => label >= 0 && found[i] === label).length / known;
}

/** The mean squared difference of two lists of the same length. */
export function error(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}
