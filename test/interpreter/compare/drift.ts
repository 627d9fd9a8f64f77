/**
 * How far training leads a program away from the interpreter, beside controls in which the interpreter itself is changed by
 * what no kernel can be blamed for: every operation of every step rounded to float32 at random, the first weights moved by
 * a unit of float32, and the optimiser's numbers rounded to float32 (TensorFlow's kernels take 1 − β from a β that is). Where
 * the controls depart as far, rounding alone explains it.
 */
import type { Compiled } from '../../../src/compiler.js';
import { reservedSteps } from '../../../src/runtime/index.js';
import { randomAt } from '../../../src/runtime/random.js';
import type { Arrays } from '../interpret/forward.js';
import type { Model } from '../interpret/model.js';
import type { State } from '../interpret/optimisers.js';
import { step, trained } from '../interpret/program.js';
import { withRounding } from '../interpret/tape.js';
import { tolerance } from './agreement.js';
import type { Backend } from './attempt.js';
import { batchOf, jittered, statisticsOf } from './inputs.js';
import { singly } from './judge.js';

export interface Course {
  readonly name: string;
  /** The farthest element of any weight from the interpreter's, as a share of the weight's largest, at each mark. */
  readonly departures: readonly number[];
}

export interface Drift {
  readonly marks: readonly number[];
  readonly backends: readonly Course[];
  readonly rounded: readonly Course[];
  readonly moved: readonly Course[];
  /** With the optimiser's numbers in float32, and further rounded and moved. */
  readonly single: readonly Course[];
}

export interface DriftOptions {
  /** Steps after which weights are compared. */
  readonly marks: readonly number[];
  readonly rows: number;
  readonly seed: number;
  /** Runs of each control. */
  readonly runs: number;
}

/** Of a model that draws nothing. */
export async function driftOf(
  compiled: Compiled,
  backends: readonly Backend[],
  { marks, rows, seed, runs }: DriftOptions,
): Promise<Drift> {
  const model = compiled.model as Model;
  const { spec } = compiled;
  const steps = Math.max(...marks);
  const batches = Array.from({ length: 8 }, (_, i) => batchOf(spec, rows, seed + i));
  const moment = (at: number) => ({ step: at, stepsPerEpoch: batches.length });
  let first: Arrays | undefined;

  const course = async (
    move: (state: State, batch: Arrays, at: number) => State | Promise<State>,
    from: Arrays,
  ): Promise<readonly Arrays[]> => {
    const kept: Arrays[] = [];
    let state: State = { weights: from, slots: {} };
    for (let at = 0; at < steps; at++) {
      state = await move(state, batches[at % batches.length]!, at);
      if (marks.includes(at + 1)) kept.push(state.weights);
    }
    return kept;
  };
  const found: (readonly [string, readonly Arrays[]])[] = [];
  for (const { name, start, runner: open } of backends) {
    await start();
    const runner = await open(compiled);
    first ??= await runner.initialize(randomAt(spec.seed, reservedSteps.initialize), statisticsOf(spec, seed));
    found.push([
      name,
      await course(
        async (state, batch, at) => (await runner.trainStep(state, batch, moment(at), randomAt(spec.seed, at))).state,
        first,
      ),
    ]);
    runner.close?.();
  }
  const interpreted = (state: State, batch: Arrays, at: number, of = model): State =>
    step(of, state, batch, moment(at)).state;
  const inSingle = (state: State, batch: Arrays, at: number): State => interpreted(state, batch, at, singly(model));
  const exact = await course(interpreted, first!);
  const named = (name: string, weights: readonly Arrays[]): Course => ({
    name,
    departures: weights.map((one, i) => departure(model, exact[i]!, one)),
  });
  const seeds = Array.from({ length: runs }, (_, i) => 101 + i);
  const rounded: Course[] = [];
  const moved: Course[] = [];
  for (const one of seeds) {
    rounded.push(
      named(
        `rounded ${one}`,
        await course(
          (state, batch, at) => withRounding(tolerance.unit, 1000 * one + at, () => interpreted(state, batch, at)),
          first!,
        ),
      ),
    );
    moved.push(named(`moved ${one}`, await course(interpreted, jittered(first!, 1, one))));
  }
  const single = [named('β in float32', await course(inSingle, first!))];
  for (const one of seeds)
    single.push(named(`β in float32, moved ${one}`, await course(inSingle, jittered(first!, 1, one))));
  return { marks, single, backends: found.map(([name, weights]) => named(name, weights)), rounded, moved };
}

function departure(model: Model, exact: Arrays, other: Arrays): number {
  const shares = trained(model).map((name) => {
    const [a, b] = [exact[name]!.data, other[name]!.data];
    let [largest, farthest] = [0, 0];
    for (let i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i]!));
      farthest = Math.max(farthest, Math.abs(a[i]! - b[i]!));
    }
    return largest === 0 ? 0 : farthest / largest;
  });
  return Math.max(...shares);
}

/** The farthest of some courses at each mark. */
export const farthest = (courses: readonly Course[], marks: readonly number[]): readonly number[] =>
  marks.map((_, i) => Math.max(...courses.map(({ departures }) => departures[i]!)));
