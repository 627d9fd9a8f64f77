/** Schedules: a factor that follows the step or the epoch, for the learning rate or the weight of a term. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { num, type Args, type Param } from './arguments.js';
import type { ClippingDefinition, Misfit, ScheduleDefinition, StoppingDefinition } from './define.js';

const steps: Param = {
  name: 'steps',
  aliases: ['decay_steps', 'warmup_steps', 'total_steps', 'total_iters', 'transition_steps'],
  type: { kind: 'int', min: 1 },
  summary: 'length in steps',
  optional: true,
};
const epochs: Param = {
  name: 'epochs',
  aliases: ['over', 'warmup_epochs', 'T_max', 'length'],
  type: { kind: 'float', above: 0 },
  summary: 'length in epochs; the whole phase where neither is given',
  optional: true,
};

/** A schedule has one length. */
const conflict = (args: Args): Misfit | undefined =>
  args['steps'] !== undefined && args['epochs'] !== undefined
    ? { expected: 'a length in steps or in epochs', found: 'both', hint: 'leave one of them out' }
    : undefined;

type Phase = Parameters<ScheduleDefinition['lower']>[2];

/** Lengths of the schedule since its phase began. */
function lengths(b: Builder, args: Args, phase: Phase): Node {
  if (args['steps'] !== undefined) return b.div(b.step(), b.scalar(num(args, 'steps')));
  return b.div(b.epoch(), b.scalar(args['epochs'] === undefined ? phase.epochs : num(args, 'epochs')));
}

/** How far along the schedule is, from 0 to 1. */
const progress = (b: Builder, args: Args, phase: Phase): Node =>
  b.make('Minimum', [lengths(b, args, phase), b.scalar(1)]);

export const schedules: readonly ScheduleDefinition[] = [
  {
    category: 'schedule',
    name: 'warmup',
    conflict,
    aliases: ['linear', 'ramp', 'anneal', 'annealing', 'LinearLR', 'linear_schedule', 'kl_annealing', 'linear_warmup'],
    params: [
      {
        name: 'from',
        aliases: ['start', 'initial', 'begin', 'init_value', 'start_value'],
        type: { kind: 'float' },
        summary: 'first value',
        default: 0,
      },
      {
        name: 'to',
        aliases: ['end', 'final', 'end_value', 'max'],
        type: { kind: 'float' },
        summary: 'last value',
        default: 1,
      },
      steps,
      epochs,
    ],
    summary: 'Linear from one value to another, then constant.',
    formula: 'f(t) = from + (to − from)·min(1, t/T)',
    source: 'Bowman et al. 2016, §3.1 (KL annealing)',
    examples: ['warmup(epochs: 10)', 'warmup(from: 0, to: 4, steps: 1000)'],
    lower: (b, args, phase) =>
      b.shift(b.scale(progress(b, args, phase), num(args, 'to') - num(args, 'from')), num(args, 'from')),
    last: (args) => num(args, 'to'),
  },
  {
    category: 'schedule',
    name: 'cosine',
    conflict,
    aliases: ['CosineDecay', 'CosineAnnealingLR', 'cosine_annealing', 'cosine_schedule', 'cosine_decay_schedule'],
    params: [
      {
        name: 'floor',
        aliases: ['eta_min', 'alpha', 'minimum', 'min_lr', 'end_value'],
        type: { kind: 'float', min: 0 },
        summary: 'last value',
        default: 0,
      },
      steps,
      epochs,
    ],
    summary: 'Half a cosine from 1 to the floor.',
    formula: 'f(t) = floor + (1 − floor)·½(1 + cos(π·min(1, t/T)))',
    source: 'Loshchilov & Hutter 2017',
    examples: ['cosine(epochs: 20)'],
    last: (args) => num(args, 'floor'),
    lower: (b, args, phase) => {
      const half = b.scale(b.shift(b.unary('Cos', b.scale(progress(b, args, phase), Math.PI)), 1), 0.5);
      return b.shift(b.scale(half, 1 - num(args, 'floor')), num(args, 'floor'));
    },
  },
  {
    category: 'schedule',
    name: 'exponential',
    conflict,
    aliases: ['ExponentialDecay', 'ExponentialLR', 'exp_decay', 'decay'],
    params: [
      {
        name: 'rate',
        aliases: ['gamma', 'decay_rate', 'factor', 'decay'],
        type: { kind: 'float', above: 0, max: 1 },
        summary: 'factor for each length',
        default: 0.5,
      },
      steps,
      epochs,
    ],
    summary: 'Multiplied by the rate after every length, smoothly.',
    formula: 'f(t) = rate^(t/T)',
    source: 'convention',
    examples: ['exponential(rate: 0.5, epochs: 10)'],
    lower: (b, args, phase) => b.make('Pow', [b.scalar(num(args, 'rate')), lengths(b, args, phase)]),
    last: () => undefined,
  },
];

const limit: Param = {
  name: 'limit',
  aliases: ['max_norm', 'clip_value', 'clip_norm', 'c', 'value', 'max_value'],
  type: { kind: 'float', above: 0 },
  summary: 'the largest value',
};

export const clippings: readonly ClippingDefinition[] = [
  {
    category: 'clipping',
    name: 'norm',
    aliases: ['clipnorm', 'global_norm', 'global_clipnorm', 'clip_by_norm', 'clip_by_global_norm', 'clip_grad_norm'],
    params: [limit],
    summary: 'All gradients together are scaled down to this norm.',
    formula: 'g ← g·min(1, c/‖g‖₂)',
    source: 'Pascanu, Mikolov & Bengio 2013',
    examples: ['norm(1)'],
    clip: (b, gradients, args) => {
      const squares = gradients.map((g) => b.sum(b.square(g))).reduce((a, c) => b.add(a, c));
      const norm = b.unary('Sqrt', b.shift(squares, 1e-16));
      const factor = b.make('Minimum', [b.scalar(1), b.div(b.scalar(num(args, 'limit')), norm)]);
      return gradients.map((g) => b.mul(g, factor));
    },
  },
  {
    category: 'clipping',
    name: 'value',
    aliases: ['clipvalue', 'clip_by_value', 'clip_grad_value', 'clip'],
    params: [limit],
    summary: 'Each element of a gradient is cut to this size.',
    formula: 'g ← max(−c, min(c, g))',
    source: 'convention',
    examples: ['value(0.5)'],
    clip: (b, gradients, args) => {
      const c = num(args, 'limit');
      return gradients.map((g) => b.make('Maximum', [b.make('Minimum', [g, b.scalar(c)]), b.scalar(-c)]));
    },
  },
];

export const stoppings: readonly StoppingDefinition[] = [
  {
    category: 'stopping',
    name: 'early',
    aliases: ['EarlyStopping', 'early_stop', 'patience'],
    params: [
      {
        name: 'patience',
        aliases: ['wait', 'n_iter_no_change', 'epochs'],
        type: { kind: 'int', min: 1 },
        summary: 'epochs without progress before training stops',
        default: 5,
      },
      {
        name: 'after',
        aliases: ['start_from_epoch', 'from', 'warmup', 'min_epochs'],
        type: { kind: 'int', min: 0 },
        summary:
          'the epoch from which on patience is counted; where it is omitted, the one in which all schedules ' +
          'of terms have ended',
        optional: true,
      },
      {
        name: 'min_delta',
        aliases: ['delta', 'tol', 'tolerance', 'threshold'],
        type: { kind: 'float', min: 0 },
        summary: 'smallest decrease of the validation loss that counts',
        default: 0,
      },
    ],
    summary:
      'Ends when the validation loss, with the weights that schedules end with, no longer falls, and goes ' +
      'back to the best weights.',
    formula: 'stop after `patience` epochs without L_val < best − min_delta',
    source: 'Prechelt 1998',
    examples: ['early(patience: 5)', 'early(patience: 5, after: 20)'],
  },
];
