/** Values of joins, patches, positions and signals, against plain loops. */
import { describe, expect, it } from 'vitest';
import type { Args, ExampleShape } from '../../src/builtins/arguments.js';
import { find } from '../../src/builtins/index.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { B } from '../../src/ir/graph/shape.js';
import { Kit, signed } from '../laws/kit.js';
import type { Value } from '../laws/reference.js';
import { at } from '../laws/reference/value.js';
import { lower, lowerWith, type LayerCase } from './layer-cases.js';

interface Run {
  readonly x: Value;
  readonly y: Value;
  readonly weights: Readonly<Record<string, Value>>;
}

function run(layer: string, input: ExampleShape, args: Args = {}): Run {
  const lowered = lower({ layer, input, args, training: false });
  const named = Object.entries(lowered.weights);
  const [x, y, ...weights] = lowered.kit.evaluate(lowered.input, lowered.outputs[0]!, ...named.map(([, node]) => node));
  return { x: x!, y: y!, weights: Object.fromEntries(named.map(([name], i) => [name, weights[i]!])) };
}

const close = (found: number, expected: number): void => expect(found).toBeCloseTo(expected, 10);

it('normalise divides by the length of the last axis', () => {
  const { x, y } = run('normalise', [2, 3]);
  for (let n = 0; n < 3; n++) {
    for (const t of [0, 1]) {
      const length = Math.hypot(at(x, n, t, 0), at(x, n, t, 1), at(x, n, t, 2));
      for (const j of [0, 1, 2]) close(at(y, n, t, j), at(x, n, t, j) / length);
    }
  }
});

it('shift adds a number to each unit', () => {
  const { x, y, weights } = run('shift', [2, 3]);
  for (const t of [0, 1]) for (const j of [0, 1, 2]) close(at(y, 1, t, j), at(x, 1, t, j) + at(weights['bias']!, j));
});

it('positions adds sines and cosines, or vectors', () => {
  const { x, y } = run('positions', [3, 5]);
  for (let t = 0; t < 3; t++) {
    for (let j = 0; j < 5; j++) {
      const angle = t / 10000 ** ((2 * Math.floor(j / 2)) / 5);
      close(at(y, 0, t, j) - at(x, 0, t, j), j % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
    }
  }
  const learned = run('positions', [3, 5], { learned: true });
  close(at(learned.y, 2, 1, 4) - at(learned.x, 2, 1, 4), at(learned.weights['vectors']!, 1, 4));
});

it('repeat_vector gives the same vector everywhere', () => {
  const { x, y } = run('repeat_vector', [4], { length: 3 });
  for (let t = 0; t < 3; t++) for (let j = 0; j < 4; j++) close(at(y, 1, t, j), at(x, 1, j));
});

it('patches run row by row, and so do the elements of each', () => {
  const { x, y } = run('patches', [4, 6, 2], { size: [2, 3] });
  expect(y.shape).toEqual([3, 4, 12]);
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      for (let u = 0; u < 2; u++) {
        for (let v = 0; v < 3; v++) {
          for (const c of [0, 1]) close(at(y, 1, 2 * i + j, (3 * u + v) * 2 + c), at(x, 1, 2 * i + u, 3 * j + v, c));
        }
      }
    }
  }
});

it('unpatches makes of patches the image that they are of', () => {
  const kit = new Kit(2);
  const image: ExampleShape = [4, 6, 2];
  const x = kit.x([B, ...image], signed);
  const cut: LayerCase = { layer: 'patches', input: image, args: { size: [2, 3] }, training: false };
  const parts = lowerWith(kit, x, cut).outputs[0]!;
  const joined: LayerCase = { layer: 'unpatches', input: [4, 12], args: { size: [2, 3], to: [4, 6] }, training: false };
  const [before, after] = kit.evaluate(x, lowerWith(kit, parts, joined).outputs[0]!);
  expect(after!.shape).toEqual(before!.shape);
  expect([...after!.data]).toEqual([...before!.data]);
});

describe('signals are images of one column', () => {
  const cases: readonly (readonly [string, Args, Args])[] = [
    ['conv', { filters: 3, kernel: 3 }, { filters: 3, kernel: [3, 1] }],
    [
      'conv',
      { filters: 2, kernel: 4, stride: 2, padding: 1 },
      { filters: 2, kernel: [4, 1], stride: [2, 1], padding: [1, 0] },
    ],
    [
      'conv',
      { filters: 2, kernel: 2, dilation: 3, padding: 'valid' },
      { filters: 2, kernel: [2, 1], dilation: [3, 1], padding: 'valid' },
    ],
    ['conv_transpose', { filters: 3, kernel: 4, stride: 2 }, { filters: 3, kernel: [4, 1], stride: [2, 1] }],
    ['maxpool', { size: 2 }, { size: [2, 1] }],
    ['avgpool', { size: 3, stride: 2, padding: 'same' }, { size: [3, 1], stride: [2, 1], padding: 'same' }],
    ['l2pool', { size: 2, stride: 1 }, { size: [2, 1], stride: 1 }],
    ['upsample', { factor: 2 }, { factor: [2, 1] }],
    ['upsample', { factor: 3, method: 'bilinear', to: 17 }, { factor: [3, 1], method: 'bilinear', to: [17, 1] }],
    ['upsample_zero', { factor: 2 }, { factor: [2, 1] }],
  ];

  /** The same numbers in another shape. */
  const reshaped = (kit: Kit, of: Node, from: Node): void => {
    const values = kit.feeds[from.attrs['name'] as string]!;
    const shape = kit.feeds[of.attrs['name'] as string]!.shape;
    kit.feeds[of.attrs['name'] as string] = { shape, data: values.data };
  };

  it.each(cases)('%s %j', (layer, args, asImage) => {
    const kit = new Kit(2);
    const [signal, image] = [kit.x([B, 6, 2], signed), kit.x([B, 6, 1, 2], signed)];
    reshaped(kit, image, signal);
    const one = lowerWith(kit, signal, { layer, input: [6, 2], args, training: false });
    const two = lowerWith(kit, image, { layer, input: [6, 1, 2], args: asImage, training: false });
    for (const name of Object.keys(one.weights)) reshaped(kit, two.weights[name]!, one.weights[name]!);
    const [a, b] = kit.evaluate(one.outputs[0]!, two.outputs[0]!);
    expect(b!.shape.filter((_, i) => i !== 2)).toEqual(a!.shape);
    a!.data.forEach((v, i) => close(b!.data[i]!, v));
  });

  it.each([
    ['conv', { kernel: [3, 5] }],
    ['maxpool', { size: [2, 1] }],
    ['upsample', { factor: [2, 2] }],
    ['local', { kernel: [3, 3] }],
    ['lcn', { kernel: [3, 3] }],
  ] as const)('%s refuses %j along one', (layer, args) => {
    const { shape, params } = find('layer', layer)!;
    const defaults = Object.fromEntries(params.map((p) => [p.name, p.default]));
    const misfit = shape([[6, 2]], { ...defaults, filters: 2, ...args });
    expect(misfit).toHaveProperty('expected', 'one number along a signal');
  });
});

it('multiply multiplies all of them', () => {
  const others = ['other0', 'other1'].map((id) => ({ kind: 'layer', id, output: 0 }) as const);
  const args: Args = { with: { kind: 'tensors', items: others } };
  const { kit, outputs } = lower({ layer: 'multiply', input: [4], args, training: false });
  const [y, ...factors] = kit.evaluate(outputs[0]!, ...kit.wrt);
  expect(factors.length).toBe(3);
  y!.data.forEach((v, i) =>
    close(
      v,
      factors.reduce((product, { data }) => product * data[i]!, 1),
    ),
  );
});
