/** Which places compute alike, and in which of their literals they differ. */
import type { OpName } from '../../ir/graph/ops/names.js';
import type { Block } from './blocks.js';

/** A block, and the line of the file that it computes. */
export interface Place {
  readonly block: Block;
  readonly line: string | undefined;
  /** What it is in the registry. */
  readonly entry: string | undefined;
  /** Whether it is the derivative of that. */
  readonly isAdjoint: boolean;
  /** The op in whose place it stands. */
  readonly instead: OpName | undefined;
  /** Of its function: what the update of a weight is called, and whether it makes the first weights. */
  readonly update: string;
  readonly isFirst: boolean;
  /** The bytes that may be there at one time. */
  readonly most: number;
}

/** What all values are, if they are one. */
export const only = <T>(values: readonly T[]): T | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

/** Lines that a helper costs besides its statements: signature, comment, result, end. */
const overhead = 5;
/** Literals that may differ between places of one helper. */
const mostLiterals = 4;

/** Places whose blocks have one key, as groups whose literals differ little enough. */
export function alike(places: readonly Place[]): readonly (readonly Place[])[] {
  if (differing(places).columns.length <= mostLiterals) return [places];
  const same = new Map<string, Place[]>();
  for (const place of places) {
    const key = place.block.literals.join(' ');
    same.set(key, [...(same.get(key) ?? []), place]);
  }
  return [...same.values()];
}

/** Whether a helper makes the module shorter. */
export const isWorth = (places: readonly Place[]): boolean => {
  const size = places[0]!.block.locals.length;
  return places.length * (size - 1) > size + overhead;
};

/**
 * Which literals of a block differ by place, as few as the others follow from by multiplication: sizes of what comes in
 * and goes out are products of a few. Of each literal what stands there, in terms of those.
 */
export function differing(places: readonly Place[]): {
  readonly columns: readonly (readonly string[])[];
  readonly written: readonly ((names: readonly string[]) => string)[];
} {
  const literals = places[0]!.block.literals.map((_, i) => places.map(({ block }) => block.literals[i]!));
  const distinct = new Map(
    literals.filter((column) => column.some((one) => one !== column[0])).map((column) => [column.join(' '), column]),
  );
  const columns: (readonly string[])[] = [];
  const known = new Map<string, (names: readonly string[]) => string>();
  for (const column of [...distinct.values()].sort((a, b) => sizeOf(a) - sizeOf(b))) {
    const found = product(column, columns);
    if (found === undefined) columns.push(column);
    const at = columns.length - 1;
    known.set(
      column.join(' '),
      found === undefined
        ? (names) => names[at]!
        : (names) => [...(found.factor === 1 ? [] : [found.factor]), ...found.of.map((i) => names[i]!)].join(' * '),
    );
  }
  return { columns, written: literals.map((column) => known.get(column.join(' ')) ?? (() => column[0]!)) };
}

/** Strings come behind numbers. */
const sizeOf = ([first]: readonly string[]): number => (Number.isNaN(Number(first)) ? Infinity : Number(first));

/** A column as a whole number times up to three of others. */
function product(
  column: readonly string[],
  others: readonly (readonly string[])[],
): { readonly factor: number; readonly of: readonly number[] } | undefined {
  const values = column.map(Number);
  if (!values.every(Number.isInteger)) return undefined;
  let sets: readonly (readonly number[])[] = [[]];
  for (let degree = 1; degree <= 3; degree++) {
    sets = sets.flatMap((of) => others.flatMap((_, i) => (i < (of.at(-1) ?? 0) ? [] : [[...of, i]])));
    for (const of of sets) {
      const products = values.map((_, p) => of.reduce((all, i) => all * Number(others[i]![p]!), 1));
      const factor = values[0]! / products[0]!;
      if (Number.isInteger(factor) && factor > 0 && values.every((value, p) => value === factor * products[p]!))
        return { factor, of };
    }
  }
  return undefined;
}
