/** Players: whose weights a step moves, along which gradient, in which order. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import {
  batchTensors,
  initialSnapshot,
  randomAt,
  splitRows,
  termsOn,
  train,
  type PhaseSpec,
  type Program,
  type Tensors,
} from '../../src/runtime/index.js';
import { turnAt } from '../../src/runtime/turns.js';
import { emitText, useWasm } from '../support/emitted.js';
import { datasetFor } from '../support/train.js';

const data = 'gaussian:dims=4,count=64';

const gan = (update: string, optimizer = 'sgd(lr: 1)'): string => `autoencoder Gan {
  input x: [4] in real
  draw z ~ normal(3)
  decoder generator(z) { g: dense(5, tanh); dense(4) }
  network critic(x) { c: dense(6, tanh); dense(1) }
  train {
    optimizer ${optimizer}; batch 16; validation 0
    player judge { train critic; minimize cross_entropy(critic(x), 1) + cross_entropy(critic(generator), 0) }
    player artist { train generator; minimize cross_entropy(critic(generator), 1) }
    update ${update}
  }
}`;

beforeAll(useWasm);

const programOf = (text: string): Program => emitText(text).program;

const first = (program: Program): Tensors => {
  const set = datasetFor(program, data);
  return initialSnapshot(program, set, splitRows(set.size, 0, 1)).weights;
};

const batchOf = (program: Program): Tensors =>
  batchTensors(
    datasetFor(program, data),
    program.spec.variables,
    Int32Array.from({ length: 16 }, (_, i) => i),
  );

const moment = { step: 0, epoch: 0, random: randomAt(5, 3) };
const zeros = (program: Program): Tensors =>
  Object.fromEntries(program.spec.phases[0]!.slots.map(({ name, shape }) => [name, tf.zeros([...shape])]));
const list = (t: tf.Tensor): readonly number[] => Array.from(t.dataSync());

describe('simultaneous players', () => {
  it('move along the gradients of their own losses, at the weights before the step', async () => {
    const program = programOf(gan('simultaneous'));
    const weights = first(program);
    const batch = batchOf(program);
    const { state, terms } = program.trainStep['train']!({ weights, slots: zeros(program) }, batch, moment);
    const { terms: specs } = program.spec.phases[0]!;
    expect(specs.map(({ player }) => player)).toEqual(['judge', 'judge', 'artist']);
    const losses = (at: Tensors): readonly number[] => list(program.evaluate['train']!(at, batch, moment));
    // The same draw is seen by both, and by the evaluation.
    losses(weights).forEach((loss, i) => expect(list(terms)[i]).toBeCloseTo(loss, 6));
    let largest = 0;
    for (const [name, weight] of Object.entries(weights)) {
      const player = name.startsWith('critic') ? 'judge' : 'artist';
      const before = list(weight);
      const gradient = list(state.weights[name]!).map((w, i) => before[i]! - w);
      largest = Math.max(largest, ...gradient.map(Math.abs));
      const length = Math.hypot(...gradient);
      const along = (t: number): number => {
        const moved = tf.tensor(
          before.map((w, i) => w + (t * gradient[i]!) / length),
          weight.shape,
        );
        return losses({ ...weights, [name]: moved }).reduce(
          (sum, loss, i) => (specs[i]!.player === player ? sum + loss : sum),
          0,
        );
      };
      const h = 0.02;
      const slope = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h);
      expect(Math.abs(slope / length - 1), name).toBeLessThan(2e-3);
    }
    expect(largest).toBeGreaterThan(0.01);
  });

  it('without objectives minimise the terms that reach their weights, and penalties of weights where they move them', () => {
    const { spec } = programOf(`autoencoder Two {
  input x: [4] in real
  encoder { code: dense(2, tanh) }
  decoder { dense(4) }
  reconstruct x by squared_error
  penalty 0.1 * l1(code)
  penalty 1e-3 * weight_decay(encoder)
  penalty 1e-3 * weight_decay(decoder)
  train { player a { train encoder } player b { train decoder } }
}`);
    const of = (player: string) =>
      spec.phases[0]!.terms.filter((term) => term.player === player).map(({ name }) => name);
    expect(of('a')).toEqual(['reconstruct x', 'l1(code)', 'weight_decay(encoder)']);
    expect(of('b')).toEqual(['reconstruct x', 'weight_decay(decoder)']);
  });

  it('whose losses are opposite have opposite gradients in what they share', async () => {
    const minimax = programOf(
      gan('simultaneous').replace(
        'minimize cross_entropy(critic(generator), 1)',
        'maximize cross_entropy(critic(generator), 0)',
      ),
    );
    const weights = first(minimax);
    const { terms } = minimax.trainStep['train']!({ weights, slots: zeros(minimax) }, batchOf(minimax), moment);
    const [, fake, artist] = list(terms);
    expect(artist).toBeCloseTo(-fake!, 6);
  });
});

describe('players who take turns', () => {
  it('move no weight of another, bit for bit, and have states of their own', async () => {
    const program = programOf(gan('alternate(judge: 2, artist: 1)', 'adam(lr: 0.01)'));
    const [phase] = program.spec.phases;
    expect(Object.keys(program.trainStep)).toEqual(['train.judge', 'train.artist']);
    expect(phase!.turns!.map(({ player, count, terms }) => [player, count, terms])).toEqual([
      ['judge', 2, [0, 1]],
      ['artist', 1, [2]],
    ]);
    const weights = first(program);
    for (const [step, own] of [
      ['train.judge', 'critic'],
      ['train.artist', 'generator'],
    ] as const) {
      const { state } = program.trainStep[step]!({ weights, slots: zeros(program) }, batchOf(program), moment);
      for (const [name, weight] of Object.entries(weights))
        expect(
          list(state.weights[name]!).every((w, i) => w === list(weight)[i]),
          name,
        ).toBe(!name.startsWith(own));
      const player = step.slice(6);
      for (const [name, slot] of Object.entries(state.slots))
        expect(
          list(slot).some((s) => s !== 0),
          name,
        ).toBe(name.startsWith(`${player}/`));
    }
  });

  it('move no moving average of another', async () => {
    // The artist looks at the critic on data, too: at the features that the critic has of them.
    const program = programOf(
      gan('alternate(judge: 1, artist: 1)')
        .replace('c: dense(6, tanh);', 'c: dense(6, linear); batchnorm;')
        .replace(
          'critic(generator), 1) }',
          'critic(generator), 1) + squared_error(critic(generator).c, critic(x).c) + l2(critic(x)) }',
        ),
    );
    const weights = first(program);
    const averages = Object.keys(weights).filter((name) => name.includes('moving'));
    expect(averages).toHaveLength(2);
    const after = (step: string): Tensors =>
      program.trainStep[step]!({ weights, slots: zeros(program) }, batchOf(program), moment).state.weights;
    const [judge, artist] = [after('train.judge'), after('train.artist')];
    for (const name of averages) {
      expect(list(judge[name]!)).not.toEqual(list(weights[name]!));
      expect(list(artist[name]!)).toEqual(list(weights[name]!));
    }
  });

  it('may have more than one turn in a round', () => {
    const turn = (player: string, count: number) => ({ player, step: player, count, trains: [], terms: [] });
    const phase = { name: 'p', terms: [], turns: [turn('a', 1), turn('b', 2), turn('a', 2)] } as unknown as PhaseSpec;
    expect([0, 1, 2, 3, 4, 5, 9].map((step) => [turnAt(phase, step).step, turnAt(phase, step).taken])).toEqual([
      ['a', 0],
      ['b', 0],
      ['b', 1],
      ['a', 1],
      ['a', 2],
      ['a', 3],
      ['a', 5],
    ]);
  });

  it('go round, each counting its own steps', async () => {
    const program = programOf(gan('alternate(judge: 2, artist: 1)'));
    const turns = [0, 1, 2, 3, 4, 5, 8].map((step) => {
      const { step: name, taken, left } = turnAt(program.spec.phases[0]!, step);
      return [name, taken, left];
    });
    expect(turns).toEqual([
      ['train.judge', 0, 2],
      ['train.judge', 1, 1],
      ['train.artist', 0, 1],
      ['train.judge', 2, 2],
      ['train.judge', 3, 1],
      ['train.artist', 1, 1],
      ['train.artist', 2, 1],
    ]);
  });

  it('validate what is scheduled in steps with the weight that it is trained with: after the steps of its own player', async () => {
    const program = programOf(
      gan('alternate(judge: 2, artist: 1)', 'sgd(lr: 1e-12)')
        .replace('batch 16; validation 0', 'batch 16; validation 0.25; epochs 3')
        .replace(
          'critic(generator), 1) }',
          'critic(generator), 1) + warmup(from: 0, to: 4, steps: 4) * l2(generator) }',
        ),
    );
    const result = await train(program, datasetFor(program, data));
    if (!result.ok || result.value.kind !== 'done') throw new Error('not trained');
    const scheduled = program.spec.phases[0]!.terms.findIndex(({ name }) => name === 'l2(generator)');
    const shown = result.value.snapshot.progress.history.map(({ validation }) => validation![scheduled]!);
    // An epoch has three steps, one of them the artist's; the draws of validation are the same in each.
    expect(shown.map((term) => term / shown[0]!)).toEqual([1, expect.closeTo(2, 4), expect.closeTo(3, 4)]);
    // At the end of the phase, too.
    const set = datasetFor(program, data);
    const rows = splitRows(set.size, 0.25, 1).validation;
    const terms = await termsOn(program, program.spec.phases[0]!, result.value.snapshot.weights, set, rows, 48);
    expect(terms[scheduled]! / shown[0]!).toBeCloseTo(3, 4);
  });

  it('report every loss in every epoch, also where an epoch ends before all have had a turn', async () => {
    const program = programOf(
      gan('alternate(judge: 6, artist: 1)', 'adam(lr: 0.01)').replace('batch 16', 'batch 16; epochs 3'),
    );
    const best: boolean[] = [];
    const result = await train(program, datasetFor(program, data), {
      onEvent: (event) => {
        if (event.kind === 'epoch') best.push(event.best);
      },
    });
    if (!result.ok || result.value.kind !== 'done') throw new Error('not trained');
    const { history } = result.value.snapshot.progress;
    expect(history).toHaveLength(3);
    for (const { train: terms } of history) for (const term of terms) expect(term).toBeGreaterThan(0);
    // No epoch is the best: the losses of players say nothing of how far they have come.
    expect(best).toEqual([false, false, false]);
  });
});

describe('a generator', () => {
  it('draws and decodes in the likeness of what its critic judges, and encodes nothing', async () => {
    const program = programOf(gan('simultaneous'));
    expect(program.spec.outputs).toEqual([{ generated: true, name: 'generator', variable: 'x', shape: [4] }]);
    expect([program.encode, program.reconstruct]).toEqual([undefined, undefined]);
    const weights = first(program);
    const drawn = program.sample!(weights, 5, randomAt(1, 0))['generator']!;
    expect(drawn.shape).toEqual([5, 4]);
    const rows = drawn.arraySync() as number[][];
    expect(new Set(rows.map((row) => row.join())).size).toBe(5);
    const decoded = program.decode(weights, { z: tf.zeros([2, 3]) })['generator']!.arraySync() as number[][];
    expect(decoded[0]).toEqual(decoded[1]);
  });
});
