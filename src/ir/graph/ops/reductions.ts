/** Ops that reduce axes. */
import type { Node } from '../graph.js';
import { elements, elementsAt, showShape, type Dim, type Shape } from '../shape.js';
import { flag, literal, number, numbers, realFloats, type OpDefinition, type OpGroup } from './define.js';
import { flat } from './ranks.js';

function reduced(x: Node, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims ? x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) : x.shape.filter((_, i) => !axes.includes(i));
}

/** The shape of a reduction with the reduced axes kept as 1, to broadcast it back. */
const kept = (node: Node): Shape => reduced(node.inputs[0]!, numbers(node.attrs, 'axes'), true);

const print =
  (method: string): OpDefinition['tfjs'] =>
  ([x], node) => {
    const axes = numbers(node.attrs, 'axes');
    const keep = flag(node.attrs, 'keepDims');
    const from = node.inputs[0]!;
    const rank = from.shape.length;
    const all = axes.length === rank;
    // Other than innermost axes are made so by a transposition, of which the one for matrices copes with anything.
    const turned = rank > 2 && axes.some((axis) => axis < rank - axes.length);
    return `tf.${method}(${turned ? realFloats(x!, from) : x}${all && !keep ? '' : `, ${literal(axes)}`}${keep ? ', true' : ''})`;
  };

const overInput = (node: Node, batch: number): number => elementsAt(node.inputs[0]!.shape, batch);

export const reductions = {
  Sum: {
    summary: 'the sum along axes',
    tensorflow: 'Sum',
    infer: ([x], attrs) => ({ shape: reduced(x!, numbers(attrs, 'axes'), flag(attrs, 'keepDims')), dtype: x!.dtype }),
    vjp: (b, node, dy) => [b.broadcastTo(b.reshape(dy, kept(node)), node.inputs[0]!.shape)],
    parts: ({ attrs }) => (numbers(attrs, 'axes').includes(0) ? 'added' : 'joined'),
    flops: overInput,
    tfjs: print('sum'),
  },
  Max: {
    summary: 'the largest element along axes',
    tensorflow: 'Max',
    infer: ([x], attrs) => ({ shape: reduced(x!, numbers(attrs, 'axes'), flag(attrs, 'keepDims')), dtype: x!.dtype }),
    // Ties share the cotangent, as in TensorFlow.
    vjp: (b, node, dy) => {
      const x = node.inputs[0]!;
      const hit = b.indicator('Equal', x, b.reshape(node, kept(node)));
      const share = b.div(b.reshape(dy, kept(node)), b.sum(hit, numbers(node.attrs, 'axes'), true));
      return [b.mul(hit, share)];
    },
    parts: ({ attrs }) => (numbers(attrs, 'axes').includes(0) ? undefined : 'joined'),
    flops: overInput,
    tfjs: print('max'),
  },
  ArgMax: {
    summary: 'the index of the first largest element along one axis, int32',
    tensorflow: 'ArgMax',
    infer: ([x], attrs) => ({ shape: x!.shape.filter((_, i) => i !== number(attrs, 'axis')), dtype: 'int32' }),
    parts: ({ attrs }) => (number(attrs, 'axis') === 0 ? undefined : 'joined'),
    flops: overInput,
    tfjs: ([x], node) => `tf.argMax(${x}, ${number(node.attrs, 'axis')})`,
  },
  TopK: {
    summary: 'the k largest elements along the last axis, the largest first; k may be a multiple of the batch',
    tensorflow: 'TopKV2',
    infer: ([x], attrs) => {
      const [last, k] = [x!.shape.at(-1), attrs['k'] as Dim];
      const [has, wants] = [elements(last === undefined ? [] : [last]), elements([k])];
      return has.power === wants.power && wants.count <= has.count
        ? { shape: [...x!.shape.slice(0, -1), k], dtype: x!.dtype }
        : `${showShape([k])} of ${showShape(x!.shape)}`;
    },
    // Ties share what they are given together.
    vjp: (b, node, dy) => {
      const x = node.inputs[0]!;
      const [many, last] = [x.shape.at(-1)!, x.shape.length - 1];
      const beside = (y: Node): Node => b.reshape(y, [...y.shape, 1]);
      const hit = b.indicator('Equal', beside(node), b.reshape(x, [...x.shape.slice(0, -1), 1, many]));
      return [b.sum(b.mul(hit, b.div(beside(dy), b.sum(hit, [last + 1], true))), [last])];
    },
    parts: ({ shape }) => (shape.length === 1 ? undefined : 'joined'),
    flops: overInput,
    tfjs: ([x], { attrs }) => `tf.topk(${x}, ${literal(attrs['k']!)}).values`,
  },
  CumSum: {
    summary: 'sums of the elements up to each along the last axis',
    tensorflow: 'Cumsum',
    infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    vjp: (b, { shape }, dy) => {
      const last = [shape.length - 1];
      return [b.reverse(b.make('CumSum', [b.reverse(dy, last)]), last)];
    },
    parts: ({ shape }) => (shape.length === 1 ? undefined : 'joined'),
    flops: overInput,
    tfjs: ([x], { shape }) => `tf.cumsum(${x}, ${shape.length - 1})`,
  },
  Softmax: {
    summary: 'eˣ / Σ eˣ along the last axis',
    tensorflow: 'Softmax',
    infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    vjp: (b, node, dy) => {
      const last = [node.shape.length - 1];
      return [b.mul(node, b.sub(dy, b.sum(b.mul(dy, node), last, true)))];
    },
    parts: ({ shape }) => (shape.length === 1 ? undefined : 'joined'),
    flops: (node, batch) => 4 * overInput(node, batch),
    // libtensorflow's own kernel for the CPU has no such limit, but oneDNN's, which a graph gets in its place, does.
    avoid: (backend, node) =>
      backend === 'graph' && node.shape.length > 5 ? 'oneDNN takes tensors of at most five axes' : undefined,
    rewrite: (b, node) => {
      const rows = b.reshape(node.inputs[0]!, [flat(node.shape.slice(0, -1)), node.shape.at(-1)!]);
      return b.reshape(b.unary('Softmax', rows), node.shape);
    },
    tfjs: ([x]) => `tf.softmax(${x})`,
  },
} satisfies OpGroup;
