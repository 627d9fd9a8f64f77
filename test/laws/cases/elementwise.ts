/** Calls of sources, elementwise ops and reductions. */
import type { Node } from '../../../src/ir/graph/graph.js';
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import { B, type Shape } from '../../../src/ir/graph/shape.js';
import { always, distinct, fractional, integers, list, positive, signed, type Draw, type Kit } from '../kit.js';
import { define, type Case } from './define.js';

const unaryDraws: Readonly<Partial<Record<OpName, Draw>>> = {
  Identity: signed,
  StopGradient: signed,
  Neg: signed,
  Exp: signed,
  Log: positive,
  Log1p: positive,
  Expm1: signed,
  Sqrt: positive,
  Rsqrt: positive,
  Square: signed,
  Reciprocal: signed,
  Abs: signed,
  Sign: signed,
  Floor: fractional,
  Round: fractional,
  Sin: signed,
  Cos: signed,
  Erf: signed,
  Relu: signed,
  Sigmoid: signed,
  Tanh: signed,
  Softplus: signed,
};

const unary = Object.entries(unaryDraws).flatMap(([name, draw]): readonly Case[] => {
  const op = name as OpName;
  // The whole point of StopGradient is a derivative that differences would contradict.
  const smooth = op !== 'StopGradient';
  return [
    define(op, 'of a matrix', (kit) => kit.b.make(op, [kit.x([B, 3], draw)]), smooth),
    define(op, 'of a scalar', (kit) => kit.b.make(op, [kit.x([], draw)]), smooth),
  ];
});

const extremes: readonly Case[] = (
  ['Sigmoid', 'Softplus', 'Tanh', 'Erf', 'Relu', 'Abs', 'Sign', 'Expm1', 'Softmax'] as const
).map((op) =>
  define(op, 'at zero and far out', (kit) => kit.b.make(op, [kit.x([2, 5], list(0, -80, 80, 1e-6, -1e-6))]), false),
);

const halves = define(
  'Round',
  'of halves',
  (kit) => kit.b.make('Round', [kit.x([6], list(-1.5, -0.5, 0.5, 1.5, 2.5, 3.5))]),
  false,
);

/** Shapes that broadcast: either side, both, against scalars, against the batch. */
const pairs: readonly (readonly [string, Shape, Shape])[] = [
  ['equal shapes', [B, 3], [B, 3]],
  ['a row on the right', [B, 3], [3]],
  ['a row on the left', [3], [B, 3]],
  ['a column against a row', [B, 1], [1, 3]],
  ['a scalar on the right', [B, 3], []],
  ['a scalar on the left', [], [B, 3]],
  ['inner ones on both sides', [B, 1, 2, 1], [3, 1, 2]],
  ['a batch of one', [1, 3], [B, 3]],
];

const arithmetic: Readonly<Partial<Record<OpName, readonly [Draw, Draw]>>> = {
  Add: [signed, signed],
  Sub: [signed, signed],
  Mul: [signed, signed],
  RealDiv: [signed, positive],
  // Even and odd multiples of 0.07: never closer than that to each other.
  Maximum: [distinct, (random, size) => distinct(random, size).map((v) => v + 0.03)],
  Minimum: [distinct, (random, size) => distinct(random, size).map((v) => v + 0.03)],
  Pow: [positive, signed],
};

const binary = Object.entries(arithmetic).flatMap(([op, [left, right]]) =>
  pairs.map(([label, x, y]) =>
    define(op as OpName, label, (kit) => kit.b.make(op as OpName, [kit.x(x, left), kit.x(y, right)])),
  ),
);

const special: readonly Case[] = [
  define(
    'Maximum',
    'of equal elements',
    (kit) => kit.b.make('Maximum', [kit.x([B, 2], integers(2)), kit.x([B, 2], integers(2))]),
    false,
  ),
  define(
    'Minimum',
    'of equal elements',
    (kit) => kit.b.make('Minimum', [kit.x([B, 2], integers(2)), kit.x([B, 2], integers(2))]),
    false,
  ),
  define('Mul', 'of a tensor with itself', (kit) => {
    const x = kit.x([B, 3]);
    return kit.b.make('Mul', [x, x]);
  }),
  define('Pow', 'of negative bases with a literal exponent', (kit) =>
    kit.b.make('Pow', [kit.x([B, 3]), kit.b.scalar(3)]),
  ),
  define('Pow', 'of a literal base', (kit) => kit.b.make('Pow', [kit.b.scalar(0.9), kit.x([B, 3])])),
  ...(['Greater', 'GreaterEqual', 'Less', 'Equal'] as const).flatMap((op) => [
    ...pairs
      .slice(0, 7)
      .map(([label, x, y]) =>
        define(op, label, (kit) => kit.b.make(op, [kit.x(x, integers(2)), kit.x(y, integers(2))]), false),
      ),
    define(op, 'against a literal', (kit) => kit.b.make(op, [kit.x([B, 3], integers(3)), kit.b.scalar(1)]), false),
  ]),
  define('LogicalAnd', 'of comparisons', (kit) => {
    const [x, y] = [kit.x([B, 4]), kit.x([4])];
    return kit.b.make('LogicalAnd', [
      kit.b.make('Greater', [x, kit.b.scalar(0)]),
      kit.b.make('Less', [y, kit.b.scalar(0)]),
    ]);
  }),
  define('LogicalNot', 'of a comparison', (kit) =>
    kit.b.make('LogicalNot', [kit.b.make('Greater', [kit.x([B, 4]), kit.b.scalar(0)])]),
  ),
  define('Select', 'by a comparison', (kit) => {
    const [x, y] = [kit.x([B, 4]), kit.x([B, 4])];
    return kit.b.select(kit.b.make('Greater', [kit.k([B, 4]), kit.b.fill(0, [B, 4])]), x, kit.b.square(y));
  }),
  define('Cast', 'bool to float', (kit) =>
    kit.b.cast(kit.b.make('Greater', [kit.x([B, 4]), kit.b.scalar(0)]), 'float32'),
  ),
  define('Cast', 'float to int', (kit) => kit.b.cast(kit.x([B, 4], fractional), 'int32')),
  define('Cast', 'int to float', (kit) => kit.b.cast(kit.k([B, 4], integers(5), 'int32'), 'float32')),
];

const reductionAxes: readonly (readonly number[])[] = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
const top = (kit: Kit, axes: readonly number[], keepDims: boolean): Node =>
  kit.b.make('Max', [kit.x([B, 3, 2], distinct)], { axes, keepDims });

const reductions: readonly Case[] = [
  ...[false, true].flatMap((keepDims) =>
    reductionAxes.flatMap((axes) => [
      define('Sum', `over ${axes.join()}${keepDims ? ', kept' : ''}`, (kit) =>
        kit.b.make('Sum', [kit.x([B, 3, 2])], { axes, keepDims }),
      ),
      define('Max', `over ${axes.join()}${keepDims ? ', kept' : ''}`, (kit) => top(kit, axes, keepDims)),
    ]),
  ),
  define('Max', 'of equal elements', (kit) => kit.b.max(kit.x([B, 4], always(0)), [1]), false),
  define('Max', 'of negative elements', (kit) => kit.b.max(kit.x([B, 4], list(-3, -1, -2)), [1])),
  ...[0, 1, 2].map((axis) =>
    define('ArgMax', `along ${axis}`, (kit) => kit.b.make('ArgMax', [kit.x([B, 3, 2], integers(3))], { axis }), false),
  ),
  ...(
    [
      [[B, 5], 2],
      [[B, 3, 4], 1],
      [[B, 3, 4], 4],
    ] as const
  ).map(([shape, k]) =>
    define('TopK', `${k} of ${JSON.stringify(shape)}`, (kit) => kit.b.make('TopK', [kit.x(shape, distinct)], { k })),
  ),
  define(
    'TopK',
    'of equal elements',
    (kit) => kit.b.make('TopK', [kit.x([B, 5], list(2, 0, 2, 2, 1))], { k: 3 }),
    false,
  ),
  define('TopK', 'of a whole batch', (kit) =>
    kit.b.make('TopK', [kit.x([{ batch: 6 }], distinct)], { k: { batch: 2 } }),
  ),
  define('CumSum', 'of a vector', (kit) => kit.b.make('CumSum', [kit.x([{ batch: 3 }])])),
  define('CumSum', 'of rank 3', (kit) => kit.b.make('CumSum', [kit.x([B, 2, 4])])),
  define('Softmax', 'of a vector', (kit) => kit.b.unary('Softmax', kit.x([{ batch: 3 }]))),
  define('Softmax', 'of a matrix', (kit) => kit.b.unary('Softmax', kit.x([B, 4]))),
  define('Softmax', 'of rank 4', (kit) => kit.b.unary('Softmax', kit.x([B, 2, 1, 3]))),
];

const sources: readonly Case[] = [
  define('Input', 'of rank 2', (kit) => kit.x([B, 3])),
  define('Const', 'scalar', (kit) => kit.b.mul(kit.x([]), kit.b.scalar(-1.25))),
  define('Const', 'matrix', (kit) => kit.b.mul(kit.x([B, 2, 3]), kit.b.constant([1, -2, 3.5, 0, 1e-7, 6], [2, 3]))),
  define('Moment', 'step', (kit) => kit.b.mul(kit.x([B]), kit.b.step())),
  define('Moment', 'epoch', (kit) => kit.b.mul(kit.x([B]), kit.b.epoch())),
  define('Moment', 'batch size', (kit) => kit.b.mul(kit.x([B]), kit.b.batchSize())),
  define('RandomUniform', 'of a batch', (kit) => kit.b.mul(kit.x([B, 5]), kit.b.uniform([B, 5]))),
  define('RandomNormal', 'of a batch', (kit) => kit.b.mul(kit.x([B, 5]), kit.b.normal([B, 5]))),
];

export const elementwiseCases: readonly Case[] = [
  ...sources,
  ...unary,
  ...extremes,
  halves,
  ...binary,
  ...special,
  ...reductions,
];
