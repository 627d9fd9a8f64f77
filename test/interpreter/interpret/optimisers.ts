/** One step of each optimiser, from docs/reference.md and the papers that it cites. */
import { constrained } from './constraints.js';
import type { Array64, Arrays } from './forward.js';
import { bool, num, type Args, type BuiltinCall, type Model } from './model.js';
import { factorAt, type Moment } from './schedules.js';
import { filled } from './tape.js';

type Numbers = ArrayLike<number>;

/** Weights, and what the optimiser remembers of each: `encoder.code.kernel/m`. */
export interface State {
  readonly weights: Arrays;
  readonly slots: Readonly<Record<string, Numbers>>;
}

/** All gradients together are scaled down to a norm, or each element is cut to a size. */
export function clipped(
  gradients: Readonly<Record<string, Numbers>>,
  clip: BuiltinCall | undefined,
): Readonly<Record<string, Numbers>> {
  if (clip === undefined) return gradients;
  const limit = num(clip.args, 'limit');
  if (clip.definition.name === 'value') return mapAll(gradients, (g) => Math.max(-limit, Math.min(limit, g)));
  const norm = Math.sqrt(
    Object.values(gradients).reduce((sum, g) => sum + new Float64Array(g).reduce((s, v) => s + v * v, 0), 0),
  );
  return norm <= limit ? gradients : mapAll(gradients, (g) => (g * limit) / norm);
}

const mapAll = (all: Readonly<Record<string, Numbers>>, f: (g: number) => number): Readonly<Record<string, Numbers>> =>
  Object.fromEntries(Object.entries(all).map(([name, g]) => [name, filled(g.length, (i) => f(g[i]!))]));

/** The learning rate of a step: the optimiser's, by the schedule. */
export const rateAt = ({ training }: Model, moment: Moment): number =>
  num(training.optimizer.args, 'lr') *
  (training.schedule === undefined ? 1 : factorAt(training.schedule, moment, training.epochs));

/** The state after a step along raw gradients: clipped, moved, constrained. */
export function stepped(model: Model, state: State, raw: Readonly<Record<string, Numbers>>, moment: Moment): State {
  const { optimizer, clip } = model.training;
  const gradients = clipped(raw, clip);
  const rate = rateAt(model, moment);
  const rule = rules[optimizer.definition.name];
  if (rule === undefined) throw new Error(`the interpreter knows no optimiser ${optimizer.definition.name}`);
  const weights: Record<string, Array64> = { ...state.weights };
  const slots: Record<string, Numbers> = { ...state.slots };
  for (const [name, gradient] of Object.entries(gradients)) {
    const { shape, data } = state.weights[name]!;
    const remembered = (slot: string): Float64Array =>
      new Float64Array(state.slots[`${name}/${slot}`] ?? new Float64Array(data.length));
    const moved = rule(
      new Float64Array(data),
      new Float64Array(gradient),
      remembered,
      rate,
      moment.step + 1,
      optimizer.args,
    );
    weights[name] = constrained(model, name, { shape, data: moved.weight });
    for (const [slot, values] of Object.entries(moved.slots)) slots[`${name}/${slot}`] = values;
  }
  return { weights, slots };
}

type Rule = (
  w: Float64Array,
  g: Float64Array,
  remembered: (slot: string) => Float64Array,
  rate: number,
  t: number,
  args: Args,
) => { readonly weight: Float64Array; readonly slots: Readonly<Record<string, Float64Array>> };

/** m, v and η·m̂/(√v̂ + ε̂), with the bias corrections in the rate: Kingma & Ba 2015, end of §2. */
const adam: Rule = (w, g, remembered, rate, t, args) => {
  const [b1, b2, epsilon] = [num(args, 'beta1'), num(args, 'beta2'), num(args, 'epsilon')];
  const m = remembered('m').map((old, i) => b1 * old + (1 - b1) * g[i]!);
  const v = remembered('v').map((old, i) => b2 * old + (1 - b2) * g[i]! ** 2);
  const corrected = (rate * Math.sqrt(1 - b2 ** t)) / (1 - b1 ** t);
  return { weight: w.map((value, i) => value - (corrected * m[i]!) / (Math.sqrt(v[i]!) + epsilon)), slots: { m, v } };
};

const rules: Readonly<Record<string, Rule>> = {
  // a ← μa + g; w ← w − η·a, or with Nesterov w − η·(g + μa).
  sgd: (w, g, remembered, rate, _t, args) => {
    const mu = num(args, 'momentum');
    if (mu === 0) return { weight: w.map((value, i) => value - rate * g[i]!), slots: {} };
    const momentum = remembered('momentum').map((old, i) => mu * old + g[i]!);
    const move = bool(args, 'nesterov') ? momentum.map((a, i) => g[i]! + mu * a) : momentum;
    return { weight: w.map((value, i) => value - rate * move[i]!), slots: { momentum } };
  },
  // s ← ρs + (1−ρ)g²; a ← μa + η·g/√(s + ε); w ← w − a.
  rmsprop: (w, g, remembered, rate, _t, args) => {
    const [rho, mu, epsilon] = [num(args, 'decay'), num(args, 'momentum'), num(args, 'epsilon')];
    const square = remembered('square').map((old, i) => rho * old + (1 - rho) * g[i]! ** 2);
    const step = g.map((value, i) => (rate * value) / Math.sqrt(square[i]! + epsilon));
    if (mu === 0) return { weight: w.map((value, i) => value - step[i]!), slots: { square } };
    const momentum = remembered('momentum').map((old, i) => mu * old + step[i]!);
    return { weight: w.map((value, i) => value - momentum[i]!), slots: { square, momentum } };
  },
  adam,
  // Loshchilov & Hutter 2019, algorithm 2, line 12: θ ← θ − η(m̂/(√v̂ + ε) + λθ), with the θ of before the step.
  adamw: (w, g, remembered, rate, t, args) => {
    const { weight, slots } = adam(w, g, remembered, rate, t, args);
    return { weight: weight.map((value, i) => value - rate * num(args, 'decay') * w[i]!), slots };
  },
};
