/** Calls of the ops that move elements. */
import { repeated } from '../../../src/ir/graph/repeat.js';
import { B, type Section, type Shape } from '../../../src/ir/graph/shape.js';
import { integers, list, type Kit } from '../kit.js';
import { define, type Case } from './define.js';

const twice: Shape = [{ batch: 6 }];
const first: Section = { of: 'first', count: 1 };
const behind: Section = { of: 'behind', count: 1 };

const perms = [
  [1, 0],
  [0, 2, 1],
  [2, 0, 1],
  [0, 3, 1, 2],
  [3, 1, 2, 0],
  [0, 2, 5, 1, 3, 4],
];
const transposes = perms.map((perm) =>
  define('Transpose', perm.join(), (kit) =>
    kit.b.make('Transpose', [kit.x(perm.map((_, i) => (i === 0 ? B : (i % 2) + 2)))], { perm }),
  ),
);

const broadcasts: readonly (readonly [Shape, Shape])[] = [
  [[], [B, 3]],
  [[3], [B, 3]],
  [
    [B, 1],
    [B, 3],
  ],
  [
    [1, 3],
    [B, 3],
  ],
  [
    [B, 1, 2, 1],
    [B, 3, 2, 2],
  ],
  [
    [1, B, 2],
    [3, B, 2],
  ],
  [
    [{ batch: 2 }, 1, 2],
    [{ batch: 2 }, 3, 2],
  ],
];

const paddings: readonly (readonly (readonly [number, number])[])[] = [
  [
    [0, 0],
    [1, 0],
  ],
  [
    [0, 0],
    [0, 2],
  ],
  [
    [0, 0],
    [1, 2],
    [2, 0],
  ],
  [
    [0, 0],
    [1, 1],
    [2, 0],
    [0, 1],
  ],
];

const lookup = (kit: Kit, shape: Shape, row: Shape) =>
  [kit.x([4, ...row]), kit.k(shape, list(1, 3, 1, 0, 1), 'int32')] as const;

const segments = (shape: Shape, row: Shape) => (kit: Kit) =>
  kit.b.make('SegmentSum', [kit.x([...shape, ...row]), kit.k(shape, list(1, 3, 1, 0, 1), 'int32')], { segments: 4 });

export const movementCases: readonly Case[] = [
  define('Reshape', 'into the batch', (kit) => kit.b.make('Reshape', [kit.x([B, 3, 2])], { shape: twice })),
  define('Reshape', 'out of the batch', (kit) => kit.b.make('Reshape', [kit.x(twice)], { shape: [B, 2, 3] })),
  define('Reshape', 'of a scalar', (kit) => kit.b.make('Reshape', [kit.x([])], { shape: [1, 1] })),
  ...transposes,
  ...broadcasts.map(([from, to]) =>
    define('BroadcastTo', `${from.length} to ${to.length} axes, ${JSON.stringify(from)}`, (kit) =>
      kit.b.make('BroadcastTo', [kit.x(from)], { shape: to }),
    ),
  ),
  define('BroadcastTo', 'of a literal', (kit) => kit.b.mul(kit.x([B, 2]), kit.b.fill(-2.5, [B, 2]))),
  define('BroadcastTo', 'of the batch size', (kit) =>
    kit.b.mul(kit.x([B, 2]), kit.b.broadcastTo(kit.b.batchSize(), [B, 2])),
  ),
  define('Concat', 'columns', (kit) => kit.b.concat([kit.x([B, 2]), kit.x([B, 1]), kit.x([B, 3])], 1)),
  define('Concat', 'channels', (kit) => kit.b.concat([kit.x([B, 2, 2, 1]), kit.x([B, 2, 2, 2])], 3)),
  define('Concat', 'a middle axis', (kit) => kit.b.concat([kit.x([B, 1, 2]), kit.x([B, 3, 2])], 1)),
  define('Concat', 'a tensor with itself', (kit) => {
    const x = kit.x([B, 2]);
    return kit.b.concat([x, x], 1);
  }),
  define('Concat', 'rows of fixed number', (kit) => kit.b.concat([kit.x([2, 3]), kit.x([1, 3])], 0)),
  define('Concat', 'the first rows of a batch, and the others changed', (kit) => {
    const all = kit.x([B, 2]);
    return kit.b.concat([kit.b.section(all, 0, first), kit.b.scale(kit.b.section(all, 0, behind), 3)], 0);
  }),
  define('Slice', 'the first rows of a batch', (kit) => kit.b.section(kit.x([B, 6]), 0, first)),
  define('Slice', 'the rows behind the first', (kit) => kit.b.section(kit.x([B, 3]), 0, behind)),
  define('Slice', 'the first rows of each copy of a batch', (kit) => kit.b.section(kit.x([2, B, 3]), 1, first)),
  define('BroadcastTo', 'the rows behind the first, twice', (kit) =>
    repeated(kit.b, kit.b.section(kit.x([B, 3]), 0, behind), 2),
  ),
  define('Slice', 'columns of the first rows of a batch', (kit) =>
    kit.b.slice(kit.b.section(kit.x([B, 3]), 0, first), [0, 1], [-1, 2]),
  ),
  define('Slice', 'columns', (kit) => kit.b.slice(kit.x([B, 5]), [0, 1], [-1, 3])),
  define('Slice', 'a corner', (kit) => kit.b.slice(kit.x([B, 4, 5, 2]), [0, 1, 2, 1], [-1, 2, 3, 1])),
  define('Slice', 'to the end', (kit) => kit.b.slice(kit.x([B, 4, 3]), [0, 2, 0], [-1, -1, 2])),
  define('Slice', 'fixed rows', (kit) => kit.b.slice(kit.x([5, 2]), [3, 0], [1, -1])),
  ...paddings.flatMap((p) =>
    [0, -1.5].map((value) =>
      define('Pad', `${JSON.stringify(p)} with ${value}`, (kit) =>
        kit.b.pad(kit.x([B, 3, 2, 2].slice(0, p.length) as Shape), p, value),
      ),
    ),
  ),
  ...[[1], [0, 1], [1, 2], [3]].map((axes) =>
    define('Reverse', axes.join(), (kit) => kit.b.reverse(kit.x([3, 2, 3, 2]), axes)),
  ),
  define('Reverse', 'of a batch', (kit) => kit.b.reverse(kit.x([B, 4]), [1])),
  define('Gather', 'repeated rows', (kit) => kit.b.make('Gather', lookup(kit, [B], [3]))),
  define('Gather', 'by a matrix of indices', (kit) => kit.b.make('Gather', lookup(kit, [B, 3], [2]))),
  define('Gather', 'by a fixed list', (kit) => kit.b.make('Gather', lookup(kit, [5], [2, 2]))),
  define('SegmentSum', 'repeated and empty segments', segments([{ batch: 3 }], [2])),
  define('SegmentSum', 'indices of rank 2', segments([B, 3], [2])),
  define('SegmentSum', 'rows of rank 2', segments([5], [2, 3])),
  define('OneHot', 'of a vector', (kit) =>
    kit.b.make('OneHot', [kit.k([{ batch: 3 }], integers(4), 'int32')], { depth: 4 }),
  ),
  define('OneHot', 'of a matrix, some outside', (kit) =>
    kit.b.make('OneHot', [kit.k([B, 3], integers(6), 'int32')], { depth: 4 }),
  ),
];
