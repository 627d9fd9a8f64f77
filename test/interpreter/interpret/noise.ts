/**
 * Corruptions, preprocessing and draws. Noise is given to the interpreter, not made by it: what a
 * program drew is handed over clause by clause, so that both compute with the same.
 */
import { addAll, mask, minus, over, part, times } from './arrays.js';
import { bool, num, pair, type Args, type CallOf } from './model.js';
import { averagePool, geometry } from './windows.js';
import {
  add,
  constant,
  div,
  fill,
  gather,
  matmul,
  mul,
  reshape,
  scale,
  shift,
  type Shape,
  type Value,
} from './tape.js';

/** The random part of each clause, by the clause's place in the model: `x 0`, `encoder.drop`, `z`. */
export interface Noise {
  /** ε ~ N(0, I). */
  normal(clause: string, shape: Shape): ArrayLike<number>;
  /** U(−1, 1). */
  symmetric(clause: string, shape: Shape): ArrayLike<number>;
  /** The elements that happen with a probability, which each element or all have: true where they do. */
  chosen(clause: string, shape: Shape, probability: (i: number) => number): (i: number) => boolean;
  /** For each element −1 (the smallest value), 1 (the largest), each with half the probability, or 0 (it stays). */
  peppered(clause: string, shape: Shape, probability: (i: number) => number): (i: number) => -1 | 0 | 1;
}

/** A statistic of a variable over the training set, in the space of what it is asked for. */
export type Statistic = (kind: 'min' | 'max' | 'mean' | 'std' | 'whitening') => Value;

/** What a corruption may ask for. */
export interface Corrupting {
  readonly noise: Noise;
  readonly clause: string;
  readonly statistic: Statistic;
  /** A number, or one for each example. */
  level(args: Args, name: string): Value;
}

interface Corruption {
  /** It stands there always: the deployed model is given such data. */
  readonly degrades: boolean;
  apply(x: Value, args: Args, context: Corrupting): Corrupted;
}

export interface Corrupted {
  readonly value: Value;
  /** The elements that are taken away. */
  readonly gone?: (i: number) => boolean;
}

const noisy = (apply: Corruption['apply']): Corruption => ({ degrades: false, apply });
const degrading = (apply: (x: Value, args: Args) => Corrupted): Corruption => ({ degrades: true, apply });

/** ITU-R BT.601. */
const luma = [0.299, 0.587, 0.114] as const;

/** The level of element i: levels are one number, or one for each example. */
const of =
  (levels: Value, x: Value) =>
  (i: number): number =>
    levels.data[levels.data.length === 1 ? 0 : Math.floor((i * levels.data.length) / x.data.length)]!;

/** One number for each example, repeated over its elements. */
const repeated = (levels: Value, x: Value): Value =>
  gather(
    levels,
    x.shape,
    Int32Array.from(x.data, (_, i) => Math.floor((i * levels.data.length) / x.data.length)),
  );

export const corruptions: Readonly<Record<string, Corruption>> = {
  gaussian: noisy((x, args, { noise, clause, level }) => ({
    value: add(x, mul(constant(x.shape, noise.normal(clause, x.shape)), repeated(level(args, 'sigma'), x))),
  })),
  uniform: noisy((x, args, { noise, clause, level }) => ({
    value: add(x, mul(constant(x.shape, noise.symmetric(clause, x.shape)), repeated(level(args, 'limit'), x))),
  })),
  // Single elements, or whole patches in all channels.
  mask: noisy((x, args, { noise, clause, level }) => {
    const [rows, columns] = pair(args, 'patch');
    if (rows === 1 && columns === 1) {
      const gone = noise.chosen(clause, x.shape, of(level(args, 'p'), x));
      return {
        value: mul(
          x,
          mask(x.shape, (i) => !gone(i)),
        ),
        gone,
      };
    }
    // A signal has one column, and patches of positions.
    const signal = x.shape.length === 3;
    const [batch, height, width, channels] = (
      signal ? [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!] : x.shape
    ) as readonly [number, number, number, number];
    const across = signal ? 1 : columns;
    const cells = [batch, height / rows, width / across, 1] as const;
    const levels = level(args, 'p');
    const chosen = noise.chosen(
      clause,
      cells,
      (cell) => levels.data[levels.data.length === 1 ? 0 : Math.floor(cell / (cells[1] * cells[2]))]!,
    );
    const gone = (i: number): boolean => {
      const [example, row, column] = [
        Math.floor(i / (height * width * channels)),
        Math.floor(i / (width * channels)) % height,
        Math.floor(i / channels) % width,
      ];
      return chosen((example * cells[1] + Math.floor(row / rows)) * cells[2] + Math.floor(column / across));
    };
    return {
      value: mul(
        x,
        mask(x.shape, (i) => !gone(i)),
      ),
      gone,
    };
  }),
  dropout: noisy((x, args, { noise, clause, level }) => {
    const p = repeated(level(args, 'p'), x);
    const gone = noise.chosen(clause, x.shape, (i) => p.data[i]!);
    return {
      value: mul(
        mul(
          x,
          mask(x.shape, (i) => !gone(i)),
        ),
        div(fill(x.shape, 1), shift(scale(p, -1), 1)),
      ),
      gone,
    };
  }),
  salt_and_pepper: noisy((x, args, { noise, clause, statistic, level }) => {
    const which = noise.peppered(clause, x.shape, of(level(args, 'p'), x));
    const at = (sign: number): Value => mask(x.shape, (i) => which(i) === sign);
    return {
      value: addAll([mul(x, at(0)), times(at(-1), statistic('min')), times(at(1), statistic('max'))]),
      gone: (i) => which(i) !== 0,
    };
  }),
  hole: degrading((x, args) => {
    const inside = hole(x.shape, args);
    return {
      value: mul(
        x,
        mask(x.shape, (i) => !inside(i)),
      ),
      gone: inside,
    };
  }),
  downsample: degrading((x, args) => {
    const cell = pair(args, 'factor');
    return { value: averagePool(x, geometry([x.shape[1]!, x.shape[2]!], cell, cell, 'valid')) };
  }),
  grayscale: degrading((x) => ({ value: addAll(luma.map((share, channel) => scale(part(x, 3, channel, 1), share))) })),
};

/**
 * §10: of the words of a sequence, each by one draw, some become a mark behind the vocabulary, some any word, and some
 * stay; these are the chosen ones. −1 is no word.
 */
export function hiddenWords(
  labels: Value,
  args: Args,
  classes: number,
  noise: Noise,
  clause: string,
): { readonly labels: Value; readonly gone: Value } {
  const uniform = (what: string): Float64Array =>
    Float64Array.from(noise.symmetric(`${clause} ${what}`, labels.shape), (v) => (v + 1) / 2);
  const [which, word] = [uniform('which'), uniform('word')];
  const [marked, other] = [num(args, 'mask'), num(args, 'mask') + num(args, 'random')];
  const chosen = (i: number, share: number): boolean => labels.data[i]! >= 0 && which[i]! < Math.fround(share);
  return {
    labels: constant(
      labels.shape,
      labels.data.map((label, i) =>
        chosen(i, marked) ? classes : chosen(i, other) ? 1 + Math.floor(word[i]! * (classes - 1)) : label,
      ),
    ),
    gone: mask(labels.shape, (i) => chosen(i, other + num(args, 'keep'))),
  };
}

export function corruption(name: string): Corruption {
  const found = corruptions[name];
  if (found === undefined) throw new Error(`the interpreter knows no corruption ${name}`);
  return found;
}

/** The centred rectangle of a batch of images; where it cannot stand in the middle, it stands half a pixel up and left. */
export function hole(shape: Shape, args: Args): (i: number) => boolean {
  const [height, width, channels] = shape.slice(1) as [number, number, number];
  const [rows, columns] = pair(args, 'size');
  const [top, left] = [Math.floor((height - rows) / 2), Math.floor((width - columns) / 2)];
  return (i) => {
    const [row, column] = [Math.floor(i / channels / width) % height, Math.floor(i / channels) % width];
    return row >= top && row < top + rows && column >= left && column < left + columns;
  };
}

// ─────────────────────────────────────────────────────────────────────── preprocessing

interface Drawing {
  readonly of: Noise;
  readonly clause: string;
}

interface Transform {
  /** @param noise nothing where what is drawn has its mean */
  apply(x: Value, args: Args, statistic: Statistic, noise: Drawing | undefined): Value;
  /** Absent where it cannot be undone. */
  undo?(x: Value, statistic: Statistic): Value;
}

/** A width to divide by: 1 for a feature that never changes in training, which is only moved. */
const divisor = (width: Value): Value => addAll([width, mask(width.shape, (i) => width.data[i] === 0)]);

/** All elements of an example through a matrix. */
const mixed = (x: Value, by: Value): Value => reshape(matmul(reshape(x, [x.shape[0]!, by.shape[0]!]), by), x.shape);

/** Gauss and Jordan's inverse of an n × n matrix, with the largest of each column as its pivot. */
function inverse(matrix: ArrayLike<number>, n: number): number[] {
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: 2 * n }, (_v, j) => (j < n ? matrix[i * n + j]! : Number(j - n === i))),
  );
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const scaled = rows[k]!.map((v) => v / rows[k]![k]!);
    rows.forEach((row, i) => (rows[i] = i === k ? scaled : row.map((v, j) => v - row[k]! * scaled[j]!)));
  }
  return rows.flatMap((row) => row.slice(n));
}

const spread = (statistic: Statistic): Value => divisor(addAll([statistic('max'), scale(statistic('min'), -1)]));

const transforms: Readonly<Record<string, Transform>> = {
  center: {
    apply: (x, _args, statistic) => minus(x, statistic('mean')),
    undo: (x, statistic) => addAll([x, statistic('mean')]),
  },
  standardize: {
    apply: (x, _args, statistic) => over(minus(x, statistic('mean')), divisor(statistic('std'))),
    undo: (x, statistic) => addAll([times(x, divisor(statistic('std'))), statistic('mean')]),
  },
  scale: {
    apply: (x, _args, statistic) => over(minus(x, statistic('min')), spread(statistic)),
    undo: (x, statistic) => addAll([times(x, spread(statistic)), statistic('min')]),
  },
  whiten: {
    apply: (x, _args, statistic) => mixed(minus(x, statistic('mean')), statistic('whitening')),
    undo: (x, statistic) => {
      const { shape, data } = statistic('whitening');
      return addAll([mixed(x, constant(shape, inverse(data, shape[0]!))), statistic('mean')]);
    },
  },
  binarise: {
    apply: (x, args, _statistic, drawing) => {
      if (!bool(args, 'drawn')) return mask(x.shape, (i) => x.data[i]! > num(args, 'threshold'));
      if (drawing === undefined) return x;
      const happens = drawing.of.chosen(drawing.clause, x.shape, (i) => x.data[i]!);
      return mask(x.shape, happens);
    },
  },
};

function transform({ definition: { name } }: CallOf<'preprocessing'>): Transform {
  const found = transforms[name];
  if (found === undefined) throw new Error(`the interpreter knows no transform ${name}`);
  return found;
}

/**
 * Statistics behind the first `stage` transforms, which are increasing: the least value goes to the least, the mean to
 * the mean, and a deviation is the distance that two values so far apart have then.
 */
function behind(chain: readonly CallOf<'preprocessing'>[], stage: number, measured: Statistic): Statistic {
  const through = (x: Value): Value =>
    chain
      .slice(0, stage)
      .reduce((v, call, i) => transform(call).apply(v, call.args, behind(chain, i, measured), undefined), x);
  return (kind) => {
    if (kind !== 'std' || stage === 0) return through(measured(kind));
    return addAll([through(addAll([measured('mean'), measured('std')])), scale(through(measured('mean')), -1)]);
  };
}

/** What the whole chain makes of values. */
export const preprocessed = (
  x: Value,
  chain: readonly CallOf<'preprocessing'>[],
  measured: Statistic,
  noise: Noise | undefined,
  name: string,
): Value =>
  chain.reduce(
    (v, call, i) =>
      transform(call).apply(
        v,
        call.args,
        behind(chain, i, measured),
        noise && { of: noise, clause: `${name} transform ${i}` },
      ),
    x,
  );

/** A statistic in the space of what is corrupted: preprocessing comes first. Behind a threshold there are 0 and 1, whatever the data are. */
export const afterAll =
  (chain: readonly CallOf<'preprocessing'>[], measured: Statistic, extreme: Statistic): Statistic =>
  (kind) =>
    chain.at(-1)?.definition.name === 'binarise'
      ? fill([], kind === 'min' ? 0 : 1)
      : preprocessed(extreme(kind), chain, measured, undefined, '');

/** Back to the space of the data, as far as transforms can be undone. */
export const restored = (x: Value, chain: readonly CallOf<'preprocessing'>[], measured: Statistic): Value =>
  chain
    .map((call, i) => ({ call, i }))
    .reduceRight((v, { call, i }) => transform(call).undo?.(v, behind(chain, i, measured)) ?? v, x);

/** For models that draw nothing. */
export const silence: Noise = {
  normal: (clause) => none(clause),
  symmetric: (clause) => none(clause),
  chosen: (clause) => none(clause),
  peppered: (clause) => none(clause),
};

const none = (clause: string): never => {
  throw new Error(`${clause} draws, and no noise was given`);
};
