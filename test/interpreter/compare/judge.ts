/** Whether what programs computed is what the interpreter computes: terms, gradients, steps and outputs. */
import { modes, type Arrays } from '../interpret/forward.js';
import { reconstructionsOf, type Model } from '../interpret/model.js';
import type { Noise } from '../interpret/noise.js';
import { stepped, type State } from '../interpret/optimisers.js';
import {
  activations,
  decoded,
  drawn,
  encoded,
  encodes,
  evaluated,
  read,
  reconstructed,
  sloped,
  type Outputs,
} from '../interpret/program.js';
import { inSingle, withRounding } from '../interpret/tape.js';
import { differences, flat, tolerance, type Difference, type Quantities } from './agreement.js';
import { assignments, census, Unmatched, type Draw } from './draws.js';
import { jittered } from './inputs.js';
import { inputsOf, moment, sampleCount, type Case, type Observed } from './observe.js';

export interface Outcome {
  readonly differences: readonly Difference[];
  /** Set where a comparison came so near a tie that either side of it is right, or where numbers are beyond float32. */
  readonly blunt: boolean;
  /** Quantities that were compared, on all backends together. */
  readonly compared: number;
}

const nothing: Outcome = { differences: [], blunt: false, compared: 0 };

const merged = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce(
    (all, one) => ({
      differences: [...all.differences, ...one.differences],
      blunt: all.blunt || one.blunt,
      compared: all.compared + one.compared,
    }),
    nothing,
  );

/** What was observed, by backend. */
export type Observations = Readonly<Record<string, Observed>>;

/** One quantity of each observation. */
type Found = Readonly<Record<string, Quantities>>;

const each = (observations: Observations, of: (observed: Observed) => Quantities): Found =>
  Object.fromEntries(Object.entries(observations).map(([backend, observed]) => [backend, of(observed)]));

// ────────────────────────────────────────────────────────────────────── one comparison

/** What the interpreter computes, and how near a tie it came. */
interface Computed {
  readonly quantities: Quantities;
  readonly kink: number;
}

type Compute = (weights: Arrays, batch: Arrays) => Computed;

/** A comparison closer to a tie than this may come out on the other side in float32. */
const tieBelow = 2e-5;

/**
 * Compares with what rounding may change. Where the computation came near a tie (the 0 of a relu, two equal maxima), it is
 * rounded so coarsely that the tie is crossed, and what that changes is allowed too: the comparison is coarser
 * then, by the part of the result that hangs on the tie.
 */
function against(c: Case, fed: Arrays, found: Found, compute: Compute): Outcome {
  const { quantities, kink } = compute(c.weights, fed);
  const tie = kink < tieBelow;
  const again = (): Quantities => compute(c.weights, fed).quantities;
  const single = inSingle(again);
  if (isBeyond(quantities, single)) return beyond;
  const among = (runs: number): Outcome => {
    const unit = tie ? tieBelow : tolerance.unit;
    const moved = Array.from({ length: runs }, (_, i) => withRounding(unit, 11 + i, again));
    return compareEach(quantities, found, [single, ...moved], tie);
  };
  const outcome = among(tolerance.few);
  // What is as far off as this, no further run explains.
  const isSlight = outcome.differences.every(({ error, allowed }) => error < 10 * allowed);
  return outcome.differences.length === 0 || !isSlight ? outcome : among(tolerance.many);
}

function compareEach(quantities: Quantities, found: Found, moved: readonly Quantities[], tie: boolean): Outcome {
  const all = Object.entries(found).map(([backend, of]): Outcome => ({
    differences: differences(quantities, of, moved).map((d) => ({ ...d, what: `${backend}: ${d.what}` })),
    blunt: tie,
    compared: Object.keys(quantities).length,
  }));
  return merged(all);
}

/** Whether numbers are beyond float32: infinities, and whatever is made of them, are right then. */
const isBeyond = (quantities: Quantities, single: Quantities): boolean =>
  Object.entries(quantities).some(([name, values]) =>
    Array.from(values).some((v, i) => Number.isFinite(v) && !Number.isFinite(Math.fround(single[name]![i]!))),
  );

const beyond: Outcome = { ...nothing, blunt: true };

/** Tries each way of giving the draws to the clauses that ask for them, and keeps the first that explains what the programs computed, or the one that leaves least unexplained. */
function explained(
  draws: readonly (readonly Draw[])[],
  ask: (noise: Noise) => unknown,
  compare: (noise: Noise) => Outcome,
): Outcome {
  const { noise, requests } = census();
  ask(noise);
  const [first] = draws;
  let unexplained: Outcome | undefined;
  try {
    for (const given of assignments(requests, first!)) {
      const outcome = compare(given);
      if (outcome.differences.length === 0) return outcome;
      if (unexplained === undefined || outcome.differences.length < unexplained.differences.length)
        unexplained = outcome;
    }
  } catch (error) {
    if (!(error instanceof Unmatched)) throw error;
    return {
      ...nothing,
      differences: [{ what: error.message, expected: NaN, found: NaN, error: Infinity, allowed: 0 }],
    };
  }
  return unexplained!;
}

const kinkOf = (outputs: Outputs): number => Math.min(Infinity, ...Object.values(outputs).map((o) => o.kink));

const named = (prefix: string, { model }: Case, values: readonly number[]): Quantities =>
  Object.fromEntries(
    values.map((value, i) => [`${prefix} ${i + 1}, ${model.terms[i]?.name ?? 'beyond the model'}`, [value]]),
  );

// ───────────────────────────────────────────────────────────────────── what is compared

/** Terms, gradients and moving averages of a training step, with the noise that the program drew. */
function judgeSlope(c: Case, observations: Observations): Outcome {
  const { model, batch, weights } = c;
  const states = model.weights.filter((w) => !w.declaration.trainable).map((w) => w.name);
  const only = (all: Arrays): Arrays => Object.fromEntries(states.map((name) => [name, all[name]!]));
  const found = each(observations, ({ slope, moved }) => ({
    ...named('term', c, slope.terms),
    ...flat('gradient of', slope.gradients),
    ...flat('moved', only(moved.weights)),
  }));
  const compute =
    (noise: Noise): Compute =>
    (w, b) => {
      const slope = sloped(model, w, b, moment, noise);
      const quantities = {
        ...named('term', c, slope.terms),
        ...flat('gradient of', slope.gradients),
        ...flat('moved', only({ ...w, ...slope.updates })),
      };
      return { quantities, kink: Math.min(slope.kink, kinkOf(slope.updates)) };
    };
  const ask = (noise: Noise): unknown => evaluated(model, weights, batch, moment, noise, modes.training);
  return explained(
    Object.values(observations).map((o) => o.slope.draws),
    ask,
    (noise) => against(c, batch, found, compute(noise)),
  );
}

/** The terms as they are measured on held-out examples. */
function judgeEvaluation(c: Case, observations: Observations): Outcome {
  const { model, weights, batch } = c;
  const found = each(observations, ({ evaluation }) => named('evaluated term', c, evaluation.terms));
  const compute =
    (noise: Noise): Compute =>
    (w, b) => {
      const losses = evaluated(model, w, b, moment, noise);
      return { quantities: named('evaluated term', c, losses.terms), kink: losses.kink };
    };
  return explained(
    Object.values(observations).map((o) => o.evaluation.draws),
    (noise) => evaluated(model, weights, batch, moment, noise),
    (noise) => against(c, batch, found, compute(noise)),
  );
}

/** Everything that a deployed program gives, and what it says that the networks read. */
function judgeOutputs(c: Case, observations: Observations): Outcome {
  const { model, weights, deployed } = c;
  const inputs = inputsOf(c);
  const check = (
    prefix: string,
    of: (observed: Observed) => Arrays,
    compute: (w: Arrays, b: Arrays) => Outputs,
    fed: Arrays,
  ): Outcome =>
    against(
      c,
      fed,
      each(observations, (observed) => flat(prefix, of(observed))),
      (w, b) => {
        const outputs = compute(w, b);
        return { quantities: flat(prefix, outputs), kink: kinkOf(outputs) };
      },
    );
  const [some] = Object.values(observations);
  return merged([
    ...(some!.degraded === undefined
      ? []
      : [
          check(
            'degraded',
            (o) => o.degraded!,
            (w, b) => read(model, w, b, false),
            inputs,
          ),
        ]),
    ...(some!.corrupted === undefined
      ? []
      : [
          explained(
            Object.values(observations).map((o) => o.corrupted!.draws),
            (noise) => read(model, weights, inputs, true, noise),
            (noise) =>
              check(
                'corrupted',
                (o) => o.corrupted!.arrays,
                (w, b) => read(model, w, b, true, noise),
                inputs,
              ),
          ),
        ]),
    ...(some!.drawn === undefined
      ? []
      : [
          explained(
            Object.values(observations).map((o) => o.drawn!.draws),
            (noise) => drawn(model, weights, sampleCount, noise, deployed.given),
            (noise) =>
              check(
                'drawn',
                (o) => o.drawn!.arrays,
                (w, b) => drawn(model, w, sampleCount, noise, b),
                deployed.given,
              ),
          ),
        ]),
    check(
      'code',
      (o) => o.code,
      (w, b) => (encodes(model) ? encoded(model, w, b) : {}),
      deployed.batch,
    ),
    check(
      'reconstruction',
      (o) => o.reconstruction,
      (w, b) => reconstructed(model, w, b),
      deployed.batch,
    ),
    check(
      'decoded',
      (o) => o.decoded,
      (w, b) => decoded(model, w, deployed.code, b),
      deployed.batch,
    ),
    check(
      'layer',
      (o) => o.layers,
      (w, b) => activations(model, w, b),
      deployed.batch,
    ),
  ]);
}

/** Functions that a model needs are there, and results and weights have names of their own. */
function judgeFunctions({ model }: Case, observations: Observations): Outcome {
  const calls = model.variables.flatMap((v) => v.corruption.map((call) => call.definition.name));
  const wanted = {
    corrupt: calls.length > 0,
    degrade: calls.some((name) => ['hole', 'downsample', 'grayscale'].includes(name)),
  };
  const twice = (names: readonly string[]): readonly string[] => names.filter((name, i) => names.indexOf(name) !== i);
  const faults = [
    ...Object.entries(observations).flatMap(([backend, { corrupted, degraded }]) => [
      ...((corrupted !== undefined) === wanted.corrupt ? [] : [`${backend}: corrupt is missing or too much`]),
      ...((degraded !== undefined) === wanted.degrade ? [] : [`${backend}: degrade is missing or too much`]),
    ]),
    ...twice(reconstructionsOf(model).map(({ label }) => label)).map(
      (name) => `two reconstructions are returned as ${name}`,
    ),
    ...twice(model.weights.map((w) => w.name)).map((name) => `two weights are called ${name}`),
  ];
  return {
    ...nothing,
    differences: faults.map((what) => ({ what, expected: NaN, found: NaN, error: Infinity, allowed: 0 })),
  };
}

type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** Weights and slots after each step, along the gradient that the program itself had. */
function judgeSteps({ model }: Case, observations: Observations): Outcome {
  return merged(
    Object.entries(observations).flatMap(([backend, { steps }]) =>
      steps.map(({ moment: at, before, gradients, after }) => {
        const prefix = `step ${at.step + 1}:`;
        const along = dataOf(gradients);
        const quantities = ({ weights, slots }: State): Quantities => ({
          ...flat(`${prefix} weight`, Object.fromEntries(Object.entries(weights).filter(([name]) => name in along))),
          ...Object.fromEntries(Object.entries(slots).map(([name, data]) => [`${prefix} slot ${name}`, data])),
        });
        const move = (from: State, g: Numbers, of = model): Quantities => quantities(stepped(of, from, g, at));
        const moved = [11, 12].map((seed) => {
          const jitter = (numbers: Numbers, more: number): Numbers =>
            dataOf(jittered(asArrays(numbers), 4, seed + more));
          return move(
            { weights: jittered(before.weights, 4, seed + 1), slots: jitter(before.slots, 2) },
            jitter(along, 3),
          );
        });
        const wanted = move(before, along);
        if (isBeyond(wanted, wanted)) return beyond;
        return compareEach(
          wanted,
          { [backend]: quantities(after) },
          [...moved, move(before, along, singly(model))],
          false,
        );
      }),
    ),
  );
}

/** The model with its optimiser's numbers in float32: TensorFlow's kernels take 1 − β from a β that is rounded. */
export function singly(model: Model): Model {
  const { optimizer } = model.training;
  const args = Object.fromEntries(
    Object.entries(optimizer.args).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.fround(value) : value,
    ]),
  );
  return { ...model, training: { ...model.training, optimizer: { ...optimizer, args } } };
}

const asArrays = (slots: Numbers): Arrays =>
  Object.fromEntries(Object.entries(slots).map(([name, data]) => [name, { shape: [data.length], data }]));
const dataOf = (arrays: Arrays): Numbers =>
  Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, data]));

/** All of it. */
export const judge = (c: Case, observations: Observations): Outcome =>
  merged([
    judgeFunctions(c, observations),
    judgeSlope(c, observations),
    judgeEvaluation(c, observations),
    judgeOutputs(c, observations),
    judgeSteps(c, observations),
  ]);
