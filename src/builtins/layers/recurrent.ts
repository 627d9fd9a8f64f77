/** Layers over sequences: the first axis of an example is time. Declared, not lowered yet. */
import { bool, call, num, type Args, type ExampleShape, type Param } from '../arguments.js';
import type { LayerDefinition, Misfit, WeightDeclaration } from '../define.js';
import { biasInitParam, initParam } from '../params.js';
import { showExample } from './shapes.js';

const params: readonly Param[] = [
  { name: 'units', type: { kind: 'int', min: 1 }, summary: 'length of the state' },
  { name: 'last', type: { kind: 'bool' }, summary: 'give the last state instead of all', default: false },
  { name: 'bidirectional', type: { kind: 'bool' }, summary: 'a second state runs from the end to the beginning, and both are joined', default: false },
  initParam, biasInitParam,
];

/** Length and width of a sequence of vectors, or why the input is none. */
const sequence = (input: ExampleShape): readonly [number, number] | Misfit =>
  input.length === 2
    ? [input[0]!, input[1]!]
    : { expected: 'a sequence of vectors: length×size', found: showExample(input), hint: input.length === 1 ? 'put `embedding` in front where it is a sequence of words, or `repeat_vector(n)`' : 'reshape it to two sizes' };

const width = (args: Args): number => num(args, 'units') * (bool(args, 'bidirectional') ? 2 : 1);

/** @param gates number of vectors of the state's length that each step computes */
const recurrent = (name: string, gates: number, text: Pick<LayerDefinition, 'summary' | 'formula' | 'source'>): LayerDefinition => ({
  category: 'layer', name, params, lowered: false, ...text,
  examples: [`${name}(64)`, `${name}(64, last: true)`],
  positions: { reads: 'sequence', gives: (args) => (bool(args, 'last') ? 'example' : 'sequence') },
  shape: ([input], args) => {
    const size = sequence(input!);
    if ('expected' in size) return size;
    return bool(args, 'last') ? [width(args)] : [size[0], width(args)];
  },
  weights: (input, args) => {
    const size = sequence(input);
    if ('expected' in size) return [];
    const units = num(args, 'units');
    const run = (prefix: string): readonly WeightDeclaration[] => [
      { name: `${prefix}kernel`, shape: [size[1], gates * units], axes: ['input', 'output'], initializer: call(args, 'init', 'initializer'), trainable: true, role: 'kernel' },
      { name: `${prefix}recurrent`, shape: [units, gates * units], axes: ['input', 'output'], initializer: call(args, 'init', 'initializer'), trainable: true, role: 'kernel' },
      { name: `${prefix}bias`, shape: [gates * units], axes: ['output'], initializer: call(args, 'bias_init', 'initializer'), trainable: true, role: 'bias' },
    ];
    return bool(args, 'bidirectional') ? [...run(''), ...run('back_')] : run('');
  },
  range: () => [-1, 1],
  mirror: () => 'a recurrent layer forgets; begin the decoder with `repeat_vector(n)`',
});

export const gru = recurrent('gru', 3, {
  summary: 'Gated recurrent units: each position\'s state from its input and the state before.',
  formula: 'r, z = sigmoid(xW + hU + b); h′ = tanh(xW + (r ⊙ h)U + b); h ← z ⊙ h + (1 − z) ⊙ h′',
  source: 'Cho et al. 2014',
});

export const lstm = recurrent('lstm', 4, {
  summary: 'Long short-term memory: a state and a cell that gates write, keep and read.',
  formula: 'i, f, o = sigmoid(xW + hU + b); c ← f ⊙ c + i ⊙ tanh(xW + hU + b); h = o ⊙ tanh(c)',
  source: 'Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000',
});

export const repeatVector: LayerDefinition = {
  category: 'layer', name: 'repeat_vector', lowered: false,
  params: [{ name: 'length', type: { kind: 'int', min: 1 }, summary: 'number of positions' }],
  summary: 'The same vector at every position: what a decoder of sequences begins with.',
  formula: 'y[t] = x', source: 'Srivastava, Mansimov & Salakhutdinov 2015', examples: ['repeat_vector(30)'],
  positions: { reads: 'example', gives: () => 'sequence' },
  shape: ([input], args) =>
    input!.length === 1 ? [num(args, 'length'), input![0]!] : { expected: 'a vector', found: showExample(input!), hint: 'give the last state of a recurrent layer alone, `last: true`' },
  passes: () => 'moved',
  mirror: () => 'a repeated vector has no mirror',
};
