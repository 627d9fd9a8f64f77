/** A program and the interpreter on one batch: terms, gradients, steps and outputs. */
import type { ProgramSpec, Random } from '../../../src/runtime/index.js';
import { reservedSteps } from '../../../src/runtime/index.js';
import { randomAt } from '../../../src/runtime/random.js';
import type { Model } from '../../../src/ir/model.js';
import { modes, type Arrays } from '../interpret/forward.js';
import type { Noise } from '../interpret/noise.js';
import { stepped, type State } from '../interpret/optimisers.js';
import { activations, decoded, encoded, evaluated, read, reconstructed, sloped, type Outputs } from '../interpret/program.js';
import type { Moment } from '../interpret/schedules.js';
import { largestOf } from '../interpret/tape.js';
import { differences, flat, tolerance, type Difference, type Quantities } from './agreement.js';
import { assignments, census, recorded, Unmatched, type Draw } from './draws.js';
import { batchOf, disturbed, jittered, statisticsOf } from './inputs.js';
import type { Runner } from './runner.js';

export interface Case {
  readonly model: Model;
  readonly spec: ProgramSpec;
  readonly weights: Arrays;
  readonly batch: Arrays;
}

export interface Outcome {
  readonly differences: readonly Difference[];
  /** Set where a comparison came so near a tie that either side of it is right. */
  readonly tie: boolean;
  /** Quantities that were compared. */
  readonly compared: number;
}

/** Inputs for a comparison; first weights come from the program itself. */
export function caseOf(model: Model, spec: ProgramSpec, runner: Pick<Runner, 'initialize'>, rows: number, seed: number): Case {
  const statistics = statisticsOf(spec, seed + 1);
  const first = runner.initialize(randomAt(spec.seed, reservedSteps.initialize), statistics);
  return { model, spec, weights: disturbed(spec, first, seed + 2), batch: batchOf(spec, rows, seed) };
}

export const merged = (outcomes: readonly Outcome[]): Outcome => ({
  differences: outcomes.flatMap((o) => o.differences),
  tie: outcomes.some((o) => o.tie),
  compared: outcomes.reduce((sum, o) => sum + o.compared, 0),
});

// ────────────────────────────────────────────────────────────────────── one comparison

/** What the interpreter computes, and how near a tie it came. */
interface Computed {
  readonly quantities: Quantities;
  readonly kink: number;
}

type Compute = (weights: Arrays, batch: Arrays) => Computed;

/** A comparison closer to a tie than this may come out on the other side in float32. */
const tieBelow = 2e-5;
const tieUnits = 400;

/**
 * Compares with what rounding may change. Where the computation came near a tie (the 0 of a relu, two equal maxima), the
 * inputs are moved so far that the tie is crossed, and what that changes is allowed too: the comparison is coarser
 * then, by the part of the result that hangs on the tie.
 */
function against(c: Case, found: Quantities, compute: Compute): Outcome {
  const { quantities, kink } = compute(c.weights, c.batch);
  const tie = kink < tieBelow;
  const [units, seeds] = tie ? [tieUnits, [11, 12, 13, 14]] : [tolerance.units, [11, 12]];
  const moved = seeds.map((seed) => compute(jittered(c.weights, units, seed), movedBatch(c, units, seed)).quantities);
  return { differences: differences(quantities, found, [...moved, levelled(quantities)]), tie, compared: Object.keys(quantities).length };
}

/** Labels do not round. */
const movedBatch = ({ batch, spec }: Case, units: number, seed: number): Arrays => {
  const moved = jittered(batch, units, seed + 100);
  const labels = new Set(spec.variables.filter((v) => v.domain.kind === 'category').map((v) => v.name));
  return Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, labels.has(name) ? value : moved[name]!]));
};

/** Gradients that cancel to nothing are compared on the scale of the others: a bias in front of batch normalisation has none. */
function levelled(quantities: Quantities): Quantities {
  const isGradient = (name: string): boolean => name.startsWith('gradient');
  let largest = 0;
  for (const [name, values] of Object.entries(quantities)) if (isGradient(name)) largest = Math.max(largest, largestOf(values));
  return Object.fromEntries(Object.entries(quantities).map(([name, values]) => [name, isGradient(name) ? Float64Array.from(values, (v) => v + 2e-8 * largest) : values]));
}

/** Tries each way of giving the draws to the clauses that ask for them, and keeps the first that explains what the program computed. */
function explained(draws: readonly Draw[], ask: (noise: Noise) => unknown, compare: (noise: Noise) => Outcome): Outcome {
  const { noise, requests } = census();
  ask(noise);
  let first: Outcome | undefined;
  try {
    for (const given of assignments(requests, draws)) {
      const outcome = compare(given);
      if (outcome.differences.length === 0) return outcome;
      first ??= outcome;
    }
  } catch (error) {
    if (!(error instanceof Unmatched)) throw error;
    return { differences: [{ what: error.message, expected: NaN, found: NaN, error: Infinity, allowed: 0 }], tie: false, compared: 0 };
  }
  return first!;
}

const kinkOf = (outputs: Outputs): number => Math.min(Infinity, ...Object.values(outputs).map((o) => o.kink));

const named = (prefix: string, model: Model, values: readonly number[]): Quantities =>
  Object.fromEntries(values.map((value, i) => [`${prefix} ${i + 1}, ${model.terms[i]?.name ?? 'beyond the model'}`, [value]]));

// ───────────────────────────────────────────────────────────────────── what is compared

/** Terms and gradients of a training step, and moving averages behind it, with the noise that the program drew. */
export function compareSlope(c: Case, runner: Pick<Runner, 'slope'>, moment: Moment): Outcome {
  const { model, weights, batch } = c;
  const { random, draws } = recorded(7, moment.step);
  const { terms, gradients } = runner.slope({ weights, slots: {} }, batch, moment, random);
  const found = { ...named('term', model, terms), ...flat('gradient of', gradients) };
  const compute = (noise: Noise): Compute => (w, b) => {
    const slope = sloped(model, w, b, moment, noise);
    return { quantities: { ...named('term', model, slope.terms), ...flat('gradient of', slope.gradients) }, kink: slope.kink };
  };
  return explained(draws, (noise) => evaluated(model, weights, batch, moment, noise, modes.training), (noise) => against(c, found, compute(noise)));
}

/** Moving averages after a step. */
export function compareUpdates(c: Case, runner: Pick<Runner, 'trainStep'>, moment: Moment): Outcome {
  const { model, weights, batch } = c;
  const names = model.weights.filter((w) => !w.declaration.trainable).map((w) => w.name);
  if (names.length === 0) return merged([]);
  const { random, draws } = recorded(7, moment.step);
  const after = runner.trainStep({ weights, slots: {} }, batch, moment, random).state.weights;
  const found = flat('moved', Object.fromEntries(names.map((name) => [name, after[name]!])));
  const compute = (noise: Noise): Compute => (w, b) => {
    const { updates } = sloped(model, w, b, moment, noise);
    return { quantities: flat('moved', Object.fromEntries(names.map((name) => [name, updates[name] ?? w[name]!]))), kink: kinkOf(updates) };
  };
  return explained(draws, (noise) => evaluated(model, weights, batch, moment, noise, modes.training), (noise) => against(c, found, compute(noise)));
}

/** The terms as they are measured on held-out examples. */
export function compareEvaluation(c: Case, runner: Pick<Runner, 'evaluate'>, moment: Moment): Outcome {
  const { model, weights, batch } = c;
  const { random, draws } = recorded(9, 3);
  const found = named('evaluated term', model, runner.evaluate(weights, batch, moment, random));
  const compute = (noise: Noise): Compute => (w, b) => {
    const losses = evaluated(model, w, b, moment, noise, modes.evaluation);
    return { quantities: named('evaluated term', model, losses.terms), kink: losses.kink };
  };
  return explained(draws, (noise) => evaluated(model, weights, batch, moment, noise), (noise) => against(c, found, compute(noise)));
}

/** Everything that a deployed program gives, and what it says that the networks read. */
export function compareOutputs(c: Case, runner: Omit<Runner, 'slope'>): Outcome {
  const { model, weights, batch, spec } = c;
  const check = (prefix: string, found: Arrays, compute: (w: Arrays, b: Arrays) => Outputs, fed: Arrays): Outcome =>
    against({ ...c, batch: fed }, flat(prefix, found), (w, b) => {
      const outputs = compute(w, b);
      return { quantities: flat(prefix, outputs), kink: kinkOf(outputs) };
    });
  const outcomes: Outcome[] = [];
  const inputs = Object.fromEntries(Object.entries(batch).filter(([name]) => spec.variables.find((v) => v.name === name)!.role === 'input'));
  const degraded = runner.degrade === undefined ? inputs : runner.degrade(weights, inputs);
  if (runner.degrade !== undefined) outcomes.push(check('degraded', degraded, (w, b) => read(model, w, b, false), inputs));
  if (runner.corrupt !== undefined) {
    const { random, draws } = recorded(5, 2);
    const found = runner.corrupt(weights, inputs, random);
    outcomes.push(explained(draws, (noise) => read(model, weights, inputs, true, noise), (noise) => check('corrupted', found, (w, b) => read(model, w, b, true, noise), inputs)));
  }
  const code = runner.encode(weights, degraded);
  outcomes.push(
    check('code', code, (w, b) => encoded(model, w, b), degraded),
    check('reconstruction', runner.reconstruct(weights, degraded), (w, b) => reconstructed(model, w, b), degraded),
    check('layer', runner.activations(weights, degraded), (w, b) => activations(model, w, b), degraded),
    check('decoded', runner.decode(weights, code, degraded), (w, b) => decoded(model, w, code, b), degraded),
  );
  return merged(outcomes);
}

/** The steps of the model's own optimiser, each from the program's own state and along the program's own gradient. */
export function compareSteps(c: Case, runner: Pick<Runner, 'slope' | 'trainStep'>, count: number, stepsPerEpoch: number): Outcome {
  const outcomes: Outcome[] = [];
  let state: State = { weights: c.weights, slots: {} };
  for (let step = 0; step < count; step++) {
    const moment = { step, stepsPerEpoch };
    const random = (): Random => randomAt(7, step);
    const raw = runner.slope(state, c.batch, moment, random()).gradients;
    const found = runner.trainStep(state, c.batch, moment, random());
    outcomes.push(compareMove(c.model, state, dataOf(raw), moment, found.state, `step ${step + 1}:`));
    state = found.state;
  }
  return merged(outcomes);
}

type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** Weights and slots after a step along a given gradient. */
export function compareMove(model: Model, state: State, gradients: Numbers, moment: Moment, found: State, prefix: string): Outcome {
  const quantities = ({ weights, slots }: State): Quantities => ({
    ...flat(`${prefix} weight`, Object.fromEntries(Object.entries(weights).filter(([name]) => name in gradients))),
    ...Object.fromEntries(Object.entries(slots).map(([name, data]) => [`${prefix} slot ${name}`, data])),
  });
  const after = (from: State, along: Numbers): Quantities => quantities(stepped(model, from, along, moment));
  const moved = [11, 12].map((seed) => {
    const jitter = (numbers: Numbers, more: number): Numbers => dataOf(jittered(asArrays(numbers), tolerance.units, seed + more));
    return after({ weights: jittered(state.weights, tolerance.units, seed + 1), slots: jitter(state.slots, 2) }, jitter(gradients, 3));
  });
  const expected = after(state, gradients);
  return { differences: differences(expected, quantities(found), moved), tie: false, compared: Object.keys(expected).length };
}

const asArrays = (slots: Numbers): Arrays => Object.fromEntries(Object.entries(slots).map(([name, data]) => [name, { shape: [data.length], data }]));
const dataOf = (arrays: Arrays): Numbers => Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, data]));

/** All of it, on the program that a runner runs. */
export function compareAll(c: Case, runner: Runner): Outcome {
  const stepsPerEpoch = 4;
  const moment = { step: 3, stepsPerEpoch };
  return merged([
    compareSlope(c, runner, moment),
    compareUpdates(c, runner, moment),
    compareEvaluation(c, runner, moment),
    compareOutputs(c, runner),
    compareSteps(c, runner, 2, stepsPerEpoch),
  ]);
}
