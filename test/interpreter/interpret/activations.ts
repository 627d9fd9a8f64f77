/** Activations, from their formulas in docs/reference.md. */
import { abs, addAll, atLeast, atMost, mask, ones, over, softmax } from './arrays.js';
import { num, type Args } from './model.js';
import {
  constant,
  div,
  exp,
  fill,
  largestOf,
  log,
  mul,
  near,
  nearness,
  scale,
  shift,
  sub,
  unary,
  where,
  type Value,
} from './tape.js';

/** 1/(1 + e⁻ˣ), by the branch whose exponential does not overflow. */
export const sigmoid = (x: Value): Value =>
  unary(
    x,
    (v) => (v >= 0 ? 1 / (1 + Math.exp(-v)) : Math.exp(v) / (1 + Math.exp(v))),
    (_x, y) => mul(y, sub(ones(y.shape), y)),
  );

export const tanh = (x: Value): Value => unary(x, Math.tanh, (_x, y) => sub(ones(y.shape), mul(y, y)));

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|). */
export const softplus = (x: Value): Value =>
  unary(
    x,
    (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))),
    (of) => sigmoid(of),
  );

/** sin x, by way of 1 + sin x: kernels that bring the argument near 0 first are off by a unit of 1 wherever the sine is. */
export const sine = (x: Value): Value =>
  shift(
    unary(
      x,
      (v) => 1 + Math.sin(v),
      (of) => unary(of, Math.cos, (o) => scale(sine(o), -1)),
    ),
    -1,
  );

/** x·½(1 + erf(x/√2)), as it is written: 1 + erf cancels far below 0, and a program may lose these digits. */
const gelu = (x: Value): Value => mul(x, scale(shift(unary(scale(x, Math.SQRT1_2), erf, erfSlope), 1), 0.5));

const erfSlope = (x: Value): Value => scale(exp(scale(mul(x, x), -1)), 2 / Math.sqrt(Math.PI));

/** erf by its Taylor series near 0 and by the continued fraction of erfc beyond (Abramowitz & Stegun 7.1.6, 7.1.14). */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  if (z < 2.5) {
    // erf z = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1)/(1·3·…·(2n+1)).
    let [term, total] = [z, z];
    for (let n = 1; n < 200 && term > 1e-18 * total; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      total += term;
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * total;
  }
  let fraction = z;
  for (let n = 60; n >= 1; n--) fraction = z + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction));
}

/** x where x > 0, else g(x): the two pieces of elu and its kin; 0 itself is of the second, or of the first. */
function pieces(x: Value, below: (x: Value) => Value, isAbove = (v: number): boolean => v > 0): Value {
  const positive = where(x, isAbove);
  // Only what is below 0 goes through the exponential, so that nothing overflows above.
  const rest = below(where(x, (v) => !isAbove(v)));
  return near(addAll([positive, rest]), nearness(x.data, largestOf(x.data)));
}

/** α(eˣ − 1), which is 0 at 0; its derivative is α more, of which a program may lose the digits where that is near 0. */
const expm1 = (x: Value, alpha: number): Value =>
  unary(
    x,
    (v) => alpha * Math.expm1(v),
    (_of, y) => shift(y, alpha),
  );

/** λ and α of Klambauer et al. 2017, to the digits of their appendix. */
const selu = { lambda: 1.0507009873554804934193349852946, alpha: 1.6732632423543772848170429916717 };

type Activation = (x: Value, args: Args) => Value;

export const activations: Readonly<Record<string, Activation>> = {
  linear: (x) => x,
  relu: (x) => atLeast(x, 0),
  sigmoid,
  tanh,
  softplus,
  softmax,
  elu: (x, args) => pieces(x, (v) => expm1(v, num(args, 'alpha'))),
  selu: (x) =>
    scale(
      pieces(x, (v) => expm1(v, selu.alpha)),
      selu.lambda,
    ),
  // max(x, αx): where both are 0, the first.
  leaky_relu: (x, args) =>
    pieces(
      x,
      (v) => scale(v, num(args, 'alpha')),
      (v) => v >= 0,
    ),
  gelu,
  swish: (x) => mul(x, sigmoid(x)),
  softsign: (x) => over(x, shift(abs(x), 1)),
  hard_sigmoid: (x) => atMost(atLeast(shift(scale(x, 0.2), 0.5), 0), 1),
  exponential: exp,
  // 1 if x > 0: nothing in front of it has a derivative.
  threshold: (x) =>
    near(
      mask(x.shape, (i) => x.data[i]! > 0),
      nearness(x.data, largestOf(x.data)),
    ),
  sine,
};

export function activate(x: Value, name: string, args: Args): Value {
  const found = activations[name];
  if (found === undefined) throw new Error(`no activation ${name}`);
  return found(x, args);
}

/** For the likelihoods: ln x̂ and ln(1 − x̂) of a probability that is 0 or 1 only by rounding. */
export const logOf = (x: Value): Value => log(x);
export const logOfRest = (x: Value): Value =>
  unary(
    x,
    (v) => Math.log1p(-v),
    (of) => div(fill(of.shape, -1), sub(ones(of.shape), of)),
  );
export const rest = (x: Value): Value => sub(constant(x.shape, new Float64Array(x.data.length).fill(1)), x);
