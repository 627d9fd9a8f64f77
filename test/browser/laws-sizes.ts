/** Calls of sizes and operands for which WebGL and WebGPU choose other kernels than for small tensors. */
import { convAttrs, samePads } from '../../src/ir/graph/ops/convolution.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { B } from '../../src/ir/graph/shape.js';
import { define, type Case } from '../laws/cases/define.js';
import { distinct, integers, signed, type Kit } from '../laws/kit.js';

const convolution = (size: number, kernel: number, stride: number, channels: number, depth: number): Case =>
  define('Conv2D', `${size}×${size}×${channels} to ${depth}, kernel ${kernel}, stride ${stride}`, (kit) => {
    const pads = samePads(size, kernel, stride, 1);
    return kit.b.make(
      'Conv2D',
      [kit.x([B, size, size, channels]), kit.x([kernel, kernel, channels, depth])],
      convAttrs({ strides: [stride, stride], dilations: [1, 1], pads: [pads, pads] }),
    );
  });

const indicator = (kit: Kit, x: Node): Node => kit.b.indicator('Greater', x, kit.b.scalar(0));

const calls: readonly Case[] = [
  ...(
    [
      [40, 100, 36],
      [3, 2000, 5],
      [66, 34, 35],
      [1, 300, 40],
      [64, 64, 64],
    ] as const
  ).map(([m, k, n]) => define('MatMul', `${m}×${k} by ${k}×${n}`, (kit) => kit.b.matMul(kit.x([m, k]), kit.x([k, n])))),
  convolution(12, 3, 1, 4, 8),
  convolution(12, 3, 2, 8, 16),
  convolution(9, 3, 2, 3, 8),
  convolution(8, 1, 1, 16, 32),
  ...(
    [
      [[40_000], [0]],
      [[7, 1500], [1]],
      [[1500, 7], [0]],
      [
        [2, 20, 20, 9],
        [1, 2],
      ],
    ] as const
  ).flatMap(([shape, axes]) => [
    define('Sum', `${shape.join('×')} over ${axes.join()}`, (kit) => kit.b.sum(kit.x(shape, signed), axes)),
    define('Max', `${shape.join('×')} over ${axes.join()}`, (kit) => kit.b.max(kit.x(shape, distinct), axes)),
  ]),
  define('ArgMax', '5×3000', (kit) => kit.b.make('ArgMax', [kit.x([5, 3000], distinct)], { axis: 1 })),
  define('Softmax', '3×1000', (kit) => kit.b.unary('Softmax', kit.x([3, 1000]))),
  define('Exp', 'of 10007', (kit) => kit.b.unary('Exp', kit.x([10_007]))),
  define('Add', '1001×17 and a row', (kit) => kit.b.add(kit.x([1001, 17]), kit.x([17]))),
  define('Mul', '1001×16 and a column', (kit) => kit.b.mul(kit.x([1001, 16]), kit.x([1001, 1]))),
  define('Select', '333×16', (kit) => {
    const x = kit.x([333, 16]);
    return kit.b.select(kit.b.make('Greater', [x, kit.b.fill(0, [333, 16])]), kit.b.square(x), x);
  }),
  define('Transpose', '33×70', (kit) => kit.b.transpose(kit.x([33, 70]), [1, 0])),
  define('Transpose', '3×50×70', (kit) => kit.b.transpose(kit.x([3, 50, 70]), [2, 0, 1])),
  ...[12, 20].map((n) =>
    define('Concat', `of ${n}`, (kit) =>
      kit.b.concat(
        Array.from({ length: n }, (_, i) => kit.x([6, 1 + (i % 3)])),
        1,
      ),
    ),
  ),
  define('Gather', '100 of 50 rows', (kit) =>
    kit.b.make('Gather', [kit.x([50, 20]), kit.k([100], integers(50), 'int32')]),
  ),
  define('OneHot', '200 of 30', (kit) =>
    kit.b.mul(kit.b.make('OneHot', [kit.k([200], integers(30), 'int32')], { depth: 30 }), kit.x([200, 30])),
  ),
  define('OneHot', 'transposed', (kit) =>
    kit.b.mul(
      kit.b.transpose(kit.b.make('OneHot', [kit.k([4, 9], integers(5), 'int32')], { depth: 5 }), [2, 0, 1]),
      kit.x([5, 4, 9]),
    ),
  ),
  define('Cast', 'of a comparison, transposed', (kit) => {
    const x = kit.x([4, 9, 5]);
    return kit.b.mul(kit.b.transpose(indicator(kit, x), [2, 0, 1]), kit.x([5, 4, 9]));
  }),
  define('Cast', 'of a comparison, summed over rows', (kit) => {
    const x = kit.x([4, 9, 5]);
    return kit.b.mul(kit.b.sum(indicator(kit, x), [0, 2], true), x);
  }),
  define('Cast', 'of integers, reshaped and transposed', (kit) =>
    kit.b.mul(
      kit.b.transpose(kit.b.reshape(kit.b.cast(kit.k([6, 4], integers(5), 'int32'), 'float32'), [2, 3, 4]), [2, 0, 1]),
      kit.x([4, 2, 3]),
    ),
  ),
  define('Cast', 'of comparisons, joined, cut, padded, reversed', (kit) => {
    const x = kit.x([4, 9]);
    const joined = kit.b.concat([indicator(kit, x), indicator(kit, kit.b.neg(x))], 1);
    const moved = kit.b.reverse(
      kit.b.pad(kit.b.slice(joined, [0, 3], [-1, 10]), [
        [0, 0],
        [1, 1],
      ]),
      [1],
    );
    return kit.b.matMul(moved, kit.x([12, 3]));
  }),
  define('Cast', 'of a comparison, convolved', (kit) =>
    kit.b.make(
      'Conv2D',
      [indicator(kit, kit.x([2, 6, 6, 4])), kit.x([3, 3, 4, 4])],
      convAttrs({
        strides: [1, 1],
        dilations: [1, 1],
        pads: [
          [0, 0],
          [0, 0],
        ],
      }),
    ),
  ),
  define('MaxPool', '20×20×8', (kit) =>
    kit.b.make('MaxPool', [kit.x([2, 20, 20, 8], distinct)], { size: [2, 2], strides: [2, 2] }),
  ),
];

/** Second derivatives use the same kernels again. */
export const sizeCases: readonly Case[] = calls.map((c) => ({ ...c, smooth: false }));
