/** Programs of a model as functions of plain arrays, on any backend of TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import { typesLeftOut } from '../../../src/ir/graph/ops/type-text.js';
import { printBody, statementsText } from '../../../src/codegen/tfjs/body.js';
import { targets, type Target } from '../../../src/codegen/targets.js';
import type { Compiled } from '../../../src/compiler.js';
import type { Graph } from '../../../src/ir/graph/graph.js';
import { optimise } from '../../../src/ir/graph/passes/index.js';
import { firstStep } from '../../../src/ir/lower/program.js';
import { kernels, type Inference, type Program, type Random, type Tensors } from '../../../src/runtime/index.js';
import type { Array64, Arrays } from '../interpret/forward.js';
import type { State } from '../interpret/optimisers.js';
import type { Moment } from '../interpret/schedules.js';
import { size } from '../interpret/tape.js';

export interface Found {
  readonly terms: readonly number[];
  readonly state: State;
}

export interface Slope {
  readonly terms: readonly number[];
  readonly gradients: Arrays;
}

/** Programs that live in a session answer later, and so do backends that read no result at once. */
export type Later<T> = T | Promise<T>;

/** What the interpreter is compared with. */
export interface Runner {
  initialize(random: Random, statistics: Arrays): Later<Arrays>;
  trainStep(state: State, batch: Arrays, moment: Moment, random: Random): Later<Found>;
  /** The raw gradients that the step is made of, by weight. */
  slope(state: State, batch: Arrays, moment: Moment, random: Random): Later<Slope>;
  evaluate(weights: Arrays, batch: Arrays, moment: Moment, random: Random): Later<readonly number[]>;
  corrupt?(weights: Arrays, batch: Arrays, random: Random): Later<Arrays>;
  degrade?(weights: Arrays, batch: Arrays): Later<Arrays>;
  sample?(weights: Arrays, count: number, random: Random, given: Arrays): Later<Arrays>;
  encode(weights: Arrays, batch: Arrays): Later<Arrays>;
  decode(weights: Arrays, code: Arrays, batch: Arrays): Later<Arrays>;
  reconstruct(weights: Arrays, batch: Arrays): Later<Arrays>;
  activations(weights: Arrays, batch: Arrays): Later<Arrays>;
  /** Gives back what it holds, once it has been asked everything. */
  close?(): void;
}

// ────────────────────────────────────────────────────────────── arrays in and out of tensors

export const asTensors = (arrays: Arrays, labels: ReadonlySet<string> = new Set()): Tensors =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      labels.has(name)
        ? tf.tensor(Int32Array.from(data), [...shape], 'int32')
        : tf.tensor(Float32Array.from(data), [...shape], 'float32'),
    ]),
  );

export const asArrays = (tensors: Tensors): Arrays =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, asArray(tensor)]));
const asArray = (tensor: tf.Tensor): Array64 => ({
  shape: [...tensor.shape],
  data: new Float64Array(tensor.dataSync()),
});

/** The same where results are not there at once: WebGPU reads none synchronously. */
const asArraysLater = async (tensors: Tensors): Promise<Arrays> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(tensors).map(
        async ([name, tensor]) =>
          [name, { shape: [...tensor.shape], data: new Float64Array(await tensor.data()) }] as const,
      ),
    ),
  );

/** Slots by name as tensors of their weights' shapes, 0 where none is remembered. */
export function slotsOf({ spec }: Pick<Compiled, 'spec'>, state: State): Arrays {
  return Object.fromEntries(
    spec.phases[0]!.slots.map(({ name, shape, initial }) => [
      name,
      { shape, data: state.slots[name] ?? new Float64Array(size(shape)).fill(initial) },
    ]),
  );
}

const labelsOf = ({ spec }: Pick<Compiled, 'spec'>): ReadonlySet<string> =>
  new Set(spec.variables.filter((v) => v.domain.kind === 'category').map((v) => v.name));

const momentOf = ({ step, stepsPerEpoch }: Moment, random: Random) => ({ step, epoch: step / stepsPerEpoch, random });

/** Frees whatever a computation makes, and whatever a program leaves behind. */
function scoped<T>(compute: () => T): T {
  tf.engine().startScope();
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}

async function scopedLater<T>(compute: () => Promise<T>): Promise<T> {
  tf.engine().startScope();
  try {
    return await compute();
  } finally {
    tf.engine().endScope();
  }
}

// ─────────────────────────────────────────────────────────────────────────────── runners

type Functions = Omit<Runner, 'slope' | 'trainStep' | 'evaluate'>;

/** The functions of a program that give outputs. */
export function residentFunctions(program: Inference): Functions {
  const labels = labelsOf(program);
  const fed = (batch: Arrays): Tensors => asTensors(batch, labels);
  const momentAt = (random: Random) => ({ step: 0, epoch: 0, random });
  return {
    initialize: (random, statistics) => scoped(() => asArrays(program.initialize(random, asTensors(statistics)))),
    ...(program.corrupt === undefined
      ? {}
      : {
          corrupt: (weights, batch, random) =>
            scoped(() => asArrays(program.corrupt!(asTensors(weights), fed(batch), momentAt(random)))),
        }),
    ...(program.degrade === undefined
      ? {}
      : { degrade: (weights, batch) => scoped(() => asArrays(program.degrade!(asTensors(weights), fed(batch)))) }),
    ...(program.sample === undefined
      ? {}
      : {
          sample: (weights, count, random, given) =>
            scoped(() => asArrays(program.sample!(asTensors(weights), count, random, fed(given)))),
        }),
    encode: (weights, batch) => scoped(() => asArrays(program.encode?.(asTensors(weights), fed(batch)) ?? {})),
    decode: (weights, code, batch) =>
      scoped(() => asArrays(program.decode(asTensors(weights), asTensors(code), fed(batch)))),
    reconstruct: (weights, batch) =>
      scoped(() => asArrays(program.reconstruct?.(asTensors(weights), fed(batch)) ?? {})),
    activations: (weights, batch) => scoped(() => asArrays(program.activations(asTensors(weights), fed(batch)))),
  };
}

/** The functions of an emitted module. Its step gives no gradients away: `plain` is the module of the same model with momentum, whose memory is the gradient. */
export function moduleRunner(program: Program, plain: Program): Runner {
  const labels = labelsOf(program);
  const step = (on: Program, state: State, batch: Arrays, moment: Moment, random: Random): Found =>
    scoped(() => {
      const before = { weights: asTensors(state.weights), slots: asTensors(slotsOf(on, state)) };
      const { terms, state: after } = on.trainStep['train']!(
        before,
        asTensors(batch, labels),
        momentOf(moment, random),
      );
      const slots = Object.entries(asArrays(after.slots)).map(([name, { data }]) => [name, data] as const);
      return {
        terms: [...terms.dataSync()],
        state: { weights: asArrays(after.weights), slots: Object.fromEntries(slots) },
      };
    });
  return {
    ...residentFunctions(program),
    trainStep: (state, batch, moment, random) => step(program, state, batch, moment, random),
    slope: (state, batch, moment, random) => {
      const { terms, state: after } = step(plain, { weights: state.weights, slots: {} }, batch, moment, random);
      return {
        terms,
        gradients: Object.fromEntries(
          plain.spec.phases[0]!.trains.map((name) => [
            name,
            { shape: state.weights[name]!.shape, data: after.slots[`${name}/momentum`]! },
          ]),
        ),
      };
    },
    evaluate: (weights, batch, moment, random) =>
      scoped(() => [
        ...program.evaluate['train']!(
          asTensors(weights),
          asTensors(batch, labels),
          momentOf(moment, random),
        ).dataSync(),
      ]),
  };
}

type Body = (args: Readonly<Record<string, unknown>>) => Tensors;

/** A graph as the printer of modules spells it, without the module around it, which costs most of the time. */
function printed(graph: Graph, target: Target, written: Compiled['written']): Body {
  const body = printBody(optimise(graph, target.backends), written);
  const outputs = [...body.outputs].map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(', ');
  const text = typesLeftOut(`${statementsText(body.statements)}\nreturn { ${outputs} };`);
  const names = ['weights', 'slots', 'batch', 'code', 'moment', 'random', 'batchSize'];
  const compute = new Function('tf', 'kernels', ...names, text) as (...all: readonly unknown[]) => Tensors;
  return (args) => compute(tf, kernels, ...names.map((name) => args[name]));
}

/** The functions of a compiled model, each printed once it is called. */
export function quickRunner(compiled: Compiled, target: Target = targets.wasm): Runner {
  const { graphs, phases, spec } = compiled;
  const { trainStep, inPlace } = firstStep(compiled);
  const labels = labelsOf(compiled);
  const bodies = new Map<Graph, Body>();
  const run = (graph: Graph, args: Readonly<Record<string, unknown>>): Tensors => {
    const body = bodies.get(graph) ?? printed(graph, target, compiled.written);
    bodies.set(graph, body);
    return body(args);
  };
  const arrays = (graph: Graph, args: Readonly<Record<string, unknown>>): Promise<Arrays> =>
    scopedLater(() => asArraysLater(run(graph, args)));
  const sizeOf = (batch: Arrays): number => Object.values(batch)[0]!.shape[0]!;
  const prefixed = (all: Arrays, prefix: string): Arrays =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
      ),
    );
  const read = (
    graph: Graph,
    weights: Arrays,
    batch: Arrays,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Arrays> =>
    scopedLater(() =>
      arrays(graph, {
        weights: asTensors(weights),
        batch: asTensors(batch, labels),
        batchSize: sizeOf(batch),
        ...more,
      }),
    );
  const moved = (graph: Graph, state: State, batch: Arrays, moment: Moment, random: Random): Promise<Arrays> =>
    read(graph, state.weights, batch, {
      slots: asTensors(slotsOf({ spec }, state)),
      moment: momentOf(moment, random),
      random,
    });
  const terms = (all: Arrays): readonly number[] => Array.from(all['terms']!.data);
  const momentless = (random: Random) => ({ moment: { step: 0, epoch: 0, random }, random });
  return {
    initialize: async (random, statistics) => ({ ...statistics, ...(await arrays(graphs.initialize, { random })) }),
    trainStep: (state, batch, moment, random) =>
      scopedLater(async () => {
        const all = await moved(trainStep, state, batch, moment, random);
        const slots = Object.fromEntries(
          Object.entries(prefixed(all, 'slots/')).map(([name, { data }]) => [name, data]),
        );
        return {
          terms: terms(all),
          state: { weights: { ...state.weights, ...prefixed(all, 'weights/') }, slots: { ...state.slots, ...slots } },
        };
      }),
    slope: (state, batch, moment, random) =>
      scopedLater(async () => {
        const all = await moved(inPlace?.graph ?? trainStep, state, batch, moment, random);
        return { terms: terms(all), gradients: prefixed(all, 'gradients/') };
      }),
    evaluate: async (weights, batch, moment, random) =>
      terms(await read(phases[0]!.evaluate, weights, batch, { moment: momentOf(moment, random), random })),
    ...(graphs.corrupt === undefined
      ? {}
      : { corrupt: (weights, batch, random) => read(graphs.corrupt!, weights, batch, momentless(random)) }),
    ...(graphs.degrade === undefined ? {} : { degrade: (weights, batch) => read(graphs.degrade!, weights, batch) }),
    ...(graphs.sample === undefined
      ? {}
      : {
          sample: (weights, count, random, given) =>
            scopedLater(() =>
              arrays(graphs.sample!, {
                weights: asTensors(weights),
                batch: asTensors(given, labels),
                batchSize: count,
                ...momentless(random),
              }),
            ),
        }),
    encode: (weights, batch) => (graphs.encode === undefined ? {} : read(graphs.encode, weights, batch)),
    decode: (weights, code, batch) =>
      scopedLater(() => read(graphs.decode, weights, batch, { code: asTensors(code), batchSize: sizeOf(code) })),
    reconstruct: (weights, batch) => (graphs.reconstruct === undefined ? {} : read(graphs.reconstruct, weights, batch)),
    activations: (weights, batch) => read(graphs.activations, weights, batch),
  };
}
