/**
 * Corruptions, preprocessing and draws. Noise is given to the interpreter, not made by it: what a
 * program drew is handed over clause by clause, so that both compute with the same.
 */
import { addAll, mask, minus, over, part, times } from './arrays.js';
import { num, pair, type Args } from './model.js';
import { averagePool, geometry } from './windows.js';
import { add, constant, mul, scale, shift, size, type Shape, type Value } from './tape.js';

/** The random part of each clause, by the clause's place in the model: `x 0`, `encoder.drop`, `z`. */
export interface Noise {
  /** ε ~ N(0, I). */
  normal(clause: string, shape: Shape): ArrayLike<number>;
  /** U(−1, 1). */
  symmetric(clause: string, shape: Shape): ArrayLike<number>;
  /** The elements that happen with a probability: true where they do. */
  chosen(clause: string, shape: Shape, probability: number): (i: number) => boolean;
  /** For each element −1 (the smallest value), 1 (the largest), each with half the probability, or 0 (it stays). */
  peppered(clause: string, shape: Shape, probability: number): (i: number) => -1 | 0 | 1;
}

/** Statistics of a variable over the training set, in the space of what is corrupted. */
export type Statistic = (kind: 'min' | 'max' | 'mean' | 'std') => Value;

interface Corruption {
  /** It stands there always: the deployed model is given such data. */
  readonly degrades: boolean;
  apply(x: Value, args: Args, clause: string, noise: Noise, statistic: Statistic): Value;
}

const noisy = (apply: Corruption['apply']): Corruption => ({ degrades: false, apply });
const degrading = (apply: (x: Value, args: Args) => Value): Corruption => ({ degrades: true, apply });

/** ITU-R BT.601. */
const luma = [0.299, 0.587, 0.114] as const;

export const corruptions: Readonly<Record<string, Corruption>> = {
  gaussian: noisy((x, args, clause, noise) => add(x, scale(constant(x.shape, noise.normal(clause, x.shape)), num(args, 'sigma')))),
  uniform: noisy((x, args, clause, noise) => add(x, scale(constant(x.shape, noise.symmetric(clause, x.shape)), num(args, 'amplitude')))),
  mask: noisy((x, args, clause, noise) => {
    const gone = noise.chosen(clause, x.shape, num(args, 'fraction'));
    return mul(x, mask(x.shape, (i) => !gone(i)));
  }),
  dropout: noisy((x, args, clause, noise) => {
    const p = num(args, 'rate');
    const gone = noise.chosen(clause, x.shape, p);
    return scale(mul(x, mask(x.shape, (i) => !gone(i))), 1 / (1 - p));
  }),
  salt_and_pepper: noisy((x, args, clause, noise, statistic) => {
    const which = noise.peppered(clause, x.shape, num(args, 'fraction'));
    const at = (sign: number): Value => mask(x.shape, (i) => which(i) === sign);
    return addAll([mul(x, at(0)), times(at(-1), statistic('min')), times(at(1), statistic('max'))]);
  }),
  hole: degrading((x, args) => {
    const inside = hole(x.shape, args);
    return mul(x, mask(x.shape, (i) => !inside(i)));
  }),
  downsample: degrading((x, args) => {
    const cell = pair(args, 'factor');
    return averagePool(x, geometry([x.shape[1]!, x.shape[2]!], cell, cell, 'valid'));
  }),
  grayscale: degrading((x) => addAll(luma.map((share, channel) => scale(part(x, 3, channel, 1), share)))),
};

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

/** x − mean, or (x − mean)/(std + 1e-8). */
export function preprocessed(x: Value, name: string, statistic: Statistic): Value {
  const centred = minus(x, statistic('mean'));
  return name === 'center' ? centred : over(centred, shift(statistic('std'), 1e-8));
}

/** Back to the space of the data. */
export function restored(x: Value, name: string, statistic: Statistic): Value {
  const spread = name === 'center' ? x : times(x, shift(statistic('std'), 1e-8));
  return addAll([spread, statistic('mean')]);
}

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

/** No noise where there could be some: the mean of every draw. */
export const still: Noise = {
  normal: (_clause, shape) => new Float64Array(size(shape)),
  symmetric: (_clause, shape) => new Float64Array(size(shape)),
  chosen: () => () => false,
  peppered: () => () => 0,
};
