/** Optimisers. Those that step by the gradient are written out with TensorFlow's own update rules; no default of a host library is relied on. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { bool, num, type Args, type Param } from './arguments.js';
import type { KernelCall, OptimizerDefinition, StepOptimizer } from './define.js';

const lr = (value: number): Param => ({
  name: 'lr',
  aliases: ['learning_rate', 'eta', 'step_size', 'rate'],
  type: { kind: 'float', above: 0 },
  summary: 'learning rate',
  default: value,
});
const epsilon: Param = {
  name: 'epsilon',
  aliases: ['eps'],
  type: { kind: 'float', above: 0 },
  summary: 'added to the root',
  default: 1e-7,
};
const share = (name: string, aliases: readonly string[], summary: string, value: number): Param => ({
  name,
  aliases,
  type: { kind: 'float', min: 0, below: 1 },
  summary,
  default: value,
});
const betas = [
  share('beta1', ['b1'], 'share of the old mean of gradients', 0.9),
  share('beta2', ['b2'], 'share of the old mean of squares', 0.999),
];

/** η_t = η√(1−β₂ᵗ)/(1−β₁ᵗ), Kingma & Ba's efficient form. */
const adamRate = (b: Builder, rate: Node, step: Node, args: Args): Node => {
  const power = (base: number) => b.sub(b.scalar(1), b.make('Pow', [b.scalar(base), step]));
  return b.div(b.mul(rate, b.unary('Sqrt', power(num(args, 'beta2')))), power(num(args, 'beta1')));
};

/** m, v and the step −η_t·m/(√v + ε). */
const adamUpdate: StepOptimizer['update'] = (b, weight, gradient, slots, rate, step, args) => {
  const [beta1, beta2] = [num(args, 'beta1'), num(args, 'beta2')];
  const m = b.add(b.scale(slots['m']!, beta1), b.scale(gradient, 1 - beta1));
  const v = b.add(b.scale(slots['v']!, beta2), b.scale(b.square(gradient), 1 - beta2));
  const move = b.div(b.mul(adamRate(b, rate, step, args), m), b.shift(b.unary('Sqrt', v), num(args, 'epsilon')));
  return { weight: b.sub(weight, move), slots: { m, v } };
};

const inSingle = (args: Args): Args => ({
  ...args,
  beta1: Math.fround(num(args, 'beta1')),
  beta2: Math.fround(num(args, 'beta2')),
});

/**
 * The kernel corrects in single precision, which costs five digits at the first steps: powers of 0 leave it the
 * corrected rate. It takes 1 − β from a β in single precision, and the correction is of the same β: of the exact one, every
 * step would be longer by 6·10⁻⁶ of itself.
 */
const adamKernel = (b: Builder, gradient: Node, rate: Node, step: Node, args: Args): KernelCall => ({
  op: 'ResourceApplyAdam',
  variables: ['weight', 'm', 'v'],
  operands: [
    b.scalar(0),
    b.scalar(0),
    adamRate(b, rate, step, inSingle(args)),
    ...['beta1', 'beta2', 'epsilon'].map((name) => b.scalar(num(args, name))),
    gradient,
  ],
});

const moments = () => [
  { name: 'm', initial: 0 },
  { name: 'v', initial: 0 },
];

export const optimizers: readonly OptimizerDefinition[] = [
  {
    category: 'optimizer',
    name: 'sgd',
    aliases: ['gd', 'gradient_descent', 'momentum', 'GradientDescentOptimizer', 'stochastic_gradient_descent'],
    params: [
      lr(0.01),
      share('momentum', ['mu', 'beta'], 'share of the old step', 0),
      {
        name: 'nesterov',
        aliases: ['use_nesterov'],
        type: { kind: 'bool' },
        summary: 'look ahead along the momentum',
        default: false,
      },
    ],
    summary: 'Stochastic gradient descent, with momentum if asked.',
    formula: 'a ← μa + g; w ← w − η·a (Nesterov: η·(g + μa))',
    source: 'Sutskever et al. 2013; TensorFlow ApplyMomentum',
    examples: ['sgd(lr: 0.1)', 'sgd(lr: 0.1, momentum: 0.9)'],
    slots: (args) => (num(args, 'momentum') === 0 ? [] : [{ name: 'momentum', initial: 0 }]),
    update: (b, weight, gradient, slots, rate, _step, args) => {
      const mu = num(args, 'momentum');
      if (mu === 0) return { weight: b.sub(weight, b.mul(rate, gradient)), slots: {} };
      const momentum = b.add(b.scale(slots['momentum']!, mu), gradient);
      const move = bool(args, 'nesterov') ? b.add(gradient, b.scale(momentum, mu)) : momentum;
      return { weight: b.sub(weight, b.mul(rate, move)), slots: { momentum } };
    },
    kernels: (b, _weight, gradient, rate, _step, args) => {
      const mu = num(args, 'momentum');
      if (mu === 0) return [{ op: 'ResourceApplyGradientDescent', variables: ['weight'], operands: [rate, gradient] }];
      return [
        {
          op: 'ResourceApplyMomentum',
          variables: ['weight', 'momentum'],
          operands: [rate, gradient, b.scalar(mu)],
          attributes: { use_nesterov: bool(args, 'nesterov') },
        },
      ];
    },
  },
  {
    category: 'optimizer',
    name: 'rmsprop',
    adaptive: true,
    aliases: ['rms'],
    params: [
      lr(1e-3),
      share('decay', ['rho', 'alpha', 'smoothing', 'discounting_factor'], 'share of the old mean of squares', 0.9),
      share('momentum', ['mu', 'beta'], 'share of the old step', 0),
      epsilon,
    ],
    summary: 'Steps divided by a running root mean square of the gradient.',
    formula: 's ← ρs + (1−ρ)g²; a ← μa + η·g/√(s + ε); w ← w − a',
    source: 'Tieleman & Hinton 2012; TensorFlow ApplyRMSProp',
    examples: ['rmsprop(lr: 0.001)'],
    slots: (args) => [
      { name: 'square', initial: 0 },
      ...(num(args, 'momentum') === 0 ? [] : [{ name: 'momentum', initial: 0 }]),
    ],
    update: (b, weight, gradient, slots, rate, _step, args) => {
      const [rho, mu] = [num(args, 'decay'), num(args, 'momentum')];
      const square = b.add(b.scale(slots['square']!, rho), b.scale(b.square(gradient), 1 - rho));
      const step = b.div(b.mul(rate, gradient), b.unary('Sqrt', b.shift(square, num(args, 'epsilon'))));
      if (mu === 0) return { weight: b.sub(weight, step), slots: { square } };
      const momentum = b.add(b.scale(slots['momentum']!, mu), step);
      return { weight: b.sub(weight, momentum), slots: { square, momentum } };
    },
    // The kernel keeps a momentum always; without one there is no variable for it.
    kernels: (b, _weight, gradient, rate, _step, args) =>
      num(args, 'momentum') === 0
        ? undefined
        : [
            {
              op: 'ResourceApplyRMSProp',
              variables: ['weight', 'square', 'momentum'],
              operands: [rate, ...['decay', 'momentum', 'epsilon'].map((name) => b.scalar(num(args, name))), gradient],
            },
          ],
  },
  {
    category: 'optimizer',
    name: 'adam',
    adaptive: true,
    aliases: ['AdamOptimizer', 'adaptive_moments'],
    params: [lr(1e-3), ...betas, epsilon],
    summary: 'Adaptive moments.',
    formula: 'm ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; w ← w − η_t·m/(√v + ε)',
    source: 'Kingma & Ba 2015, §2; TensorFlow ApplyAdam',
    examples: ['adam(lr: 1e-3)'],
    slots: moments,
    update: adamUpdate,
    kernels: (b, _weight, gradient, rate, step, args) => [adamKernel(b, gradient, rate, step, args)],
  },
  {
    category: 'optimizer',
    name: 'adamw',
    adaptive: true,
    decays: 'decay',
    aliases: ['adam_weight_decay', 'decoupled_adam'],
    params: [
      lr(1e-3),
      {
        name: 'decay',
        aliases: ['weight_decay', 'wd', 'lambda'],
        type: { kind: 'float', min: 0 },
        summary: 'weight decay λ',
        default: 0.01,
      },
      ...betas,
      epsilon,
    ],
    summary: 'Adam with weight decay apart from the gradient.',
    formula: 'w ← w − η·λ·w − η_t·m/(√v + ε), all of the w before the step; biases decay too',
    source: 'Loshchilov & Hutter 2019, algorithm 2',
    examples: ['adamw(lr: 1e-3, decay: 0.01)'],
    slots: moments,
    update: (b, weight, gradient, slots, rate, step, args) => {
      const moved = adamUpdate(b, weight, gradient, slots, rate, step, args);
      return { ...moved, weight: b.sub(moved.weight, b.mul(b.scale(rate, num(args, 'decay')), weight)) };
    },
    kernels: (b, weight, gradient, rate, step, args) => [
      adamKernel(b, gradient, rate, step, args),
      {
        op: 'AssignSubVariableOp',
        variables: ['weight'],
        operands: [b.mul(b.scale(rate, num(args, 'decay')), weight)],
      },
    ],
  },
  {
    category: 'optimizer',
    name: 'lbfgs',
    aliases: ['bfgs', 'l_bfgs_b'],
    deterministic: true,
    params: [
      {
        name: 'history',
        aliases: ['history_size', 'm', 'memory', 'num_correction_pairs', 'maxcor'],
        type: { kind: 'int', min: 1 },
        summary: 'number of past steps that the inverse Hessian is estimated from',
        default: 10,
      },
    ],
    summary: 'Limited-memory BFGS with a line search; it needs the whole data set at once.',
    formula: 'w ← w − α·Hg, H from the last steps; α by the strong Wolfe conditions',
    source: 'Nocedal & Wright 2006, algorithm 7.5',
    examples: ['lbfgs', 'lbfgs(history: 20)'],
    slots: (args) =>
      Array.from({ length: num(args, 'history') }, (_, i) => [
        { name: `s${i}`, initial: 0 },
        { name: `y${i}`, initial: 0 },
      ]).flat(),
  },
  {
    category: 'optimizer',
    name: 'conjugate_gradient',
    aliases: ['cg', 'conjugate_gradients', 'ncg', 'nonlinear_cg'],
    params: [],
    deterministic: true,
    summary: 'Nonlinear conjugate gradients with a line search; it needs the whole data set at once.',
    formula: 'd ← −g + β·d, β = max(0, gᵀ(g − g₋)/g₋ᵀg₋); w ← w + α·d',
    source: 'Nocedal & Wright 2006, §5.2 (Polak–Ribière+)',
    examples: ['conjugate_gradient'],
    slots: () => ['direction', 'step', 'gradient'].map((name) => ({ name, initial: 0 })),
  },
];
