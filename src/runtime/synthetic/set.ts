/** What a procedural data set declares about itself; the command line, help and documentation read these. */
import type { Dataset } from '../dataset.js';

export interface ParameterSpec {
  readonly name: string;
  readonly summary: string;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly integer: boolean;
}

export type Parameters = Readonly<Record<string, number>>;

export interface ColumnSpec {
  readonly name: string;
  readonly summary: string;
  /** Shape of one example, as a formula of the parameters: `[n, n, 1]`. */
  readonly shape: string;
}

export interface SyntheticSet {
  readonly name: string;
  readonly summary: string;
  /** Paper or book that made the set known; '' where there is none. */
  readonly source: string;
  readonly parameters: readonly ParameterSpec[];
  readonly columns: readonly ColumnSpec[];
  /** A demand on several parameters together; undefined where they fit. */
  readonly check?: (parameters: Parameters) => { readonly expected: string; readonly found: string } | undefined;
  /** Pure: the same parameters and seed give the same bytes. Every parameter is given and within its range. */
  readonly generate: (parameters: Parameters, seed: number) => Dataset;
}

// Marked for bundlers: who only opens a trained model leaves the sets out.

/* @__NO_SIDE_EFFECTS__ */
export function integer(
  name: string,
  summary: string,
  fallback: number,
  minimum: number,
  maximum: number,
): ParameterSpec {
  return { name, summary, default: fallback, minimum, maximum, integer: true };
}

/* @__NO_SIDE_EFFECTS__ */
export function real(name: string, summary: string, fallback: number, minimum: number, maximum: number): ParameterSpec {
  return { name, summary, default: fallback, minimum, maximum, integer: false };
}

/** Of how many examples, the first ones, the label is known. */
/* @__NO_SIDE_EFFECTS__ */
export function known(): ParameterSpec {
  return integer('known', 'examples whose label is known, the first ones; −1 for all of them', -1, -1, 1_000_000);
}

/** The label of an example, −1 where it is not known. */
export const labelOf = (label: number, example: number, parameters: Parameters): number =>
  parameter(parameters, 'known') < 0 || example < parameter(parameters, 'known') ? label : -1;

/* @__NO_SIDE_EFFECTS__ */
export function count(fallback: number): ParameterSpec {
  return integer('count', 'number of examples', fallback, 1, 1_000_000);
}

/** A parameter's value. The table's reader fills in every default, so a missing one is a defect. */
export function parameter(parameters: Parameters, name: string): number {
  const value = parameters[name];
  if (value === undefined) throw new Error(`parameter ${name} was not filled in`);
  return value;
}
