/**
 * Names of the signatures of a program's SavedModel, and of their inputs and outputs beside those that
 * carry the model's own names: what the compiler writes and the session reads.
 *
 * Weights, optimiser state and data are variables of the session; a signature without weights among
 * its inputs reads them there.
 */
import type { ProgramSpec } from './spec.js';

/** Whether each batch is fed by itself, since no variable holds its trees: then steps go one by one, and nothing is loaded. */
export const isFed = ({ variables, grown }: Pick<ProgramSpec, 'variables' | 'grown'>): boolean =>
  grown !== undefined || variables.some(({ tree }) => tree !== undefined);

/** Steps of players are named `phase.player`. */
const nameOf = (step: string): string => step.replace('.', '_');

export const signatures = {
  /** `random`, statistics by weight name → `done`. Draws the weights. */
  initialize: 'initialize',
  /** → weights by name. */
  readWeights: 'read',
  /** Weights by name → `done`. */
  writeWeights: 'write',
  /** Columns by variable name → `done`. Puts examples into the session. */
  load: 'load',
  /** Sets the optimiser's state of a phase to its first values. → `done` */
  begin: (phase: string) => `begin_${phase}`,
  readSlots: (phase: string) => `read_slots_${phase}`,
  writeSlots: (phase: string) => `write_slots_${phase}`,
  /** A batch by variable name, `step`, `epoch`, `random` → `terms` [terms], `moved`, `gradients` [weights]. One step. */
  step: (step: string) => `step_${nameOf(step)}`,
  /**
   * `rows`, `batch`, `step` (steps of the phase done), `taken` (those by whoever takes these), `perEpoch`, `random` →
   * `terms` [steps, terms], `moved`, `gradients`. Steps over loaded examples, until one cannot be taken.
   */
  run: (step: string) => `run_${nameOf(step)}`,
  /** `rows`, `batch`, `step`, `epoch`, `random` → `terms` [batches, terms], over loaded examples. */
  evaluate: (phase: string) => `evaluate_${phase}`,
  /** A batch by variable name, `step`, `epoch`, `random` → `terms` [terms], where batches are fed. */
  measure: (phase: string) => `measure_${phase}`,
  /** A batch → what trees are built of, by encoder. */
  positions: 'positions',
  /** `left`, `right` → `parents`, `errors`: what comes of joining them. */
  join: (encoder: string) => `join_${encoder}`,
  encode: 'encode',
  decode: 'decode',
  reconstruct: 'reconstruct',
  activations: 'activations',
  score: 'score',
  /** A batch → nats by latent. */
  rate: 'rate',
  /** A batch, and cotangents by the tensor's name → cotangents of the inputs. */
  pullback: 'pullback',
  degrade: 'degrade',
  /** A batch, `step`, `epoch`, `random`. */
  corrupt: 'corrupt',
  /** `count`, `random`. */
  sample: 'sample',
} as const;

/** The tag of the one graph in the file. */
export const graphTag = 'serve';
