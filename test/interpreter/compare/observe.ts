/** Runs every function of a program on one backend, and keeps what went in and what came out. */
import { reservedSteps, type ProgramSpec } from '../../../src/runtime/index.js';
import { randomAt } from '../../../src/runtime/random.js';
import type { Arrays } from '../interpret/forward.js';
import type { Model } from '../interpret/model.js';
import type { State } from '../interpret/optimisers.js';
import { encoded, read } from '../interpret/program.js';
import type { Moment } from '../interpret/schedules.js';
import { filled } from '../interpret/tape.js';
import { recorded, type Draw } from './draws.js';
import { batchOf, disturbed, statisticsOf } from './inputs.js';
import type { Runner } from './runner.js';

/** What a model is compared on. */
export interface Case {
  readonly model: Model;
  readonly spec: ProgramSpec;
  readonly weights: Arrays;
  readonly batch: Arrays;
  /** What the deployed model is given: degraded inputs, and a code of these. */
  readonly deployed: {
    readonly batch: Arrays;
    readonly code: Arrays;
    /** What has to be given to sample, a row for each. */ readonly given: Arrays;
  };
}

/** Of a case's examples and weights. */
export interface Start {
  readonly seed: number;
  /** Of the weights, as a share of those that the program draws. */
  readonly scale?: number;
}

/** First weights come from the program itself, and are then disturbed. */
export async function caseOf(
  model: Model,
  spec: ProgramSpec,
  runner: Pick<Runner, 'initialize'>,
  rows: number,
  { seed, scale = 1 }: Start,
): Promise<Case> {
  const first = await runner.initialize(randomAt(spec.seed, reservedSteps.initialize), statisticsOf(spec, seed + 1));
  return caseOn(model, spec, disturbed(spec, first, seed + 2, scale), batchOf(spec, rows, seed));
}

/** The same on given weights and examples. */
export function caseOn(model: Model, spec: ProgramSpec, weights: Arrays, batch: Arrays): Case {
  const inputs = Object.fromEntries(
    spec.variables.flatMap(({ name, role }) => (role === 'target' ? [] : [[name, batch[name]!]])),
  );
  const masks = Object.fromEntries(
    spec.variables.flatMap(({ name, role }) => (role === 'mask' ? [[name, batch[name]!]] : [])),
  );
  const degraded = { ...single(read(model, weights, inputs, false)), ...masks };
  const given = Object.fromEntries(spec.sampleReads.map((name) => [name, repeated(degraded[name]!, sampleCount)]));
  return {
    model,
    spec,
    weights,
    batch,
    deployed: { batch: degraded, code: single(encoded(model, weights, degraded)), given },
  };
}

/** So many rows of an array, from the first on again and again. */
function repeated({ shape: [rows = 0, ...shape], data }: Arrays[string], count: number): Arrays[string] {
  const width = shape.reduce((a, b) => a * b, 1);
  return {
    shape: [count, ...shape],
    data: filled(count * width, (i) => data[i % (rows * width)]!),
  };
}

/** Rounded to float32, as a program would be given it. */
const single = (arrays: Arrays): Arrays =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      { shape, data: filled(data.length, (i) => Math.fround(data[i]!)) },
    ]),
  );

/** Inputs of a case by the role of their variables. */
export const inputsOf = ({ batch, deployed }: Case): Arrays =>
  Object.fromEntries(Object.keys(deployed.batch).map((name) => [name, batch[name]!]));

export interface Observed {
  readonly slope: { readonly terms: readonly number[]; readonly gradients: Arrays; readonly draws: readonly Draw[] };
  readonly evaluation: { readonly terms: readonly number[]; readonly draws: readonly Draw[] };
  readonly corrupted?: { readonly arrays: Arrays; readonly draws: readonly Draw[] };
  readonly degraded?: Arrays;
  readonly drawn?: { readonly arrays: Arrays; readonly draws: readonly Draw[] };
  readonly code: Arrays;
  readonly reconstruction: Arrays;
  readonly decoded: Arrays;
  readonly layers: Arrays;
  /** The optimiser's steps, each from the program's own state. */
  readonly steps: readonly {
    readonly moment: Moment;
    readonly before: State;
    readonly gradients: Arrays;
    readonly after: State;
  }[];
  /** Weights after a step from the case's own, and the random numbers of that step. */
  readonly moved: { readonly weights: Arrays; readonly draws: readonly Draw[] };
}

/** The moment of the training step that terms and gradients are compared in: behind an epoch's beginning, so that schedules move. */
export const moment: Moment = { step: 3, stepsPerEpoch: 4 };

/** Examples that are drawn from the prior. */
export const sampleCount = 5;

export async function observe(c: Case, runner: Runner, stepCount = 2): Promise<Observed> {
  // Programs in a session draw by the seed of their spec and the number of the step, whatever they are handed.
  const { seed } = c.spec;
  const { weights, batch, deployed } = c;
  const inputs = inputsOf(c);
  const [sloping, evaluating, reading, moving] = [
    recorded(seed, moment.step),
    recorded(seed, reservedSteps.evaluate),
    recorded(seed, 200),
    recorded(seed, moment.step),
  ];
  const sampling = recorded(seed, 300);
  const start: State = { weights, slots: {} };
  return {
    slope: { ...(await runner.slope(start, batch, moment, sloping.random)), draws: sloping.draws },
    evaluation: { terms: await runner.evaluate(weights, batch, moment, evaluating.random), draws: evaluating.draws },
    ...(runner.corrupt === undefined
      ? {}
      : { corrupted: { arrays: await runner.corrupt(weights, inputs, reading.random), draws: reading.draws } }),
    ...(runner.degrade === undefined ? {} : { degraded: await runner.degrade(weights, inputs) }),
    ...(runner.sample === undefined
      ? {}
      : {
          drawn: {
            arrays: await runner.sample(weights, sampleCount, sampling.random, deployed.given),
            draws: sampling.draws,
          },
        }),
    code: await runner.encode(weights, deployed.batch),
    reconstruction: await runner.reconstruct(weights, deployed.batch),
    decoded: await runner.decode(weights, deployed.code, deployed.batch),
    layers: await runner.activations(weights, deployed.batch),
    steps: await stepsOf(c, runner, stepCount),
    moved: {
      weights: (await runner.trainStep(start, batch, moment, moving.random)).state.weights,
      draws: moving.draws,
    },
  };
}

async function stepsOf(
  { weights, batch, spec: { seed } }: Case,
  runner: Runner,
  count: number,
): Promise<Observed['steps']> {
  const steps: Observed['steps'][number][] = [];
  let before: State = { weights, slots: {} };
  for (let step = 0; step < count; step++) {
    const at = { step, stepsPerEpoch: moment.stepsPerEpoch };
    const { gradients } = await runner.slope(before, batch, at, randomAt(seed, step));
    const after = (await runner.trainStep(before, batch, at, randomAt(seed, step))).state;
    steps.push({ moment: at, before, gradients, after });
    before = after;
  }
  return steps;
}
