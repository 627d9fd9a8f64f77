/**
 * Static shapes. A dimension is a number or a multiple of a number of rows: mostly of the batch size B, so that
 * folding several axes into the batch (`n·B`) keeps every shape static otherwise. Where an example has a varying
 * number of parts, as a tree has nodes, the rows are those of an array that is fed, whose name stands for them.
 */
export type Dim = number | Rows;

interface Rows {
  readonly batch: number;
  readonly of?: string;
  /** Some of them alone. */
  readonly section?: Section;
}

/** The rows of a batch that come first, so many, or all that stand behind so many. */
export interface Section {
  readonly of: 'first' | 'behind';
  readonly count: number;
}

export type Shape = readonly Dim[];

/** The batch dimension itself. */
export const B: Dim = { batch: 1 };

export const sameDim = (a: Dim, b: Dim): boolean =>
  typeof a === 'number' ? a === b : typeof b !== 'number' && a.batch === b.batch && nameOf(a) === nameOf(b);

/** What a dimension is a multiple of, '' for the batch. */
const nameOf = ({ of, section }: Rows): string => `${of ?? ''}${section === undefined ? '' : showSection(section)}`;

const showSection = ({ of, count }: Section): string => (of === 'first' ? `[:${count}]` : `[${count}:]`);

/** Some of the rows that a dimension counts once. */
export const sectionOf = (dim: Dim, section: Section | undefined): Dim =>
  section === undefined || typeof dim === 'number' ? dim : { ...dim, section };

/** All rows, of the first ones and those behind them; undefined where two dimensions are not these. */
export function joinedSections(a: Dim, b: Dim | undefined): Dim | undefined {
  if (typeof a !== 'object' || a.section?.of !== 'first' || a.batch !== 1) return undefined;
  const { section, ...all } = a;
  return b !== undefined && sameDim(b, { ...all, section: { ...section, of: 'behind' } }) ? all : undefined;
}

/** Whether a dimension is the number of examples, once. */
export const isBatch = (dim: Dim): boolean => sameDim(dim, B);

/** As many as an array that is fed has rows. */
export const rowsOf = (array: string): Dim => ({ batch: 1, of: array });

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]!));

export function showDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  const { batch, of, section } = dim;
  const rows = `${of === undefined ? 'B' : `|${of}|`}${section === undefined ? '' : showSection(section)}`;
  return batch === 1 ? rows : `${batch}·${rows}`;
}

/** `28×28×1`, `B×784`, `scalar`. */
export const showShape = (shape: Shape): string => (shape.length === 0 ? 'scalar' : shape.map(showDim).join('×'));

/** Number of elements as `count · Bᵖᵒʷᵉʳ`; `of` are the arrays whose rows stand for B, sorted, '' for the batch itself. */
export function elements(shape: Shape): {
  readonly count: number;
  readonly power: number;
  readonly of: readonly string[];
} {
  let count = 1;
  const of: string[] = [];
  for (const dim of shape) {
    if (typeof dim === 'number') count *= dim;
    else {
      count *= dim.batch;
      of.push(nameOf(dim));
    }
  }
  return { count, power: of.length, of: of.sort() };
}

/** Whether the first axis is a number of rows, and no other axis is. */
export const beginsWithRows = (shape: Shape): boolean => elements(shape).power === 1 && typeof shape[0] !== 'number';

/** Whether the first axis is the batch, or a multiple of it, and no other axis is. */
export const beginsWithBatch = (shape: Shape): boolean => beginsWithRows(shape) && nameOf(shape[0] as Rows) === '';

/** What the cost of a model is reckoned with: the parts that an example has, where their number varies. */
const usualParts = 40;

/** Elements for a batch of the given size; an estimate where examples have parts. */
export const elementsAt = (shape: Shape, batch: number): number => product(shape.map((dim) => usual(dim, batch)));

function usual(dim: Dim, batch: number): number {
  if (typeof dim === 'number') return dim;
  const { of, section } = dim;
  const rows =
    section === undefined ? batch : section.of === 'first' ? section.count : Math.max(0, batch - section.count);
  return dim.batch * rows * (of === undefined ? 1 : usualParts);
}

export const sameElements = (a: Shape, b: Shape): boolean => {
  const x = elements(a);
  const y = elements(b);
  return x.count === y.count && x.power === y.power && x.of.join() === y.of.join();
};

export function product(dims: readonly number[]): number {
  let of = 1;
  for (let axis = 0; axis < dims.length; axis++) of *= dims[axis]!;
  return of;
}

export const scaleDim = (dim: Dim, by: number): Dim =>
  typeof dim === 'number' ? dim * by : { ...dim, batch: dim.batch * by };

/** A static dimension; anything else is a bug of the caller. */
export function fixed(dim: Dim | undefined): number {
  if (typeof dim !== 'number')
    throw new Error(`expected a static dimension, found ${dim === undefined ? 'none' : showDim(dim)}`);
  return dim;
}

/** NumPy broadcasting; undefined where the shapes do not fit. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const out: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (sameDim(x, y)) out.push(x);
    else if (x === 1) out.push(y);
    else if (y === 1) out.push(x);
    else return undefined;
  }
  return out;
}

/** The axes of `to` along which `from` was repeated when it was broadcast to `to`. */
export function broadcastAxes(from: Shape, to: Shape): readonly number[] {
  const lead = to.length - from.length;
  return to.map((_, i) => i).filter((i) => i < lead || (from[i - lead] === 1 && to[i] !== 1));
}
