/** Calls of layers, and the context that lowers one alone. */
import type { Args, ArgValue, ExampleShape, TensorRef } from '../../src/builtins/arguments.js';
import { loweringOf, type LayerContext, type LayerDefinition, type WithLowering } from '../../src/builtins/define.js';
import { find } from '../../src/builtins/index.js';
import { isMisfit } from '../../src/builtins/layers/shapes.js';
import { defaultCall } from './defaults.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { B } from '../../src/ir/graph/shape.js';
import { distinct, integers, Kit, positive, signed, type Draw } from '../laws/kit.js';

export interface LayerCase {
  readonly layer: string;
  readonly input: ExampleShape;
  /** What differs from the defaults. */
  readonly args: Args;
  readonly training: boolean;
}

export const tensorRef = (id: string): TensorRef => ({ kind: 'layer', id, output: 0 });

export const layerOf = (name: string): WithLowering<LayerDefinition> => {
  const found = find('layer', name);
  if (found === undefined) throw new Error(`no layer ${name}`);
  return loweringOf(found);
};

export const argsOf = (one: LayerCase): Args => ({ ...defaultCall('layer', one.layer).args, ...one.args });

const activation = (name: string): ArgValue => defaultCall('activation', name);

/** Shapes of the tensors in `with:`, or of the pool that is undone, as the checker passes them. */
export function otherShapes(one: LayerCase): readonly ExampleShape[] {
  if (one.layer === 'unpool') return [one.input, poolInput];
  if (one.args['with'] === undefined) return [];
  return one.layer === 'concat' ? [[...one.input.slice(0, -1), 2], one.input] : [one.input, one.input];
}

/** What the pool that `unpool` undoes has read. */
const poolInput: ExampleShape = [5, 4, 2];
const poolArgs: Args = { ...defaultCall('layer', 'maxpool').args, size: 2 };

export const shapeOf = (one: LayerCase): readonly ExampleShape[] => {
  const shape = layerOf(one.layer).shape([one.input, ...otherShapes(one)], argsOf(one));
  if (!Array.isArray(shape)) throw new Error(`${title(one)}: expected ${(shape as { expected: string }).expected}`);
  return (Array.isArray(shape[0]) ? shape : [shape]) as readonly ExampleShape[];
};

/** Calls of entries by their names. */
const short = (key: string, value: unknown): unknown =>
  key === 'definition' ? (value as LayerDefinition).name : value;

export const title = ({ layer, input, training, args }: LayerCase): string =>
  `${layer} of ${input.join('×')}${training ? ' in training' : ''} ${JSON.stringify(args, short)}`;

export interface Lowered {
  readonly kit: Kit;
  readonly input: Node;
  readonly outputs: readonly Node[];
  readonly weights: Readonly<Record<string, Node>>;
  readonly updates: Readonly<Record<string, Node>>;
}

/** Layers that tell the largest of what they read: a small step must change none. */
const apart: ReadonlySet<string> = new Set(['maxpool', 'unpool', 'topk', 'batch_topk']);

const inputDraw = (layer: string): Draw => (layer === 'embedding' ? integers(4) : apart.has(layer) ? distinct : signed);

/** A layer alone in a graph: its input and weights are what derivatives are taken in. */
export function lower(one: LayerCase, batch = 3): Lowered {
  const kit = new Kit(batch);
  const input =
    one.layer === 'embedding'
      ? kit.k([B, ...one.input], inputDraw(one.layer), 'int32')
      : kit.x([B, ...one.input], inputDraw(one.layer));
  return { kit, input, ...lowerWith(kit, input, one) };
}

export function lowerWith(kit: Kit, input: Node, one: LayerCase): Pick<Lowered, 'outputs' | 'weights' | 'updates'> {
  const definition = layerOf(one.layer);
  const args = argsOf(one);
  const declared = definition.weights?.(one.input, args) ?? [];
  const weights = Object.fromEntries(
    declared.map((w) => [w.name, kit.x(w.shape, w.role === 'scale' || w.role === 'state' ? positive : signed)]),
  );
  const updates: Record<string, Node> = {};
  const others = new Map(otherShapes(one).map((shape, i) => [`other${i}`, kit.x([B, ...shape], inputDraw(one.layer))]));
  const context: LayerContext = {
    b: kit.b,
    training: one.training,
    input: one.input,
    output: shapeOf(one)[0]!,
    id: 'layer',
    weight: (name) => {
      const weight = weights[name];
      if (weight === undefined) throw new Error(`${title(one)} asks for ${name}, which it does not declare`);
      return weight;
    },
    update: (name, value) => (updates[name] = value),
    tensor: (ref) => others.get((ref as { id: string }).id)!,
    layer: () => ({ input: others.get('other1')!, output: others.get('other0')!, args: poolArgs }),
  };
  const lowered = definition.lower(context, input, args);
  return { outputs: Array.isArray(lowered) ? (lowered as readonly Node[]) : [lowered as Node], weights, updates };
}

/** A layer's shape for one input, undefined where it refuses. */
export const accepts = (one: LayerCase): boolean => {
  const shape = layerOf(one.layer).shape([one.input, ...otherShapes(one)], argsOf(one));
  return !isMisfit(shape);
};

// ─────────────────────────────────────────────────────────────────────────── the grid

const grid = (
  layer: string,
  inputs: readonly ExampleShape[],
  args: readonly Args[],
  training: readonly boolean[] = [false],
): readonly LayerCase[] =>
  inputs.flatMap((input) =>
    args.flatMap((a) => training.map((t): LayerCase => ({ layer, input, args: a, training: t }))),
  );

const image: ExampleShape = [5, 4, 2];
const signal: ExampleShape = [6, 2];
const alongSignals = (args: readonly Args[]): readonly Args[] =>
  args.filter((one) => !Object.values(one).some(Array.isArray));
const others: ArgValue = { kind: 'tensors', items: [tensorRef('other0'), tensorRef('other1')] };

const windows: readonly Args[] = [
  {},
  { size: 3 },
  { size: 3, stride: 2 },
  { size: 2, stride: 1 },
  { size: 2, stride: 3 },
  { size: [1, 2], stride: [2, 1] },
  { size: 3, stride: 2, padding: 'same' },
  { size: 2, padding: 'same' },
  { size: 3, stride: 1, padding: 'same' },
  { size: 3, stride: 2, padding: 1 },
];

const kernels: readonly Args[] = [
  {},
  { kernel: 1 },
  { kernel: 2 },
  { kernel: 2, stride: 2 },
  { kernel: 3, stride: 2 },
  { kernel: 4, stride: 2, padding: 1 },
  { kernel: [3, 2], stride: [2, 1] },
  { kernel: 3, padding: 'valid' },
  { kernel: 3, stride: 2, padding: 'valid' },
  { kernel: 2, stride: 3 },
  { kernel: 3, padding: [0, 2] },
  { kernel: 3, stride: 3 },
  { bias: false },
];

export const layerCases: readonly LayerCase[] = [
  ...grid(
    'dense',
    [[5], [1]],
    [
      { units: 3 },
      { units: 3, bias: false },
      { units: 4, activation: activation('tanh') },
      { units: 4, activation: activation('softmax') },
    ],
  ),
  ...grid(
    'conv',
    [image],
    [
      ...kernels.map((k) => ({ ...k, filters: 3 })),
      { filters: 3, dilation: 2, kernel: 2 },
      { filters: 2, dilation: [2, 1], padding: 'valid', kernel: 2 },
      { filters: 4, groups: 2 },
      { filters: 4, groups: 2, stride: 2, padding: 'valid' },
      { filters: 2, activation: activation('sigmoid') },
    ],
  ),
  ...grid(
    'conv',
    [signal],
    [...alongSignals(kernels).map((k) => ({ ...k, filters: 3 })), { filters: 4, groups: 2, dilation: 2 }],
  ),
  ...grid(
    'conv_transpose',
    [signal],
    [...alongSignals(kernels).map((k) => ({ ...k, filters: 3 })), { filters: 2, kernel: 3, stride: 2, to: 11 }],
  ),
  ...['maxpool', 'avgpool', 'l2pool'].flatMap((name) => grid(name, [signal], alongSignals(windows))),
  ...grid('upsample', [[3, 2]], [{}, { factor: 3 }, { method: 'bilinear' }, { to: 5 }, { to: 7 }]),
  ...grid('upsample_zero', [[3, 2]], [{ factor: 3 }]),
  ...grid(
    'conv_transpose',
    [image],
    [
      ...kernels.map((k) => ({ ...k, filters: 3 })),
      { filters: 2, kernel: 3, stride: 2, padding: 1, output_padding: 1 },
      { filters: 2, kernel: 3, stride: 2, to: [9, 8] },
      { filters: 2, kernel: 2, stride: 3, padding: 'valid', output_padding: [2, 0] },
    ],
  ),
  ...['maxpool', 'avgpool', 'l2pool'].flatMap((name) => grid(name, [image, [6, 6, 1]], windows)),
  ...grid(
    'upsample',
    [
      [3, 2, 2],
      [1, 1, 3],
    ],
    [{}, { factor: 3 }, { factor: [1, 2] }, { method: 'bilinear' }, { factor: [3, 2], method: 'bilinear' }],
  ),
  ...grid(
    'upsample',
    [[3, 2, 2]],
    [{ to: [5, 3] }, { to: [7, 5] }, { to: [5, 5] }, { to: [6, 3] }, { method: 'bilinear', to: [5, 4] }],
  ),
  ...grid('upsample_zero', [[3, 2, 2]], [{}, { factor: 3 }, { factor: [1, 2] }]),
  ...grid('unpool', [[2, 2, 2]], [{ pool: tensorRef('pool') }]),
  ...grid('flatten', [image, [5]], [{}]),
  ...grid('reshape', [[12]], [{ sizes: [2, 3, 2] }, { sizes: [12] }]),
  ...grid('reshape', [[2, 6]], [{ sizes: [3, 4] }]),
  ...grid('concat', [[4], [2, 2, 3]], [{}, { with: others }]),
  ...grid('add', [[4], [2, 2, 3]], [{ with: others }]),
  ...grid('multiply', [[4], [2, 2, 3]], [{ with: others }]),
  ...grid('normalise', [[4], [2, 3]], [{}]),
  ...grid('shift', [[4], [2, 2, 3]], [{}]),
  ...grid('jump_relu', [[4], [2, 3]], [{}, { bandwidth: 0.5 }]),
  ...grid('topk', [[6], [2, 3, 4]], [{ k: 1 }, { k: 3 }, { k: 4 }]),
  ...grid('batch_topk', [[6], [2, 3]], [{ k: 1 }, { k: 3 }, { k: 2, momentum: 0.5 }], [false, true]),
  ...grid(
    'local',
    [image],
    [
      ...kernels.map((k) => ({ ...k, filters: 3 })),
      { filters: 2, kernel: [2, 3], padding: 'valid', activation: activation('tanh') },
    ],
  ),
  ...grid(
    'local',
    [signal],
    alongSignals(kernels).map((k) => ({ ...k, filters: 3 })),
  ),
  ...grid('lcn', [image, signal], [{}, { kernel: 3 }, { kernel: 2 }]),
  ...grid(
    'positions',
    [
      [3, 4],
      [2, 5],
    ],
    [{}, { learned: true }],
  ),
  ...grid('repeat_vector', [[4]], [{ length: 3 }]),
  ...['gru', 'lstm'].flatMap((name) =>
    grid(
      name,
      [[4, 3]],
      [{}, { last: true }, { bidirectional: true }, { last: true, bidirectional: true }].map((a) => ({
        units: 2,
        ...a,
      })),
    ),
  ),
  ...grid('gru', [[1, 2]], [{ units: 3 }]),
  ...grid('attention', [[3, 4]], [{}, { heads: 2 }, { heads: 4, causal: true }, { heads: 2, bias: false }]),
  ...grid(
    'patches',
    [
      [4, 6, 2],
      [2, 2, 1],
    ],
    [{ size: 2 }, { size: [1, 2] }],
  ),
  ...grid('unpatches', [[4, 8]], [{ size: 2 }, { size: 2, channels: 2 }, { size: [1, 2], to: [2, 4] }]),
  ...grid('unpatches', [[6, 12]], [{ size: 2, to: [4, 6] }]),
  ...grid('split', [[6], [2, 2, 4]], [{}]),
  ...grid('split', [[6]], [{ parts: 3 }]),
  ...grid('batchnorm', [[4], [3, 2, 2]], [{}], [false, true]),
  ...grid('layernorm', [[4], [3, 2, 2]], [{}]),
  ...grid('dropout', [[6], [3, 2, 2]], [{}, { p: 0.2 }], [false, true]),
  ...grid('embedding', [[], [3]], [{ units: 5, classes: 4 }]),
  ...[
    'linear',
    'relu',
    'sigmoid',
    'tanh',
    'softplus',
    'softmax',
    'elu',
    'selu',
    'leaky_relu',
    'gelu',
    'swish',
    'softsign',
    'hard_sigmoid',
    'exponential',
    'sine',
    'threshold',
  ].flatMap((name) => grid(name, [[4], [2, 2, 3]], [{}])),
  ...grid('elu', [[4]], [{ alpha: 0.5 }]),
  ...grid('leaky_relu', [[4]], [{ alpha: 0.3 }]),
];
