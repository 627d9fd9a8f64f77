/** Settings of a training, and orders of players' updates. */
import type { SettingDefinition, TrainingLevel, UpdateDefinition } from '../define.js';
import { mostEpochs } from '../../ir/limits.js';

const everywhere: readonly TrainingLevel[] = ['training', 'phase', 'player'];
const phases: readonly TrainingLevel[] = ['training', 'phase'];
const whole: readonly TrainingLevel[] = ['training'];

const setting = (
  entry: Pick<SettingDefinition, 'name' | 'aliases' | 'summary' | 'levels' | 'value' | 'examples'> &
    Partial<Pick<SettingDefinition, 'default'>>,
): SettingDefinition => ({
  category: 'setting',
  formula:
    entry.default === undefined ? 'none unless it is written' : `${entry.name} ${entry.default} unless it is written`,
  source: 'convention',
  params: [],
  ...entry,
});

export const settings: readonly SettingDefinition[] = [
  setting({
    name: 'data',
    aliases: ['dataset', 'train_data'],
    summary: 'The data set, as `--data` names it.',
    levels: whole,
    value: { kind: 'data' },
    examples: ['train { data strokes(count: 2000) }'],
  }),
  setting({
    name: 'optimizer',
    aliases: ['optimiser', 'optim', 'solver', 'lr', 'learning_rate'],
    summary: 'How weights follow from gradients.',
    levels: everywhere,
    value: { kind: 'builtin', category: 'optimizer' },
    examples: ['train { optimizer adam(lr: 1e-3) }'],
    default: 'adam',
  }),
  setting({
    name: 'schedule',
    aliases: ['scheduler', 'lr_schedule', 'lr_scheduler', 'decay', 'learning_rate_schedule'],
    summary: 'A factor of the learning rate, over the phase.',
    levels: everywhere,
    value: { kind: 'builtin', category: 'schedule' },
    examples: ['train { schedule cosine }'],
  }),
  setting({
    name: 'clip',
    aliases: ['clipnorm', 'clipvalue', 'grad_clip', 'gradient_clipping', 'clip_grad_norm', 'gradient_clip_val'],
    summary: 'Bounds of gradients.',
    levels: everywhere,
    value: { kind: 'builtin', category: 'clipping' },
    examples: ['train { clip norm(1) }'],
  }),
  setting({
    name: 'stop',
    aliases: ['early_stopping', 'patience', 'early_stop', 'early', 'callbacks'],
    summary: 'When training ends early.',
    levels: phases,
    value: { kind: 'builtin', category: 'stopping' },
    examples: ['train { stop early(patience: 5) }'],
  }),
  setting({
    name: 'batch',
    aliases: ['batch_size', 'bs', 'minibatch', 'batches', 'mini_batch_size'],
    summary: 'How many examples a step sees, and of which kinds.',
    levels: phases,
    value: { kind: 'batch' },
    examples: ['train { batch 128 }', 'train { batch full }', 'train { batch 200 with 100 of y.known }'],
    default: 128,
  }),
  setting({
    name: 'epochs',
    aliases: ['epoch', 'num_epochs', 'n_epochs', 'max_epochs', 'nb_epoch', 'iterations', 'max_iter'],
    summary: 'How often the data are seen.',
    levels: phases,
    value: { kind: 'integer', min: 1, max: mostEpochs },
    examples: ['train { epochs 20 }'],
    default: 10,
  }),
  setting({
    name: 'validation',
    aliases: ['validation_split', 'val', 'val_split', 'test_size', 'holdout', 'validation_fraction', 'valid'],
    summary: 'The share of the examples that is held out; `clean` measures them without noise.',
    levels: whole,
    value: { kind: 'share' },
    examples: ['train { validation 0.1 }', 'train { validation 0.1 clean }'],
    default: 0.1,
  }),
  setting({
    name: 'seed',
    aliases: ['random_seed', 'random_state', 'manual_seed', 'rng'],
    summary: 'Where all random numbers come from.',
    levels: whole,
    value: { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER },
    examples: ['train { seed 1 }'],
    default: 1,
  }),
  setting({
    name: 'rate',
    aliases: ['lr_mult', 'lr_multiplier', 'layer_lr', 'param_group'],
    summary: 'A factor of the learning rate of some layers or networks.',
    levels: everywhere,
    value: { kind: 'factor' },
    examples: ['train { rate encoder by 0.1 }'],
    default: 1,
  }),
];

export const updates: readonly UpdateDefinition[] = [
  {
    category: 'update',
    name: 'simultaneous',
    aliases: ['together', 'joint', 'jointly', 'parallel'],
    params: [],
    counts: false,
    summary: 'All gradients are computed before any step, on one batch and the same draws.',
    formula: 'w_a ← w_a − η ∇L_a(w), w_b ← w_b − η ∇L_b(w)',
    source: 'lecture 3 (Scott), adversarial networks',
    examples: ['update simultaneous'],
  },
  {
    category: 'update',
    name: 'alternate',
    aliases: ['alternating', 'alternately', 'sequential', 'in_turn'],
    params: [],
    counts: true,
    summary: 'Steps of one player, then of the next, each on a new batch.',
    formula: 'k steps of a, then l of b',
    source: 'Goodfellow et al. 2014, algorithm 1; Arjovsky, Chintala & Bottou 2017, algorithm 1',
    examples: ['update alternate(judge: 5, artist: 1)'],
  },
];
