/** What a program computes of a model, in float64: terms, outputs, gradients and steps. */
import { addAll } from './arrays.js';
import { valueOf } from './expressions.js';
import { Forward, modes, type Array64, type Arrays, type Mode } from './forward.js';
import { reconstruction } from './likelihoods.js';
import { terms } from './losses.js';
import { codes, inPlaceOf, layersOf, reconstructionsOf, type Model, type Reconstruction } from './model.js';
import { silence, type Noise } from './noise.js';
import { stepped, type State } from './optimisers.js';
import type { Moment } from './schedules.js';
import { constant, gradients, type Value } from './tape.js';

export interface Losses {
  /** In the order of the model's terms, weighted; their sum is the loss. */
  readonly terms: readonly number[];
  /** How near a tie the computation came: see `Value.kink`. */
  readonly kink: number;
}

export interface Slope extends Losses {
  /** By stored weight. */
  readonly gradients: Outputs;
  /** Weights that no gradient moves, after the step. */
  readonly updates: Outputs;
}

/** A result, with how near a tie its computation came. */
export type Output = Array64 & { readonly kink: number };

export type Outputs = Readonly<Record<string, Output>>;

const array = ({ shape, data, kink }: Value): Output => ({ shape, data, kink });

/** A pass over a batch, in which networks are applied to the values of expressions. */
const pass = (
  model: Model,
  weights: Arrays,
  batch: Arrays,
  mode: Mode,
  noise: Noise,
  moment: Moment = { step: 0, stepsPerEpoch: 1 },
  batchSize?: number,
): Forward =>
  Forward.of(
    model,
    weights,
    batch,
    mode,
    noise,
    (forward, expr) => valueOf({ forward, moment, as: 'network' }, expr),
    batchSize,
  );

/** §4: held-out examples are measured with noise too, unless they are to be clean; latents are drawn as in training. */
export const evaluationMode = ({ training: { validation } }: Model): Mode => ({
  ...modes.evaluation,
  noisy: !validation.clean,
});

/** The terms of a batch as they are measured on held-out examples. */
export function evaluated(
  model: Model,
  weights: Arrays,
  batch: Arrays,
  moment: Moment,
  noise: Noise = silence,
  mode: Mode = evaluationMode(model),
): Losses {
  const values = terms(pass(model, weights, batch, mode, noise, moment), moment);
  return { terms: values.map((v) => v.data[0]!), kink: Math.min(...values.map((v) => v.kink)) };
}

/** Weights that training moves: those that are trained and stored. */
export const trained = (model: Model): readonly string[] =>
  model.weights
    .filter((w) => w.declaration.trainable && !model.ties.some((tie) => tie.weight === w.name))
    .map((w) => w.name);

/** Terms in training, and the gradient of their sum. */
export function sloped(model: Model, weights: Arrays, batch: Arrays, moment: Moment, noise: Noise = silence): Slope {
  const forward = pass(model, weights, batch, modes.training, noise, moment);
  const values = terms(forward, moment);
  const names = trained(model);
  // A weight that no term reads still has a gradient: 0.
  const slopes = gradients(
    addAll(values),
    names.map((name) => forward.weight(name)),
  );
  return {
    terms: values.map((v) => v.data[0]!),
    kink: Math.min(...values.map((v) => v.kink), ...slopes.map((g) => g.kink)),
    gradients: Object.fromEntries(names.map((name, i) => [name, array(slopes[i]!)])),
    updates: Object.fromEntries([...forward.updates].map(([name, value]) => [name, array(value)])),
  };
}

export interface Step extends Slope {
  readonly state: State;
}

/** One step of training. */
export function step(model: Model, state: State, batch: Arrays, moment: Moment, noise: Noise = silence): Step {
  const slope = sloped(model, state.weights, batch, moment, noise);
  const raw = Object.fromEntries(Object.entries(slope.gradients).map(([name, g]) => [name, g.data]));
  const moved = stepped(model, state, raw, moment);
  return { ...slope, state: { ...moved, weights: { ...moved.weights, ...slope.updates } } };
}

// ──────────────────────────────────────────────────────────────────────────── outputs

const deployed = (model: Model, weights: Arrays, batch: Arrays): Forward =>
  pass(model, weights, batch, modes.deployed, silence);

/** The code by name: means of latents. */
export const encoded = (model: Model, weights: Arrays, batch: Arrays): Outputs => {
  const forward = deployed(model, weights, batch);
  return Object.fromEntries(codes(model).map((code) => [code.name, array(forward.own(code.ref))]));
};

function reconstructions(forward: Forward, draws = false): Outputs {
  const written = writing(forward, draws);
  return Object.fromEntries(
    reconstructionsOf(forward.model).map((one) => [
      one.label,
      array((draws ? wordsOf(written, one.variable) : undefined) ?? inDataSpace(written, one)),
    ]),
  );
}

/** §10: a decoder that reads the word before generates word by word: the likeliest, or one that is drawn. */
function writing(forward: Forward, draws: boolean): Forward {
  const { model } = forward;
  const reads = model.networks.flatMap(({ inputs }) =>
    inputs.flatMap((ref) => (ref.kind === 'previous' && ref.of.kind === 'variable' ? [ref.of.name] : [])),
  );
  let current = forward;
  for (const one of reconstructionsOf(model).filter(({ variable }) => reads.includes(variable))) {
    const { shape, domain } = forward.variable(one.variable);
    const [length, rows] = [shape[0]!, forward.batchSize];
    const width = shape.slice(1).reduce((a, b) => a * b, 1);
    const all = new Float64Array(rows * length * width);
    const draw =
      draws && domain.kind === 'category' ? forward.noise.symmetric(`${one.variable} written`, [length * rows, 1]) : [];
    for (let t = 0; t < length; t++) {
      current = current.after(one.variable, constant([rows, ...shape], all));
      const mean = reconstruction(current, one);
      const each = mean.data.length / rows / length;
      for (let n = 0; n < rows; n++) {
        const row = [...mean.data.slice((n * length + t) * each, (n * length + t + 1) * each)];
        const values =
          domain.kind === 'category' ? [wordAt(row, draws ? (draw[t * rows + n]! + 1) / 2 : undefined)] : row;
        all.set(values, (n * length + t) * width);
      }
    }
    current = current.after(one.variable, constant([rows, ...shape], all));
  }
  return current;
}

function wordAt(probabilities: readonly number[], u: number | undefined): number {
  if (u === undefined) return probabilities.indexOf(Math.max(...probabilities));
  let sum = 0;
  const at = probabilities.findIndex((p) => (sum += p) >= u);
  return at < 0 ? probabilities.length - 1 : at;
}

function wordsOf(forward: Forward, name: string): Value | undefined {
  const { domain } = forward.variable(name);
  const words = forward.written(name);
  if (words === undefined || domain.kind !== 'category') return undefined;
  const { classes } = domain;
  return constant(
    [...words.shape, classes],
    Float64Array.from({ length: words.data.length * classes }, (_, i) =>
      words.data[Math.floor(i / classes)] === i % classes ? 1 : 0,
    ),
  );
}

function inDataSpace(forward: Forward, one: Reconstruction): Value {
  const mean = reconstruction(forward, one);
  return forward.variable(one.variable).domain.kind === 'category' ? mean : forward.restored(one.variable, mean);
}

/** Whether there is a code of an example: what is drawn alone has none. */
export const encodes = ({ latents, networks }: Model): boolean =>
  latents.length > 0 || networks.some(({ role }) => role === 'encoder');

export const reconstructed = (model: Model, weights: Arrays, batch: Arrays): Outputs =>
  encodes(model) ? reconstructions(deployed(model, weights, batch)) : {};

/** Reconstructions from a code. */
export function decoded(model: Model, weights: Arrays, code: Arrays, batch: Arrays): Outputs {
  const forward = deployed(model, weights, batch);
  for (const { name, ref } of codes(model)) forward.replace(ref, constant(code[name]!.shape, code[name]!.data));
  return reconstructions(forward);
}

/** Examples decoded from draws of the priors, z = m + s·ε (§6: N(0, 1) if nothing is said). */
export function drawn(model: Model, weights: Arrays, count: number, noise: Noise, given: Arrays = {}): Outputs {
  const forward = pass(model, weights, given, { ...modes.deployed, ancestral: true }, noise, undefined, count);
  for (const { ref } of codes(model)) {
    const like = ref.kind === 'latent' ? undefined : inPlaceOf(model, ref);
    if (like !== undefined) forward.replace(ref, forward.own(like));
  }
  return reconstructions(forward, true);
}

/** The first result of every layer. */
export function activations(model: Model, weights: Arrays, batch: Arrays): Outputs {
  const forward = deployed(model, weights, batch);
  return Object.fromEntries(
    layersOf(model).map((layer) => [layer.id, array(forward.own({ kind: 'layer', id: layer.id, output: 0 }))]),
  );
}

/** What the networks read of clean data: with training's noise, or degraded alone; in the space of the data where the shape is the variable's. */
export function read(model: Model, weights: Arrays, batch: Arrays, training: boolean, noise: Noise = silence): Outputs {
  const forward = pass(model, weights, batch, { training, noisy: training, sampled: false, degraded: false }, noise);
  return Object.fromEntries(
    model.variables
      .filter((v) => v.role === 'input')
      .map((v) => {
        if (v.domain.kind === 'category') return [v.name, array(forward.labels(v.name))];
        const value = forward.read(v.name);
        return [v.name, array(v.shape.join() === v.corrupted.join() ? forward.restored(v.name, value) : value)];
      }),
  );
}
