/** Laws of the op registry: shapes, first and second derivatives, rewrites. */
import { beforeAll, describe, expect, it } from 'vitest';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { Builder } from '../../src/ir/graph/build.js';
import type { Graph, Node } from '../../src/ir/graph/graph.js';
import { backends, ops, type Backend, type OpName } from '../../src/ir/graph/ops/index.js';
import { legalise } from '../../src/ir/graph/passes/legalise.js';
import { mannerOf } from '../../src/ir/graph/passes/parts.js';
import { numeral } from '../../src/ir/graph/ops/sources.js';
import { B, beginsWithBatch } from '../../src/ir/graph/shape.js';
import { cases, type Case } from './cases/index.js';
import { difference, differentiate, gradientError, Kit, list } from './kit.js';
import { evaluate, evaluateNodes, value, type Value } from './reference.js';
import { operand } from './print.js';

const names = Object.keys(ops) as readonly OpName[];
const of = (op: OpName): readonly Case[] => cases.filter((c) => c.op === op);
const isFloat = (node: Node): boolean => node.dtype === 'float32';

const avoided = (node: Node, targets: readonly Backend[]): boolean =>
  targets.some((target) => ops[node.op].avoid?.(target, node) !== undefined);

/** A case with its value and derivatives, as one graph. */
function whole(c: Case): { readonly kit: Kit; readonly graph: Graph } {
  const kit = new Kit();
  const y = c.build(kit);
  if (!isFloat(y) || kit.wrt.length === 0) return { kit, graph: kit.graph({ y }) };
  const { first, second } = differentiate(kit, y);
  const tagged = (tag: string, nodes: readonly Node[]): readonly (readonly [string, Node])[] =>
    nodes.map((node, i) => [`${tag}${i}`, node]);
  return {
    kit,
    graph: kit.graph(Object.fromEntries([['y', y], ...tagged('first', first), ...tagged('second', second)])),
  };
}

it.each(names)('%s is tried, has a summary and a TensorFlow name', (op) => {
  expect(of(op).length).toBeGreaterThan(0);
  expect(ops[op].summary).not.toBe('');
  expect(ops[op].tensorflow).not.toBe('');
  expect(ops[op].avoid === undefined).toBe(ops[op].rewrite === undefined);
});

it.each(names)('%s has the inferred shape', (op) => {
  for (const c of of(op)) {
    const kit = new Kit();
    // The interpreter compares the shapes of every node on the way.
    expect(() => kit.evaluate(c.build(kit)), c.label).not.toThrow();
  }
});

it.each(names)('%s has the right first and second derivative', (op) => {
  for (const c of of(op).filter((one) => one.smooth)) {
    const kit = new Kit();
    const y = c.build(kit);
    if (!isFloat(y) || kit.wrt.length === 0) continue;
    const { loss, first, squares, second } = differentiate(kit, y);
    expect(gradientError(kit, loss, first), `${c.label}, first`).toBeLessThan(1e-6);
    expect(gradientError(kit, squares, second), `${c.label}, second`).toBeLessThan(1e-6);
  }
});

it.each(names)('%s gives each input the same derivative alone as with the others', (op) => {
  for (const c of of(op)) {
    const kit = new Kit();
    const y = c.build(kit);
    if (!isFloat(y) || kit.wrt.length < 2) continue;
    const loss = kit.weighted(y);
    const together = kit.evaluate(...gradients(kit.b, loss, kit.wrt));
    const alone = kit.evaluate(...kit.wrt.map((x) => gradients(kit.b, loss, [x])[0]!));
    alone.forEach((g, i) => expect(difference(g, together[i]!), `${c.label}, input ${i}`).toBe(0));
  }
});

describe('in parts of the batch', () => {
  const batch = 5;
  const cut = [2, 3];
  const nodes = cases.flatMap((c) => {
    const kit = new Kit(batch);
    const y = c.build(kit);
    const graph =
      isFloat(y) && kit.wrt.length > 0
        ? kit.graph({ y, ...Object.fromEntries(gradients(kit.b, kit.weighted(y), kit.wrt).map((g, i) => [`${i}`, g])) })
        : kit.graph({ y });
    const known = evaluateNodes(graph.nodes, kit.env);
    return graph.nodes.map((node) => ({ node, known, label: c.label, env: kit.env }));
  });

  it.each(names)('%s gives the same', (op) => {
    for (const { node, known, label, env } of nodes.filter((one) => one.node.op === op)) {
      const manner = mannerOf(node);
      if (manner === 'whole') continue;
      const parts = cut.map((count, i) => {
        const from = cut.slice(0, i).reduce((a, b) => a + b, 0);
        const feeds: Record<string, Value> = {};
        const inputs = node.inputs.map((input, k): Node => {
          const whole = known.get(input.id)!;
          feeds[String(k)] = beginsWithBatch(input.shape) ? rows(whole, from / batch, (from + count) / batch) : whole;
          return {
            ...input,
            id: k,
            op: 'Input',
            inputs: [],
            attrs: { kind: 'data', name: String(k), shape: input.shape, dtype: input.dtype },
          };
        });
        const id = inputs.length;
        return evaluateNodes([...inputs, { ...node, id, inputs }], { ...env, batch: count, feeds }).get(id)!;
      });
      const together =
        manner === 'joined'
          ? parts.flatMap((part) => [...part.data])
          : parts.map((part) => part.data).reduce((a, b) => a.map((x, i) => x + b[i]!));
      const expected = known.get(node.id)!;
      expect(difference(value(expected.shape, Float64Array.from(together)), expected), label).toBeLessThan(1e-12);
    }
  });

  it('is what most ops can do, and the others are known', () => {
    const can = new Set(nodes.filter(({ node }) => mannerOf(node) !== 'whole').map(({ node }) => node.op));
    expect(names.filter((name) => !can.has(name))).toEqual([
      'Input',
      'Const',
      'Moment',
      'RandomUniform',
      'RandomNormal',
      // Trees are no parts of the batch that can be cut in proportion.
      'Rows',
      'Fold',
      'Unfold',
      // Positions come before the examples.
      'Scan',
    ]);
  });
});

/** Part of a tensor, by fractions of its first axis. */
function rows({ shape, data }: Value, from: number, to: number): Value {
  const [length, ...rest] = shape as readonly [number, ...number[]];
  const size = rest.reduce((a, b) => a * b, 1);
  const [begin, end] = [Math.round(from * length), Math.round(to * length)];
  return value([end - begin, ...rest], data.slice(begin * size, end * size));
}

describe('rewriting keeps values and derivatives', () => {
  const targets: readonly (readonly [string, readonly Backend[]])[] = [
    ...backends.map((b) => [b, [b]] as const),
    ['all', backends],
  ];
  let built: readonly {
    readonly c: Case;
    readonly kit: Kit;
    readonly graph: Graph;
    readonly before: ReturnType<typeof evaluate>;
  }[];
  beforeAll(() => {
    built = cases.map((c) => {
      const made = whole(c);
      return { c, ...made, before: evaluate(made.graph, made.kit.env) };
    });
  });

  it.each(targets)('for %s', (_name, target) => {
    let rewritten = 0;
    for (const { c, kit, graph, before } of built) {
      if (!graph.nodes.some((node) => avoided(node, target))) continue;
      rewritten++;
      const legal = legalise(graph, target);
      expect(
        legal.nodes.filter((node) => avoided(node, target)),
        `${c.op} ${c.label}`,
      ).toEqual([]);
      const after = evaluate(legal, kit.env);
      for (const name of Object.keys(before))
        expect(difference(before[name]!, after[name]!), `${c.op} ${c.label}, ${name}`).toBeLessThan(1e-12);
    }
    expect(rewritten).toBeGreaterThan(10);
  });

  it.each(names.filter((op) => ops[op].rewrite !== undefined))('%s, wherever it is used', (op) => {
    for (const c of of(op)) {
      const kit = new Kit();
      const y = c.build(kit);
      const [before, after] = kit.evaluate(y, ops[op].rewrite!(kit.b, y));
      expect(difference(before!, after!), c.label).toBeLessThan(1e-12);
    }
  });
});

describe('host expressions', () => {
  const hosted = names.filter((op) => ops[op].host !== undefined && op !== 'Const' && op !== 'Moment');
  const unary = (op: OpName): boolean => !['Add', 'Sub', 'Mul', 'RealDiv', 'Maximum', 'Minimum', 'Pow'].includes(op);
  const apply = (b: Builder, op: OpName, x: Node, y: Node): Node => b.make(op, unary(op) ? [x] : [x, y]);

  it.each(hosted)('%s nests and is nested', (outer) => {
    for (const inner of hosted) {
      const { b, env } = new Kit();
      const [less, more] = [apply(b, inner, b.scalar(-1.25), b.epoch()), apply(b, inner, b.step(), b.scalar(-2))];
      for (const node of [
        apply(b, outer, less, more),
        apply(b, outer, more, less),
        apply(b, outer, b.scalar(-3), less),
        apply(b, outer, more, b.scalar(-3)),
      ]) {
        const printed = new Function('batchSize', 'moment', `return ${operand(node)};`) as (
          ...args: readonly unknown[]
        ) => number;
        const graph = b.finish('host', [{ name: 'y', node }]);
        expect(
          difference(value([], [printed(env.batch, env)]), evaluate(graph, env)['y']!),
          `${outer} of ${inner}: ${operand(node)}`,
        ).toBeLessThan(1e-12);
      }
    }
  });
});

describe('conventions at kinks and ties', () => {
  /** Gradient of the sum of f at given points. */
  const slope = (
    f: (b: Builder, x: Node, y: Node) => Node,
    x: readonly number[],
    y: readonly number[] = x,
  ): readonly (readonly number[])[] => {
    const kit = new Kit();
    const [a, c] = [kit.x([x.length], list(...x)), kit.x([y.length], list(...y))];
    return kit.evaluate(...gradients(kit.b, kit.b.sum(f(kit.b, a, c)), [a, c])).map((g) => [...g.data]);
  };

  it('relu and abs have slope 0 at 0', () => {
    expect(slope((b, x) => b.unary('Relu', x), [0])[0]).toEqual([0]);
    expect(slope((b, x) => b.unary('Abs', x), [0])[0]).toEqual([0]);
  });

  it('of two equal elements the first gets the whole cotangent', () => {
    expect(slope((b, x, y) => b.make('Maximum', [x, y]), [2])).toEqual([[1], [0]]);
    expect(slope((b, x, y) => b.make('Minimum', [x, y]), [2])).toEqual([[1], [0]]);
  });

  it('equal largest elements of a reduction share it', () => {
    expect(slope((b, x) => b.max(x, [0]), [1, 3, 3, 2])[0]).toEqual([0, 0.5, 0.5, 0]);
  });

  it('the first maximum of a window gets it, all-zero windows included', () => {
    const pool = (b: Builder, x: Node): Node =>
      b.make('MaxPool', [b.reshape(x, [1, 2, 2, 1])], { size: [2, 2], strides: [2, 2] });
    expect(slope(pool, [0, 0, 0, 0])[0]).toEqual([1, 0, 0, 0]);
    expect(slope(pool, [-3, -1, -1, -2])[0]).toEqual([0, 1, 0, 0]);
  });

  it('StopGradient stops it', () => {
    expect(slope((b, x) => b.mul(x, b.make('StopGradient', [x])), [3])[0]).toEqual([3]);
  });
});

it('Select chooses by bools of the shape of its values alone', () => {
  const kit = new Kit();
  const { b } = kit;
  const [k, x] = [(shape: readonly number[]): Node => kit.k(shape), (shape: readonly number[]): Node => kit.x(shape)];
  const [yes, no] = [x([2, 3]), x([2, 3])];
  const bools = (shape: readonly number[]): Node => b.make('Greater', [k(shape), k(shape)]);
  expect(b.make('Select', [bools([2, 3]), yes, no]).shape).toEqual([2, 3]);
  for (const [condition, other] of [
    [bools([3]), no],
    [k([2, 3]), no],
    [bools([2, 3]), x([3])],
  ] as const)
    expect(() => b.make('Select', [condition, yes, other])).toThrow('Select');
});

it('what is cut apart and joined again is what it was, and that of two tensors is not', () => {
  const kit = new Kit();
  const { b } = kit;
  const [x, y] = [kit.k([4, 3]), kit.k([4, 3])];
  const rows = (of: Node, from: number, count: number): Node => b.slice(of, [from, 0], [count, 3]);
  expect(b.concat([rows(x, 0, 1), rows(x, 1, 3)], 0)).toBe(x);
  for (const parts of [
    [rows(x, 0, 1), rows(y, 1, 3)],
    [rows(y, 0, 2), rows(x, 2, 2)],
    [rows(x, 0, 1), b.make('Neg', [rows(x, 1, 3)])],
    [rows(x, 1, 3), rows(x, 0, 1)],
    [rows(x, 0, 1), rows(x, 1, 2)],
  ]) {
    const values = parts.flatMap((part) => Array.from(kit.evaluate(part)[0]!.data));
    expect(Array.from(kit.evaluate(b.concat(parts, 0))[0]!.data)).toEqual(values);
  }
});

it('a node comes from the place that it is made in, however deep the places before it were', () => {
  const { b } = new Kit();
  const origin = (entry: string): NonNullable<Node['origin']> => ({
    place: { unit: { file: 'a.ae', text: '' }, span: { start: 0, end: 0 } },
    entry,
  });
  const [outer, inner] = [origin('outer'), origin('inner')];
  const make = (): Node => b.uniform([2]);
  const made = b.at(outer, () => [make(), b.at(inner, make), make(), b.at(undefined, make)]);
  expect([...made, make()].map((node) => node.origin?.entry)).toEqual(['outer', 'inner', 'outer', 'outer', undefined]);
});

describe('what an op is called', () => {
  it.each(names)('%s has a name of TensorFlow, and says in words of its own what it computes', (name) => {
    const { tensorflow, summary } = ops[name];
    if (tensorflow !== '') expect(tensorflow).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    expect(summary).not.toMatch(/^[A-Z][a-z0-9]+([A-Z][a-z0-9]+)*$/);
  });
});

it.each([0, 1.5e-7, 1e21, -3, Infinity, -Infinity, NaN])('the numeral of %d reads back', (number) => {
  expect(Number(numeral(number))).toBe(number);
});

it('the three products of a convolution multiply as often', () => {
  const kit = new Kit();
  const [image, kernel, out] = [
    [B, 7, 6, 2],
    [3, 2, 2, 5],
    [B, 3, 3, 5],
  ] as const;
  const attrs = {
    strides: [2, 2],
    dilations: [1, 1],
    padding: 'valid',
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  const [x, w, dy] = [kit.x(image), kit.x(kernel), kit.x(out)];
  const made = [
    kit.b.make('Conv2D', [x, w], attrs),
    kit.b.make('Conv2DBackpropInput', [w, dy], { ...attrs, size: image.slice(1, 3) }),
    kit.b.make('Conv2DBackpropFilter', [x, dy], { ...attrs, kernel: kernel.slice(0, 2) }),
  ];
  // A product and a sum for each output, channel and place of the kernel.
  for (const node of made) expect(ops[node.op].flops?.(node, 11), node.op).toBe(2 * 11 * 3 * 3 * 5 * (3 * 2 * 2));
});
