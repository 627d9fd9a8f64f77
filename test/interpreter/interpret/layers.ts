/** What each layer computes, from the formulas of docs/reference.md. */
import { activate, activations } from './activations.js';
import { addAll, broadcast, joined, mask, minus, over, part, permute, reshape, standardised, sum } from './arrays.js';
import {
  bool,
  callOf,
  num,
  pair,
  sizes as dims,
  tensor,
  tensors,
  word,
  type Args,
  type Layer,
  type TensorRef,
} from './model.js';
import {
  add,
  constant,
  exp,
  gather,
  largestOf,
  matmul,
  mul,
  near,
  nearness,
  scale,
  shift,
  sqrt,
  square,
  stopped,
  sub,
  where,
  type Value,
} from './tape.js';
import { present } from './missing.js';
import { attention, recurrent } from './sequences.js';
import {
  averagePool,
  bilinear,
  contrast,
  convolution,
  geometry,
  maxPool,
  nearest,
  rootPool,
  spread,
  stamped,
  unpooled,
  unshared,
  type Geometry,
  type Padding,
  type Pair,
} from './windows.js';

export interface LayerContext {
  readonly layer: Layer;
  /** Batch statistics are taken and elements dropped. */
  readonly training: boolean;
  weight(name: string): Value;
  /** 1 at the positions of a sequence that are there; absent where all are. */
  readonly mask?: Value;
  /** Of each row, which is a position, whether it is there. */
  readonly there?: readonly boolean[];
  /** A value that a weight has after the step though no gradient moves it. */
  update(name: string, value: Value): void;
  tensor(ref: TensorRef): Value;
  /** The layer that gives a tensor, with what that layer reads. */
  source(ref: TensorRef): { readonly layer: Layer; readonly input: Value };
  /** Whether element i is dropped, for a share of the elements. */
  dropped(x: Value, share: number): (i: number) => boolean;
  /** The labels of an example, where the layer reads a category. */
  labels(): { readonly data: Float64Array; readonly shape: readonly number[] };
}

type Rule = (x: Value, args: Args, context: LayerContext) => Value | readonly Value[];

const sizes = (x: Value): Pair => [x.shape[1]!, x.shape[2]!];
const padding = (args: Args): Padding => args['padding'] as Padding;

const pooling = (x: Value, args: Args): Geometry =>
  geometry(
    sizes(x),
    pair(args, 'size'),
    args['stride'] === undefined ? pair(args, 'size') : pair(args, 'stride'),
    padding(args),
  );

// ─────────────────────────────────────────────────────────────────────────── signals

/** A signal, positions × channels, as an image of one column. */
const asImage = (x: Value): Value =>
  x.shape.length === 3 ? reshape(x, [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!]) : x;
const asKernel = (w: Value): Value =>
  w.shape.length === 3 ? reshape(w, [w.shape[0]!, 1, w.shape[1]!, w.shape[2]!]) : w;

/** What an argument says of positions, and of the one column there is. */
const column = { kernel: 1, stride: 1, dilation: 1, size: 1, factor: 1, to: 1, padding: 0, output_padding: 0 } as const;

const ofSignal = (args: Args): Args =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      name in column && typeof value === 'number' ? [value, column[name as keyof typeof column]] : value,
    ]),
  );

/** A rule of images, and of signals as images of one column. */
const overPlaces =
  (rule: (x: Value, args: Args, context: LayerContext) => Value): Rule =>
  (x, args, context) => {
    if (x.shape.length !== 3) return rule(x, args, context);
    const y = rule(asImage(x), ofSignal(args), { ...context, weight: (name) => asKernel(context.weight(name)) });
    return reshape(y, [y.shape[0]!, y.shape[1]!, y.shape[3]!]);
  };

/** φ(y + b), where the layer has a bias. */
function finished(y: Value, args: Args, { weight }: LayerContext): Value {
  const { definition, args: own } = callOf(args, 'activation');
  return activate(bool(args, 'bias') ? add(y, broadcast(weight('bias'), y.shape)) : y, definition.name, own);
}

const to = (x: Value, args: Args): Pair => {
  const factor = pair(args, 'factor');
  return args['to'] === undefined ? [sizes(x)[0] * factor[0], sizes(x)[1] * factor[1]] : pair(args, 'to');
};

/** The height and width that conv_transpose gives: those of `to`, or (n − 1)·s + k − 2p + output_padding; n·s with `same`. */
function transposedSize(x: Value, args: Args): Pair {
  if (args['to'] !== undefined) return pair(args, 'to');
  const [kernel, stride, extra] = [pair(args, 'kernel'), pair(args, 'stride'), pair(args, 'output_padding')];
  const along = (axis: 0 | 1): number => {
    const n = sizes(x)[axis];
    const p = padding(args);
    if (p === 'same') return n * stride[axis];
    const cut = p === 'valid' ? 0 : typeof p === 'number' ? p : p[axis]!;
    return (n - 1) * stride[axis] + kernel[axis] - 2 * cut + extra[axis];
  };
  return [along(0), along(1)];
}

/** The tensors of the argument `with`. */
const others = (args: Args, context: LayerContext): readonly Value[] =>
  tensors(args, 'with').map((ref) => context.tensor(ref));

const rules: Readonly<Record<string, Rule>> = {
  // y = φ(xW + b), position by position where there are some.
  dense: (x, args, context) => {
    const n = x.shape.at(-1)!;
    const product = matmul(reshape(x, [x.data.length / n, n]), context.weight('kernel'));
    return finished(reshape(product, [...x.shape.slice(0, -1), product.shape[1]!]), args, context);
  },
  conv: overPlaces((x, args, context) => {
    const g = geometry(sizes(x), pair(args, 'kernel'), pair(args, 'stride'), padding(args), pair(args, 'dilation'));
    return finished(convolution(x, context.weight('kernel'), g, num(args, 'groups')), args, context);
  }),
  conv_transpose: overPlaces((x, args, context) => {
    const size = transposedSize(x, args);
    const g = geometry(size, pair(args, 'kernel'), pair(args, 'stride'), padding(args));
    return finished(stamped(x, context.weight('kernel'), size, g), args, context);
  }),
  maxpool: overPlaces((x, args) => maxPool(x, pooling(x, args))),
  avgpool: overPlaces((x, args) => averagePool(x, pooling(x, args))),
  l2pool: overPlaces((x, args) => rootPool(x, pooling(x, args))),
  upsample: overPlaces((x, args) =>
    (word(args, 'method') === 'nearest' ? nearest : bilinear)(x, pair(args, 'factor'), to(x, args)),
  ),
  upsample_zero: overPlaces((x, args) => spread(x, pair(args, 'factor'))),
  unpool: (x, args, context) => {
    const { layer, input } = context.source(tensor(args, 'pool'));
    const image = asImage(input);
    const y = unpooled(asImage(x), image, pooling(image, x.shape.length === 3 ? ofSignal(layer.args) : layer.args));
    return reshape(y, input.shape);
  },
  flatten: (x, _args, context) => reshape(present(x, context.mask), [x.shape[0]!, x.data.length / x.shape[0]!]),
  reshape: (x, args, context) => reshape(present(x, context.mask), [x.shape[0]!, ...dims(args, 'sizes')]),
  concat: (x, args, context) => joined([x, ...others(args, context)], x.shape.length - 1),
  add: (x, args, context) => addAll([x, ...others(args, context)]),
  multiply: (x, args, context) => others(args, context).reduce((product, other) => mul(product, other), x),
  split: (x, args) => {
    const [last, count] = [x.shape.length - 1, num(args, 'parts')];
    const width = x.shape[last]! / count;
    return Array.from({ length: count }, (_, i) => part(x, last, i * width, width));
  },
  // Over the batch and over positions; Ioffe & Szegedy 2015, algorithm 1 divides by m.
  batchnorm: (x, args, { training, weight, update, there }) => {
    const axes = x.shape.slice(0, -1).map((_, i) => i);
    const scaled = (y: Value): Value =>
      add(mul(y, broadcast(weight('gamma'), y.shape)), broadcast(weight('beta'), y.shape));
    if (!training) {
      const deviation = sqrt(shift(weight('moving_variance'), num(args, 'epsilon')));
      return scaled(over(minus(x, weight('moving_mean')), deviation));
    }
    const { y, mean, variance } = standardised(x, axes, num(args, 'epsilon'), there);
    const kept = num(args, 'momentum');
    update('moving_mean', add(scale(weight('moving_mean'), kept), scale(mean, 1 - kept)));
    update('moving_variance', add(scale(weight('moving_variance'), kept), scale(variance, 1 - kept)));
    return scaled(y);
  },
  layernorm: (x, args, { weight }) => {
    const { y } = standardised(x, [x.shape.length - 1], num(args, 'epsilon'));
    return add(mul(y, broadcast(weight('gamma'), y.shape)), broadcast(weight('beta'), y.shape));
  },
  // h / √(‖h‖² + 1e-12) along the last axis.
  normalise: (x) =>
    over(x, sqrt(shift(reshape(sum(square(x), [x.shape.length - 1]), [...x.shape.slice(0, -1), 1]), 1e-12))),
  shift: (x, _args, { weight }) => add(x, broadcast(weight('bias'), x.shape)),
  // x·H(x − θ), whose derivative in θ is −θ/ε within half a band of it (Rajamanoharan et al. 2024, eq. 3 and 11).
  jump_relu: (x, args, { weight }) => {
    const theta = broadcast(exp(weight('log_threshold')), x.shape);
    const open = where(x, (v, i) => v > theta.data[i]!);
    return near(
      add(open, mul(stopped(theta), banded(x, theta, num(args, 'bandwidth')))),
      nearness(
        x.data.map((v, i) => v - theta.data[i]!),
        largestOf(x.data),
      ),
    );
  },
  topk: (x, args) => kept(x, num(args, 'k'), x.shape.at(-1)!).y,
  // Bussmann et al. 2024, §3: k·B of the batch in training, what is above a moving threshold else.
  batch_topk: (x, args, { training, weight, update }) => {
    const threshold = weight('threshold');
    if (!training) {
      const above = where(x, (v) => v > threshold.data[0]!);
      return near(
        above,
        nearness(
          x.data.map((v) => v - threshold.data[0]!),
          largestOf(x.data),
        ),
      );
    }
    const units = x.shape.at(-1)!;
    const { y, least } = kept(x, (num(args, 'k') * x.data.length) / units, x.data.length);
    const share = num(args, 'momentum');
    update('threshold', constant([], [share * threshold.data[0]! + (1 - share) * least]));
    return y;
  },
  // A kernel for each place.
  local: overPlaces((x, args, context) => {
    const g = geometry(sizes(x), pair(args, 'kernel'), pair(args, 'stride'), padding(args));
    return finished(unshared(x, context.weight('kernel'), g), args, context);
  }),
  lcn: overPlaces((x, args) => contrast(x, pair(args, 'kernel'))),
  positions: (x, args, { weight }) => {
    const [length, width] = [x.shape[1]!, x.shape[2]!];
    if (bool(args, 'learned')) return add(x, broadcast(weight('vectors'), x.shape));
    const sines = Float64Array.from({ length: length * width }, (_, i) => {
      const [t, unit] = [Math.floor(i / width), i % width];
      const angle = t / 1e4 ** ((2 * Math.floor(unit / 2)) / width);
      return unit % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    return add(x, broadcast(constant([length, width], sines), x.shape));
  },
  repeat_vector: (x, args) => {
    const [batch, width] = [x.shape[0]!, x.shape[1]!];
    return broadcast(reshape(x, [batch, 1, width]), [batch, num(args, 'length'), width]);
  },
  // Row by row; each patch is read row by row too.
  patches: (x, args) => {
    const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
    const [p, q] = pair(args, 'size');
    const cells = permute(reshape(x, [batch, height / p, p, width / q, q, channels]), [0, 1, 3, 2, 4, 5]);
    return reshape(cells, [batch, (height / p) * (width / q), p * q * channels]);
  },
  unpatches: (x, args) => {
    const [batch, count, length] = x.shape as readonly [number, number, number];
    const [p, q] = pair(args, 'size');
    const channels = length / p / q;
    const [height, width] = args['to'] === undefined ? [Math.sqrt(count) * p, Math.sqrt(count) * q] : pair(args, 'to');
    const cells = permute(reshape(x, [batch, height / p, width / q, p, q, channels]), [0, 1, 3, 2, 4, 5]);
    return reshape(cells, [batch, height, width, channels]);
  },
  gru: recurrent('gru'),
  lstm: recurrent('lstm'),
  attention,
  // x·m / (1 − p)
  dropout: (x, args, { training, dropped }) => {
    const p = num(args, 'p');
    if (!training) return x;
    const gone = dropped(x, p);
    return scale(
      mul(
        x,
        mask(x.shape, (i) => !gone(i)),
      ),
      1 / (1 - p),
    );
  },
  // y = E[x]; of a label that is missing, zeros (§4: what reads it reads zeros in its place).
  embedding: (_x, args, { weight, labels }) => {
    const [units, { data, shape: of }] = [num(args, 'units'), labels()];
    const label = (i: number): number => data[Math.floor(i / units)]!;
    const index = Int32Array.from(
      { length: data.length * units },
      (_, i) => Math.max(0, label(i)) * units + (i % units),
    );
    const shape = [...of, units];
    return mul(
      gather(weight('table'), shape, index),
      mask(shape, (i) => label(i) >= 0),
    );
  },
};

/**
 * 0, with the derivative −1/ε in θ within half a band of it, times a height that does not move: what a threshold learns by in the
 * place of the derivative of a step.
 */
export function banded(x: Value, theta: Value, bandwidth: number): Value {
  const slope = constant(
    x.shape,
    x.data.map((v, i) => (Math.abs(v - theta.data[i]!) < bandwidth / 2 ? -1 / bandwidth : 0)),
  );
  const moved = mul(sub(theta, stopped(theta)), slope);
  return near(
    moved,
    nearness(
      x.data.map((v, i) => Math.abs(v - theta.data[i]!) - bandwidth / 2),
      largestOf(x.data),
    ),
  );
}

/** The k largest of each run of elements, the first of equal ones; zero elsewhere. And the least that stays in the last run. */
function kept(x: Value, k: number, run: number): { readonly y: Value; readonly least: number } {
  const open = new Set<number>();
  const gaps: number[] = [];
  let least = Infinity;
  for (let start = 0; start < x.data.length; start += run) {
    const order = Array.from({ length: run }, (_, i) => start + i).sort((i, j) => x.data[j]! - x.data[i]! || i - j);
    for (const i of order.slice(0, k)) open.add(i);
    least = x.data[order[k - 1]!]!;
    if (k < run) gaps.push(least - x.data[order[k]!]!);
  }
  return {
    y: near(
      where(x, (_v, i) => open.has(i)),
      nearness(gaps, largestOf(x.data)),
    ),
    least,
  };
}

/** Every result of a layer, in order. */
export function applied(x: Value, context: LayerContext): readonly Value[] {
  const { layer } = context;
  const { name } = layer.definition;
  const rule = rules[name] ?? (name in activations ? (v: Value, args: Args) => activate(v, name, args) : undefined);
  if (rule === undefined) throw new Error(`the interpreter knows no layer ${name}`);
  const result = rule(x, layer.args, context);
  return Array.isArray(result) ? (result as readonly Value[]) : [result as Value];
}
