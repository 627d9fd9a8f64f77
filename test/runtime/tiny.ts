/**
 * A hand-written Program: d → k (tanh) → d (sigmoid), squared error and weight decay,
 * gradient descent with momentum, noise on the input. Derivatives are written out by hand.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PhaseSpec, Program, ProgramSpec, State, Tensors, VariableSpec } from '../../src/runtime/program.js';

export interface TinyOptions {
  readonly figures?: ProgramSpec['figures'];
  readonly variable?: VariableSpec;
  readonly code?: number;
  readonly phases?: readonly Partial<PhaseSpec>[];
  readonly validation?: number;
  readonly seed?: number;
  readonly rate?: number;
  readonly noise?: number;
  readonly generative?: boolean;
  /** Called before each step with the step's number; may spoil the weights it is given. */
  readonly tamper?: (step: number, terms: tf.Tensor) => tf.Tensor;
}

export const image: VariableSpec = {
  name: 'x',
  role: 'input',
  shape: [28, 28, 1],
  domain: { kind: 'interval', low: 0, high: 1 },
  origin: 'tiny.ae:2:9',
};

export const vector = (n: number): VariableSpec => ({ ...image, shape: [n] });

export function tinyProgram(options: TinyOptions = {}): Program {
  const spec = tinySpec(options);
  const { rate = 0.1, noise = 0.1, tamper = (_step, terms) => terms } = options;
  const variable = spec.variables[0]!;
  const d = variable.shape.reduce((a, b) => a * b, 1);
  const flat = (batch: Tensors): tf.Tensor2D => tf.reshape(batch[variable.name]!, [-1, d]);
  const shaped = (y: tf.Tensor): tf.Tensor => tf.reshape(y, [-1, ...variable.shape]);
  const encode = (w: Tensors, x: tf.Tensor2D): tf.Tensor2D =>
    tf.tanh(tf.add(tf.matMul(x, w['encoder.kernel'] as tf.Tensor2D), w['encoder.bias']!));
  const decode = (w: Tensors, h: tf.Tensor2D): tf.Tensor2D =>
    tf.sigmoid(tf.add(tf.matMul(h, w['decoder.kernel'] as tf.Tensor2D), w['decoder.bias']!));
  const kernels = ['encoder.kernel', 'decoder.kernel'] as const;

  const terms = (w: Tensors, x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor =>
    tf.stack([
      tf.mean(tf.sum(tf.squaredDifference(y, x), 1)),
      tf.mul(1e-4, tf.addN(kernels.map((name) => tf.sum(tf.square(w[name]!))))),
    ]);

  const trainStep =
    (phase: PhaseSpec) =>
    (
      state: State,
      batch: Tensors,
      moment: { step: number; random: { normal(s: number, shape: readonly number[]): tf.Tensor } },
    ) => {
      const kept: Record<string, tf.Tensor> = {};
      const weights: Record<string, tf.Tensor> = {};
      const slots: Record<string, tf.Tensor> = {};
      tf.tidy(() => {
        const w = state.weights;
        const x = flat(batch);
        const noisy = tf.add(x, tf.mul(noise, moment.random.normal(0, x.shape))) as tf.Tensor2D;
        const h = encode(w, noisy);
        const y = decode(w, h);
        kept['terms'] = tf.keep(tamper(moment.step, terms(w, x, y)));
        const dy = tf.mul(tf.mul(2 / x.shape[0], tf.sub(y, x)), tf.mul(y, tf.sub(1, y))) as tf.Tensor2D;
        const dh = tf.mul(
          tf.matMul(dy, w['decoder.kernel'] as tf.Tensor2D, false, true),
          tf.sub(1, tf.square(h)),
        ) as tf.Tensor2D;
        const gradient: Record<string, tf.Tensor> = {
          'encoder.kernel': tf.add(tf.matMul(noisy, dh, true, false), tf.mul(2e-4, w['encoder.kernel']!)),
          'encoder.bias': tf.sum(dh, 0),
          'decoder.kernel': tf.add(tf.matMul(h, dy, true, false), tf.mul(2e-4, w['decoder.kernel']!)),
          'decoder.bias': tf.sum(dy, 0),
        };
        for (const [name, value] of Object.entries(w)) {
          if (!phase.trains.includes(name)) {
            weights[name] = value;
            continue;
          }
          const momentum = tf.add(tf.mul(0.9, state.slots[`${name}/m`]!), gradient[name]!);
          slots[`${name}/m`] = tf.keep(momentum);
          weights[name] = tf.keep(tf.sub(value, tf.mul(rate, momentum)));
        }
      });
      return { state: { weights, slots }, terms: kept['terms']! };
    };

  const program: Program = {
    spec,
    initialize: (random) =>
      tf.tidy(() =>
        Object.fromEntries(
          spec.weights.map(({ name, shape }, i) => [
            name,
            shape.length === 1 ? tf.zeros([...shape]) : tf.mul(Math.sqrt(1 / shape[0]!), random.normal(i, shape)),
          ]),
        ),
      ),
    trainStep: Object.fromEntries(spec.phases.map((phase) => [phase.name, trainStep(phase)])),
    evaluate: Object.fromEntries(
      spec.phases.map((phase) => [
        phase.name,
        (w: Tensors, batch: Tensors) =>
          tf.tidy(() => {
            const x = flat(batch);
            return terms(w, x, decode(w, encode(w, x)));
          }),
      ]),
    ),
    corrupt: (_w, batch, moment) =>
      tf.tidy(() => ({
        [variable.name]: tf.add(
          batch[variable.name]!,
          tf.mul(noise, moment.random.normal(0, batch[variable.name]!.shape)),
        ),
      })),
    encode: (w, batch) => tf.tidy(() => ({ code: encode(w, flat(batch)) })),
    decode: (w, code) => tf.tidy(() => ({ [variable.name]: shaped(decode(w, code['code'] as tf.Tensor2D)) })),
    reconstruct: (w, batch) => tf.tidy(() => ({ [variable.name]: shaped(decode(w, encode(w, flat(batch)))) })),
    activations: (w, batch) =>
      tf.tidy(() => {
        const code = encode(w, flat(batch));
        return { code, output: decode(w, code) };
      }),
  };
  if (!spec.generative) return program;
  return {
    ...program,
    sample: (w, count, random) =>
      tf.tidy(() => ({
        [variable.name]: shaped(decode(w, tf.tanh(random.normal(0, [count, codeSize(options)]) as tf.Tensor2D))),
      })),
  };
}

const codeSize = (options: TinyOptions): number => options.code ?? 2;

function tinySpec(options: TinyOptions): ProgramSpec {
  const variable = options.variable ?? image;
  const d = variable.shape.reduce((a, b) => a * b, 1);
  const k = codeSize(options);
  const weights = [
    { name: 'encoder.kernel', shape: [d, k], trainable: true },
    { name: 'encoder.bias', shape: [k], trainable: true },
    { name: 'decoder.kernel', shape: [k, d], trainable: true },
    { name: 'decoder.bias', shape: [d], trainable: true },
  ];
  const phase = (given: Partial<PhaseSpec>): PhaseSpec => {
    const trains = given.trains ?? weights.map(({ name }) => name);
    return {
      name: 'train',
      epochs: 2,
      batch: 16,
      trains,
      slots: weights
        .filter(({ name }) => trains.includes(name))
        .map(({ name, shape }) => ({ name: `${name}/m`, shape, initial: 0 })),
      terms: [
        { name: 'reconstruction', formula: 'Σ (x − x̂)²', origin: 'tiny.ae:7:3' },
        { name: 'decay', formula: '10⁻⁴ ‖W‖²', origin: 'tiny.ae:8:3' },
      ],
      optimizer: 'momentum(lr: 0.1)',
      ...given,
    };
  };
  return {
    name: 'Tiny',
    doc: 'A hand-written autoencoder.',
    sourceHash: 'ab'.repeat(32),
    parameters: [{ name: 'rate', value: options.rate ?? 0.1 }],
    compiler: 'test',
    variables: [variable],
    weights,
    phases: (options.phases ?? [{}]).map(phase),
    seed: options.seed ?? 1,
    validation: options.validation ?? 0,
    activations: [
      { name: 'code', shape: [k], origin: 'tiny.ae:4:13' },
      { name: 'output', shape: [d], origin: 'tiny.ae:5:13' },
    ],
    code: [{ name: 'code', shape: [k], origin: 'tiny.ae:4:13' }],
    encodeReads: ['x'],
    reconstructReads: ['x'],
    decodeReads: [],
    outputs: [{ name: 'x', variable: 'x', shape: [d] }],
    sampleReads: [],
    figures: options.figures ?? [],
    architecture: { boxes: [], edges: [] },
    generative: options.generative ?? false,
    corruption: 'gaussian(0.1)',
  };
}

/** Where the runs of tests come from. */
export const origin = {
  command: 'aec train tiny.ae',
  sources: [],
  set: {},
  overrides: {},
  data: 'strokes',
  backend: 'cpu',
} as const;
