/** Ops without inputs: what enters a graph. */
import type { DType, Node } from '../graph.js';
import { product } from '../shape.js';
import { literal, number, numbers, shapeAttr, text, type OpDefinition, type OpGroup } from './define.js';

const draw = (summary: string, tensorflow: string, method: string): OpDefinition => ({
  summary,
  tensorflow,
  infer: (_inputs, attrs) => ({ shape: shapeAttr(attrs), dtype: 'float32' }),
  tfjs: (_args, node: Node) => `random.${method}(${number(node.attrs, 'stream')}, ${literal(shapeAttr(node.attrs))})`,
});

/** What tensors of each kind are members of. */
const enters: Readonly<Record<string, string>> = {
  data: 'batch',
  weight: 'weights',
  slot: 'slots',
  code: 'code',
  grown: 'batch',
  pair: 'pair',
  sum: 'sums',
};

/** What a tensor from outside is a member of. */
export const memberOf = ({ attrs }: Node): { readonly of: string; readonly name: string } => ({
  of: enters[text(attrs, 'kind')]!,
  name: text(attrs, 'name'),
});

export const sources = {
  Input: {
    summary:
      'a tensor from outside: data, a weight, optimiser state, a code, or how trees hang together that are built of data',
    tensorflow: 'Placeholder',
    infer: (_inputs, attrs) => ({ shape: shapeAttr(attrs), dtype: text(attrs, 'dtype') as DType }),
    tfjs: (_args, node) => {
      const { of, name } = memberOf(node);
      return `${of}[${JSON.stringify(name)}]`;
    },
  },
  Const: {
    summary: 'fixed numbers',
    tensorflow: 'Const',
    infer: (_inputs, attrs) => {
      const shape = shapeAttr(attrs) as readonly number[];
      return numbers(attrs, 'values').length === product(shape)
        ? { shape, dtype: 'float32' }
        : 'wrong number of values';
    },
    tfjs: (_args, node) => {
      const values = numbers(node.attrs, 'values');
      if (node.shape.length === 0) return numeral(values[0]!);
      const n = Math.sqrt(values.length);
      const identity = Number.isInteger(n) && values.every((v, i) => v === (i % (n + 1) === 0 ? 1 : 0));
      if (!identity) return `tf.tensor(${literal(values)}, ${literal(node.shape)})`;
      return node.shape.length === 2 ? `tf.eye(${n})` : `tf.reshape(tf.eye(${n}), ${literal(node.shape)})`;
    },
    host: () => '',
  },
  Moment: {
    summary:
      'the step, the epoch or the number of examples in the batch, which to a part of it is that of the whole (`examples`)',
    tensorflow: 'Placeholder',
    infer: () => ({ shape: [], dtype: 'float32' }),
    tfjs: (_args, node) => {
      const which = text(node.attrs, 'which');
      return which === 'batchSize' ? 'batchSize' : `moment.${which}`;
    },
    host: () => '',
  },
  RandomUniform: draw('uniform on [0, 1)', 'StatelessRandomUniformV2', 'uniform'),
  RandomNormal: draw('standard normal', 'StatelessRandomNormalV2', 'normal'),
} satisfies OpGroup;

/** A JavaScript literal that reads back as the same number. */
export function numeral(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
