/** Recursion along positions, and along a batch of trees: one of a single leaf, a chain to the left, one to the right, a balanced one. */
import { Builder } from '../../../src/ir/graph/build.js';
import type { Graph, Node } from '../../../src/ir/graph/graph.js';
import { bodyInput } from '../../../src/ir/graph/ops/loops.js';
import { recursion, rowsAt, structure, type Structure } from '../../../src/ir/graph/ops/tree-loops.js';
import { scan } from '../../../src/ir/graph/ops/scan-loops.js';
import { B, rowsOf, scaleDim, type Dim } from '../../../src/ir/graph/shape.js';
import { layOut } from '../../../src/runtime/trees.js';
import { list, type Kit } from '../kit.js';
import { define, type Case } from './define.js';

const forest = {
  leafAt: Int32Array.of(0, 1, 4, 8, 12),
  left: Int32Array.of(0, 3, 2, 1, 0, 0, 2, 4),
  right: Int32Array.of(1, 2, 3, 4, 5, 1, 3, 5),
};

const [leaves, inner, nodes] = [rowsOf('leaves'), rowsOf('inner'), rowsOf('parents')];
const lengths: Readonly<Record<(typeof structure)[number], Dim>> = {
  levels: rowsOf('levels'),
  within: scaleDim(inner, 2),
  slots: nodes,
  children: scaleDim(inner, 2),
  parents: nodes,
  roots: rowsOf('roots'),
  rooted: nodes,
  inner,
  innered: nodes,
  leaves,
  leafed: nodes,
};

function fed(kit: Kit): Structure {
  const { arrays } = layOut(forest);
  return Object.fromEntries(
    structure.map((name) => {
      const [rows, shape] =
        name === 'levels' ? [arrays.levels.length / 2, [lengths[name], 2]] : [arrays[name].length, [lengths[name]]];
      kit.feeds[name] = { shape: name === 'levels' ? [rows, 2] : [rows], data: Float64Array.from(arrays[name]) };
      return [name, kit.b.input('data', name, shape, 'int32')];
    }),
  ) as Structure;
}

/** tanh(x W + r) of two children, or back. */
function body(from: number, to: number, extra: number): Graph {
  const b = new Builder();
  const x = b.input('given', bodyInput.start, [B, from]);
  const own = b.input('given', bodyInput.row(0), [B, extra]);
  const w = b.input('given', bodyInput.whole(0), [from, to]);
  const bias = b.input('given', bodyInput.whole(1), [to]);
  const sum = b.add(b.add(b.matMul(x, w), b.sum(own, [1], true)), b.unary('Exp', bias));
  return b.finish('body', [{ name: 'result', node: b.unary('Tanh', sum) }]);
}

const along = (op: 'Fold' | 'Unfold'): Case =>
  define(op, 'tanh', (kit) => {
    const at = fed(kit);
    const [from, to] = op === 'Fold' ? [4, 2] : [2, 4];
    return recursion(kit.b, op, {
      structure: at,
      start: kit.x([op === 'Fold' ? leaves : rowsOf('roots'), 2]),
      rows: [kit.x([inner, 3])],
      whole: [kit.x([from, to], list(0.3, -0.2, 0.5, 0.1)), kit.x([to])],
      body: body(from, to, 3),
    });
  });

const indices = (kit: Kit, name: string, shape: readonly Dim[], values: readonly number[], rows: number): Node => {
  kit.feeds[name] = {
    shape: shape.length === 2 ? [values.length / rows, rows] : [rows],
    data: Float64Array.from(values),
  };
  return kit.b.input('data', name, shape, 'int32');
};

const alongPositions = (label: string, length: number, reverse: boolean): Case =>
  define('Scan', label, (kit) =>
    scan(kit.b, {
      length,
      reverse,
      start: kit.x([B, 2]),
      rows: [kit.x([scaleDim(B, length), 3])],
      whole: [kit.x([2, 2], list(0.3, -0.2, 0.5, 0.1)), kit.x([2])],
      body: body(2, 2, 3),
    }),
  );

export const treeCases: readonly Case[] = [
  alongPositions('forward', 4, false),
  alongPositions('backward', 3, true),
  alongPositions('one position', 1, false),
  along('Fold'),
  along('Unfold'),
  define('Rows', 'a selection', (kit) => {
    const [table, chosen] = [rowsOf('back'), rowsOf('chosen')];
    const to = indices(kit, 'chosen', [chosen], [2, 4, 0], 3);
    const back = indices(kit, 'back', [table], [2, 3, 0, 3], 4);
    return rowsAt(kit.b, kit.x([table, 2]), to, back);
  }),
  define('Rows', 'of which some are chosen twice', (kit) => {
    const [table, chosen]: readonly Dim[] = [6, rowsOf('chosen')];
    const to = indices(kit, 'chosen', [chosen!], [1, 1, 6, 0, 5], 5);
    const back = indices(kit, 'back', [rowsOf('back'), table!], [3, 0, 5, 5, 5, 4, 5, 1, 5, 5, 5, 5], 6);
    return rowsAt(kit.b, kit.x([table!, 2]), to, back);
  }),
];
