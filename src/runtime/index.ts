/** What generated programs and everything around them import; runs in a browser and in Node. */
export type {
  ActivationSpec,
  AnyProgram,
  Domain,
  Fault,
  Inference,
  Moment,
  PhaseSpec,
  Program,
  ProgramSpec,
  ResidentProgram,
  State,
  StatisticSpec,
  StepMoment,
  StepResult,
  Steps,
  Tensors,
  TermSpec,
  Trainer,
  VariableSpec,
  WeightSpec,
} from './program.js';
export * as kernels from './kernels.js';
export { elements, gatherRows, selectRows, type Column, type Dataset } from './dataset.js';
export {
  normals,
  permutation,
  philox,
  randomAt,
  reservedSteps,
  reservedStreams,
  uniforms,
  type Random,
} from './random.js';
export { failure, renderDataError, renderPlace, success, type DataError, type Place, type Result } from './result.js';
export {
  batchSize,
  batchTensors,
  epochOrder,
  splitOf,
  splitRows,
  statistic,
  stepsPerEpoch,
  type Split,
} from './batches.js';
export {
  epochLoss,
  firstProgress,
  isFinished,
  lossOf,
  phaseOf,
  type EpochRecord,
  type Progress,
  type Snapshot,
} from './progress.js';
export { locateFault, renderNumericalFailure, type NumericalFailure } from './numerical.js';
export { initialSnapshot } from './phases.js';
export type { TrainEvent } from './events.js';
export { train, type TrainOptions, type TrainOutcome } from './train.js';
export { termsOn } from './losses.js';
export { release } from './tensors.js';
export { imageShape } from './figures/images.js';
export {
  openModel,
  trainedModel,
  type Functions,
  type PixelSource,
  type TrainedModel,
  type WeightSource,
} from './trained.js';
export { syntheticSets } from './synthetic/index.js';
export { dictionaryAtoms } from './synthetic/vectors.js';
export type { ColumnSpec, ParameterSpec, Parameters, SyntheticSet } from './synthetic/set.js';
export { readSafetensors, writeSafetensors, type Stored, type StoredTensor } from './safetensors.js';
export {
  decodePart,
  decodeSnapshot,
  decodeWeights,
  encodeSnapshot,
  encodeWeights,
  readWeights,
  type Loaded,
} from './weights.js';
export { fitDataset } from './fit.js';
export { generateSet, isSynthetic } from './synthetic/specification.js';
