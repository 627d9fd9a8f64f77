/** What the report looks at: a few hundred examples through every function of the program. */
import { batchTensors, splitOf } from '../../batches.js';
import { elements, type Dataset } from '../../dataset.js';
import type { Inference, Tensors, VariableSpec } from '../../program.js';
import { randomAt, reservedSteps } from '../../random.js';
import { release } from '../../tensors.js';
import { fitPca, reconstruct, type Rows } from '../../figures/pca.js';
import { symmetricEigen } from './eigen.js';

/** Values by variable or code name, examples along the first axis. */
export type Values = Readonly<Record<string, Float32Array>>;

export interface Evaluated {
  /** Rows of the data set that were looked at: held-out ones where there are some. */
  readonly rows: Int32Array;
  readonly heldOut: boolean;
  readonly inputs: Values;
  /** Reconstructions by variable. */
  readonly outputs: Values;
  /** Codes as the program names them, flattened and side by side. */
  readonly codes: Rows;
  readonly labels: Labels | undefined;
  readonly baselines: readonly Baseline[];
  /** The first examples to show, one of each label first. */
  readonly shown: readonly number[];
}

export interface Labels {
  readonly name: string;
  /** One for each of `rows`. */
  readonly values: readonly number[];
}

/** Mean squared errors an element, of the model and of PCA with a code of the same size. */
export interface Baseline {
  readonly variable: VariableSpec;
  readonly error: number;
  /** Absent where the variable is not among the inputs, which leaves PCA nothing to read. */
  readonly pca?: {
    readonly error: number;
    readonly components: number;
    readonly fittedTo: number;
    readonly values: Float32Array;
  };
}

const mostExamples = 1000;
const mostForPca = 20_000;

/** Runs the model on up to 1000 examples, and PCA beside it. */
export async function evaluateProgram(
  program: Inference,
  weights: Tensors,
  data: Dataset,
  columns: number,
): Promise<Evaluated> {
  const { spec } = program;
  // What stands at the nodes of trees has no row for each example.
  const variables = spec.variables.filter(({ tree }) => tree === undefined);
  const split = splitOf(data, spec);
  const heldOut = split.validation.length > 0;
  const rows = (heldOut ? split.validation : split.train).subarray(0, mostExamples);
  const inputs = Object.fromEntries(
    await Promise.all(
      variables.map(async (variable) => [variable.name, await columnValues(data, variable, rows)] as const),
    ),
  );
  const parts = await inBatches(program, weights, data, rows);
  const outputs = joined(parts.map(({ outputs: part }) => part));
  const codeSize = program.encode === undefined ? 0 : spec.code.reduce((sum, { shape }) => sum + elements(shape), 0);
  const codes = sideBySide(
    joined(parts.map(({ codes: part }) => part)),
    program.encode === undefined ? [] : spec.code.map(({ name }) => name),
    rows.length,
  );
  const labels = labelsOf(data, spec.variables, rows);
  const baselines: Baseline[] = [];
  for (const variable of variables) {
    const output = outputs[variable.name];
    if (output === undefined || variable.domain.kind === 'category') continue;
    const input = inputs[variable.name]!;
    const error = meanSquare(output, input);
    if (variable.role === 'target' || codeSize === 0) {
      baselines.push({ variable, error });
      continue;
    }
    const d = elements(variable.shape);
    const training = await columnValues(data, variable, split.train.subarray(0, mostForPca));
    const pca = fitPca({ values: training, n: training.length / d, d }, Math.min(d, codeSize), symmetricEigen);
    const values = reconstruct(pca, { values: input, n: rows.length, d });
    baselines.push({
      variable,
      error,
      pca: { error: meanSquare(values, input), components: pca.k, fittedTo: pca.n, values },
    });
  }
  return { rows, heldOut, inputs, outputs, codes, labels, baselines, shown: chooseShown(labels, rows.length, columns) };
}

/** Values of a variable for some rows, as the model reads them. */
async function columnValues(data: Dataset, variable: VariableSpec, rows: Int32Array): Promise<Float32Array> {
  const batch = batchTensors(data, [variable], rows);
  const values = Float32Array.from(await batch[variable.name]!.data());
  release([batch]);
  return values;
}

async function inBatches(
  program: Inference,
  weights: Tensors,
  data: Dataset,
  rows: Int32Array,
): Promise<readonly { readonly outputs: Values; readonly codes: Values }[]> {
  const parts: { outputs: Values; codes: Values }[] = [];
  for (let from = 0; from < rows.length; from += 128) {
    const batch = batchTensors(data, program.spec.variables, rows.subarray(from, from + 128));
    const read = { ...batch, ...program.degrade?.(weights, batch) };
    parts.push({
      outputs: await taken(program.reconstruct?.(weights, read) ?? {}, weights, read),
      codes: await taken(program.encode?.(weights, read) ?? {}, weights, read),
    });
    release([batch, read]);
  }
  return parts;
}

async function taken(tensors: Tensors, ...kept: readonly Tensors[]): Promise<Values> {
  const values: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(tensors)) values[name] = Float32Array.from(await tensor.data());
  release([tensors], kept);
  return values;
}

function joined(parts: readonly Values[]): Values {
  const names = Object.keys(parts[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const pieces = parts.map((part) => part[name]!);
      const out = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
      let at = 0;
      for (const piece of pieces) {
        out.set(piece, at);
        at += piece.length;
      }
      return [name, out];
    }),
  );
}

function sideBySide(values: Values, names: readonly string[], n: number): Rows {
  const widths = names.map((name) => (values[name]?.length ?? 0) / n);
  const d = widths.reduce((a, b) => a + b, 0);
  const out = new Float32Array(n * d);
  let left = 0;
  names.forEach((name, k) => {
    const width = widths[k]!;
    for (let i = 0; i < n; i++) out.set(values[name]?.subarray(i * width, (i + 1) * width) ?? [], i * d + left);
    left += width;
  });
  return { values: out, n, d };
}

/** The first column of one whole number an example: a category of the model, or labels it never saw. */
function labelsOf(data: Dataset, variables: readonly VariableSpec[], rows: Int32Array): Labels | undefined {
  const isLabel = ([name, column]: readonly [string, Dataset['columns'][string]]): boolean =>
    elements(column.shape) === 1 &&
    variables.every((variable) => variable.name !== name || variable.domain.kind === 'category') &&
    rows.every((row) => Number.isInteger(column.data[row]! * column.scale));
  const found = Object.entries(data.columns).find(isLabel);
  return found === undefined ? undefined : { name: found[0], values: Array.from(rows, (row) => found[1].data[row]!) };
}

/** Positions of one example of each label, in order, filled up with the first others. */
function chooseShown(labels: Labels | undefined, n: number, columns: number): readonly number[] {
  const kinds = [...new Set(labels?.values ?? [])].sort((a, b) => a - b).slice(0, columns);
  const firsts = kinds.map((kind) => labels!.values.indexOf(kind));
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => !firsts.includes(i));
  return [...firsts, ...others].slice(0, Math.min(columns, n));
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** What training puts in front of the encoder for the shown examples; undefined without a corruption. */
export async function corruptedValues(
  program: Inference,
  weights: Tensors,
  data: Dataset,
  rows: Int32Array,
): Promise<Values | undefined> {
  if (program.corrupt === undefined) return undefined;
  const batch = batchTensors(data, program.spec.variables, rows);
  const moment = { step: 0, epoch: 0, random: randomAt(program.spec.seed, reservedSteps.evaluate) };
  const values = await taken(program.corrupt(weights, batch, moment), weights, batch);
  release([batch]);
  return values;
}

/** Draws from the prior, given what priors and decoders read of the rows; undefined where there is no prior. */
export async function sampledValues(
  program: Inference,
  weights: Tensors,
  data: Dataset,
  rows: Int32Array,
): Promise<Values | undefined> {
  if (program.sample === undefined) return undefined;
  const { spec } = program;
  const batch = batchTensors(data, spec.variables, rows);
  const read = { ...batch, ...program.degrade?.(weights, batch) };
  const given = Object.fromEntries(spec.sampleReads.map((name) => [name, read[name]!]));
  const values = await taken(
    program.sample(weights, rows.length, randomAt(spec.seed, reservedSteps.sample), given),
    weights,
    given,
  );
  release([batch, read]);
  return values;
}
