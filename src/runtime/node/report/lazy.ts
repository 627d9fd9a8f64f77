/** The report on demand: its chart and linear algebra libraries take longer to load than most commands to run. */
import type { Result } from '../../result.js';
import type { EvaluateOptions, ReportOptions, ReportSummary } from './report.js';

/** Writes report.html; see `report.ts`. */
export async function writeReport(options: ReportOptions): Promise<Result<ReportSummary>> {
  return (await import('./report.js')).writeReport(options);
}

/** What a model achieves on data; see `report.ts`. */
export async function evaluate(options: EvaluateOptions): Promise<ReportSummary> {
  return (await import('./report.js')).evaluate(options);
}
