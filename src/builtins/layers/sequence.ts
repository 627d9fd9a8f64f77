/** Layers that see the positions of a sequence. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, scaleDim, type Dim } from '../../ir/graph/shape.js';
import { bool, call, num, type ExampleShape } from '../arguments.js';
import { isMisfit, type LayerDefinition, type Misfit, type WeightDeclaration } from '../define.js';
import { biasParam, initParam } from '../params.js';
import { initial } from '../initializers.js';
import { sequence, showExample } from './shapes.js';

const throughout: LayerDefinition['positions'] = { reads: 'sequence', gives: () => 'sequence' };

export const repeatVector: LayerDefinition = {
  category: 'layer',
  name: 'repeat_vector',
  aliases: ['repeat_n', 'tile', 'expand'],
  params: [
    {
      name: 'length',
      aliases: ['n', 'timesteps', 'steps', 'times'],
      type: { kind: 'int', min: 1 },
      summary: 'number of positions',
      inferred: true,
    },
  ],
  summary: 'The same vector at every position: what a decoder of sequences begins with.',
  formula: 'y[t] = x',
  source: 'Srivastava, Mansimov & Salakhutdinov 2015',
  examples: ['repeat_vector(30)'],
  positions: { reads: 'example', gives: () => 'sequence' },
  shape: ([input], args) =>
    input!.length === 1
      ? [num(args, 'length'), input![0]!]
      : {
          expected: 'a vector',
          found: showExample(input!),
          hint: 'give the last state of a recurrent layer alone, `last: true`',
        },
  invert: (output) => (output.length === 2 ? [output[1]!] : undefined),
  solve: (_input, output, args) => (output.length === 2 ? { ...args, length: output[0]! } : undefined),
  passes: () => 'moved',
  mirror: () => 'a repeated vector has no mirror',
  lower: ({ b }, x, args) => {
    const [batch, width] = [x.shape[0]!, x.shape[1]!];
    return b.broadcastTo(b.reshape(x, [batch, 1, width]), [batch, num(args, 'length'), width]);
  },
};

/** Of a sequence whose shape stays. */
const unchanged = ([input]: readonly ExampleShape[]): ExampleShape | Misfit => {
  const size = sequence(input!);
  return isMisfit(size) ? size : input!;
};

/** sin and cos of a position, in turn, at wavelengths from 2π to 2π·10⁴. */
const sines = (length: number, width: number): readonly number[] =>
  Array.from({ length: length * width }, (_, i) => {
    const [position, unit] = [Math.floor(i / width), i % width];
    const angle = position / 10000 ** ((unit - (unit % 2)) / width);
    return unit % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });

export const positions: LayerDefinition = {
  category: 'layer',
  name: 'positions',
  aliases: ['positional_encoding', 'position_embedding', 'positional_embedding', 'SinePositionEncoding', 'pos_enc'],
  params: [
    {
      name: 'learned',
      aliases: ['trainable', 'learnable'],
      type: { kind: 'bool' },
      summary: 'add a learned vector for each position in the place of sines',
      default: false,
    },
  ],
  summary: 'Adds to each position what tells it from the others: sines of it, or a learned vector.',
  formula: 'y[t] = x[t] + p[t], p[t, 2i] = sin(t/10⁴^(2i/n)), p[t, 2i+1] = cos(t/10⁴^(2i/n)), t from 0',
  source: 'Vaswani et al. 2017, §3.5',
  examples: ['positions', 'positions(learned: true)'],
  positions: throughout,
  shape: unchanged,
  invert: (output) => output,
  weights: (input, args) =>
    bool(args, 'learned')
      ? [
          {
            name: 'vectors',
            shape: [...input],
            axes: ['place', 'output'],
            initializer: initial('normal'),
            trainable: true,
            role: 'bias',
          },
        ]
      : [],
  range: ([input], args) => (bool(args, 'learned') ? [-Infinity, Infinity] : [input![0] - 1, input![1] + 1]),
  mirror: () => [],
  lower: ({ b, weight, input }, x, args) => {
    const [length, width] = [input[0]!, input[1]!];
    return b.add(x, bool(args, 'learned') ? weight('vectors') : b.constant(sines(length, width), [length, width]));
  },
};

/** Far below any match, and no infinity: an example of padding alone has a mean all the same. */
const unseen = -1e9;

/** What is added to the matches of positions with others that they do not see: padding, and later ones. */
function hidden(b: Builder, mask: Node | undefined, rows: Dim, length: number, causal: boolean): Node {
  const later = Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? unseen : 0));
  const ofLater = causal ? b.constant(later, [1, 1, length, length]) : b.scalar(0);
  if (mask === undefined) return ofLater;
  return b.add(ofLater, b.reshape(b.scale(b.shift(b.neg(mask), 1), unseen), [rows, 1, 1, length]));
}

export const attention: LayerDefinition = {
  category: 'layer',
  name: 'attention',
  aliases: ['MultiHeadAttention', 'self_attention', 'MultiheadSelfAttention', 'mha', 'MultiHeadDotProductAttention'],
  params: [
    {
      name: 'heads',
      aliases: ['num_heads', 'n_heads', 'nhead'],
      type: { kind: 'int', min: 1 },
      summary: 'number of parts of a vector that attend by themselves',
      default: 1,
    },
    {
      name: 'causal',
      aliases: ['use_causal_mask', 'is_causal', 'masked'],
      type: { kind: 'bool' },
      summary: 'a position sees itself and earlier ones alone',
      default: false,
    },
    biasParam,
    initParam,
  ],
  summary:
    'Self-attention: each position becomes a mean of what stands at all positions, weighted by how well they match.',
  formula: 'y = [softmax(QₖKₖᵀ/√(n/heads)) Vₖ]ₖ W_out + b, Q, K, V = xW + b, padding left out',
  source: 'Vaswani et al. 2017, §3.2',
  examples: ['attention(heads: 4)', 'attention(heads: 4, causal: true)'],
  positions: throughout,
  shape: ([input], args) => {
    const size = sequence(input!);
    if (isMisfit(size)) return size;
    const heads = num(args, 'heads');
    if (size[1] % heads === 0) return input!;
    return {
      expected: `vectors whose size ${heads} heads divide`,
      found: showExample(input!),
      hint: 'change the number of heads, or the size of the layer in front',
    };
  },
  invert: (output) => output,
  weights: (input, args) =>
    ['query', 'key', 'value', 'out'].flatMap((name): readonly WeightDeclaration[] => {
      const n = input.at(-1)!;
      const initializer = call(args, 'init', 'initializer');
      const kernel = {
        name,
        shape: [n, n],
        axes: ['input', 'output'],
        initializer,
        trainable: true,
        role: 'kernel',
      } as const;
      const bias = {
        shape: [n],
        axes: ['output'],
        initializer: initial('zeros'),
        trainable: true,
        role: 'bias',
      } as const;
      return bool(args, 'bias') ? [kernel, { name: `${name}_bias`, ...bias }] : [kernel];
    }),
  mirror: ({ args }) => [{ layer: 'attention', args }],
  lower: ({ b, weight, mask }, x, args) => {
    const [rows, length, n] = [x.shape[0]!, fixed(x.shape[1]), fixed(x.shape[2])];
    const heads = num(args, 'heads');
    const project = (of: Node, name: string): Node => {
      const y = b.matMul(of, weight(name));
      return bool(args, 'bias') ? b.add(y, weight(`${name}_bias`)) : y;
    };
    const flat = b.reshape(x, [scaleDim(rows, length), n]);
    const parts = (name: string): Node =>
      b.transpose(b.reshape(project(flat, name), [rows, length, heads, n / heads]), [0, 2, 1, 3]);
    const matches = b.scale(b.matMul(parts('query'), parts('key'), false, true), Math.sqrt(heads / n));
    const seen = b.unary('Softmax', b.add(matches, hidden(b, mask, rows, length, bool(args, 'causal'))));
    const joined = b.transpose(b.matMul(seen, parts('value')), [0, 2, 1, 3]);
    return b.reshape(project(b.reshape(joined, [scaleDim(rows, length), n]), 'out'), [rows, length, n]);
  },
};
