/** Words that statements are made of beside layers and terms: types, domains, settings, orders of updates, transforms of tied weights, ways to build trees. */
import type { Param } from './arguments.js';
import type { BracketingDefinition, DomainDefinition, SettingDefinition, TrainingLevel, TransformDefinition, TypeDefinition, UpdateDefinition } from './define.js';
import { largestSize, mostEpochs } from '../ir/limits.js';

const convention = { source: 'convention' } as const;

// ──────────────────────────────────────────────────────────────────────────── variables

const type = (name: string, summary: string, formula: string, params: readonly Param[], example: string, holds: boolean, aliases: readonly string[] = []): TypeDefinition =>
  ({ category: 'type', name, aliases, summary, formula, params, examples: [example], holds, ...convention });

const count = (name: string, summary: string, min = 1): Param => ({ name, type: { kind: 'int', min }, summary });

export const types: readonly TypeDefinition[] = [
  type('category', 'One of a number of classes; networks read it as a one-hot vector.', '0 … classes − 1', [{ ...count('classes', 'number of classes', 2), optional: true }, { name: 'names', type: { kind: 'texts' }, summary: 'their names, in the place of their number', optional: true }],
    'input c: category(10)', false, ['categorical', 'class', 'label', 'onehot', 'one_hot', 'enum']),
  type('distribution', 'Numbers ≥ 0 with sum 1: a soft label.', 'pₖ ≥ 0, Σ pₖ = 1', [count('classes', 'number of classes', 2)], 'target y: distribution(5)', false, ['soft_label', 'probabilities']),
  type('token', 'A word of a vocabulary; 0 stands for words that it does not hold.', '0 … vocab', [{ ...count('vocab', 'number of words'), aliases: ['vocabulary', 'vocab_size', 'size', 'num_tokens'] }], 'input s: sequence(token(vocab: 20000), length: 32)', false, ['word', 'text']),
  type('sequence', 'Up to a number of elements, with a mask for the rest.', 'x₁ … x_T, T ≤ length', [{ name: 'of', type: { kind: 'word', words: [] }, summary: 'type of an element' }, { ...count('length', 'largest number of elements'), aliases: ['maxlen', 'max_length', 'steps', 'timesteps'] }],
    'input s: sequence([3], length: 30)', true, ['series', 'list', 'text_sequence']),
  type('tree', 'A binary tree with an element at each leaf and a label at every node.', 't = leaf | (t, t)', [{ name: 'leaf', type: { kind: 'word', words: [] }, summary: 'type of a leaf' }, { name: 'label', type: { kind: 'word', words: [] }, summary: 'type of what stands at every node', optional: true }],
    'input t: tree(token(vocab: 20000), label: category(5)?)', true),
];

const domain = (name: string, summary: string, formula: string, kind: DomainDefinition['kind'], range: DomainDefinition['range'], aliases: readonly string[]): DomainDefinition =>
  ({ category: 'domain', name, aliases, summary, formula, params: [], examples: [`input x: [4] in ${name}`], kind, range, ...convention });

export const domains: readonly DomainDefinition[] = [
  domain('real', 'Any number: the default.', 'x ∈ ℝ', 'real', [-Infinity, Infinity], ['float', 'reals', 'number', 'continuous', 'any']),
  domain('binary', '0 or 1.', 'x ∈ {0, 1}', 'binary', [0, 1], ['bool', 'boolean', 'bit', 'bits']),
  domain('counts', 'Whole numbers from 0 on.', 'x ∈ {0, 1, 2, …}', 'counts', [0, Infinity], ['count', 'int', 'integer', 'integers', 'natural']),
];

// ───────────────────────────────────────────────────────────────────────────── training

const everywhere: readonly TrainingLevel[] = ['training', 'phase', 'player'];
const phases: readonly TrainingLevel[] = ['training', 'phase'];
const whole: readonly TrainingLevel[] = ['training'];

const setting = (
  name: string, summary: string, levels: readonly TrainingLevel[], value: SettingDefinition['value'], examples: readonly string[], aliases: readonly string[] = [], fallback?: string | number,
): SettingDefinition => ({
  category: 'setting', name, aliases, summary, formula: fallback === undefined ? 'none unless it is written' : `${name} ${fallback} unless it is written`, params: [], examples, levels, value,
  ...convention, ...(fallback === undefined ? {} : { default: fallback }),
});

export const settings: readonly SettingDefinition[] = [
  setting('data', 'The data set, as `--data` names it.', whole, { kind: 'data' }, ['train { data strokes(count: 2000) }'], ['dataset']),
  setting('optimizer', 'How weights follow from gradients.', everywhere, { kind: 'builtin', category: 'optimizer' }, ['train { optimizer adam(lr: 1e-3) }'], ['optimiser', 'optim', 'solver'], 'adam'),
  setting('schedule', 'A factor of the learning rate, over the phase.', everywhere, { kind: 'builtin', category: 'schedule' }, ['train { schedule cosine }'], ['scheduler', 'lr_schedule', 'lr_scheduler', 'decay']),
  setting('clip', 'Bounds of gradients.', everywhere, { kind: 'builtin', category: 'clipping' }, ['train { clip norm(1) }'], ['clipnorm', 'clipvalue', 'grad_clip', 'gradient_clipping', 'clip_norm']),
  setting('stop', 'When training ends early.', phases, { kind: 'builtin', category: 'stopping' }, ['train { stop early(patience: 5) }'], ['early_stopping', 'patience', 'early_stop']),
  setting('batch', 'How many examples a step sees, and of which kinds.', phases, { kind: 'batch' }, ['train { batch 128 }', 'train { batch full }', 'train { batch 200 with 100 of y.known }'], ['batch_size', 'batchsize', 'bs', 'minibatch'], 128),
  setting('epochs', 'How often the data are seen.', phases, { kind: 'integer', min: 1, max: mostEpochs }, ['train { epochs 20 }'], ['epoch', 'num_epochs', 'n_epochs', 'max_epochs', 'iterations', 'steps'], 10),
  setting('validation', 'The share of the examples that is held out; `clean` measures them without noise.', whole, { kind: 'share' }, ['train { validation 0.1 }', 'train { validation 0.1 clean }'], ['validation_split', 'val', 'val_split', 'test_size', 'holdout'], 0.1),
  setting('seed', 'Where all random numbers come from.', whole, { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER }, ['train { seed 1 }'], ['random_seed', 'random_state'], 1),
];

export const largestBatch = largestSize;

export const updates: readonly UpdateDefinition[] = [
  { category: 'update', name: 'simultaneous', aliases: ['together', 'joint'], params: [], counts: false, summary: 'All gradients are computed before any step.', formula: 'w_a ← w_a − η ∇L_a(w), w_b ← w_b − η ∇L_b(w)', source: 'lecture 3 (Scott), adversarial networks', examples: ['update simultaneous'] },
  { category: 'update', name: 'alternate', aliases: ['alternating', 'alternately', 'sequential'], params: [], counts: true, summary: 'Steps of one player, then of the next, each on a new batch.', formula: 'k steps of a, then l of b', source: 'Goodfellow et al. 2014, algorithm 1', examples: ['update alternate(judge: 5, artist: 1)'] },
];

// ───────────────────────────────────────────────────────────────────── weights and trees

export const transforms: readonly TransformDefinition[] = [
  { category: 'transform', name: 'transpose', aliases: ['transposed', 't', 'adjoint'], params: [], adjoint: true, sign: 1, summary: 'Inputs and units change places.', formula: 'W ← Vᵀ', source: 'lecture 4, constraint 1', examples: ['tie decoder.out.kernel = transpose(encoder.code.kernel)'] },
  { category: 'transform', name: 'negate', aliases: ['negative', 'minus'], params: [], adjoint: false, sign: -1, summary: 'The other sign.', formula: 'b ← −c', source: 'Bricken et al. 2023, sparse autoencoders with a shared bias', examples: ['tie encoder.pre.bias = negate(decoder.out.bias)'] },
];

const bracketing = (name: string, summary: string, formula: string, source = 'convention'): BracketingDefinition =>
  ({ category: 'bracketing', name, summary, formula, source, params: [], examples: [`encoder(s) by ${name} { leaf { embedding(50) }; compose(left, right) { dense(50, tanh) } }`], lowered: false, ...(name === 'greedy' ? { reconstructs: true } : {}) });

export const bracketings: readonly BracketingDefinition[] = [
  bracketing('greedy', 'The neighbours that the decoder reconstructs best are joined first.', 'argmin ‖[c₁; c₂] − [c₁′; c₂′]‖²', 'Socher et al. 2011, §3.2'),
  bracketing('left', 'From the left: ((a b) c).', '((a b) c)'),
  bracketing('right', 'From the right: (a (b c)).', '(a (b c))'),
  bracketing('balanced', 'Halves of halves.', '((a b) (c d))'),
];
