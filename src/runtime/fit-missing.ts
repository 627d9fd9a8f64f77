/** Numbers of a column that may be missing, and where they are there. */
import { elements, type Column, type Dataset } from './dataset.js';
import type { VariableSpec } from './program.js';

/** What is missing of a column, and where it is there. */
export interface Present {
  /** With a value that is there in the place of what is missing, so that it is within the domain. */
  readonly filled: Column;
  /** Elements that are missing. */
  readonly missing: (element: number) => boolean;
  readonly mask: Column;
}

/**
 * Where a column is there: a number that is none is missing; of a whole, or of a position, one that is missing makes all
 * of it missing. A column of the mask's own name says it itself.
 */
export function maskOf(column: Column, spec: VariableSpec, { size }: Dataset, given: Column | undefined): Present {
  const width = elements(column.shape);
  const parts = elements(spec.shape);
  const each = Math.max(1, width / parts);
  const there = new Uint8Array(size * parts).fill(1);
  if (given === undefined)
    column.data.forEach((value, i) => {
      if (Number.isNaN(value)) there[Math.floor(i / each)] = 0;
    });
  else given.data.forEach((value, i) => void (there[i] = value === 0 ? 0 : 1));
  const missing = (i: number): boolean => there[Math.floor(i / each)] === 0;
  const first = column.data.find((value) => !Number.isNaN(value)) ?? 0;
  const filled = column.data.map((value, i) => (missing(i) ? first : value)) as Column['data'];
  return {
    filled: { ...column, data: filled },
    missing,
    mask: { shape: spec.shape, data: there, scale: 1, source: column.source },
  };
}

/** Zeros in the place of what is missing. */
export const blanked = (column: Column, missing: (element: number) => boolean): Column => ({
  ...column,
  data: column.data.map((value, i) => (missing(i) ? 0 : value)) as Column['data'],
});
