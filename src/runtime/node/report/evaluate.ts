/** What the report looks at: a few hundred examples through every function of the program. */
import { batchTensors, splitOf } from '../../batches.js';
import { classNames, elements, type Dataset } from '../../dataset.js';
import { missing, type Cell } from '../../figures/drawing.js';
import type { Inference, Tensors, VariableSpec } from '../../program.js';
import { randomAt, reservedSteps } from '../../random.js';
import { release } from '../../tensors.js';
import { fitPca, reconstruct, type Rows } from '../../figures/pca.js';
import { joined, values as valuesOf, type Values } from '../../figures/values.js';
import { symmetricEigen } from '../../eigen.js';

/** Values by variable or code name, examples along the first axis. */

export interface Evaluated {
  /** Rows of the data set that were looked at: held-out ones where there are some. */
  readonly rows: Int32Array;
  readonly heldOut: boolean;
  /** Which examples they are, in words. */
  readonly part: 'held-out' | 'training' | 'given';
  readonly inputs: Values;
  /** Reconstructions by variable. */
  readonly outputs: Values;
  /** Codes as the program names them, flattened and side by side. */
  readonly codes: Rows;
  readonly labels: Labels | undefined;
  readonly baselines: readonly Baseline[];
  readonly accuracies: readonly Accuracy[];
  /** The first examples to show, one of each label first. */
  readonly shown: readonly number[];
}

export interface Labels {
  readonly name: string;
  /** One for each of `rows`. */
  readonly values: readonly number[];
  /** As a legend shows them. */
  readonly cells: readonly Cell[];
}

/** Of a category that is reconstructed, where its label is known. */
export interface Accuracy {
  readonly variable: string;
  /** Of the labels, those that are the likeliest class. */
  readonly share: number;
  /** Of the labels, those of the class that is commonest in training. */
  readonly majority: number;
  readonly counted: number;
}

/**
 * Mean squared errors an element: of the model, of the mean of what it was trained on, of PCA with a code of the same
 * size. Of what is standardised or scaled in front of the networks they are of that: large fields would hide the others.
 */
export interface Baseline {
  readonly variable: VariableSpec;
  readonly isScaled: boolean;
  /** The same of each element of an example. */
  readonly byElement: readonly { readonly error: number; readonly mean: number; readonly pca?: number }[];
  readonly error: number;
  readonly mean: number;
  /** Variance of the outputs over that of the data. */
  readonly spread: number;
  /** Absent where the variable is not among the inputs, which leaves PCA nothing to read. */
  readonly pca?: {
    readonly error: number;
    readonly components: number;
    readonly fittedTo: number;
    readonly values: Float32Array;
  };
}

const mostExamples = 1000;
const mostGiven = 10_000;
/** Of what the model was trained on, rows and numbers that mean and PCA are of. */
const mostForPca = 20_000;
const mostNumbers = 4e6;

/**
 * Runs the model on up to 1000 examples, and the mean and PCA beside it. Of data that it was not trained on, on `all`:
 * up to 10,000, and mean and PCA are theirs.
 */
export async function evaluateProgram(
  program: Inference,
  weights: Tensors,
  data: Dataset,
  columns: number,
  which: 'held out' | 'all' = 'held out',
): Promise<Evaluated> {
  const { spec } = program;
  // What stands at the nodes of trees has no row for each example.
  const variables = spec.variables.filter(({ tree }) => tree === undefined);
  const everything = Int32Array.from({ length: data.size }, (_, row) => row);
  const split = which === 'all' ? { train: everything, validation: everything } : splitOf(data, spec);
  const heldOut = split.validation.length > 0;
  const rows = (heldOut ? split.validation : split.train).subarray(0, which === 'all' ? mostGiven : mostExamples);
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
  const accuracies: Accuracy[] = [];
  for (const variable of variables) {
    const output = outputs[variable.name];
    if (output === undefined) continue;
    const input = inputs[variable.name]!;
    const d = elements(variable.shape);
    const seenBefore = split.train.subarray(0, Math.min(mostForPca, Math.max(mostExamples, mostNumbers / d)));
    if (variable.domain.kind === 'category') {
      const before = await columnValues(data, variable, seenBefore);
      accuracies.push(...accuracyOf(variable.name, output, input, before, variable.domain.classes));
      continue;
    }
    const [own, before] = await Promise.all([rows, seenBefore].map((some) => seenOf(data, spec, variable, some)));
    const units = await unitsOf(spec, weights, variable);
    const [known, trained] = [inUnits(own!, units), inUnits(before!, units)];
    const made = inUnits({ ...own!, values: output }, units);
    // Of as many numbers as there are, PCA keeps all; of what has gaps there is none.
    const compared = variable.role !== 'target' && codeSize > 0 && codeSize < d && whole(own!) && whole(before!);
    const linear = compared
      ? await pcaOf(trained.values, { values: known.values, n: rows.length, d }, codeSize)
      : undefined;
    const means = meansOf(trained, d);
    const mean = known.values.map((_, i) => means[i % d]!);
    const by = [made.values, mean, ...(linear === undefined ? [] : [linear.values])].map((values) =>
      errorsOf({ ...known, values }, known.values, d),
    );
    baselines.push({
      variable,
      isScaled: units !== undefined,
      error: meanSquare(made, known.values),
      ...spreads(made.values, known, means, d),
      byElement: Array.from({ length: d }, (_, j) => ({
        error: by[0]![j]!,
        mean: by[1]![j]!,
        ...(by[2] === undefined ? {} : { pca: by[2][j]! }),
      })),
      ...(linear === undefined ? {} : { pca: { ...linear, values: outOfUnits(linear.values, units) } }),
    });
  }
  const part = which === 'all' ? 'given' : heldOut ? 'held-out' : 'training';
  return {
    rows,
    heldOut,
    part,
    inputs,
    outputs,
    codes,
    labels,
    baselines,
    accuracies,
    shown: chooseShown(labels, rows.length, columns),
  };
}

async function pcaOf(training: Float32Array, rows: Rows, components: number): Promise<NonNullable<Baseline['pca']>> {
  const { d, values: input } = rows;
  const pca = await fitPca({ values: training, n: training.length / d, d }, components, symmetricEigen);
  const values = await reconstruct(pca, rows);
  return { error: meanSquare({ values }, input), components: pca.k, fittedTo: pca.n, values };
}

/** Values, and which of them are there; all unless it says so. */
interface Seen {
  readonly values: Float32Array;
  readonly known?: Uint8Array;
}

const whole = ({ known }: Seen): boolean => known === undefined || known.every((one) => one === 1);

/** A variable's values for some rows, without what is missing of them: cells, whole rows, what is behind the end of a sequence. */
async function seenOf(data: Dataset, spec: Inference['spec'], variable: VariableSpec, rows: Int32Array): Promise<Seen> {
  const values = await columnValues(data, variable, rows);
  const mask = spec.variables.find(({ of }) => of === variable.name);
  if (mask === undefined) return { values };
  const there = await columnValues(data, mask, rows);
  // One of a row, of a position or of an element stands for all that follows it.
  const width = values.length / there.length;
  return { values, known: Uint8Array.from(values, (_, i) => (there[Math.floor(i / width)]! > 0 ? 1 : 0)) };
}

/** What each element of a variable is divided by in front of the networks; undefined where nothing is. */
async function unitsOf(
  spec: Inference['spec'],
  weights: Tensors,
  { name }: VariableSpec,
): Promise<Float32Array | undefined> {
  const of = async (kind: string): Promise<Float32Array | undefined> => {
    const stored = spec.weights.find(({ statistic }) => statistic?.variable === name && statistic.kind === kind);
    const found = stored === undefined ? undefined : weights[stored.name];
    return found === undefined ? undefined : Float32Array.from(await found.data());
  };
  const [std, low, high] = [await of('std'), await of('min'), await of('max')];
  const widths = std ?? (low === undefined ? undefined : high?.map((value, i) => value - low[i]!));
  // What never changes is not divided.
  return widths?.map((width) => (width === 0 ? 1 : width));
}

const inUnits = (seen: Seen, units: Float32Array | undefined): Seen =>
  units === undefined ? seen : { ...seen, values: seen.values.map((value, i) => value / units[i % units.length]!) };

const outOfUnits = (values: Float32Array, units: Float32Array | undefined): Float32Array =>
  units === undefined ? values : values.map((value, i) => value * units[i % units.length]!);

/** Mean squared errors by element. */
function errorsOf(made: Seen, values: Float32Array, d: number): Float64Array {
  const squares = made.values.map((value, i) => (value - values[i]!) ** 2);
  return meansOf({ ...made, values: squares }, d);
}

/** How far the data are from means of the training part, and how much of their variance the outputs have. */
function spreads(output: Float32Array, input: Seen, means: Float64Array, d: number): Pick<Baseline, 'mean' | 'spread'> {
  const made: Seen = { ...input, values: output };
  const around = (seen: Seen, centre: Float64Array): number => {
    const { sum, count } = summed(seen, (value, i) => (value - centre[i % d]!) ** 2);
    return sum / Math.max(1, count);
  };
  const varied = around(input, meansOf(input, d));
  return {
    mean: around(input, means),
    spread: varied === 0 ? 1 : around(made, meansOf(made, d)) / varied,
  };
}

function meansOf({ values, known }: Seen, d: number): Float64Array {
  const [sums, counts] = [new Float64Array(d), new Float64Array(d)];
  for (let row = 0; row < values.length; row += d)
    for (let j = 0; j < d; j++) {
      if (known !== undefined && known[row + j] !== 1) continue;
      sums[j] = sums[j]! + values[row + j]!;
      counts[j] = counts[j]! + 1;
    }
  return sums.map((sum, j) => sum / Math.max(1, counts[j]!));
}

function summed(
  { values, known }: Seen,
  of: (value: number, i: number) => number,
): { readonly sum: number; readonly count: number } {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (known !== undefined && known[i] !== 1) continue;
    sum += of(values[i]!, i);
    count += 1;
  }
  return { sum, count };
}

/** Of labels that are known; nothing where none is. */
function accuracyOf(
  variable: string,
  probabilities: Float32Array,
  labels: Float32Array,
  before: Float32Array,
  classes: number,
): readonly Accuracy[] {
  const counts = new Float64Array(classes);
  for (const label of before) if (label >= 0) counts[label] = counts[label]! + 1;
  const commonest = counts.indexOf(Math.max(...counts));
  let [right, usual, counted] = [0, 0, 0];
  labels.forEach((label, i) => {
    if (label < 0) return;
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    counted++;
    if (row.indexOf(Math.max(...row)) === label) right++;
    if (label === commonest) usual++;
  });
  return counted === 0 ? [] : [{ variable, share: right / counted, majority: usual / counted, counted }];
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
      outputs: await valuesOf(program.reconstruct?.(weights, read) ?? {}, weights, read),
      codes: await valuesOf(program.encode?.(weights, read) ?? {}, weights, read),
    });
    release([batch, read]);
  }
  return parts;
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
  if (found === undefined) return undefined;
  const [name, column] = found;
  const values = Array.from(rows, (row) => column.data[row]!);
  const names = classNames(data, name);
  return { name, values, cells: values.map((value) => (value < 0 ? missing : (names?.[value] ?? value))) };
}

/** Positions of one example of each label, in order, filled up with the first others. */
function chooseShown(labels: Labels | undefined, n: number, columns: number): readonly number[] {
  const kinds = [...new Set(labels?.values ?? [])].sort((a, b) => a - b).slice(0, columns);
  const firsts = kinds.map((kind) => labels!.values.indexOf(kind));
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => !firsts.includes(i));
  return [...firsts, ...others].slice(0, Math.min(columns, n));
}

function meanSquare(a: Seen, b: Float32Array): number {
  const { sum, count } = summed(a, (value, i) => (value - b[i]!) ** 2);
  return sum / Math.max(1, count);
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
  const values = await valuesOf(program.corrupt(weights, batch, moment), weights, batch);
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
  const values = await valuesOf(
    program.sample(weights, rows.length, randomAt(spec.seed, reservedSteps.sample), given),
    weights,
    given,
  );
  release([batch, read]);
  return values;
}
