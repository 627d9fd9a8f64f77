/** Runs beside each other, for the command line: built projects train one model, and their runtime leaves this out. */
import type { Unavailable } from '../figures/drawing.js';
import type { NamedRun } from './comparison.js';
import type { ComparisonPage } from './report/comparison.js';
import type { NamedModel } from './report/side-by-side.js';

export { compareRuns, comparisonTable, comparisonText, type ComparedRun, type NamedRun } from './comparison.js';
export type { NamedModel } from './report/side-by-side.js';

/** The losses of several runs as one SVG; see `report/comparison.ts`. */
export async function drawComparison(runs: readonly NamedRun[]): Promise<string> {
  return (await import('./report/comparison.js')).drawComparison(runs);
}

/** What the points of a sweep came to, as one SVG; see `report/comparison.ts`. */
export async function drawSweep(runs: readonly NamedRun[], parameters: readonly string[]): Promise<string> {
  return (await import('./report/comparison.js')).drawSweep(runs, parameters);
}

/** Runs on a page; see `report/comparison.ts`. */
export async function comparisonPage(page: ComparisonPage): Promise<string> {
  return (await import('./report/comparison.js')).comparisonPage(page);
}

/** Models on the same examples with the same noise, as a PNG; see `report/side-by-side.ts`. */
export async function drawSideBySide(models: readonly NamedModel[]): Promise<Uint8Array | Unavailable> {
  return (await import('./report/side-by-side.js')).sideBySidePicture(models);
}
