/** The report on demand: its chart and linear algebra libraries take longer to load than most commands to run. */
import type { Result } from '../../result.js';
import type { NamedRun } from '../comparison.js';
import type { ComparisonPage } from './comparison.js';
import type { EvaluateOptions, ReportOptions, ReportSummary } from './report.js';

/** Writes report.html; see `report.ts`. */
export async function writeReport(options: ReportOptions): Promise<Result<ReportSummary>> {
  return (await import('./report.js')).writeReport(options);
}

/** What a model achieves on data; see `report.ts`. */
export async function evaluate(options: EvaluateOptions): Promise<ReportSummary> {
  return (await import('./report.js')).evaluate(options);
}

/** The losses of several runs as one SVG; see `comparison.ts`. */
export async function drawComparison(runs: readonly NamedRun[]): Promise<string> {
  return (await import('./comparison.js')).drawComparison(runs);
}

/** What the points of a sweep came to, as one SVG; see `comparison.ts`. */
export async function drawSweep(runs: readonly NamedRun[], parameters: readonly string[]): Promise<string> {
  return (await import('./comparison.js')).drawSweep(runs, parameters);
}

/** Runs on a page; see `comparison.ts`. */
export async function comparisonPage(page: ComparisonPage): Promise<string> {
  return (await import('./comparison.js')).comparisonPage(page);
}
