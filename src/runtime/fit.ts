/**
 * From the columns of a data set to the variables of a model: by name, else in order, reshaped and
 * scaled where that loses nothing, and checked against the declarations before the first step.
 */
import { splitOf, type Split } from './batches.js';
import { allRows, elements, piecesOf, type Column, type Dataset, type StoredColumn } from './dataset.js';
import { withClasses } from './fit-classes.js';
import { blanked, maskOf } from './fit-missing.js';
import { fitTrees, type Vocabulary } from './fit-trees.js';
import { withTexts, withWords } from './fit-texts.js';
import { boundsOf, type Domain, type VariableSpec } from './program.js';
import { failure, success, type Result } from './result.js';
import { treesIn } from './trees.js';

/**
 * A data set with one column for each variable, of its shape and within its domain; columns that no
 * variable takes stay under their own names (a report colours by labels the model never sees).
 * Errors: no column left for a variable, another shape, a value outside the domain, not finite, or
 * no label; no examples; columns of different lengths.
 */
export function fitDataset(given: Dataset, all: readonly VariableSpec[], training: Training = {}): Result<Dataset> {
  const raw = withTexts(given, all);
  const lengths = checkLengths(raw);
  if (!lengths.ok) return lengths;
  const variables = all.filter(({ tree, role }) => tree === undefined && role !== 'mask');
  const present = variables
    .map(({ name }) => name)
    .filter((name) => (raw.columns[name] ?? raw.stored?.[name]) !== undefined);
  const fitted: Fitted = { columns: {}, stored: {}, classes: {}, taken: new Set(present) };
  const isText = ({ name }: VariableSpec): boolean => raw.texts?.[name] !== undefined;
  const others = variables.filter((variable) => !isText(variable));
  const plain = fitColumns(raw, others, all, training, fitted);
  if (!plain.ok) return plain;
  // What is held out depends on the labels that are known, and vocabularies on what is not held out.
  const { validation = 0, seed = 0 } = training;
  let split: Split | undefined;
  const trained = (): Int32Array =>
    (split ??= splitOf({ size: raw.size, columns: fitted.columns }, { variables: all, validation, seed })).train;
  const worded = withWords(raw, all, trained, training.vocabularies);
  if (!worded.ok) return worded;
  const data = worded.value;
  const texts = checkLengths(data);
  if (!texts.ok) return texts;
  const spelled = fitColumns(data, variables.filter(isText), all, training, fitted);
  if (!spelled.ok) return spelled;
  const trees = fitTrees(data, all, trained, training.vocabularies, (leaves, variable) =>
    fitColumn(leaves, variable, 0),
  );
  if (!trees.ok) return trees;
  const { columns, stored, classes, taken } = fitted;
  const rest = Object.entries(data.columns).filter(([name]) => !taken.has(name) && columns[name] === undefined);
  const vocabularies = { ...data.vocabularies, ...trees.value.vocabularies };
  return success({
    size: data.size,
    columns: { ...columns, ...Object.fromEntries(rest) },
    ...(Object.keys(stored).length === 0 ? {} : { stored }),
    ...trees.value,
    ...(Object.keys(vocabularies).length === 0 ? {} : { vocabularies }),
    ...(Object.keys(classes).length === 0 ? {} : { classes }),
  });
}

/** Columns that have met their variables, the names of their classes, and the columns of the data that were taken. */
interface Fitted {
  readonly columns: Record<string, Column>;
  readonly stored: Record<string, StoredColumn>;
  readonly classes: Record<string, readonly string[]>;
  readonly taken: Set<string>;
}

/** Adds the columns of some variables to those that are fitted. */
function fitColumns(
  data: Dataset,
  variables: readonly VariableSpec[],
  all: readonly VariableSpec[],
  training: Training,
  { columns, stored, classes, taken }: Fitted,
): Result<undefined> {
  for (const variable of variables) {
    const there = allColumns(data);
    const name = there[variable.name] === undefined ? firstFree(there, variable, taken) : variable.name;
    const found = name === undefined ? undefined : there[name];
    const isMasked = all.some(({ of }) => of === variable.name);
    if (found !== undefined && !('data' in found) && !isMasked && variable.domain.kind !== 'category') {
      taken.add(name!);
      const own = fitStored(found, variable, variable.domain);
      if (!own.ok) return own;
      stored[variable.name] = own.value;
      continue;
    }
    // Labels, and what has gaps, are looked at as a whole.
    const column = found === undefined || 'data' in found ? found : { ...found, data: found.read(allRows(found.size)) };
    if (name === undefined || column === undefined) {
      return failure(
        'data',
        `a column for ${describe(variable)}`,
        `columns ${names(data)}, all in use`,
        `name one: ${variable.name}=PATH`,
      );
    }
    taken.add(name);
    const mask = all.find(({ of }) => of === variable.name);
    const present = mask === undefined ? undefined : maskOf(column, mask, data, data.columns[mask.name]);
    const classed = withClasses(present?.filled ?? column, variable, training.classes?.[variable.name]);
    if (!classed.ok) return classed;
    if (classed.value.names !== undefined) classes[variable.name] = classed.value.names;
    const own = fitColumn(classed.value, variable, data.size);
    if (!own.ok) return own;
    columns[variable.name] = present === undefined ? own.value : blanked(own.value, present.missing);
    if (present !== undefined) columns[mask!.name] = present.mask;
  }
  return success(undefined);
}

/** How the training part is chosen, of which vocabularies are made; or the vocabularies of a model that is trained. */
export interface Training {
  readonly validation?: number;
  readonly seed?: number;
  readonly vocabularies?: Readonly<Record<string, Vocabulary>>;
  /** All variables of the model, where only some are asked for. */
  readonly declared?: readonly string[];
  /** The names of classes that a trained model knows. */
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

const allColumns = ({ columns, stored }: Dataset): Readonly<Record<string, Column | StoredColumn>> =>
  stored === undefined ? columns : { ...stored, ...columns };

const names = (data: Dataset): string => Object.keys(allColumns(data)).join(', ');

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

const describe = (variable: VariableSpec): string =>
  `${variable.name}: ${shapeText(variable.shape)} (${variable.origin})`;

function checkLengths(data: Dataset): Result<undefined> {
  if (data.size < 1) return failure(Object.values(data.columns)[0]?.source ?? 'data', 'at least one example', 'none');
  const lengths = [
    ...Object.entries(data.columns).map(([name, c]) => [name, c.source, c.data.length / elements(c.shape)] as const),
    ...Object.entries(data.stored ?? {}).map(([name, { source, size }]) => [name, source, size] as const),
    ...Object.entries(data.trees ?? {}).map(([name, forest]) => [name, forest.source, treesIn(forest)] as const),
  ];
  for (const [name, source, rows] of lengths) {
    if (rows !== data.size) {
      return failure(
        source,
        `${data.size} examples in ${name}, as in the first column`,
        `${rows}`,
        'every column needs one entry for each example',
      );
    }
  }
  return success(undefined);
}

/** The first column no variable took yet that fits; failing that the first at all, for the message. */
function firstFree(
  columns: ReturnType<typeof allColumns>,
  variable: VariableSpec,
  taken: ReadonlySet<string>,
): string | undefined {
  const free = Object.keys(columns).filter((name) => !taken.has(name));
  return free.find((name) => reshapes(columns[name]!.shape, variable.shape)) ?? free[0];
}

/** Same elements in the same order: equal up to axes of length 1, or flat on one side. */
function reshapes(from: readonly number[], to: readonly number[]): boolean {
  if (elements(from) !== elements(to)) return false;
  const squeeze = (shape: readonly number[]): string => String(shape.filter((n) => n !== 1));
  return squeeze(from) === squeeze(to) || from.length === 1 || to.length === 1;
}

const isPictures = ({ data, shape }: Column): boolean => data.BYTES_PER_ELEMENT < 4 && shape.length === 3;

const misshapen = (column: Column | StoredColumn, variable: VariableSpec): Result<never> =>
  failure(
    column.source,
    describe(variable),
    shapeText(column.shape),
    'data' in column && isPictures(column) && variable.shape.length >= 2
      ? 'change the declaration, or bring the pictures to its size: `#crop` or `#stretch` behind the name of the folder'
      : 'change the declaration or the data; nothing is cropped or resized',
  );

/** A column that is not in memory, as if it were: what depends on all of its values is found out piece by piece. */
function fitStored(column: StoredColumn, variable: VariableSpec, domain: Domain): Result<StoredColumn> {
  if (!reshapes(column.shape, variable.shape)) return misshapen(column, variable);
  const shaped = { ...column, shape: variable.shape };
  const pieces = (): Iterable<Int32Array> => piecesOf(allRows(column.size), column.shape);
  const largest = column.read([0]).subarray(0, 1);
  if (largest.BYTES_PER_ELEMENT < 4)
    for (const rows of pieces()) for (const value of column.read(rows)) largest[0] = Math.max(largest[0]!, value);
  const { scale, data } = rescaled({ ...shaped, data: largest }, domain);
  const isMoved = data.constructor !== largest.constructor;
  const read = (rows: ArrayLike<number>): Column['data'] =>
    isMoved ? rescaled({ ...shaped, data: column.read(rows) }, domain).data : column.read(rows);
  for (const rows of pieces()) {
    const piece = fitValues({ ...shaped, data: read(rows), scale }, variable, domain, rows[0]);
    if (!piece.ok) return piece;
  }
  return success({ ...shaped, scale, read });
}

function fitColumn(column: Column, variable: VariableSpec, size: number): Result<Column> {
  if (!reshapes(column.shape, variable.shape)) return misshapen(column, variable);
  const shaped = { ...column, shape: variable.shape };
  return variable.domain.kind === 'category'
    ? fitLabels(shaped, variable, variable.domain.classes, size)
    : fitValues(rescaled(shaped, variable.domain), variable, variable.domain);
}

/** Values of 8 and 16 bits meet a domain of [0, 1] (or [−1, 1], …) by their full range, 0 to 255 or to 65535. */
function rescaled(column: Column, domain: Domain): Column {
  if (!(column.data instanceof Uint8Array) && !(column.data instanceof Uint16Array)) return column;
  const most = column.data instanceof Uint8Array ? 255 : 65535;
  const [low, high] = boundsOf(domain);
  if (domain.kind !== 'counts' && Number.isFinite(high - low)) {
    const raw = column.data.some((value) => value > high);
    if (low === 0 && high === 1) return raw ? { ...column, scale: 1 / most } : column;
    if (low === 0 && high >= most) return { ...column, scale: 1 };
    if (low < 0 && column.scale !== 1) {
      return {
        ...column,
        scale: 1,
        data: Float32Array.from(column.data, (value) => low + ((high - low) * value) / most),
      };
    }
  }
  return column;
}

/** @param first the number of the first example of the column among all */
function fitValues(column: Column, variable: VariableSpec, domain: Domain, first = 0): Result<Column> {
  const { data, scale } = column;
  const [low, high] = boundsOf(domain);
  // Room for the rounding of whoever wrote the file.
  const slack = Number.isFinite(high - low) ? 1e-6 * (high - low) : 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]! * scale;
    const inside =
      value >= low - slack &&
      value <= high + slack &&
      Number.isFinite(value) &&
      (domain.kind !== 'binary' || value === 0 || value === 1) &&
      (domain.kind !== 'counts' || Number.isInteger(value));
    if (!inside)
      return outside(
        column,
        variable,
        first * elements(column.shape) + i,
        value,
        domainText(domain),
        domainHint(value, domain),
      );
  }
  return domain.kind === 'distribution' ? summingToOne(column, variable, first) : success(column);
}

/** How far sums of probabilities may be from 1, for the rounding of whoever wrote them. */
const sumSlack = 1e-3;

function summingToOne(column: Column, variable: VariableSpec, first: number): Result<Column> {
  const classes = variable.shape.at(-1) ?? 1;
  for (let at = 0; at < column.data.length; at += classes) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += column.data[at + k]! * column.scale;
    if (Math.abs(sum - 1) > sumSlack) {
      return outside(
        column,
        variable,
        first * elements(column.shape) + at,
        sum,
        'probabilities that sum to 1',
        'divide the numbers of each example by their sum',
      );
    }
  }
  return success(column);
}

function fitLabels(column: Column, variable: VariableSpec, classes: number, size: number): Result<Column> {
  const labels = new Int32Array(size * elements(variable.shape));
  const mayMiss = variable.optional === true || variable.partial !== undefined;
  for (let i = 0; i < labels.length; i++) {
    const value = column.data[i]!;
    if (mayMiss && (value === -1 || Number.isNaN(value))) {
      labels[i] = -1;
      continue;
    }
    if (!Number.isInteger(value) || value < 0 || value >= classes) {
      return outside(
        column,
        variable,
        i,
        value,
        `a label from 0 to ${classes - 1}${mayMiss ? ', or −1 where it is missing' : ''}`,
        value === classes ? 'labels count from 0' : '',
      );
    }
    labels[i] = value;
  }
  return success({ ...column, data: labels, scale: 1 });
}

function outside(
  column: Column,
  variable: VariableSpec,
  index: number,
  value: number,
  expected: string,
  hint: string,
): Result<never> {
  const width = elements(variable.shape);
  const element = width === 1 ? '' : `, element ${(index % width) + 1} of ${width}`;
  const shown = Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
  return failure(
    column.source,
    `${expected} for ${variable.name} (${variable.origin})`,
    `${shown} in example ${Math.floor(index / width) + 1}${element}`,
    hint,
  );
}

function domainText(domain: Domain): string {
  switch (domain.kind) {
    case 'interval': {
      const [low, high] = boundsOf(domain);
      if (Number.isFinite(high - low)) return `a number in [${low}, ${high}]`;
      return low === -Infinity ? `a number of at most ${high}` : `a number of at least ${low}`;
    }
    case 'binary':
      return '0 or 1';
    case 'counts':
      return 'a whole number ≥ 0';
    case 'distribution':
      return 'a probability';
    default:
      return 'a finite number';
  }
}

function domainHint(value: number, domain: Domain): string {
  if (!Number.isFinite(value)) return 'fill in or leave out the examples with missing values';
  if (domain.kind === 'binary') return 'round the data, or declare the variable in [0, 1]';
  if (domain.kind === 'counts') return 'round the data, or declare the variable `in [0, _]`';
  return 'scale the data, or widen the declared domain';
}
