/** A program in a session: what training in place must not change, and what it must not lose. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { emitProgram } from '../../src/codegen/emit.js';
import { savedModel } from '../../src/codegen/tensorflow/saved-model.js';
import { targets } from '../../src/codegen/targets.js';
import { check, compile, type Compiled } from '../../src/compiler.js';
import {
  batchTensors,
  fitDataset,
  generateSet,
  randomAt,
  release,
  renderDataError,
  train,
  type Dataset,
  type Program,
  type ResidentProgram,
  type Snapshot,
  type Tensors,
  type TrainOptions,
} from '../../src/runtime/index.js';
import { openGraph, type OpenOptions } from '../../src/runtime/node/session/program.js';
import type { NodeTensorFlow } from '../../src/runtime/node/session/session.js';
import { emitText } from '../support/emitted.js';
import { hasNative, loadNative } from './native.js';
import { shown } from '../support/findings.js';

const rich = (training: string, more = ''): string => `
autoencoder Rich {
  input x: [28, 28, 1] in [0, 1]
  target y: category(10)
  corrupt x with salt_and_pepper(0.1)
  encoder { conv(4, stride: 2, relu); batchnorm; p: maxpool(2); flatten; hidden: dense(16, tanh); dropout(0.1) }
  latent z ~ normal(3)
  decoder { dense(7*7*4, relu); reshape(7, 7, 4); conv_transpose(4, kernel: 4, stride: 2, relu); upsample(2, nearest); conv(1, sigmoid) }
  head label(hidden) { dense(10) }
  reconstruct x by bernoulli
  reconstruct y from label by categorical
  penalty 0.5 * kl(z)
  ${more}
  train { ${training} }
}
`;

/** Where only the optimiser, or how rows are dealt out, is in question. */
const plain = (training: string, more = ''): string => `
autoencoder Plain {
  input x: [28, 28, 1] in [0, 1]
  encoder { flatten; hidden: dense(16, tanh) }
  decoder { dense(784); reshape(28, 28, 1) }
  reconstruct x by bernoulli
  ${more}
  train { ${training} }
}
`;

const compiled = (text: string): Compiled => {
  const checked = check('rich.ae', text, () => undefined);
  const model = checked.models[0];
  if (model === undefined) throw new Error(shown(checked));
  return compile(model, checked);
};

async function values(tensors: Tensors): Promise<Readonly<Record<string, readonly number[]>>> {
  return Object.fromEntries(
    await Promise.all(Object.entries(tensors).map(async ([name, t]) => [name, Array.from(await t.data())] as const)),
  );
}

/** First weights, with the range of x as if it had been measured. */
const first = (program: Pick<Program, 'initialize' | 'spec'>, seed: number): Tensors =>
  program.initialize(
    randomAt(seed, 0xffff_ffff),
    Object.fromEntries(
      program.spec.weights.flatMap(({ name, shape, statistic }) =>
        statistic === undefined ? [] : [[name, core.fill([...shape], statistic.kind === 'max' ? 1 : 0)]],
      ),
    ),
  );

describe.skipIf(!hasNative)('a program in a session', () => {
  let tf: NodeTensorFlow;
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    tf = (await loadNative('@tensorflow/tfjs-node')) as unknown as NodeTensorFlow;
    folder = mkdtempSync(join(tmpdir(), 'aec-session-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  // A test that fails on WASM must not leave the others there.
  afterEach(async () => void (await core.setBackend('tensorflow')));

  async function open(program: Compiled, options?: OpenOptions, parts = 1): Promise<ResidentProgram> {
    const graph = savedModel(program, { parts });
    if (!graph.ok) throw new Error(graph.reason);
    const place = mkdtempSync(join(folder, `${count++}-`));
    writeFileSync(join(place, 'saved_model.pb'), graph.bytes);
    const opened = await openGraph(
      tf,
      { folder: place, sha256: createHash('sha256').update(graph.bytes).digest('hex'), stepBytes: 0 },
      program.spec,
      options,
    );
    if (!opened.ok) throw new Error(renderDataError(opened.error));
    return opened.value;
  }

  function digits(program: { readonly spec: Program['spec'] }, named = 'strokes:count=90'): Dataset {
    const set = generateSet(named);
    const data = set.ok ? fitDataset(set.value, program.spec.variables) : set;
    if (!data.ok) throw new Error(renderDataError(data.error));
    return data.value;
  }

  async function trained(
    program: Program | ResidentProgram,
    options: TrainOptions = {},
    data?: string,
  ): Promise<{ readonly snapshot: Snapshot; readonly terms: readonly (readonly number[])[] }> {
    const terms: (readonly number[])[] = [];
    const result = await train(program, digits(program, data), {
      ...options,
      onEvent: async (event) => {
        if (event.kind === 'step') terms.push(event.terms);
        await options.onEvent?.(event);
      },
    });
    if (!result.ok) throw new Error(renderDataError(result.error));
    if (result.value.kind === 'failed') throw new Error(JSON.stringify(result.value.failure));
    return { snapshot: result.value.snapshot, terms };
  }

  /** Trains a text in a session and by functions on WASM: the same weights by name, the same losses. */
  async function expectAsOnWasm(text: string, data?: string): Promise<void> {
    const resident = await open(compiled(text), undefined, 2);
    const mine = await trained(resident, {}, data);
    const weights = Object.keys(mine.snapshot.weights);
    free(mine);
    resident.close();
    const { program } = emitText(text);
    await core.setBackend('wasm');
    const other = await trained(program, {}, data);
    expect(mine.terms.length).toBe(other.terms.length);
    mine.terms.forEach((terms, step) =>
      terms.forEach((term, i) => {
        const wanted = other.terms[step]![i]!;
        // Not measured yet.
        if (Number.isNaN(wanted)) return void expect(term).toBeNaN();
        // Adam's first steps are ±η whatever the size of a gradient, so that one near 0 turns on rounding.
        expect(
          Math.abs(term - wanted) / Math.max(1, Math.abs(wanted)),
          `step ${step}, term ${i}: ${term}, ${wanted}`,
        ).toBeLessThan(step < 3 ? 5e-4 : 5e-3);
      }),
    );
    expect(weights.sort()).toEqual(Object.keys(other.snapshot.weights).sort());
    free(other);
  }

  const free = ({ snapshot }: { readonly snapshot: Snapshot }): void =>
    release([snapshot.weights, snapshot.slots, snapshot.best]);

  test.each([
    ['', 'batch 40', rich],
    [' of which the last is smaller than the parts are many', 'batch 88', plain],
    [' that are all smaller than the parts are many', 'batch 2', plain],
  ])('in parts: the losses of whole batches%s', async (_name, batch, model) => {
    const program = compiled(model(`optimizer adam(lr: 1e-3); ${batch}; epochs 1; validation 0.02`));
    const run = async (parts: number): Promise<readonly (readonly number[])[]> => {
      const resident = await open(program, undefined, parts);
      const result = await trained(resident);
      free(result);
      resident.close();
      return result.terms;
    };
    const [whole, cut] = [await run(1), await run(3)];
    expect(cut.length).toBe(whole.length);
    whole.forEach((terms, step) =>
      terms.forEach((term, i) =>
        expect(Math.abs(cut[step]![i]! - term) / Math.max(1, Math.abs(term)), `step ${step}, term ${i}`).toBeLessThan(
          step < 3 ? 1e-4 : 5e-3,
        ),
      ),
    );
  });

  test.each([
    ['adam', 'optimizer adam(lr: 1e-3)', ''],
    [
      'adamw, clipped, on a schedule',
      'optimizer adamw(lr: 1e-3, decay: 0.1); schedule cosine(epochs: 3); clip norm(1)',
      '',
    ],
    [
      'in phases',
      `phase labels { train label; minimize cross_entropy(label, y); epochs 1; optimizer sgd(lr: 1e-3) }
       phase all { clean x; optimizer adam(lr: 1e-3); rate encoder by 0.1; epochs 2 }`,
      '',
    ],
    ...['simultaneous', 'alternate(judge: 3, artist: 2)'].map((update): [string, string, string] => [
      `players, ${update}`,
      `player judge { train critic; minimize cross_entropy(critic(x), 1) + cross_entropy(critic(decoder), 0); optimizer adam(lr: 1e-3) }
           player artist { train encoder, z, decoder; optimizer sgd(lr: 1e-4); minimize 0.1 * cross_entropy(critic(decoder), 1) + bernoulli(decoder, x) }
           update ${update}`,
      'network critic(x) { flatten; dense(1) }',
    ]),
  ])('%s: the losses of the program on WASM', async (_name, training, more) => {
    await expectAsOnWasm(rich(`${training}; batch 32; epochs 3; validation 0.1`, more));
  });

  test.each([
    ['sgd', 'optimizer sgd(lr: 1e-4)', ''],
    ['momentum after Nesterov', 'optimizer sgd(lr: 1e-5, momentum: 0.9, nesterov: true)', ''],
    ['rmsprop without momentum, which has no kernel', 'optimizer rmsprop(lr: 1e-4)', ''],
    ['rmsprop', 'optimizer rmsprop(lr: 1e-4, momentum: 0.5)', ''],
    ['constrained', 'optimizer adam(lr: 1e-3)', 'constrain hidden.kernel by max_norm(0.5)'],
  ])('%s: the losses of a plain program on WASM', async (_name, training, more) => {
    await expectAsOnWasm(plain(`${training}; batch 32; epochs 3; validation 0.1`, more));
  });

  test.each([
    ['every class', 'input y: category(10)?', 'latent y ~ category(10, from: classify) by enumerated', 'penalty kl(y)'],
    ['a codebook', '', 'latent y ~ codebook(16)', 'penalty 0.25 * commitment(y)'],
    ['relaxed categories', '', 'latent y ~ category(8) by relaxed(temperature: 0.7)', 'penalty kl(y)'],
    ['draws through a flow', '', 'latent y ~ normal(4) through planar(2) by importance(samples: 3)', 'penalty kl(y)'],
    ['rounded codes', '', 'latent y ~ mixture(2)', 'penalty 0.01 * rate(y)'],
  ])('latents, %s: the losses of the program on WASM', async (_name, input, latent, penalty) => {
    await expectAsOnWasm(`
autoencoder Latents {
  input x: [28, 28, 1] in [0, 1]
  ${input}
  encoder classify(x) { flatten; dense(16, tanh); dense(10) }
  ${latent}
  decoder { dense(16, tanh); dense(784); reshape(28, 28, 1) }
  reconstruct x by bernoulli
  ${penalty}
  train { batch 32; epochs 2; validation 0.1 }
}`);
  });

  test.each([
    [
      'trees, with labels at nodes, unfolded',
      'opinions:count=60',
      `
autoencoder Trees(d: int = 6) {
  input t: tree(token(vocab: 60), label: category(3)?)
  encoder { leaf { embedding(d); dropout(0.2) } compose(left, right) { concat; dense(d, tanh); normalise } }
  decoder { decompose(parent) { dense(2 * d, tanh); split(2) } }
  head label at nodes { dense(3) }
  reconstruct leaves by gaussian
  penalty cross_entropy(label, t.label)
  train { optimizer adam(lr: 1e-2); batch 16; epochs 2; validation 0.2 }
}`,
    ],
    [
      'trees that are built of texts',
      'compounds:count=60',
      `
autoencoder Built(d: int = 6) {
  input s: sequence(token(vocab: 60), length: 12)
  encoder(s) by greedy { leaf { embedding(d) } compose(left, right) { concat; dense(d, tanh); normalise } }
  decoder { decompose(parent) { dense(2 * d, tanh); split(2) } }
  reconstruct children by gaussian
  train { optimizer adam(lr: 1e-2); batch 16; epochs 2; validation 0.2 }
}`,
    ],
  ])('%s: a batch is fed whole, and its loops run inside of the session', async (_name, data, text) => {
    await expectAsOnWasm(text, data);
  });

  test('batches of a stated composition: known rows with their label, the others with every one', async () => {
    await expectAsOnWasm(
      `autoencoder M2 {
  input x: [784] in [0, 1]
  input y: category(10)?
  network q(x) { dense(6, tanh); dense(10) }
  latent y ~ category(10, from: q) by enumerated
  encoder(x, y) { dense(6, tanh) }
  latent z ~ normal(2) by reparameterized(samples: 2)
  decoder(z, y) { dense(6, tanh); dense(784) }
  reconstruct x by bernoulli
  penalty kl(z) + kl(y)
  penalty 5 * cross_entropy(q, y) where y.known
  train { batch 20 with 7 of y.known; epochs 1; validation 0.2 }
}`,
      'strokes:count=90,known=30',
    );
  });

  test('the bits are the same with all examples in the session and with a few at a time', async () => {
    const program = compiled(rich('optimizer adam(lr: 1e-3); batch 16; epochs 2; validation 0.2'));
    const [whole, part] = [
      await open(program, undefined, 2),
      await open(program, { budget: 33 * (28 * 28 + 1) * 4 }, 2),
    ];
    expect(whole.footprint!(digits(whole)).resident).toBe(true);
    expect(part.footprint!(digits(part)).resident).toBe(false);
    const [a, b] = [await trained(whole), await trained(part)];
    expect(await values(b.snapshot.weights)).toEqual(await values(a.snapshot.weights));
    expect(b.snapshot.progress).toEqual(a.snapshot.progress);
    [a, b].forEach(free);
    [whole, part].forEach((p) => p.close());
  });

  test('one step a call and many come to the same bits', async () => {
    const resident = await open(
      compiled(rich('optimizer adam(lr: 1e-3); batch 16; epochs 1; validation 0')),
      undefined,
      3,
    );
    const data = digits(resident);
    const phase = resident.spec.phases[0]!;
    const rows = Array.from({ length: 5 }, (_, step) => Int32Array.from({ length: 16 }, (__, i) => step * 16 + i));
    const start = (): { readonly weights: Tensors; readonly slots: Tensors } => ({
      weights: first(resident, 1),
      slots: Object.fromEntries(phase.slots.map(({ name, shape, initial }) => [name, core.fill([...shape], initial)])),
    });
    const found: unknown[] = [];
    for (const at of [[5], [1, 1, 1, 1, 1], [2, 3]]) {
      const trainer = resident.trainer(phase, start(), data);
      const terms: unknown[] = [];
      let step = 0;
      for (const n of at) {
        terms.push(
          ...(await trainer.steps(rows.slice(step, step + n), { step, stepsPerEpoch: 5, totalSteps: step })).terms,
        );
        step += n;
      }
      const { weights, slots } = trainer.state();
      found.push({ terms, weights: await values(weights), slots: await values(slots) });
      release([weights, slots]);
      trainer.dispose();
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    resident.close();
  });

  test.each([
    ['with a head', rich('epochs 1')],
    [
      'that reconstructs nothing',
      `autoencoder Terms {
        input x: [28, 28, 1] in [0, 1]
        corrupt x with mask(0.1)
        encoder { flatten; code: dense(4) }
        network back(code) { dense(784); reshape(28, 28, 1) }
        constrain code.kernel by max_norm(0.1)
        train { phase one { train encoder, back; minimize bernoulli(back, x); epochs 1 } }
      }`,
    ],
    ['that samples', rich('epochs 1').replaceAll(/^.*(target|head|reconstruct y).*$/gm, '')],
  ])(
    'every function of a model %s gives what it gives op by op, on the weights that it is handed',
    async (name, text) => {
      const resident = await open(compiled(text));
      const { program: other } = emitText(text);
      expect([resident.sample, other.sample].map((sample) => sample !== undefined)).toEqual(
        name === 'that samples' ? [true, true] : [false, false],
      );
      const batch = batchTensors(
        digits(resident, 'strokes:count=6'),
        resident.spec.variables,
        Int32Array.from([0, 1, 2]),
      );
      for (const seed of [1, 2]) {
        const weights = first(resident, seed);
        const moment = { step: 3, epoch: 0.5, random: randomAt(7, 11) };
        const code = resident.encode!(weights, batch);
        const wide = Object.fromEntries(Object.entries(weights).map(([of, weight]) => [of, core.mul(weight, 3)]));
        expect([resident.project, other.project].map((project) => project !== undefined)).toEqual(
          name === 'that reconstructs nothing' ? [true, true] : [false, false],
        );
        const pairs: readonly (readonly [string, Tensors, Tensors])[] = [
          ['initialize', weights, first(other, seed)],
          ['encode', code, other.encode!(weights, batch)],
          ['decode', resident.decode(weights, code, batch), other.decode(weights, code, batch)],
          ['reconstruct', resident.reconstruct!(weights, batch), other.reconstruct!(weights, batch)],
          ['corrupt', resident.corrupt!(weights, batch, moment), other.corrupt!(weights, batch, moment)],
          ['activations', resident.activations(weights, batch), other.activations(weights, batch)],
          ['project', resident.project?.(wide) ?? {}, other.project?.(wide) ?? {}],
          ...(resident.sample === undefined
            ? []
            : [
                [
                  'sample',
                  resident.sample(weights, 4, randomAt(3, 5)),
                  other.sample!(weights, 4, randomAt(3, 5)),
                ] as const,
              ]),
        ];
        for (const [of, mine, theirs] of pairs) {
          const [a, b] = [await values(mine), await values(theirs)];
          expect(Object.keys(a).sort(), of).toEqual(Object.keys(b).sort());
          for (const [key, list] of Object.entries(a))
            list.forEach((x, i) => expect(Math.abs(x - b[key]![i]!), `${of} ${key}`).toBeLessThan(1e-4));
        }
        release([wide, ...pairs.flatMap(([, mine, theirs]) => [mine, theirs])]);
      }
      release([batch]);
      resident.close();
    },
  );

  test('others may use the session between steps', async () => {
    const program = compiled(rich('optimizer adam(lr: 1e-3); batch 32; epochs 2; validation 0.2'));
    const resident = await open(program);
    const plain = await trained(resident);
    const foreign = first(resident, 99);
    const batch = batchTensors(digits(resident), resident.spec.variables, Int32Array.from([0, 1]));
    const disturbed = await trained(resident, {
      onEvent: () => release([resident.encode!(foreign, batch), first(resident, 98)]),
    });
    expect(await values(disturbed.snapshot.weights)).toEqual(await values(plain.snapshot.weights));
    expect(await values(disturbed.snapshot.slots)).toEqual(await values(plain.snapshot.slots));
    release([foreign, batch]);
    [plain, disturbed].forEach(free);
    resident.close();
  });

  test.each([
    [
      'of examples that the session holds',
      'strokes:count=90',
      `autoencoder Wild {
      input x: [28, 28, 1]
      encoder { flatten; code: dense(4) }
      decoder { dense(784); reshape(28, 28, 1) }
      reconstruct x by squared_error
      train { optimizer sgd(lr: 1e3); batch 32; epochs 20; validation 0 }
    }`,
    ],
    [
      'of trees that are fed',
      'opinions:count=90',
      `autoencoder WildTrees {
      input t: tree(token(vocab: 60))
      encoder { leaf { embedding(4) } compose(left, right) { concat; dense(4) } }
      decoder { decompose(parent) { dense(8); split(2) } }
      reconstruct children by gaussian
      train { optimizer sgd(lr: 10); batch 32; epochs 20; validation 0 }
    }`,
    ],
    [
      'of trees that are built',
      'compounds:count=90',
      `autoencoder WildBuilt {
      input s: sequence(token(vocab: 60), length: 12)
      encoder(s) by greedy { leaf { embedding(4) } compose(left, right) { concat; dense(4) } }
      decoder { decompose(parent) { dense(8); split(2) } }
      reconstruct children by gaussian
      train { optimizer sgd(lr: 10); batch 32; epochs 20; validation 0 }
    }`,
    ],
  ])('a step %s is not taken where it is not finite, and named', async (_name, data, text) => {
    const program = compiled(text);
    const resident = await open(program);
    const tensors = core.memory().numTensors;
    const result = await train(resident, digits(resident, data));
    if (!result.ok || result.value.kind !== 'failed') throw new Error('it should have failed');
    const { failure, snapshot } = result.value;
    expect(failure.term?.name ?? failure.gradient).toBeDefined();
    expect(failure.step).toBe(snapshot.progress.step);
    expect(failure.step).toBeGreaterThan(0);
    for (const list of Object.values(await values(snapshot.weights))) expect(list.every(Number.isFinite)).toBe(true);
    free({ snapshot });
    expect(core.memory().numTensors).toBe(tensors);
    resident.close();
  });

  test('training leaves no tensor behind', async () => {
    const resident = await open(
      compiled(rich('optimizer adam(lr: 1e-3); batch 16; epochs 3; validation 0.2; stop early(patience: 5)')),
    );
    const tensors = core.memory().numTensors;
    free(await trained(resident));
    expect(core.memory().numTensors).toBe(tensors);
    resident.close();
  });
});

test('what does not fit into a graph file is named, and the program runs op by op', async () => {
  const program = compiled(rich('epochs 1'));
  expect(savedModel(program, { limit: 10 })).toMatchObject({ ok: false, what: 'the op Const' });
  const emitted = emitProgram(program, targets.node, { form: 'graph', limit: 10 });
  expect(emitted).toMatchObject({ form: 'ops', refused: { what: 'the op Const' } });
  expect(await emitted.module()).toContain('function trainStep');
  expect(emitProgram(program, targets.node).files.has('graph/saved_model.pb')).toBe(true);
});
