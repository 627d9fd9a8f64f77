/** Recurrent layers: a state that is carried from position to position. Declared, not lowered yet. */
import { bool, call, num, type Args, type Param } from '../arguments.js';
import { isMisfit, type LayerDefinition, type WeightDeclaration } from '../define.js';
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

/** @param gates number of vectors of the state's length that each step computes */
const recurrent = (
  gates: number,
  text: Pick<LayerDefinition, 'name' | 'aliases' | 'summary' | 'formula' | 'source'>,
): LayerDefinition => ({
  category: 'layer',
  ...text,
  params,
  lowered: false,
  examples: [`${text.name}(64)`, `${text.name}(64, last: true)`],
  positions: { reads: 'sequence', gives: (args) => (bool(args, 'last') ? 'example' : 'sequence') },
  shape: ([input], args) => {
    const size = sequence(input!);
    if (isMisfit(size)) return size;
    const width = num(args, 'units') * directions(args);
    return bool(args, 'last') ? [width] : [size[0], width];
  },
  solve: (_input, output, args) => {
    const units = (output.at(-1) ?? 0.5) / directions(args);
    return Number.isInteger(units) && output.length === (bool(args, 'last') ? 1 : 2) ? { ...args, units } : undefined;
  },
  weights: (input, args) => {
    const size = sequence(input);
    if (isMisfit(size)) return [];
    const units = num(args, 'units');
    const matrix = (name: string, inputs: number): WeightDeclaration => ({
      name,
      shape: [inputs, gates * units],
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
        shape: [gates * units],
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
});

export const gru = recurrent(3, {
  name: 'gru',
  aliases: ['GRUCell', 'gated_recurrent_unit'],
  summary: "Gated recurrent units: each position's state from its input and the state before.",
  formula: 'r, z = sigmoid(xW + hU + b); h′ = tanh(xW + (r ⊙ h)U + b); h ← z ⊙ h + (1 − z) ⊙ h′',
  source: 'Cho et al. 2014',
});

export const lstm = recurrent(4, {
  name: 'lstm',
  aliases: ['LSTMCell', 'long_short_term_memory', 'OptimizedLSTMCell'],
  summary: 'Long short-term memory: a state and a cell that gates write, keep and read.',
  formula: 'i, f, o = sigmoid(xW + hU + b); c ← f ⊙ c + i ⊙ tanh(xW + hU + b); h = o ⊙ tanh(c)',
  source: 'Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000',
});
