/**
 * What the registry says of ops beside their values: how often they multiply and add, what they do not take, how they are
 * spelled in TensorFlow.js and whether parts of a batch are enough. Spellings are kept for a reader to judge:
 * `npx vitest run test/laws/counts.test.ts -u` writes them anew.
 */
import { describe, expect, it } from 'vitest';
import type { Attrs, Node } from '../../src/ir/graph/graph.js';
import { numbers } from '../../src/ir/graph/ops/define.js';
import { ops, type OpName } from '../../src/ir/graph/ops/index.js';
import { mannerOf } from '../../src/ir/graph/passes/parts.js';
import { B, type Shape } from '../../src/ir/graph/shape.js';
import { cases } from './cases/index.js';
import { withDerivatives } from './cases/define.js';
import { Kit } from './kit.js';
import { resolve } from './reference/value.js';

const names = Object.keys(ops) as readonly OpName[];
const batch = 11;
const product = (sizes: readonly number[]): number => sizes.reduce((all, n) => all * n, 1);

const sizesOf = ({ shape }: Node): readonly number[] => resolve(shape, { batch, feeds: {} });
const size = (node: Node): number => product(sizesOf(node));
const input = ({ inputs }: Node, i: number): Node => inputs.at(i)!;
const flag = ({ attrs }: Node, name: string): boolean => attrs[name] === true;
const window = ({ attrs }: Node): number => product(numbers(attrs, 'size'));

/** A product and a sum for each place of a kernel, channel that comes in, and number that goes out. */
const convolved = (kernel: readonly number[], out: Node): number => 2 * size(out) * product(kernel.slice(0, 3));

/** Operations of one row of a body: each number that a product gives is a sum over what is between. */
const bodyOf = ({ body }: Node): number =>
  body!.nodes.reduce(
    (sum, node) => sum + (node.op === 'MatMul' ? size(node) * sizesOf(input(node, 1))[0]! : size(node)) / rowsOf(node),
    0,
  );
const rowsOf = ({ shape: [first] }: Node): number => (typeof first === 'object' ? batch * first.batch : 1);

const nothing = (): number => 0;
const read = (node: Node): number => size(input(node, 0));
const each = (node: Node): number => size(node);

/** By loops, for what is not one operation for each number of the result. */
const counted: Partial<Readonly<Record<OpName, (node: Node) => number>>> = {
  ...Object.fromEntries(
    ['Reshape', 'Transpose', 'BroadcastTo', 'Concat', 'Slice', 'Pad', 'Reverse', 'Gather', 'OneHot'].map((name) => [
      name,
      nothing,
    ]),
  ),
  ...Object.fromEntries(['Sum', 'Max', 'ArgMax', 'TopK', 'CumSum'].map((name) => [name, read])),
  // The largest, differences and their exponentials, their sum, quotients.
  Softmax: (node) => 4 * read(node),
  MatMul: (node) => 2 * size(node) * sizesOf(input(node, 0)).at(flag(node, 'transposeA') ? -2 : -1)!,
  Conv2D: (node) => convolved(sizesOf(input(node, 1)), node),
  Conv2DBackpropInput: (node) => convolved(sizesOf(input(node, 0)), input(node, 1)),
  Conv2DBackpropFilter: (node) => convolved(sizesOf(node), input(node, 1)),
  MaxPool: (node) => window(node) * size(node),
  AvgPool: (node) => window(node) * size(node),
  MaxPoolGradGrad: (node) => window(node) * size(node),
  MaxPoolGrad: (node) => window(node) * size(input(node, -1)),
  AvgPoolGrad: (node) => window(node) * size(input(node, -1)),
  // Rows by a list of them are moved, by a matrix summed.
  Rows: (node) => (input(node, 1).shape.length === 1 ? 0 : size(node)),
  Scan: (node) => 2 * sizesOf(node)[0]! * bodyOf(node),
};

describe('operations are counted', () => {
  it.each(names.filter((name) => name !== 'Fold' && name !== 'Unfold'))('of %s as loops would', (op) => {
    const of = cases.filter((one) => one.op === op).flatMap((one) => withDerivatives(one).graph.nodes);
    const own = of.filter((node) => node.op === op && !fedRows(node));
    for (const node of own) {
      const { flops } = ops[op];
      expect(flops === undefined ? size(node) : flops(node, batch), op).toBe((counted[op] ?? each)(node));
    }
  });
});

/** Rows of an array that is fed, whose number no batch tells. */
const fedRows = (node: Node): boolean =>
  [node, ...node.inputs].some(({ shape }) => shape.some((dim) => typeof dim === 'object' && dim.of !== undefined));

/** Other ops stand in their places on every backend that runs JavaScript. */
const unprinted: ReadonlySet<OpName> = new Set(['MaxPoolGradGrad', 'AvgPoolGrad']);

describe('spellings', () => {
  it.each(names)('of %s', (op) => {
    const lines = cases
      .filter((one) => one.op === op)
      .flatMap((one) =>
        withDerivatives(one)
          .graph.nodes.filter((node) => node.op === op)
          .map((node) => {
            const args = node.inputs.map((_, i) => 'abcdefghijklmnopqrstuvwxyz'[i] ?? `x${i}`);
            const printed = unprinted.has(op) ? 'never printed' : ops[op].tfjs(args, node);
            return `${one.label}: ${printed}, ${mannerOf(node)}`;
          }),
      );
    const { summary, tensorflow, moves } = ops[op];
    expect(
      [`${tensorflow}: ${summary}${moves === true ? ', moved' : ''}`, ...new Set(lines)].join('\n'),
    ).toMatchSnapshot();
  });
});

describe('what an op does not take', () => {
  const conv = (pads = [0, 0, 0, 0]): Attrs => ({
    strides: [1, 2],
    dilations: [1, 1],
    pads: [pads.slice(0, 2), pads.slice(2)] as never,
  });
  /** An op with a call that it takes, and calls beside it that it does not. */
  const calls: readonly (readonly [op: OpName, takes: Call, ...not: readonly Call[]])[] = [
    [
      'Conv2D',
      [
        [
          [B, 3, 4, 2],
          [3, 4, 2, 5],
        ],
        conv(),
      ],
      [
        [
          [B, 3, 4, 2],
          [3, 4, 3, 5],
        ],
        conv(),
      ],
      [
        [
          [B, 3, 2],
          [3, 4, 2, 5],
        ],
        conv(),
      ],
      [
        [
          [B, 3, 4, 2],
          [3, 2, 5],
        ],
        conv(),
      ],
      [
        [
          [B, 2, 4, 2],
          [3, 4, 2, 5],
        ],
        conv(),
      ],
      [
        [
          [B, 3, 3, 2],
          [3, 4, 2, 5],
        ],
        conv(),
      ],
    ],
    [
      'Conv2D',
      [
        [
          [B, 2, 3, 2],
          [3, 4, 2, 5],
        ],
        conv([1, 0, 0, 1]),
      ],
      [
        [
          [B, 1, 3, 2],
          [3, 4, 2, 5],
        ],
        conv([1, 0, 0, 1]),
      ],
      [
        [
          [B, 2, 2, 2],
          [3, 4, 2, 5],
        ],
        conv([1, 0, 0, 1]),
      ],
    ],
    [
      'MatMul',
      [
        [
          [B, 3],
          [3, 4],
        ],
        {},
      ],
      [
        [
          [B, 3],
          [4, 3],
        ],
        {},
      ],
      [[[3], [3, 4]], {}],
      [
        [
          [2, B, 3],
          [3, 4],
        ],
        {},
      ],
      [
        [
          [2, B, 3],
          [3, 3, 4],
        ],
        {},
      ],
    ],
    [
      'MatMul',
      [
        [
          [3, B],
          [3, 4],
        ],
        { transposeA: true },
      ],
      [
        [
          [B, 3],
          [3, 4],
        ],
        { transposeA: true },
      ],
    ],
    [
      'MatMul',
      [
        [
          [B, 3],
          [4, 3],
        ],
        { transposeB: true },
      ],
      [
        [
          [B, 3],
          [3, 4],
        ],
        { transposeB: true },
      ],
    ],
    ['Reshape', [[[B, 6]], { shape: [B, 2, 3] }], [[[B, 6]], { shape: [B, 5] }], [[[B, 6]], { shape: [6] }]],
    ['TopK', [[[B, 4]], { k: 4 }], [[[B, 4]], { k: 5 }], [[[B, 4]], { k: B }]],
    ['Add', [[[B, 4], [4]], {}], [[[B, 4], [3]], {}], [[[B, 4], [B]], {}]],
  ];

  it.each(calls.map(([op, takes, ...not], i) => ({ op, takes, not, i })))('$op, $i', ({ op, takes, not }) => {
    const made = ([shapes, attrs]: Call): (() => Node) => {
      const kit = new Kit();
      const inputs = shapes.map((shape) => kit.k(shape));
      return () => kit.b.make(op, inputs, attrs);
    };
    expect(made(takes)).not.toThrow();
    for (const one of not) expect(made(one), JSON.stringify(one)).toThrow(`${op}(`);
  });
});

type Call = readonly [shapes: readonly Shape[], attrs: Attrs];
