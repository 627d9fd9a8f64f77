/** The half of the runtime that needs Node: files, terminal, reports. */
export { loadCheckpoint, loadWeights, saveCheckpoint, saveWeights } from './checkpoint.js';
export { makeFolder, readBytes, writeAside } from './files.js';
export { openFolder, type FolderOptions, type RunFolder } from './folder.js';
export { createReporter, renderTerms, type Reporter, type ReporterOptions } from './reporter.js';
export { runTraining, type RunOptions } from './run.js';
export { openGraph, type GraphFile, type OpenOptions } from './session/program.js';
export type { NodeTensorFlow } from './session/session.js';
export { trainMain } from './main.js';
export { prepareTensorFlow } from './prepare.js';
export { loadData } from './load/load.js';
export { evaluate, writeReport } from './report/lazy.js';
export { renderVerdict, type Remark, type Verdict } from './report/verdict.js';
export type { ReportOptions, ReportSummary } from './report/report.js';
export {
  checkpointFile,
  isRun,
  readRecord,
  recordFile,
  weightsFile,
  type RecordedEpoch,
  type RunOrigin,
  type RunRecord,
} from './record.js';
export { recordResult } from './recorder.js';
