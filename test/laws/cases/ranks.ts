/** Calls with tensors of rank 5 and 6, where backends have other kernels or none. */
import type { Node } from '../../../src/ir/graph/graph.js';
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import { B, type Shape } from '../../../src/ir/graph/shape.js';
import { distinct, integers, positive, signed, type Kit } from '../kit.js';
import { define, type Case } from './define.js';

const calls = (shape: Shape): readonly Case[] => {
  const rank = shape.length;
  const row: Shape = shape.slice(2).map((dim, i) => (i % 2 === 0 ? 1 : dim));
  const axes = shape.map((_, i) => i);
  const call = (op: OpName, build: (kit: Kit) => Node, smooth = true): Case =>
    define(op, `of rank ${rank}`, build, smooth);
  return [
    call('Exp', (kit) => kit.b.unary('Exp', kit.x(shape))),
    call('Add', (kit) => kit.b.add(kit.x(shape), kit.x(row))),
    call('Mul', (kit) => kit.b.mul(kit.x(row), kit.x(shape))),
    call('RealDiv', (kit) => kit.b.div(kit.x(shape), kit.x(shape, positive))),
    call('Maximum', (kit) => kit.b.make('Maximum', [kit.x(shape, distinct), kit.b.scalar(0)])),
    call('Greater', (kit) => kit.b.make('Greater', [kit.x(shape), kit.b.scalar(0)])),
    call('LogicalAnd', (kit) => {
      const x = kit.x(shape);
      return kit.b.make('LogicalAnd', [
        kit.b.make('Greater', [x, kit.b.scalar(0)]),
        kit.b.make('Less', [x, kit.b.scalar(1)]),
      ]);
    }),
    call('Select', (kit) => {
      const x = kit.x(shape);
      return kit.b.select(kit.b.make('Greater', [x, kit.b.scalar(0)]), kit.b.square(x), kit.x(shape));
    }),
    ...[[0], [2], [rank - 1], [0, 2], [1, 3], axes.slice(1), axes].flatMap((over) => [
      define('Sum', `of rank ${rank} over ${over.join()}`, (kit) => kit.b.sum(kit.x(shape, signed), over)),
      define('Max', `of rank ${rank} over ${over.join()}`, (kit) => kit.b.max(kit.x(shape, distinct), over, true)),
    ]),
    call('ArgMax', (kit) => kit.b.make('ArgMax', [kit.x(shape, integers(3))], { axis: 1 }), false),
    call('Softmax', (kit) => kit.b.unary('Softmax', kit.x(shape))),
    call('Reshape', (kit) => kit.b.reshape(kit.x(shape.slice(0, 1).concat(shape.slice(1).reverse())), shape)),
    call('Transpose', (kit) => kit.b.transpose(kit.x(shape), [...axes].reverse())),
    call('BroadcastTo', (kit) => kit.b.broadcastTo(kit.x(row), shape)),
    call('Concat', (kit) => kit.b.concat([kit.x(shape), kit.x(shape)], 3)),
    call('Slice', (kit) =>
      kit.b.slice(
        kit.x(shape),
        axes.map((i) => (i === 3 ? 1 : 0)),
        axes.map((i) => (i === 3 ? 2 : -1)),
      ),
    ),
    call('Pad', (kit) =>
      kit.b.pad(
        kit.x(shape),
        axes.map((i) => [i === 1 ? 1 : 0, i === 3 ? 2 : 0]),
      ),
    ),
    define('Pad', `of rank ${rank} with a value`, (kit) =>
      kit.b.pad(
        kit.x(shape),
        axes.map((i) => [i === 1 ? 1 : 0, i === 3 ? 2 : 0]),
        -1.5,
      ),
    ),
    call('Reverse', (kit) => kit.b.reverse(kit.x(shape), [1, 3])),
    define('Transpose', `of an indicator of rank ${rank}`, (kit) => {
      const x = kit.x(shape);
      return kit.b.mul(
        kit.b.transpose(kit.b.indicator('Greater', x, kit.b.scalar(0)), [...axes].reverse()),
        kit.x([...shape].reverse()),
      );
    }),
  ];
};

export const rankCases: readonly Case[] = [...calls([B, 2, 1, 3, 2]), ...calls([B, 2, 1, 3, 1, 2])];
