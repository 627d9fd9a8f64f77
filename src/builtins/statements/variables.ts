/** Types and domains of variables. */
import type { Param } from '../arguments.js';
import type { DomainDefinition, TypeDefinition } from '../define.js';

const type = (
  entry: Pick<TypeDefinition, 'name' | 'aliases' | 'summary' | 'formula' | 'params' | 'examples' | 'holds'>,
): TypeDefinition => ({ category: 'type', source: 'convention', ...entry });

const count = (name: string, aliases: readonly string[], summary: string, min = 1): Param => ({
  name,
  aliases,
  type: { kind: 'int', min },
  summary,
});

const classes = count('classes', ['num_classes', 'n', 'k', 'size', 'categories'], 'number of classes', 2);

/** What is a type itself, and no number or word. */
const element = (name: string, summary: string): Param => ({ name, type: { kind: 'word', words: [] }, summary });

export const types: readonly TypeDefinition[] = [
  type({
    name: 'category',
    aliases: ['categorical', 'class', 'classes', 'label', 'one_hot', 'enum', 'factor'],
    summary: 'One of a number of classes; networks read it as a one-hot vector.',
    formula: '0 … classes − 1',
    params: [
      { ...classes, optional: true },
      {
        name: 'names',
        aliases: ['labels', 'class_names'],
        type: { kind: 'texts' },
        summary: 'their names, in the place of their number',
        optional: true,
      },
    ],
    examples: ['input c: category(10)'],
    holds: false,
  }),
  type({
    name: 'distribution',
    aliases: ['soft_label', 'probabilities', 'simplex'],
    summary: 'Numbers ≥ 0 with sum 1: a soft label.',
    formula: 'pₖ ≥ 0, Σ pₖ = 1',
    params: [classes],
    examples: ['target y: distribution(5)'],
    holds: false,
  }),
  type({
    name: 'token',
    aliases: ['word', 'text', 'tokens'],
    summary: 'A word of a vocabulary; 0 stands for words that it does not hold.',
    formula: '0 … vocab',
    params: [count('vocab', ['vocabulary', 'vocab_size', 'size', 'num_tokens', 'input_dim'], 'number of words')],
    examples: ['input s: sequence(token(vocab: 20000), length: 32)'],
    holds: false,
  }),
  type({
    name: 'sequence',
    aliases: ['series', 'list', 'text_sequence', 'timeseries', 'seq'],
    summary: 'Up to a number of elements, with a mask for the rest.',
    formula: 'x₁ … x_T, T ≤ length',
    params: [
      element('of', 'type of an element'),
      count('length', ['maxlen', 'max_length', 'steps', 'timesteps', 'seq_len'], 'largest number of elements'),
    ],
    examples: ['input s: sequence([3], length: 30)'],
    holds: true,
  }),
  type({
    name: 'tree',
    aliases: ['parse_tree', 'binary_tree'],
    summary: 'A binary tree with an element at each leaf and a label at every node.',
    formula: 't = leaf | (t, t)',
    params: [
      element('leaf', 'type of a leaf'),
      { ...element('label', 'type of what stands at every node'), optional: true },
    ],
    examples: ['input t: tree(token(vocab: 20000), label: category(5)?)'],
    holds: true,
  }),
];

const domain = (
  entry: Pick<DomainDefinition, 'name' | 'aliases' | 'summary' | 'formula' | 'kind' | 'range'>,
): DomainDefinition => ({
  category: 'domain',
  params: [],
  source: 'convention',
  examples: [`input x: [4] in ${entry.name}`],
  ...entry,
});

export const domains: readonly DomainDefinition[] = [
  domain({
    name: 'real',
    aliases: ['float', 'reals', 'number', 'numbers', 'continuous', 'any', 'float32'],
    summary: 'Any number: the default.',
    formula: 'x ∈ ℝ',
    kind: 'real',
    range: [-Infinity, Infinity],
  }),
  domain({
    name: 'binary',
    aliases: ['bool', 'boolean', 'bit', 'bits'],
    summary: '0 or 1.',
    formula: 'x ∈ {0, 1}',
    kind: 'binary',
    range: [0, 1],
  }),
  domain({
    name: 'counts',
    aliases: ['count', 'int', 'integer', 'integers', 'natural', 'uint8'],
    summary: 'Whole numbers from 0 on.',
    formula: 'x ∈ {0, 1, 2, …}',
    kind: 'counts',
    range: [0, Infinity],
  }),
];
