/** Ops that move elements without computing: shape, order, cutting and joining, looking up. */
import {
  beginsWithBatch,
  elements,
  fixed,
  joinedSections,
  sameDim,
  sameElements,
  sectionOf,
  showShape,
  type Dim,
} from '../shape.js';
import type { Node } from '../graph.js';
import { literal, number, numbers, pairs, realFloats, shapeAttr, type OpGroup } from './define.js';
import { axisByAxis, beyondFour, flat } from './ranks.js';

/** The axis along which a slice takes some of the rows of a batch, however many there are; −1 where it takes none. */
const sectionAxis = ({ shape, inputs: [x] }: Node): number =>
  shape.findIndex((dim, i) => typeof dim === 'object' && dim.section !== undefined && !sameDim(dim, x!.shape[i]!));

export const movement = {
  Reshape: {
    summary: 'the same elements in another shape',
    moves: true,
    tensorflow: 'Reshape',
    parts: () => 'joined',
    infer: ([x], attrs) => {
      const shape = shapeAttr(attrs);
      return sameElements(x!.shape, shape)
        ? { shape, dtype: x!.dtype }
        : `${showShape(x!.shape)} into ${showShape(shape)}`;
    },
    vjp: (b, node, dy) => [b.reshape(dy, node.inputs[0]!.shape)],
    flops: () => 0,
    tfjs: ([x], node) => `tf.reshape(${x}, ${literal(node.shape)})`,
  },
  Transpose: {
    summary: 'axes in another order',
    moves: true,
    tensorflow: 'Transpose',
    parts: ({ attrs }) => (numbers(attrs, 'perm')[0] === 0 ? 'joined' : undefined),
    infer: ([x], attrs) => ({ shape: numbers(attrs, 'perm').map((p) => x!.shape[p]!), dtype: x!.dtype }),
    vjp: (b, node, dy) => {
      const perm = numbers(node.attrs, 'perm');
      return [
        b.transpose(
          dy,
          perm.map((_, i) => perm.indexOf(i)),
        ),
      ];
    },
    flops: () => 0,
    tfjs: ([x], node) =>
      node.shape.length === 2
        ? `tf.transpose(${x})`
        : `tf.transpose(${realFloats(x!, node.inputs[0]!)}, ${literal(node.attrs['perm']!)})`,
  },
  BroadcastTo: {
    summary: 'repeated along axes of length 1',
    moves: true,
    tensorflow: 'BroadcastTo',
    parts: () => 'joined',
    infer: ([x], attrs) => ({ shape: shapeAttr(attrs), dtype: x!.dtype }),
    vjp: (b, node, dy) => [b.sumTo(dy, node.inputs[0]!.shape)],
    flops: () => 0,
    tfjs: ([x], node) => {
      const from = node.inputs[0]!;
      if (from.op === 'Const' && from.shape.length === 0) return `tf.fill(${literal(node.shape)}, ${x})`;
      if (from.dtype !== 'float32') return `tf.broadcastTo(${x}, ${literal(node.shape)})`;
      // WASM's Tile takes 60 ns an element; a product that broadcasts takes 1.5 and is as exact.
      const lead = node.shape.length - from.shape.length;
      const ones = node.shape.map((dim, i) => (i >= lead && sameDim(dim, from.shape[i - lead]!) ? 1 : dim));
      return `tf.mul(${x}, tf.ones(${literal(ones)}))`;
    },
  },
  Concat: {
    summary: 'tensors joined along an axis',
    moves: true,
    tensorflow: 'ConcatV2',
    parts: ({ attrs }) => (number(attrs, 'axis') === 0 ? undefined : 'joined'),
    infer: (inputs, attrs) => {
      const axis = number(attrs, 'axis');
      const [first, second] = inputs.map((x) => x.shape[axis]!);
      const total: Dim = inputs.every((x) => typeof x.shape[axis] === 'number')
        ? inputs.reduce((sum, x) => sum + fixed(x.shape[axis]), 0)
        : (joinedSections(first!, second) ?? {
            ...(first as Exclude<Dim, number>),
            batch: inputs.reduce((sum, x) => sum + elements([x.shape[axis]!]).count, 0),
          });
      return { shape: inputs[0]!.shape.map((dim, i) => (i === axis ? total : dim)), dtype: inputs[0]!.dtype };
    },
    vjp: (b, node, dy, needs) => {
      const axis = number(node.attrs, 'axis');
      let start = 0;
      return node.inputs.map((x, i) => {
        const { section } = typeof x.shape[axis] === 'object' ? x.shape[axis] : {};
        if (section !== undefined) return needs[i] === true ? b.section(dy, axis, section) : null;
        const begin = node.shape.map((_, a) => (a === axis ? start : 0));
        start += fixed(x.shape[axis]);
        return needs[i] === true
          ? b.slice(
              dy,
              begin,
              node.shape.map((_, a) => (a === axis ? fixed(x.shape[axis]) : -1)),
            )
          : null;
      });
    },
    flops: () => 0,
    tfjs: (args, node) => `tf.concat([${args.join(', ')}], ${number(node.attrs, 'axis')})`,
  },
  Slice: {
    summary: 'a contiguous part',
    moves: true,
    tensorflow: 'Slice',
    parts: ({ inputs: [x], shape }) => (sameDim(x!.shape[0]!, shape[0]!) ? 'joined' : undefined),
    infer: ([x], attrs) => ({ shape: shapeAttr(attrs, 'size'), dtype: x!.dtype }),
    vjp: (b, node, dy) => {
      const begin = numbers(node.attrs, 'begin');
      const from = node.inputs[0]!.shape;
      const axis = sectionAxis(node);
      if (axis >= 0) {
        const { count, of } = (node.shape[axis] as Exclude<Dim, number>).section!;
        const isFirst = of === 'first';
        const rest = sectionOf(from[axis]!, { of: isFirst ? 'behind' : 'first', count });
        const none = b.fill(
          0,
          from.map((dim, i) => (i === axis ? rest : dim)),
        );
        return [b.concat(isFirst ? [dy, none] : [none, dy], axis)];
      }
      return [
        b.pad(
          dy,
          from.map((dim, i) =>
            sameDim(dim, node.shape[i]!) ? [0, 0] : [begin[i]!, fixed(dim) - begin[i]! - fixed(node.shape[i])],
          ),
        ),
      ];
    },
    flops: () => 0,
    avoid: (backend, node) =>
      beyondFour(backend, node, {
        webgl: 'its packed kernel compares coordinates of five axes, which GLSL has no vector for',
        webgpu: 'its uniform of five begins is laid out otherwise than the shader reads it',
      }),
    rewrite: (b, node) => {
      const x = node.inputs[0]!;
      const begin = numbers(node.attrs, 'begin');
      const cut = node.shape.flatMap((dim, i) => (sameDim(dim, x.shape[i]!) ? [] : [i]));
      return axisByAxis(b, x, cut, (y, i) => {
        const dim = node.shape[i]!;
        return typeof dim === 'object' ? b.section(y, 1, dim.section) : b.slice(y, [0, begin[i]!, 0], [-1, dim, -1]);
      });
    },
    tfjs: ([x], node) => `tf.slice(${x}, ${literal(node.attrs['begin']!)}, ${literal(node.shape)})`,
  },
  Pad: {
    summary: 'a border of one value',
    tensorflow: 'PadV2',
    parts: ({ inputs: [x], shape }) => (sameDim(x!.shape[0]!, shape[0]!) ? 'joined' : undefined),
    infer: ([x], attrs) => {
      const paddings = pairs(attrs, 'paddings');
      return {
        shape: x!.shape.map((dim, i) =>
          paddings[i]![0] + paddings[i]![1] === 0 ? dim : fixed(dim) + paddings[i]![0] + paddings[i]![1],
        ),
        dtype: x!.dtype,
      };
    },
    vjp: (b, node, dy) => {
      const shape = node.inputs[0]!.shape;
      const paddings = pairs(node.attrs, 'paddings');
      return [
        b.slice(
          dy,
          paddings.map(([before]) => before),
          shape.map((dim, i) => (paddings[i]![0] + paddings[i]![1] === 0 ? -1 : fixed(dim))),
        ),
      ];
    },
    flops: () => 0,
    avoid: (backend, node) =>
      beyondFour(backend, node, {
        webgl: 'its kernel compares vectors of coordinates, of which GLSL has four at most',
        webgpu: 'its kernel names four coordinates',
      }),
    rewrite: (b, node) => {
      const paddings = pairs(node.attrs, 'paddings');
      const padded = paddings.flatMap(([before, after], i) => (before + after === 0 ? [] : [i]));
      return axisByAxis(b, node.inputs[0]!, padded, (y, i) =>
        b.pad(y, [[0, 0], paddings[i]!, [0, 0]], number(node.attrs, 'value')),
      );
    },
    tfjs: ([x], node) => {
      const value = number(node.attrs, 'value');
      return `tf.pad(${x}, ${literal(node.attrs['paddings']!)}${value === 0 ? '' : `, ${value}`})`;
    },
  },
  Reverse: {
    summary: 'axes run backwards',
    moves: true,
    tensorflow: 'ReverseV2',
    parts: ({ attrs }) => (numbers(attrs, 'axes').includes(0) ? undefined : 'joined'),
    infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    vjp: (b, node, dy) => [b.reverse(dy, numbers(node.attrs, 'axes'))],
    flops: () => 0,
    avoid: (backend, node) =>
      beyondFour(backend, node, { webgl: 'throws beyond rank 4', webgpu: 'makes every shape one of four axes' }),
    rewrite: (b, node) => axisByAxis(b, node.inputs[0]!, numbers(node.attrs, 'axes'), (y) => b.reverse(y, [1])),
    tfjs: ([x], node) => `tf.reverse(${x}, ${literal(node.attrs['axes']!)})`,
  },

  Gather: {
    summary: 'rows of a matrix by int32 index; indices of any shape',
    tensorflow: 'GatherV2',
    parts: ({ inputs: [table] }) => (beginsWithBatch(table!.shape) ? undefined : 'joined'),
    infer: ([table, indices]) => ({ shape: [...indices!.shape, ...table!.shape.slice(1)], dtype: table!.dtype }),
    vjp: (b, node, dy) => {
      const [table, indices] = node.inputs;
      return [b.make('SegmentSum', [dy, indices!], { segments: fixed(table!.shape[0]) }), null];
    },
    flops: () => 0,
    tfjs: ([table, indices]) => `tf.gather(${table}, ${indices})`,
  },
  SegmentSum: {
    summary: 'the sum of the rows that carry the same index: the adjoint of Gather',
    tensorflow: 'UnsortedSegmentSum',
    parts: () => 'added',
    infer: ([rows, indices], attrs) => ({
      shape: [number(attrs, 'segments'), ...rows!.shape.slice(indices!.shape.length)],
      dtype: rows!.dtype,
    }),
    vjp: (b, node, dy) => [b.make('Gather', [dy, node.inputs[1]!]), null],
    // Its adjoint alone has it, of which a deployed model holds none.
    avoid: (backend) => (backend === 'onnx' ? 'has no such op' : undefined),
    rewrite: (b, node) => {
      const [rows, indices] = node.inputs;
      const segments = number(node.attrs, 'segments');
      const rank = indices!.shape.length;
      const many = flat(indices!.shape);
      const hot = b.make('OneHot', [b.reshape(indices!, [many])], { depth: segments });
      const sums = b.matMul(hot, b.reshape(rows!, [many, flat(node.shape.slice(1))]), true);
      return b.reshape(sums, [segments, ...rows!.shape.slice(rank)]);
    },
    tfjs: ([rows, indices], node) => `kernels.segmentSum(${rows}, ${indices}, ${number(node.attrs, 'segments')})`,
  },
  OneHot: {
    summary: 'float32 indicator of an int32 index along a new last axis',
    tensorflow: 'OneHot',
    parts: () => 'joined',
    infer: ([x], attrs) => ({ shape: [...x!.shape, number(attrs, 'depth')], dtype: 'float32' }),
    flops: () => 0,
    // The WASM kernel writes int32 whatever dtype is asked for; the cast makes it true.
    tfjs: ([x], node) => `tf.cast(tf.oneHot(${x}, ${number(node.attrs, 'depth')}, 1, 0, 'int32'), 'float32')`,
  },
} satisfies OpGroup;
