/** −log p(x ∣ out) element by element, from the table of docs/language.md §7 and the papers that docs/reference.md cites. */
import { logOf, logOfRest, rest, softplus } from './activations.js';
import { abs, addAll, broadcast, logSumExp, mask, minus, reshape, softmax, sum } from './arrays.js';
import { isMean, logitsOf } from './endings.js';
import { spread, valueOf, type Scope } from './expressions.js';
import type { Forward } from './forward.js';
import { bool, expression, num, type Args, type Expression, type Reconstruction } from './model.js';
import {
  add,
  constant,
  div,
  exp,
  gather,
  log,
  mul,
  neg,
  scale,
  shift,
  square,
  sub,
  unary,
  type Value,
} from './tape.js';

type Compared = Extract<Expression, { readonly kind: 'likelihood' }>;

/** What a likelihood is of: the output as it is given, and how it is read. */
interface Comparison {
  readonly scope: Scope;
  readonly args: Args;
  readonly output: Value;
  readonly target: Value;
  /** Logits, or the mean where there are none behind it. */
  readonly reading: Reading;
  weight(name: string): Value;
}

type Reading = { readonly logits: Value } | { readonly mean: Value };

/** How a likelihood of probabilities reads an output: by the logits behind its last activation where they are at hand. */
function readingOf(forward: Forward, name: string, output: Expression, value: Value): Reading {
  // What is stopped ends as what it is of does; without a gradient, there is nothing to gain behind it.
  if (
    output.kind === 'function' &&
    output.definition.name === 'stop' &&
    !('logits' in readingOf(forward, name, output.operands[0]!, value))
  )
    return { mean: value };
  if (output.kind !== 'tensor' || !isMean(forward.model, output.ref, name)) return { logits: value };
  const rounded = value.data.some((p) => p < 1e-9 || p > 1 - 1e-9) || name === 'continuous_bernoulli';
  const logits = rounded ? logitsOf(forward, output.ref) : undefined;
  return logits === undefined ? { mean: value } : { logits };
}

/** Element by element; one number for a vector of classes or counts. */
export function surprise(
  scope: Scope,
  {
    call: {
      definition: { name },
      args,
    },
    output,
    target,
    weights,
  }: Compared,
): Value {
  const { forward } = scope;
  const rule = likelihoods[name];
  if (rule === undefined) throw new Error(`the interpreter knows no likelihood ${name}`);
  const variable =
    target.kind === 'tensor' && target.ref.kind === 'variable' ? forward.variable(target.ref.name) : undefined;
  const out = valueOf(scope, output);
  // Labels are compared as they are, everything else as terms see it.
  const data =
    variable?.domain.kind === 'category'
      ? forward.fed(variable.name)
      : spread(valueOf(scope, target), target.type.rate === 'each', out.shape);
  const reading = readingOf(forward, name, output, out);
  return rule({
    scope,
    args,
    output: out,
    target: data,
    reading,
    weight: (of) => forward.weight(`${weights ?? ''}.${of}`),
  });
}

/** ½ ln 2π. */
const half = 0.5 * Math.log(2 * Math.PI);

const likelihoods: Readonly<Record<string, (of: Comparison) => Value>> = {
  squared_error: ({ output, target }) => square(sub(target, output)),
  // (x − x̂)²/2σ² + ln σ + ½ ln 2π
  gaussian: ({ output, target, args, weight, scope }) => {
    const squares = square(sub(target, output));
    if (args['log_variance'] !== undefined) {
      const s = argument(scope, args, 'log_variance', output);
      return shift(scale(add(div(squares, exp(s)), s), 0.5), half);
    }
    if (!bool(args, 'learned')) {
      const sigma = num(args, 'sigma');
      return shift(scale(squares, 1 / (2 * sigma * sigma)), Math.log(sigma) + half);
    }
    const logSigma = broadcast(reshape(weight('log_sigma'), [1]), squares.shape);
    return shift(add(div(squares, scale(square(exp(logSigma)), 2)), logSigma), half);
  },
  laplace: ({ output, target, args }) =>
    shift(scale(abs(sub(target, output)), 1 / num(args, 'scale')), Math.log(2 * num(args, 'scale'))),
  // ½ d² where |d| ≤ δ, else δ(|d| − ½ δ)
  huber: ({ output, target, args }) => {
    const [d, delta] = [sub(target, output), num(args, 'limit')];
    const near = mask(d.shape, (i) => Math.abs(d.data[i]!) <= delta);
    const line = scale(shift(abs(d), -delta / 2), delta);
    return add(mul(scale(square(d), 0.5), near), mul(line, rest(near)));
  },
  bernoulli: ({ reading, target }) =>
    'logits' in reading
      ? fromLogits(reading.logits, target)
      : neg(add(mul(target, logOf(reading.mean)), mul(rest(target), logOfRest(reading.mean)))),
  continuous_bernoulli: ({ reading, target }) => {
    const l = 'logits' in reading ? reading.logits : sub(logOf(reading.mean), logOfRest(reading.mean));
    return sub(fromLogits(l, target), lnNormaliser(l));
  },
  categorical: ({ output, reading, target }) => {
    const classes = output.shape.at(-1)!;
    const values = 'logits' in reading ? reading.logits : reading.mean;
    const chosen = gather(
      values,
      target.shape,
      Int32Array.from(target.data, (label, i) => i * classes + label),
    );
    return 'mean' in reading ? neg(log(chosen)) : sub(reshape(logSumExp(values), target.shape), chosen);
  },
  // −Σ xᵢ ln pᵢ − ln (Σ xᵢ)! + Σ ln xᵢ!
  multinomial: ({ reading, target }) => {
    const last = [target.shape.length - 1];
    const logs =
      'mean' in reading
        ? log(reading.mean)
        : minus(reading.logits, reshape(logSumExp(reading.logits), [...target.shape.slice(0, -1), 1]));
    return addAll([
      neg(sum(mul(target, logs), last)),
      neg(factorials(sum(target, last))),
      sum(factorials(target), last),
    ]);
  },
  // e^l − x l + ln x!
  poisson: ({ output, target }) => addAll([exp(output), neg(mul(target, output)), factorials(target)]),
  // −ln Γ(x + r)/Γ(r) + ln x! − r ln(r/(r + m)) − x ln(m/(r + m)); for whole x, Γ(x + r)/Γ(r) = r (r + 1) … (r + x − 1).
  negative_binomial: ({ output, target, args, scope }) => {
    const lnR = argument(scope, args, 'log_dispersion', output);
    const [r, most] = [exp(lnR), Math.max(0, ...target.data)];
    const rising = Array.from({ length: most }, (_, k) =>
      mul(
        log(shift(r, k)),
        mask(target.shape, (i) => k < target.data[i]!),
      ),
    );
    // ln(r + m) = ln r + ln(1 + e^(l − ln r))
    const lnSum = add(lnR, softplus(sub(output, lnR)));
    const [ofR, ofM] = [mul(r, sub(lnR, lnSum)), mul(target, sub(output, lnSum))];
    return addAll([...rising.map(neg), factorials(target), neg(ofR), neg(ofM)]);
  },
};

/** −x ln σ(l) − (1 − x) ln (1 − σ(l)) = softplus(l) − x·l. */
const fromLogits = (logits: Value, target: Value): Value => sub(softplus(logits), mul(target, logits));

/** An argument that is a number, one for each example, or one for each element. */
const argument = (scope: Scope, args: Args, name: string, like: Value): Value => {
  const expr = expression(args, name);
  return spread(valueOf(scope, expr), expr.type.rate === 'each', like.shape);
};

/** ln x! of whole numbers. */
function factorials(x: Value): Value {
  const one = (n: number): number => {
    if (!Number.isInteger(n)) throw new Error(`${n} is no count`);
    let total = 0;
    for (let k = 2; k <= n; k++) total += Math.log(k);
    return total;
  };
  return constant(
    x.shape,
    x.data.map((v) => one(Math.round(v))),
  );
}

/** Where logits are so near to 0 that the closed form cancels. */
const small = 0.02;

/** ln C of λ = σ(l): ln(2 artanh(1 − 2λ)/(1 − 2λ)) = ln(l/tanh(l/2)), with the derivative 1/l − 1/sinh l. */
const lnNormaliser = (l: Value): Value =>
  unary(
    l,
    (v) => (Math.abs(v) < small ? Math.LN2 + v ** 2 / 12 - (7 * v ** 4) / 1440 : Math.log(v / Math.tanh(v / 2))),
    (of) =>
      constant(
        of.shape,
        of.data.map((v) => (Math.abs(v) < small ? v / 6 - (7 * v ** 3) / 360 : 1 / v - 1 / Math.sinh(v))),
      ),
  );

/** λ/(2λ − 1) + 1/(2 artanh(1 − 2λ)) for λ = σ(l). */
const meanOfContinuous = (l: number): number =>
  Math.abs(l) < small ? 0.5 + l / 12 - l ** 3 / 720 : 1 / (1 - Math.exp(-l)) - 1 / l;

/** The mean of x given an output, in model space: what the program returns as a reconstruction. */
export function reconstruction(
  forward: Forward,
  {
    output: ref,
    likelihood: {
      definition: { name },
    },
  }: Reconstruction,
): Value {
  const output = forward.own(ref);
  if (name === 'poisson' || name === 'negative_binomial') return exp(output);
  const ofProbabilities = ['bernoulli', 'continuous_bernoulli', 'categorical', 'multinomial'].includes(name);
  if (!ofProbabilities) return output;
  const mean = isMean(forward.model, ref, name);
  if (name === 'continuous_bernoulli') {
    const logits = mean
      ? (logitsOf(forward, ref)?.data ?? output.data.map((p) => Math.log(p) - Math.log1p(-p)))
      : output.data;
    return constant(output.shape, Float64Array.from(logits, meanOfContinuous));
  }
  if (mean) return output;
  if (name === 'bernoulli')
    return constant(
      output.shape,
      output.data.map((v) => 1 / (1 + Math.exp(-v))),
    );
  return softmax(output);
}
