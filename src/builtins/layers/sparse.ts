/** Layers of sparse codes: which units may be active, and where their zero is. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { flat } from '../../ir/graph/ops/ranks.js';
import type { Dim } from '../../ir/graph/shape.js';
import { call, num, type Param } from '../arguments.js';
import type { LayerDefinition } from '../define.js';
import { initial } from '../initializers.js';
import { biasInitParam } from '../params.js';
import { unitsOf, withZero } from './shapes.js';

const kParam = {
  name: 'k',
  aliases: ['topk', 'n', 'active', 'num_active', 'sparsity'],
  type: { kind: 'int', min: 1 },
} as const;

/** Where there is nothing to choose: finite, since a product by 0 has to be 0. */
const farBelow = -1e30;

/** There are as many units as may be active. */
const enough: LayerDefinition['shape'] = ([input], args) => {
  const units = unitsOf(input!);
  if (typeof units !== 'number') return units;
  const k = num(args, 'k');
  return k <= units ? input! : { expected: `at least ${k} units`, found: String(units), hint: 'keep fewer of them' };
};

/** The least of the k largest along the last axis, and 1 for each of these; of equal ones the first are among them. */
const largest = (b: Builder, x: Node, k: Dim, howMany: Node): Largest =>
  chosenFrom(b, x, b.neg(b.max(b.neg(b.make('TopK', [x], { k })), [x.shape.length - 1], true)), howMany);

/** The same of as many as a number says that is known when it is computed, 1 to k. */
function largestOfThese(b: Builder, x: Node, k: Dim, howMany: Node): Largest {
  const top = b.make('TopK', [x], { k });
  const number = b.make('CumSum', [b.fill(1, top.shape)]);
  return chosenFrom(b, x, b.reshape(b.sum(b.mul(top, b.indicator('Equal', number, howMany))), [1]), howMany);
}

interface Largest {
  readonly least: Node;
  readonly chosen: Node;
}

function chosenFrom(b: Builder, x: Node, least: Node, howMany: Node): Largest {
  const last = [x.shape.length - 1];
  const [over, equal] = [b.indicator('Greater', x, least), b.indicator('Equal', x, least)];
  const room = b.sub(howMany, b.sum(over, last, true));
  const first = b.indicator('GreaterEqual', room, b.make('CumSum', [equal]));
  return { least, chosen: b.add(over, b.mul(equal, first)) };
}

export const topk: LayerDefinition = {
  category: 'layer',
  name: 'topk',
  aliases: ['k_sparse', 'kwta', 'winner_take_all', 'k_winners'],
  summary: 'The k largest units stay, the others become zero.',
  formula:
    'yᵢ = xᵢ if xᵢ is among the k largest of x, the first of equal ones, else 0; the derivative is that of what stays',
  source: 'Makhzani & Frey 2014, §2.1; Gao et al. 2024, §2.3',
  params: [{ ...kParam, summary: 'number of units that stay' }],
  examples: ['topk(25)'],
  shape: enough,
  invert: (output) => output,
  keeps: (args) => num(args, 'k'),
  range: ([input]) => withZero(input!),
  mirror: () => [],
  lower: ({ b }, x, args) => {
    const k = num(args, 'k');
    return b.mul(x, largest(b, x, k, b.scalar(k)).chosen);
  },
};

export const batchTopk: LayerDefinition = {
  category: 'layer',
  name: 'batch_topk',
  summary:
    'Of all units of the batch the k largest for each example, on average, stay; outside of training those ' +
    'above a threshold.',
  formula:
    'training: yᵢ = xᵢ if xᵢ is among the k·B largest of the batch, else 0; θ the moving mean of the smallest ' +
    'that stays; else yᵢ = xᵢ if xᵢ > θ, else 0',
  source: 'Bussmann, Leask & Nanda 2024, §3',
  params: [
    { ...kParam, summary: 'number of units that stay in an example, on average' },
    {
      name: 'momentum',
      aliases: ['decay'],
      type: { kind: 'float', min: 0, below: 1 },
      summary: 'share of the old threshold that is kept each step',
      default: 0.99,
    },
  ],
  examples: ['batch_topk(32)'],
  ofBatch: true,
  choosesRows: true,
  shape: enough,
  invert: (output) => output,
  weights: () => [
    { name: 'threshold', shape: [], axes: [], initializer: initial('zeros'), trainable: false, role: 'state' },
  ],
  keeps: (args) => num(args, 'k'),
  range: ([input]) => withZero(input!),
  mirror: () => [],
  lower: ({ b, training, weight, update, there }, x, args) => {
    if (!training) return b.mul(x, b.indicator('Greater', x, weight('threshold')));
    const [k, kept] = [num(args, 'k'), num(args, 'momentum')];
    // In a sequence or an image k units stay at each place.
    const places = flat(x.shape.slice(0, -1)) as { readonly batch: number };
    const most = { batch: k * places.batch };
    const whole = (of: Node): Node => b.reshape(of, [flat(x.shape)]);
    const { least, chosen } =
      there === undefined
        ? largest(b, whole(x), most, b.scale(b.batchSize(), most.batch))
        : largestOfThese(
            b,
            whole(b.add(b.mul(x, there), b.scale(b.sub(b.scalar(1), there), farBelow))),
            most,
            b.scale(b.make('Maximum', [b.sum(there), b.scalar(1)]), k),
          );
    const smallest = b.reshape(least, []);
    update('threshold', b.add(b.scale(weight('threshold'), kept), b.scale(smallest, 1 - kept)));
    return b.mul(x, b.reshape(chosen, x.shape));
  },
};

// ─────────────────────────────────────────────────────────────────── learned thresholds

/**
 * Zero, with a derivative in the threshold θ in the place of that of a step, which is 0 almost everywhere: −h·K((x −
 * θ)/ε)/ε
 * for the rectangle K of width 1, and a step of the height h (Rajamanoharan et al. 2024, eq. 11 and 12).
 */
function ofStep(b: Builder, x: Node, theta: Node, bandwidth: number, height: Node): Node {
  const near = b.indicator('Less', b.unary('Abs', b.sub(x, theta)), b.scalar(bandwidth / 2));
  const slope = b.make('StopGradient', [b.scale(b.mul(near, height), -1 / bandwidth)]);
  return b.mul(slope, b.sub(theta, b.make('StopGradient', [theta])));
}

const bandwidthParam: Param = {
  name: 'bandwidth',
  aliases: ['epsilon', 'eps'],
  type: { kind: 'float', above: 0 },
  summary: 'width of the band around the threshold in which it is learned',
  default: 1e-3,
};

export const jumpRelu: LayerDefinition = {
  category: 'layer',
  name: 'jump_relu',
  summary: 'Zero up to a threshold that each unit learns, and the value itself above it.',
  formula: 'y = x·H(x − θ), θ = exp(log_threshold); ∂y/∂θ := −θ/ε for |x − θ| < ε/2, else 0',
  source: 'Rajamanoharan et al. 2024, eq. 3 and 11',
  params: [
    {
      name: 'threshold',
      aliases: ['theta'],
      type: { kind: 'float', above: 0 },
      summary: 'its first value',
      default: 1e-3,
    },
    bandwidthParam,
  ],
  examples: ['jump_relu', 'jump_relu(threshold: 0.1, bandwidth: 0.01)'],
  shape: ([input]) => {
    const units = unitsOf(input!);
    return typeof units === 'number' ? input! : units;
  },
  invert: (output) => output,
  weights: (input, args) => [
    {
      name: 'log_threshold',
      shape: [input.at(-1)!],
      axes: ['output'],
      initializer: initial('constant', { value: Math.log(num(args, 'threshold')) }),
      trainable: true,
      role: 'scale',
    },
  ],
  surrogate: true,
  range: ([input]) => [0, Math.max(0, input![1])],
  mirror: () => [],
  lower: ({ b, weight }, x, args) => {
    const theta = b.unary('Exp', weight('log_threshold'));
    const open = b.indicator('Greater', x, theta);
    return b.add(b.mul(x, open), ofStep(b, x, theta, num(args, 'bandwidth'), theta));
  },
};

/** 1 for each unit of a `jump_relu` that is above its threshold, with the derivative of the threshold. */
export function aboveThreshold(b: Builder, x: Node, logThreshold: Node, bandwidth: number): Node {
  const theta = b.unary('Exp', logThreshold);
  return b.add(b.indicator('Greater', x, theta), ofStep(b, x, theta, bandwidth, b.scalar(1)));
}

// ───────────────────────────────────────────────────────────────────────────── offsets

export const shift: LayerDefinition = {
  category: 'layer',
  name: 'shift',
  aliases: ['bias', 'add_bias', 'pre_bias', 'offset', 'BiasAdd'],
  summary: 'Adds a learned number to each unit: in front of a sparse code, the centre of what it explains.',
  formula: 'y = x + b',
  source: 'Bricken et al. 2023, pre-encoder bias',
  params: [biasInitParam],
  examples: ['shift', 'pre: shift'],
  shape: ([input]) => {
    const units = unitsOf(input!);
    return typeof units === 'number' ? input! : units;
  },
  invert: (output) => output,
  weights: (input, args) => [
    {
      name: 'bias',
      shape: [input.at(-1)!],
      axes: ['output'],
      initializer: call(args, 'bias_init', 'initializer'),
      trainable: true,
      role: 'bias',
    },
  ],
  affine: true,
  mirror: ({ args }) => [{ layer: 'shift', args }],
  lower: ({ b, weight }, x) => b.add(x, weight('bias')),
};
