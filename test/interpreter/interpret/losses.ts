/** The loss: J = 1/B Σ_b [Σ_r w_r ℓ_r] + Σ_p Ω_p, term by term, from docs/language.md §7. */
import type { ScalarExpr, Term } from '../../../src/ir/model.js';
import { softplus, logOf, logOfRest, rest } from './activations.js';
import { abs, addAll, broadcast, logSumExp, mask, minus, over, reshape, sum } from './arrays.js';
import { isMean, logitsOf } from './endings.js';
import type { Forward } from './forward.js';
import { bool, num } from './model.js';
import { hole } from './noise.js';
import { penalty } from './penalties.js';
import { factorAt, type Moment } from './schedules.js';
import { add, constant, div, exp, gather, log, mul, neg, power, scalar, scale, shift, square, sub, type Value } from './tape.js';

type Reconstruction = Extract<Term, { readonly kind: 'reconstruction' }>;

/** One value a term, weighted, in the model's order. */
export const terms = (forward: Forward, moment: Moment): readonly Value[] =>
  forward.model.terms.map((term) => {
    if (term.kind === 'tree') throw new Error('trees are not interpreted');
    if (term.kind === 'penalty') return scalarValue(forward, term.value, moment);
    const each = surprise(forward, term);
    return mul(scalarValue(forward, term.weight, moment), scale(sum(each), 1 / forward.batchSize));
  });

/** −log p(x ∣ out) element by element. */
function surprise(forward: Forward, term: Reconstruction): Value {
  const target = forward.clean(term.variable);
  const output = forward.tensor(term.output);
  const each = likelihoods[term.likelihood.definition.name]!(forward, term, output, target);
  if (term.elements.kind === 'all') return each;
  if (term.elements.by.definition.name !== 'hole') throw new Error('only holes hide elements');
  return mul(each, mask(each.shape, hole(each.shape, term.elements.by.args)));
}

type Likelihood = (forward: Forward, term: Reconstruction, output: Value, target: Value) => Value;

const likelihoods: Readonly<Record<string, Likelihood>> = {
  squared_error: (_forward, _term, output, target) => square(sub(target, output)),
  gaussian: (forward, { likelihood: { args }, variable }, output, target) => {
    const squares = square(sub(target, output));
    const half = 0.5 * Math.log(2 * Math.PI);
    if (!bool(args, 'learned')) {
      const sigma = num(args, 'sigma');
      return shift(scale(squares, 1 / (2 * sigma * sigma)), Math.log(sigma) + half);
    }
    // σ is stored as ln σ.
    const logSigma = broadcast(reshape(forward.weight(`${variable}.log_sigma`), [1]), squares.shape);
    return shift(add(div(squares, scale(square(exp(logSigma)), 2)), logSigma), half);
  },
  laplace: (_forward, { likelihood: { args } }, output, target) => {
    const b = num(args, 'scale');
    return shift(scale(abs(sub(target, output)), 1 / b), Math.log(2 * b));
  },
  bernoulli: (forward, term, output, target) => {
    if (!isMean(forward.model, term.output, 'bernoulli')) return fromLogits(output, target);
    const rounded = output.data.some((p) => p < 1e-9 || p > 1 - 1e-9) ? logitsOf(forward, term.output) : undefined;
    if (rounded !== undefined) return fromLogits(rounded, target);
    return neg(add(mul(target, logOf(output)), mul(rest(target), logOfRest(output))));
  },
  categorical: (forward, term, output, target) => {
    const classes = output.shape.at(-1)!;
    const rows = target.data;
    const chosen = gather(output, [rows.length], Int32Array.from(rows, (label, i) => i * classes + label));
    if (isMean(forward.model, term.output, 'categorical')) return neg(log(chosen));
    return sub(reshape(logSumExp(output), [rows.length]), chosen);
  },
};

/** −x ln σ(l) − (1 − x) ln (1 − σ(l)) = softplus(l) − x·l. */
const fromLogits = (logits: Value, target: Value): Value => sub(softplus(logits), mul(target, logits));

/** The mean of x given an output, in model space: what the program returns as a reconstruction. */
export function reconstruction(forward: Forward, term: Reconstruction): Value {
  const output = forward.tensor(term.output);
  const { name } = term.likelihood.definition;
  if (isMean(forward.model, term.output, name)) return output;
  if (name === 'bernoulli') return constant(output.shape, output.data.map((v) => 1 / (1 + Math.exp(-v))));
  const powers = exp(minus(output, reshape(logSumExp(output), [...output.shape.slice(0, -1), 1])));
  return over(powers, reshape(sum(powers, [powers.shape.length - 1]), [...powers.shape.slice(0, -1), 1]));
}

/** Arithmetic over numbers, schedules, penalties and means. */
function scalarValue(forward: Forward, expr: ScalarExpr, moment: Moment): Value {
  switch (expr.kind) {
    case 'number':
      return scalar(expr.value);
    case 'schedule':
      return scalar(factorAt(expr.call, moment));
    case 'penalty':
      return penalty(forward, expr.call);
    case 'mean':
      throw new Error('terms that are tensors are not interpreted');
    case 'negate':
      return neg(scalarValue(forward, expr.operand, moment));
    case 'binary': {
      const [left, right] = [scalarValue(forward, expr.left, moment), scalarValue(forward, expr.right, moment)];
      switch (expr.op) {
        case '+':
          return addAll([left, right]);
        case '-':
          return sub(left, right);
        case '*':
          return mul(left, right);
        case '/':
          return div(left, right);
        case '^':
          return raised(left, right);
      }
    }
  }
}

/** a^b: by the power rule where b is a number, else e^(b ln a). */
const raised = (a: Value, b: Value): Value => (b.moves ? exp(mul(b, log(a))) : power(a, b.data[0]!));
