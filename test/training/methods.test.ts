/** Optimisers of all weights at once, in programs: what they come to, and that stopping in between changes nothing. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/runtime/dataset.js';
import { decodeSnapshot, encodeSnapshot } from '../../src/runtime/weights.js';
import { train, type Program, type Snapshot } from '../../src/runtime/index.js';
import { emitText, useWasm } from '../support/emitted.js';
import { datasetFor } from '../support/train.js';

beforeAll(useWasm);

/** Orthogonal columns, without a mean: their variances are the eigenvalues of the covariance. */
const deviations = [3, 2, 1, 0.5];
const sign = (row: number, column: number): number =>
  (row & column).toString(2).replace(/0/g, '').length % 2 ? -1 : 1;
const made: Dataset = {
  size: 8,
  columns: {
    x: {
      shape: [4],
      data: Float32Array.from({ length: 32 }, (_, i) => deviations[i % 4]! * sign(i >> 2, 1 + (i % 4))),
      source: 'made',
      scale: 1,
    } as Dataset['columns'][string],
  },
};

const linear = (optimizer: string, epochs: number): Program =>
  emitText(`autoencoder Linear {
  input x: [4] in real
  encoder { code: dense(2) }
  decoder { dense(4) }
  reconstruct x by squared_error
  train { optimizer ${optimizer}; batch full; epochs ${epochs}; validation 0 }
}`).program;

async function trained(program: Program, options: Parameters<typeof train>[2] = {}): Promise<Snapshot> {
  const result = await train(program, datasetFor(program, made), options);
  if (!result.ok || result.value.kind === 'failed') throw new Error(JSON.stringify(result));
  return result.value.snapshot;
}

const valuesOf = ({ weights, slots }: Snapshot): readonly (readonly [string, readonly number[]])[] =>
  Object.entries({ ...weights, ...slots })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, tensor]) => [name, Array.from(tensor.dataSync())]);

describe.each(['lbfgs', 'lbfgs(history: 2)', 'conjugate_gradient'])('%s', (optimizer) => {
  it('comes to what the two largest eigenvalues leave, and says that it has converged', async () => {
    const events: string[] = [];
    const { progress } = await trained(linear(optimizer, 300), { onEvent: ({ kind }) => void events.push(kind) });
    const losses = progress.history.map(({ train: [loss] }) => loss!);
    // Pairwise: every iteration lowers the loss, but for the last, which finds no lower one.
    losses.slice(1).forEach((loss, i) => expect(loss).toBeLessThanOrEqual(losses[i]!));
    expect(losses.at(-1)! / (1 + 0.25)).toBeCloseTo(1, 5);
    expect(events.at(-2)).toBe('converged');
    expect(losses.length).toBeLessThan(120);
  });

  it('has the same bits where it stops in between and goes on from its file', async () => {
    const program = linear(optimizer, 9);
    const whole = await trained(program);
    const stop = new AbortController();
    const half = await trained(program, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'step' && event.progress.step === 5) stop.abort();
      },
    });
    expect(half.progress.step).toBe(5);
    const read = decodeSnapshot(await encodeSnapshot(program.spec, half), program.spec, 'file');
    if (!read.ok) throw new Error(JSON.stringify(read));
    expect(valuesOf(await trained(program, { from: read.value.value }))).toEqual(valuesOf(whole));
  });
});

it('the gradient of many examples is the mean of those of parts, unless what is minimised is of all together', async () => {
  const rows = 9000;
  const many: Dataset = {
    size: rows,
    columns: {
      x: {
        shape: [2],
        data: Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(i * 1.3) + (i % 2)),
        source: 'made',
        scale: 1,
      },
    },
  };
  const trainedBy = async (penalty: string, together?: true) => {
    const { program } = emitText(`autoencoder Many {
  input x: [2] in real
  encoder { code: dense(1, sigmoid) }
  decoder { dense(2) }
  reconstruct x by squared_error
  ${penalty}
  train { optimizer lbfgs; batch full; epochs 3; validation 0 }
}`);
    const sizes = new Set<number>();
    const [phase] = program.spec.phases;
    const watched: Program = {
      ...program,
      spec: {
        ...program.spec,
        phases: [{ ...phase!, method: { ...phase!.method!, ...(together === undefined ? {} : { together }) } }],
      },
      gradients: {
        train: (weights, batch, moment) => {
          sizes.add(batch['x']!.shape[0]!);
          return program.gradients!['train']!(weights, batch, moment);
        },
      },
    };
    const result = await train(watched, datasetFor(program, many), {});
    if (!result.ok || result.value.kind === 'failed') throw new Error(JSON.stringify(result));
    const { snapshot } = result.value;
    return { sizes: [...sizes], losses: snapshot.progress.history.map(({ train: [loss] }) => loss!) };
  };
  const [parts, whole] = [await trainedBy(''), await trainedBy('', true)];
  expect(parts.sizes).toEqual([4096, 808]);
  expect(whole.sizes).toEqual([rows]);
  parts.losses.forEach((loss, i) => expect(loss).toBeCloseTo(whole.losses[i]!, 4));
  expect((await trainedBy('penalty kl_sparsity(code, p: 0.2)')).sizes).toEqual([rows]);
});

it('what is frozen keeps its bits, and a phase by steps can stand in front', async () => {
  const { program } = emitText(`autoencoder Two {
  input x: [4] in real
  encoder { code: dense(2) }
  decoder { out: dense(4) }
  reconstruct x by squared_error
  train {
    batch full
    validation 0
    phase first { epochs 3 }
    phase then { train out; optimizer lbfgs; epochs 60 }
  }
}`);
  const first = await trained({ ...program, spec: { ...program.spec, phases: program.spec.phases.slice(0, 1) } });
  const both = await trained(program);
  const bits = ({ weights }: Snapshot, name: string) => Array.from(weights[name]!.dataSync());
  expect(bits(both, 'encoder.code.kernel')).toEqual(bits(first, 'encoder.code.kernel'));
  // Least squares of x on the code: what is left is orthogonal to the code and to one.
  const [kernel, bias] = ['encoder.code.kernel', 'encoder.code.bias'].map((name) => bits(both, name));
  const [out, outBias] = ['decoder.out.kernel', 'decoder.out.bias'].map((name) => bits(both, name));
  const rows = Array.from({ length: 8 }, (_, r) => Array.from(made.columns['x']!.data.slice(4 * r, 4 * r + 4)));
  const codes = rows.map((x) => [0, 1].map((j) => x.reduce((sum, v, i) => sum + v * kernel![2 * i + j]!, bias![j]!)));
  const left = rows.map((x, r) =>
    x.map((v, i) => v - outBias![i]! - codes[r]![0]! * out![i]! - codes[r]![1]! * out![4 + i]!),
  );
  for (let i = 0; i < 4; i++)
    for (const weigh of [() => 1, (r: number) => codes[r]![0]!, (r: number) => codes[r]![1]!])
      expect(left.reduce((sum, row, r) => sum + row[i]! * weigh(r), 0)).toBeCloseTo(0, 2);
});
