/**
 * Static shapes. A dimension is a number or a multiple of the batch size B, which is the one
 * symbol: folding several axes into the batch (`n·B`) keeps every shape static otherwise.
 */
export type Dim = number | { readonly batch: number };
export type Shape = readonly Dim[];

/** The batch dimension itself. */
export const B: Dim = { batch: 1 };

export const sameDim = (a: Dim, b: Dim): boolean =>
  typeof a === 'number' ? a === b : typeof b !== 'number' && a.batch === b.batch;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]!));

export const showDim = (dim: Dim): string =>
  typeof dim === 'number' ? String(dim) : dim.batch === 1 ? 'B' : `${dim.batch}·B`;

/** `28×28×1`, `B×784`, `scalar`. */
export const showShape = (shape: Shape): string => (shape.length === 0 ? 'scalar' : shape.map(showDim).join('×'));

/** Number of elements as `count · Bᵖᵒʷᵉʳ`. */
export function elements(shape: Shape): { readonly count: number; readonly power: number } {
  let count = 1;
  let power = 0;
  for (const dim of shape) {
    if (typeof dim === 'number') count *= dim;
    else {
      count *= dim.batch;
      power += 1;
    }
  }
  return { count, power };
}

/** Whether the first axis is the batch, or a multiple of it, and no other axis is. */
export const beginsWithBatch = (shape: Shape): boolean => elements(shape).power === 1 && typeof shape[0] !== 'number';

/** Elements for a batch of the given size. */
export const elementsAt = (shape: Shape, batch: number): number => {
  const { count, power } = elements(shape);
  return count * batch ** power;
};

export const sameElements = (a: Shape, b: Shape): boolean => {
  const x = elements(a);
  const y = elements(b);
  return x.count === y.count && x.power === y.power;
};

export const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

export const scaleDim = (dim: Dim, by: number): Dim => (typeof dim === 'number' ? dim * by : { batch: dim.batch * by });

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
