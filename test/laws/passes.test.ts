/** Laws of the passes, on random graphs: values stay, work only shrinks, names survive. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { Builder } from '../../src/ir/graph/build.js';
import type { Graph, Node } from '../../src/ir/graph/graph.js';
import type { OpName } from '../../src/ir/graph/ops/index.js';
import { bodyInput } from '../../src/ir/graph/ops/loops.js';
import { scan, scanOf } from '../../src/ir/graph/ops/scan-loops.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { fold } from '../../src/ir/graph/passes/fold.js';
import { lastUses } from '../../src/ir/graph/passes/lifetimes.js';
import { prune } from '../../src/ir/graph/passes/prune.js';
import { share } from '../../src/ir/graph/passes/share.js';
import { B, broadcast, sameShape } from '../../src/ir/graph/shape.js';
import { difference, Kit } from './kit.js';
import { evaluate, evaluateNodes } from './reference.js';

// ───────────────────────────────────────────────────────────────────── random graphs

const unary: readonly OpName[] = [
  'Neg',
  'Tanh',
  'Sigmoid',
  'Sin',
  'Abs',
  'Relu',
  'Softplus',
  'StopGradient',
  'Square',
  'Exp',
];
const binary: readonly OpName[] = ['Add', 'Sub', 'Mul', 'Mul', 'Maximum', 'Minimum', 'RealDiv'];
const literals = [0, 1, -1, 2, 0.5, -3];

/** A step of a random program: what it does, and which earlier values it takes. */
interface Instruction {
  readonly kind:
    | 'unary'
    | 'binary'
    | 'literal'
    | 'scale'
    | 'broadcast'
    | 'sum'
    | 'reshape'
    | 'matmul'
    | 'name'
    | 'draw'
    | 'moment'
    | 'cut'
    | 'join'
    | 'select';
  readonly which: number;
  readonly x: number;
  readonly y: number;
}

const kinds: readonly Instruction['kind'][] = [
  'unary',
  'unary',
  'binary',
  'binary',
  'binary',
  'literal',
  'scale',
  'scale',
  'broadcast',
  'sum',
  'reshape',
  'matmul',
  'name',
  'draw',
  'moment',
  'cut',
  'join',
  'select',
];
const index = fc.nat({ max: 1000 });
const instruction: fc.Arbitrary<Instruction> = fc.record({
  kind: fc.constantFrom(...kinds),
  which: index,
  x: index,
  y: index,
});

function step({ b }: Kit, { kind, which, x: i, y: j }: Instruction, pool: readonly Node[]): Node | undefined {
  // Recent values first, so that chains grow.
  const pick = (n: number): Node => pool[pool.length - 1 - (n % pool.length)]!;
  const [x, y] = [pick(i), pick(j)];
  const last = x.shape.length - 1;
  const wide = broadcast(x.shape, [B, 3]);
  switch (kind) {
    case 'unary':
      return b.make(unary[which % unary.length]!, [x]);
    case 'literal':
      return b.scalar(literals[which % literals.length]!);
    case 'scale':
      return b.scale(x, literals[which % literals.length]!);
    case 'draw':
      return which % 2 === 0 ? b.uniform([B, 3]) : b.normal([3]);
    case 'moment':
      return [b.step(), b.epoch(), b.batchSize()][which % 3]!;
    case 'name':
      return b.named(x, `name${which}`);
    case 'broadcast':
      return wide !== undefined && sameShape(wide, [B, 3]) ? b.broadcastTo(x, [B, 3]) : undefined;
    case 'sum':
      return last < 0 ? undefined : b.sum(x, which % 3 === 0 ? undefined : [which % (last + 1)], which % 2 === 0);
    case 'reshape':
      return last < 0
        ? b.reshape(x, [1, 1])
        : sameShape(x.shape, [B, 3])
          ? b.reshape(x, [{ batch: 3 }])
          : b.reshape(x, [...x.shape, 1]);
    case 'cut':
      return last < 0 || typeof x.shape[last] !== 'number' || x.shape[last] < 2
        ? undefined
        : b.slice(
            x,
            x.shape.map((_, a) => (a === last ? 1 : 0)),
            x.shape.map(() => -1),
          );
    case 'join':
      return last < 1 || typeof x.shape[last] !== 'number' || !sameShape(x.shape, y.shape)
        ? undefined
        : b.concat([x, y], last);
    case 'select':
      return sameShape(x.shape, y.shape) ? b.select(b.make('Greater', [x, y]), x, y) : undefined;
    case 'binary': {
      const op = binary[which % binary.length]!;
      if (broadcast(x.shape, y.shape) === undefined) return undefined;
      return b.make(op, [x, op === 'RealDiv' ? b.shift(b.unary('Softplus', y), 1) : y]);
    }
    case 'matmul': {
      const [ta, tb] = [which % 2 === 1, which % 4 > 1];
      const inner = ta ? x.shape[0] : x.shape[1];
      const other = tb ? y.shape[1] : y.shape[0];
      return x.shape.length === 2 && y.shape.length === 2 && typeof inner === 'number' && inner === other
        ? b.matMul(x, y, ta, tb)
        : undefined;
    }
  }
}

interface Sample {
  readonly kit: Kit;
  readonly graph: Graph;
}

/** A few values of a random program and the gradient of their sum, where the numbers stay moderate. */
function sample(program: readonly Instruction[]): Sample {
  const kit = new Kit(2);
  const pool: Node[] = [kit.x([B, 3]), kit.x([3, 3]), kit.x([3]), kit.x([])];
  for (const one of program) {
    const made = step(kit, one, pool);
    if (made !== undefined) pool.push(made);
  }
  const ends = pool.slice(-3).filter((node) => node.dtype === 'float32');
  const loss = ends.map((node) => kit.b.sum(node)).reduce((a, c) => kit.b.add(a, c));
  const outputs = Object.fromEntries([...ends, ...gradients(kit.b, loss, kit.wrt)].map((node, i) => [`out${i}`, node]));
  return { kit, graph: kit.graph(outputs) };
}

// Beyond a hundred, cancellation would turn another order of additions into a real difference.
const moderate = ({ kit, graph }: Sample): boolean =>
  [...evaluateNodes(graph.nodes, kit.env).values()].every((v) => v.data.every((x) => Math.abs(x) < 100));

const programs = fc.array(instruction, { minLength: 5, maxLength: 25 });

const law = (check: (s: Sample) => void): void =>
  fc.assert(
    fc.property(programs, (program) => {
      const s = sample(program);
      fc.pre(moderate(s));
      check(s);
    }),
    { numRuns: 400, seed: 20 },
  );

function sameValues(kit: Kit, before: Graph, after: Graph): void {
  const [expected, found] = [evaluate(before, kit.env), evaluate(after, kit.env)];
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const name of Object.keys(expected)) expect(difference(expected[name]!, found[name]!), name).toBeLessThan(1e-12);
}

const sound = (graph: Graph): void => {
  graph.nodes.forEach((node, i) => {
    expect(node.id).toBe(i);
    for (const input of node.inputs) expect(graph.nodes[input.id]).toBe(input);
  });
  for (const { node } of graph.outputs) expect(graph.nodes[node.id]).toBe(node);
};

describe('each pass keeps the values of a random graph', () => {
  const passes = {
    prune,
    share,
    fold,
    'optimise for nothing': (g: Graph) => optimise(g, []),
    'optimise for all': (g: Graph) => optimise(g, ['cpu', 'wasm', 'webgl', 'webgpu', 'tensorflow']),
  };
  it.each(Object.entries(passes))('%s', (_name, pass) => {
    law(({ kit, graph }) => {
      const after = pass(graph);
      sound(after);
      sameValues(kit, graph, after);
    });
  });
});

it('optimise leaves nothing for a second run', () => {
  law(({ graph }) => {
    const once = optimise(graph, ['wasm']);
    expect(optimise(once, ['wasm']).nodes.length).toBe(once.nodes.length);
  });
});

it('optimise leaves no more nodes than there were, no dead ones, no equal ones, no identities', () => {
  law(({ graph }) => {
    const after = optimise(graph, []);
    expect(after.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
    expect(prune(after).nodes.length).toBe(after.nodes.length);
    expect(share(after).nodes.length).toBe(after.nodes.length);
    expect(after.nodes.filter((node) => node.op === 'Identity')).toEqual([]);
  });
});

it('a named output keeps a name', () => {
  law(({ graph }) => {
    const after = optimise(graph, ['wasm']);
    graph.outputs.forEach(({ node }, i) => {
      if (node.name !== undefined) expect(after.outputs[i]!.node.name, node.name).toBeDefined();
    });
  });
});

it('lifetimes: every value dies once, after its last use; inputs and outputs do not', () => {
  law(({ graph }) => {
    const after = optimise(graph, ['cpu']);
    const deaths = lastUses(after, (node) => node.op === 'Input');
    const outputs = new Set(after.outputs.map((o) => o.node.id));
    const dead = new Map([...deaths].flatMap(([at, nodes]) => nodes.map((node) => [node.id, at] as const)));
    expect([...deaths.values()].flat().length).toBe(dead.size);
    for (const node of after.nodes) {
      const uses = after.nodes.filter((other) => other.inputs.includes(node)).map((other) => other.id);
      if (node.op === 'Input' || outputs.has(node.id)) expect(dead.has(node.id)).toBe(false);
      else expect(dead.get(node.id)).toBe(Math.max(...uses));
    }
  });
});

// ──────────────────────────────────────────────────────────────── particular behaviour

const build = (make: (b: Builder) => Readonly<Record<string, Node>>): Graph => {
  const b = new Builder();
  return b.finish(
    'g',
    Object.entries(make(b)).map(([name, node]) => ({ name, node })),
  );
};
const opsOf = (graph: Graph): readonly OpName[] => graph.nodes.map((node) => node.op);

describe('share', () => {
  it('computes equal expressions once', () => {
    const graph = share(
      build((b) => {
        const x = b.input('data', 'x', [B]);
        return { y: b.unary('Exp', x), z: b.unary('Exp', x) };
      }),
    );
    expect(opsOf(graph)).toEqual(['Input', 'Exp']);
    expect(graph.outputs[0]!.node).toBe(graph.outputs[1]!.node);
  });

  it('keeps draws of different streams apart', () => {
    const graph = build((b) => ({ x: b.uniform([B, 3]), y: b.uniform([B, 3]), z: b.normal([B, 3]) }));
    expect(share(graph).nodes.length).toBe(3);
    expect(optimise(graph, ['wasm']).nodes.length).toBe(3);
  });

  it('keeps apart what differs in attributes, in the order of operands or in the input', () => {
    const graph = build((b) => {
      const [x, y] = [b.input('data', 'x', [B, 2]), b.input('data', 'y', [B, 2])];
      return {
        a: b.sum(x, [0]),
        c: b.sum(x, [1]),
        d: b.sub(x, y),
        e: b.sub(y, x),
        f: b.sum(y, [0]),
        g: b.sum(x, [0], true),
      };
    });
    expect(share(graph).nodes.length).toBe(8);
  });

  it('keeps infinities apart', () => {
    const graph = share(build((b) => ({ x: b.scalar(Infinity), y: b.scalar(-Infinity), z: b.scalar(NaN) })));
    expect(graph.nodes.map((node) => node.attrs['values'])).toEqual([[Infinity], [-Infinity], [NaN]]);
  });

  it('moves the name of an identity to the value', () => {
    const graph = share(build((b) => ({ y: b.named(b.unary('Exp', b.input('data', 'x', [B])), 'encoder.code') })));
    expect(graph.outputs[0]!.node).toMatchObject({ op: 'Exp', name: 'encoder.code' });
  });

  it('keeps a name that only the second of two equal values has', () => {
    const graph = share(
      build((b) => {
        const x = b.input('data', 'x', [B]);
        return { y: b.unary('Exp', x), z: b.named(b.unary('Exp', x), 'code') };
      }),
    );
    expect(graph.outputs[1]!.node.name).toBe('code');
  });

  it('leaves the first of two names', () => {
    const graph = share(
      build((b) => ({ y: b.named(b.named(b.unary('Exp', b.input('data', 'x', [B])), 'inner'), 'outer') })),
    );
    expect(graph.outputs[0]!.node.name).toBe('inner');
  });
});

it('what no round of a loop changes is computed in front of it, and constants stand inside', () => {
  const inner = new Builder();
  const state = inner.input('given', bodyInput.start, [B, 3]);
  const weight = inner.input('given', bodyInput.whole(0), [1, 3]);
  const table = inner.constant([1, 2, 3], [1, 3]);
  const result = inner.add(inner.mul(state, table), inner.unary('Exp', weight));
  const body = inner.finish('body', [{ name: 'result', node: result }]);
  const kit = new Kit();
  const [start, given] = [kit.x([B, 3]), kit.x([1, 3])];
  const graph = kit.b.finish('loop', [
    { name: 'y', node: scan(kit.b, { start, rows: [], whole: [given], body, length: 4, reverse: false }) },
  ]);
  const after = optimise(graph, []);
  const loop = scanOf(after.outputs[0]!.node);
  expect(loop.whole.map(({ op }) => op)).toEqual(['Exp']);
  expect(loop.body.nodes.map(({ op }) => op).sort()).toEqual(['Add', 'Const', 'Input', 'Input', 'Mul']);
  sameValues(kit, graph, after);
});

it('prune drops what no output needs', () => {
  const graph = prune(
    build((b) => {
      const x = b.input('data', 'x', [B]);
      b.unary('Exp', b.unary('Sin', x));
      return { y: b.unary('Cos', x) };
    }),
  );
  expect(opsOf(graph)).toEqual(['Input', 'Cos']);
});

describe('fold', () => {
  const folded = (make: (b: Builder, x: Node) => Node): Graph =>
    optimise(
      build((b) => ({ y: make(b, b.input('data', 'x', [B, 2])) })),
      [],
    );

  it('computes arithmetic on literals', () => {
    expect(opsOf(folded((b, x) => b.mul(x, b.make('Pow', [b.scalar(2), b.neg(b.scalar(3))]))))).toEqual([
      'Input',
      'Const',
      'Mul',
    ]);
  });

  it('draws scalar factors together', () => {
    const graph = folded((b, x) => b.scale(b.scale(b.scale(x, 2), 3), 0.5));
    expect(opsOf(graph)).toEqual(['Input', 'Const', 'Mul']);
    expect(graph.nodes[1]!.attrs['values']).toEqual([3]);
  });

  it('drops factors that cancel', () => {
    expect(opsOf(folded((b, x) => b.scale(b.scale(x, 4), 0.25)))).toEqual(['Input']);
  });

  it('multiplies a number before it is copied, and a share of a power of two with its numerator', () => {
    const { nodes } = folded((b, x) => {
      const share = b.broadcastTo(b.div(b.scalar(1), b.make('Moment', [], { which: 'batchSize' })), [B, 2]);
      return b.add(b.neg(b.scale(share, 0.5)), b.mul(b.scale(share, 0.5), x));
    });
    // Of the size of the data nothing but what the data need; all else is a number.
    expect(nodes.filter(({ shape }) => shape.length > 0).map(({ op }) => op)).not.toContain('BroadcastTo');
    expect(nodes.flatMap(({ op, attrs }) => (op === 'Const' ? [attrs['values']] : []))).toEqual([[0.5]]);
  });

  it('names cotangents after what they are of', () => {
    const graph = build((b) => {
      const x = b.input('data', 'x', [B, 2]);
      const h = b.named(b.unary('Tanh', b.unary('Exp', x)), 'encoder.h');
      return { d: gradients(b, b.sum(b.square(h)), [x])[0]! };
    });
    expect(optimise(graph, []).nodes.map(({ name }) => name)).toContain('d.encoder.h');
  });

  it.each(['Add', 'Mul', 'Neg', 'Reshape', 'BroadcastTo'] as const)('keeps the name of a folded %s', (op) => {
    const graph = folded((b, x) => {
      const value = {
        Add: () => b.add(b.fill(2, [B, 2]), x),
        Mul: () => b.scale(b.scale(x, 2), 3),
        Neg: () => b.neg(b.neg(b.unary('Exp', x))),
        Reshape: () => b.reshape(b.reshape(x, [{ batch: 2 }]), [B, 1, 2]),
        BroadcastTo: () => b.make('BroadcastTo', [b.fill(2, [B, 2])], { shape: [B, 2] }),
      }[op]();
      return b.named(value, 'code');
    });
    expect(graph.outputs[0]!.node.name).toBe('code');
  });
});
