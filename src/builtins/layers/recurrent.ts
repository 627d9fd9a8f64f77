/** Recurrent layers: a state that is carried from position to position. */
import { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { bodyInput } from '../../ir/graph/ops/loops.js';
import { lastOf, scan } from '../../ir/graph/ops/scan-loops.js';
import { B, fixed, scaleDim } from '../../ir/graph/shape.js';
import { bool, call, num, type Args, type Param } from '../arguments.js';
import { isMisfit, type LayerContext, type LayerDefinition, type WeightDeclaration } from '../define.js';
import { biasInitParam, initParam, unitsParam } from '../params.js';
import { sequence } from './shapes.js';

const params: readonly Param[] = [
  { ...unitsParam, summary: 'length of the state', inferred: true },
  {
    name: 'last',
    aliases: ['last_only', 'final'],
    type: { kind: 'bool' },
    summary: 'give the state at the true end instead of all',
    default: false,
  },
  {
    name: 'bidirectional',
    aliases: ['bi', 'both'],
    type: { kind: 'bool' },
    summary: 'a second state runs from the end to the beginning, and both are joined',
    default: false,
  },
  initParam,
  biasInitParam,
];

const directions = (args: Args): number => (bool(args, 'bidirectional') ? 2 : 1);

/** One position of a recurrent layer. */
interface Cell {
  /** Vectors of the state's length that each step computes. */
  readonly gates: number;
  /** Vectors of that length which it carries; the first is what it gives. */
  readonly carried: number;
  /** The new state [rows, carried · units] of the old one, of what the input gives [rows, gates · units], and of U. */
  step(b: Builder, state: Node, input: Node, recurrent: Node, units: number): Node;
}

/** Some of the vectors of a state's length that stand side by side. */
const vectors = (b: Builder, x: Node, units: number, from: number, count = 1): Node =>
  b.slice(x, [0, from * units], [-1, count * units]);

const gatedUnits: Cell = {
  gates: 3,
  carried: 1,
  step: (b, h, x, recurrent, units) => {
    const gates = b.unary(
      'Sigmoid',
      b.add(vectors(b, x, units, 0, 2), b.matMul(h, vectors(b, recurrent, units, 0, 2))),
    );
    const [reset, keep] = [vectors(b, gates, units, 0), vectors(b, gates, units, 1)];
    const own = b.matMul(b.mul(reset, h), vectors(b, recurrent, units, 2));
    const next = b.unary('Tanh', b.add(vectors(b, x, units, 2), own));
    return b.add(next, b.mul(keep, b.sub(h, next)));
  },
};

const longShort: Cell = {
  gates: 4,
  carried: 2,
  step: (b, state, x, recurrent, units) => {
    const all = b.add(x, b.matMul(vectors(b, state, units, 0), recurrent));
    const gate = (i: number): Node => b.unary('Sigmoid', vectors(b, all, units, i));
    const write = b.mul(gate(0), b.unary('Tanh', vectors(b, all, units, 2)));
    const cell = b.add(b.mul(gate(1), vectors(b, state, units, 1)), write);
    return b.concat([b.mul(gate(3), b.unary('Tanh', cell)), cell], 1);
  },
};

/** Where a position is padding, the state stays what it was. */
function bodyOf(cell: Cell, units: number, masked: boolean): ReturnType<Builder['finish']> {
  const b = new Builder();
  const state = b.input('given', bodyInput.start, [B, cell.carried * units]);
  const x = b.input('given', bodyInput.row(0), [B, cell.gates * units]);
  const recurrent = b.input('given', bodyInput.whole(0), [units, cell.gates * units]);
  const next = cell.step(b, state, x, recurrent, units);
  const there = masked ? b.input('given', bodyInput.row(1), [B, 1]) : undefined;
  const result = there === undefined ? next : b.add(state, b.mul(there, b.sub(next, state)));
  return b.finish('cell', [{ name: 'result', node: result }]);
}

/** Positions before examples: [length · rows, …]. */
function byPosition(b: Builder, x: Node): Node {
  const [rows, length, ...rest] = x.shape;
  const turned = b.transpose(x, [1, 0, ...rest.map((_, i) => i + 2)]);
  return b.reshape(turned, [scaleDim(rows!, fixed(length)), ...rest]);
}

/** The states along one direction: of all positions [rows, length, units], or the last one. */
function run(ctx: LayerContext, x: Node, args: Args, cell: Cell, reverse: boolean): Node {
  const { b, weight, mask } = ctx;
  const units = num(args, 'units');
  const prefix = reverse ? 'back_' : '';
  const [rows, length] = [x.shape[0]!, fixed(x.shape[1])];
  // What does not depend on the state is computed for all positions at once.
  const given = b.add(b.matMul(byPosition(b, x), weight(`${prefix}kernel`)), weight(`${prefix}bias`));
  const there = mask === undefined ? [] : [byPosition(b, b.reshape(mask, [rows, length, 1]))];
  const along = { length, reverse };
  const states = scan(b, {
    ...along,
    start: b.fill(0, [rows, cell.carried * units]),
    rows: [given, ...there],
    whole: [weight(`${prefix}recurrent`)],
    body: bodyOf(cell, units, mask !== undefined),
  });
  if (bool(args, 'last')) return vectors(b, lastOf(b, states, along), units, 0);
  return b.transpose(b.reshape(vectors(b, states, units, 0), [length, rows, units]), [1, 0, 2]);
}

const recurrent = (
  cell: Cell,
  text: Pick<LayerDefinition, 'name' | 'aliases' | 'summary' | 'formula' | 'source'>,
): LayerDefinition => ({
  category: 'layer',
  ...text,
  params,
  examples: [`${text.name}(64)`, `${text.name}(64, last: true)`],
  positions: { reads: 'sequence', gives: (args) => (bool(args, 'last') ? 'example' : 'sequence') },
  shape: ([input], args) => {
    const size = sequence(input!);
    if (isMisfit(size)) return size;
    const width = num(args, 'units') * directions(args);
    return bool(args, 'last') ? [width] : [size[0], width];
  },
  solve: (_input, output, args) => {
    if (output.length !== (bool(args, 'last') ? 1 : 2)) return undefined;
    const units = output.at(-1)! / directions(args);
    return Number.isInteger(units) ? { ...args, units } : undefined;
  },
  weights: (input, args) => {
    const size = sequence(input);
    if (isMisfit(size)) return [];
    const units = num(args, 'units');
    const matrix = (name: string, inputs: number): WeightDeclaration => ({
      name,
      shape: [inputs, cell.gates * units],
      axes: ['input', 'output'],
      initializer: call(args, 'init', 'initializer'),
      trainable: true,
      role: 'kernel',
    });
    const run = (prefix: string): readonly WeightDeclaration[] => [
      matrix(`${prefix}kernel`, size[1]),
      matrix(`${prefix}recurrent`, units),
      {
        name: `${prefix}bias`,
        shape: [cell.gates * units],
        axes: ['output'],
        initializer: call(args, 'bias_init', 'initializer'),
        trainable: true,
        role: 'bias',
      },
    ];
    return bool(args, 'bidirectional') ? [...run(''), ...run('back_')] : run('');
  },
  range: () => [-1, 1],
  mirror: () => 'a recurrent layer forgets; begin the decoder with `repeat_vector(n)`',
  lower: (ctx, x, args) => {
    const directions = bool(args, 'bidirectional') ? [false, true] : [false];
    const states = directions.map((reverse) => run(ctx, x, args, cell, reverse));
    return ctx.b.concat(states, states[0]!.shape.length - 1);
  },
});

export const gru = recurrent(gatedUnits, {
  name: 'gru',
  aliases: ['GRUCell', 'gated_recurrent_unit'],
  summary: "Gated recurrent units: each position's state from its input and the state before.",
  formula: 'r, z = σ(xW + hU + b); h′ = tanh(xW + (r ⊙ h)U + b); h ← z ⊙ h + (1 − z) ⊙ h′',
  source: 'Cho et al. 2014',
});

export const lstm = recurrent(longShort, {
  name: 'lstm',
  aliases: ['LSTMCell', 'long_short_term_memory', 'OptimizedLSTMCell'],
  summary: 'Long short-term memory: a state and a cell that gates write, keep and read.',
  formula: 'i, f, g, o = xW + hU + b; c ← σ(f) ⊙ c + σ(i) ⊙ tanh(g); h = σ(o) ⊙ tanh(c)',
  source: 'Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000',
});
