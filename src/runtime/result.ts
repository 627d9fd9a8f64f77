/**
 * Errors in what a user gave (a path, a file, a specification) as values.
 * Exceptions are left for defects of this program.
 */

/** Where an error is. Rows count from 1, as editors and spreadsheets do; bytes from 0. */
export interface Place {
  /** A path, or the specification as typed. */
  readonly path: string;
  readonly row?: number;
  /** A column's number counted from 1, or its name. */
  readonly column?: number | string;
  readonly byte?: number;
}

export interface DataError {
  readonly place: Place;
  readonly expected: string;
  readonly found: string;
  /** What to do about it; '' where there is nothing to add. */
  readonly hint: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: DataError };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });

export const failure = (
  place: Place | string,
  expected: string,
  found: string,
  hint = '',
): { readonly ok: false; readonly error: DataError } => ({
  ok: false,
  error: { place: typeof place === 'string' ? { path: place } : place, expected, found, hint },
});

/** `digits.csv, row 3, column 2` */
export function renderPlace(place: Place): string {
  const parts = [place.path];
  if (place.row !== undefined) parts.push(`row ${place.row}`);
  if (place.column !== undefined) parts.push(`column ${place.column}`);
  if (place.byte !== undefined) parts.push(`byte ${place.byte}`);
  return parts.join(', ');
}

/** The error as lines of text: place, expected and found in parallel, hint. */
export function renderDataError(error: DataError): string {
  const lines = [renderPlace(error.place), `  expected ${error.expected}`, `  found    ${error.found}`];
  if (error.hint !== '') lines.push(`  hint: ${error.hint}`);
  return lines.join('\n');
}
