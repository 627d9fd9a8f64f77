/** Phases by value: what moves, what stands still and how it computes, what is copied, and where orders do not matter. */
import { zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  batchTensors,
  initialSnapshot,
  randomAt,
  splitRows,
  train,
  type Program,
  type Snapshot,
  type State,
  type Tensors,
} from '../../src/runtime/index.js';
import { emitText, useWasm } from '../support/emitted.js';
import { datasetFor } from '../support/train.js';

const data = 'gaussian:dims=6,count=64';

const modelOf = (items: string): string => `autoencoder Deep {
  input x: [6] in real
${items}
}`;

const networks = `
  encoder { h1: dense(5, tanh); h2: dense(3, tanh) }
  decoder { h3: dense(5, tanh); out: dense(6) }
  reconstruct x by squared_error`;

const programOf = (items: string): Program => emitText(modelOf(items)).program;

beforeAll(useWasm);

const valuesOf = (tensors: Tensors): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, Array.from(t.dataSync())]));

const started = (program: Program, of = data): Snapshot => {
  const set = datasetFor(program, of);
  return initialSnapshot(program, set, splitRows(set.size, 0, program.spec.seed));
};

const batchOf = (program: Program, of: string): Tensors =>
  batchTensors(
    datasetFor(program, of),
    program.spec.variables,
    Int32Array.from({ length: 16 }, (_, i) => i),
  );

const slotsOf = (program: Program, phase: string): Tensors =>
  Object.fromEntries(
    program.spec.phases.find(({ name }) => name === phase)!.slots.map(({ name, shape }) => [name, zeros([...shape])]),
  );

/** One step of a phase from the given weights. */
function stepped(
  program: Program,
  phase: string,
  weights: Tensors,
  seed = 1,
  of = data,
): { terms: readonly number[]; state: State } {
  const { terms, state } = program.trainStep[phase]!(
    { weights, slots: slotsOf(program, phase) },
    batchOf(program, of),
    {
      step: 0,
      epoch: 0,
      random: randomAt(seed, 0),
    },
  );
  return { terms: Array.from(terms.dataSync()), state };
}

async function trained(program: Program, from?: Snapshot): Promise<Snapshot> {
  const result = await train(program, datasetFor(program, data), from === undefined ? {} : { from });
  if (!result.ok || result.value.kind !== 'done') throw new Error(JSON.stringify(result));
  return result.value.snapshot;
}

describe('what a phase moves', () => {
  const three = `${networks}
  train {
    batch 16; validation 0; optimizer adam(lr: 0.01)
    phase first { train h1, out; minimize squared_error(out(h1), x); epochs 2 }
    phase second { train h2, h3; freeze h1, out; minimize squared_error(h3, stop(h1)); epochs 2 }
    phase tune { train all; epochs 2 }
  }`;

  it.each([
    ['first', ['encoder.h1', 'decoder.out']],
    ['second', ['encoder.h2', 'decoder.h3']],
    ['tune', ['encoder.h1', 'encoder.h2', 'decoder.h3', 'decoder.out']],
  ])('%s moves its layers and leaves the others bit for bit', async (phase, layers) => {
    const program = programOf(three);
    const { weights } = started(program);
    const before = valuesOf(weights);
    const after = valuesOf(stepped(program, phase, weights).state.weights);
    for (const name of Object.keys(before)) {
      const moves = layers.some((layer) => name.startsWith(`${layer}.`));
      if (moves) expect(after[name], name).not.toEqual(before[name]);
      else expect(after[name], name).toEqual(before[name]);
    }
    const { trains, slots } = program.spec.phases.find(({ name }) => name === phase)!;
    expect(new Set(trains.map((name) => name.slice(0, name.lastIndexOf('.'))))).toEqual(new Set(layers));
    expect(slots).toHaveLength(2 * trains.length);
  });

  it('is the same in one graph as in many graphs whose parameters are copied (Scott)', async () => {
    const single = programOf(three);
    const many = programOf(`
  network first(x) { h1: dense(5, tanh); out: dense(6) }
  network second(first.h1) { h2: dense(3, tanh); h3: dense(5, tanh) }
  encoder(x) { h1: dense(5, tanh); h2: dense(3, tanh) }
  decoder { h3: dense(5, tanh); out: dense(6) }
  reconstruct x by squared_error
  train {
    batch 16; validation 0; optimizer adam(lr: 0.01)
    phase one { train first; minimize squared_error(first, x); epochs 2 }
    phase two { train second; minimize squared_error(second, stop(first.h1)); epochs 2 }
    phase tune {
      copy first.h1 to encoder.h1; copy second.h2 to encoder.h2; copy second.h3 to decoder.h3; copy first.out to decoder.out
      train encoder, decoder; epochs 2
    }
  }`);
    const begin = started(single);
    const parts = {
      'encoder.h1': 'first.h1',
      'encoder.h2': 'second.h2',
      'decoder.h3': 'second.h3',
      'decoder.out': 'first.out',
    };
    const other = started(many);
    const same: Record<string, (typeof other.weights)[string]> = { ...other.weights };
    for (const [name, of] of Object.entries(parts))
      for (const weight of ['kernel', 'bias']) same[`${of}.${weight}`] = begin.weights[`${name}.${weight}`]!.clone();
    const [a, b] = [await trained(single, begin), await trained(many, { ...other, weights: same })];
    for (const name of Object.keys(parts))
      for (const weight of ['kernel', 'bias'])
        expect(valuesOf(b.weights)[`${name}.${weight}`], name).toEqual(valuesOf(a.weights)[`${name}.${weight}`]);
  });

  it('has learning rates by layer', async () => {
    const items = (rate: string): string =>
      `${networks}\n  train { optimizer sgd(lr: 0.1); batch 16; validation 0; ${rate} }`;
    const [plain, slow] = [programOf(items('')), programOf(items('rate encoder.h1 by 0.25'))];
    const { weights } = started(plain);
    const moves = (program: Program, name: string): readonly number[] => {
      const after = valuesOf(stepped(program, 'train', weights).state.weights);
      return valuesOf(weights)[name]!.map((w, i) => after[name]![i]! - w);
    };
    const [whole, quarter] = [moves(plain, 'encoder.h1.kernel'), moves(slow, 'encoder.h1.kernel')];
    quarter.forEach((move, i) => expect(move).toBeCloseTo(0.25 * whole[i]!, 6));
    expect(Math.max(...whole.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(moves(slow, 'decoder.out.kernel')).toEqual(moves(plain, 'decoder.out.kernel'));
  });
});

describe('what stands still in a phase', () => {
  const phases = (corruption: string, second: string): string => `
  ${corruption}
  encoder { h1: dense(5, tanh); dropout(0.5); h2: dense(3, tanh) }
  decoder { h3: dense(5, tanh); out: dense(6) }
  reconstruct x by squared_error
  train { batch 16; validation 0; optimizer sgd(lr: 0.01); phase second { ${second} } }`;
  const second = 'train h3; minimize squared_error(h3, stop(h1))';

  it('reads without noise and without dropout, unless the phase says so itself', async () => {
    const [noisy, clean] = [programOf(phases('corrupt x with mask(0.5)', second)), programOf(phases('', second))];
    const { weights } = started(noisy);
    const terms = stepped(clean, 'second', weights).terms;
    expect(stepped(noisy, 'second', weights).terms).toEqual(terms);
    expect(stepped(noisy, 'second', weights, 2).terms).toEqual(terms);
    const own = programOf(phases('', `${second}; corrupt x with mask(0.5)`));
    expect(stepped(own, 'second', weights).terms).not.toEqual(terms);
    expect(stepped(own, 'second', weights, 2).terms).not.toEqual(stepped(own, 'second', weights).terms);
  });

  it('is given what is degraded, also where the phase is clean', async () => {
    const pictures = 'gaussian:dims=16,count=64';
    const termsOf = async (corruption: string, phase: string): Promise<readonly number[]> => {
      const { program } = emitText(`autoencoder Pictures {
  input x: [4, 4, 1] in real
  ${corruption}
  encoder { flatten; h1: dense(5, tanh) }
  decoder { dense(16); reshape(4, 4, 1) }
  reconstruct x by squared_error
  train { batch 16; validation 0; phase all { ${phase} epochs 1 } }
}`);
      const { weights } = started(program, pictures);
      return stepped(program, 'all', weights, 1, pictures).terms;
    };
    const both = 'corrupt x with mask(0.5) then hole(2)';
    const degraded = await termsOf('corrupt x with hole(2)', '');
    expect(await termsOf(both, 'clean x;')).toEqual(degraded);
    expect(await termsOf('corrupt x with hole(2)', 'clean x;')).toEqual(degraded);
    expect(await termsOf(both, '')).not.toEqual(degraded);
    expect(await termsOf('', '')).not.toEqual(degraded);
  });

  it('drops out where the layer behind it moves', async () => {
    const program = programOf(phases('', 'train h2, h3; minimize squared_error(h3, stop(h1))'));
    const { weights } = started(program);
    expect(stepped(program, 'second', weights, 2).terms).not.toEqual(stepped(program, 'second', weights).terms);
  });

  it('normalises by moving averages, which do not move', async () => {
    const program = programOf(`
  encoder { h1: dense(5, linear); batchnorm; h2: dense(3, tanh) }
  decoder { h3: dense(5, tanh); out: dense(6) }
  reconstruct x by squared_error
  train { batch 16; validation 0; phase top { train h2, h3, out } phase all { epochs 1 } }`);
    const { weights } = started(program);
    const averages = Object.keys(weights).filter((name) => name.includes('moving'));
    expect(averages).toHaveLength(2);
    const [top, all] = ['top', 'all'].map((phase) => valuesOf(stepped(program, phase, weights).state.weights));
    for (const name of averages) {
      expect(top![name]).toEqual(valuesOf(weights)[name]);
      expect(all![name]).not.toEqual(valuesOf(weights)[name]);
    }
  });

  it('keeps the entries of its codebook', async () => {
    const program = programOf(`
  encoder { h1: dense(5, tanh); h2: dense(3, tanh) }
  latent z ~ codebook(4)
  decoder { h3: dense(5, tanh); out: dense(6) }
  reconstruct x by squared_error
  penalty commitment(z)
  train { batch 16; validation 0; phase top { train decoder } phase all { epochs 1 } }`);
    const { weights } = started(program);
    const kept = Object.keys(weights).filter((name) => name.startsWith('z.'));
    expect(kept.sort()).toEqual(['z.count', 'z.entries', 'z.sum']);
    const [top, all] = ['top', 'all'].map((phase) => valuesOf(stepped(program, phase, weights).state.weights));
    for (const name of kept) {
      expect(top![name], name).toEqual(valuesOf(weights)[name]);
      expect(all![name], name).not.toEqual(valuesOf(weights)[name]);
    }
  });

  it('shows terms that nothing can change, and does not sum them', async () => {
    const program = programOf(`${networks}
  penalty l2(h1)
  train { batch 16; validation 0; optimizer sgd(lr: 0.1); phase top { train h3, out } }`);
    const { terms } = program.spec.phases[0]!;
    expect(terms.map(({ name, idle }) => [name, idle === true])).toEqual([
      ['reconstruct x', false],
      ['l2(h1)', true],
    ]);
    const { history } = (await trained(program)).progress;
    expect(history[0]!.train[1]).toBeGreaterThan(0);
  });
});

describe('copies', () => {
  const copying = (second: string): Program =>
    programOf(`
  network first(x) { h1: dense(5, tanh); out: dense(6) }
  encoder(x) { h1: dense(5, tanh); h2: dense(3, tanh) }
  decoder { out: dense(6) }
  reconstruct x by squared_error
  train {
    batch 16; validation 0
    phase one { train first; minimize squared_error(first, x); epochs 1 }
    phase two { copy first.h1 to encoder.h1; ${second} }
  }`);

  it('are made once, before the first step of their phase', async () => {
    const program = copying('train h2, decoder; epochs 1');
    const { weights } = await trained(program);
    const values = valuesOf(weights);
    for (const name of ['kernel', 'bias']) expect(values[`encoder.h1.${name}`]).toEqual(values[`first.h1.${name}`]);
    expect(values['encoder.h1.kernel']).not.toEqual(valuesOf(started(program).weights)['encoder.h1.kernel']);
  });

  it('are not made again where a run goes on in the middle of the phase', async () => {
    const program = copying('train encoder, decoder; epochs 2');
    const stop = new AbortController();
    const stopped = await train(program, datasetFor(program, data), {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'epoch' && event.record.phase === 'two') stop.abort();
      },
    });
    if (!stopped.ok || stopped.value.kind !== 'interrupted') throw new Error(JSON.stringify(stopped));
    const gone = await trained(program, stopped.value.snapshot);
    expect(valuesOf(gone.weights)).toEqual(valuesOf((await trained(program)).weights));
    expect(valuesOf(gone.weights)['encoder.h1.kernel']).not.toEqual(valuesOf(gone.weights)['first.h1.kernel']);
  });
});
