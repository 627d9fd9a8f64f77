/** Layers that see the positions of sequences, position by position, from the formulas of docs/reference.md. */
import { sigmoid, tanh } from './activations.js';
import { broadcast, joined, part, softmax } from './arrays.js';
import { bool, num, type Args } from './model.js';
import { add, constant, fill, matmul, mul, reshape, scale, sub, type Value } from './tape.js';

export interface OfSequence {
  weight(name: string): Value;
  /** 1 at the positions that are there, [batch, length]; undefined where all are. */
  readonly mask?: Value;
}

type Step = (x: Value, state: readonly Value[], u: Value, units: number) => readonly Value[];

const piece = (x: Value, units: number, i: number): Value => part(x, 1, i * units, units);

/** Cho et al. 2014: the reset gate acts on the state before its matrix. */
const gru: Step = (x, [h], u, units) => {
  const gate = (i: number): Value => sigmoid(add(piece(x, units, i), matmul(h!, piece(u, units, i))));
  const [reset, keep] = [gate(0), gate(1)];
  const next = tanh(add(piece(x, units, 2), matmul(mul(reset, h!), piece(u, units, 2))));
  return [add(mul(keep, h!), sub(next, mul(keep, next)))];
};

const lstm: Step = (x, [h, c], u, units) => {
  const of = (i: number): Value => add(piece(x, units, i), matmul(h!, piece(u, units, i)));
  const cell = add(mul(sigmoid(of(1)), c!), mul(sigmoid(of(0)), tanh(of(2))));
  return [mul(sigmoid(of(3)), tanh(cell)), cell];
};

const cells = { gru: { step: gru, gates: 3, carried: 1 }, lstm: { step: lstm, gates: 4, carried: 2 } } as const;

export const recurrent =
  (name: keyof typeof cells) =>
  (x: Value, args: Args, { weight, mask }: OfSequence): Value => {
    const { step, gates, carried } = cells[name];
    const [batch, length, width] = x.shape as readonly [number, number, number];
    const units = num(args, 'units');
    const run = (prefix: string, order: readonly number[]): Value => {
      const [w, u, bias] = ['kernel', 'recurrent', 'bias'].map((one) => weight(`${prefix}${one}`)) as [
        Value,
        Value,
        Value,
      ];
      let state: readonly Value[] = Array.from({ length: carried }, () => fill([batch, units], 0));
      const given = new Map<number, Value>();
      for (const t of order) {
        const own = matmul(reshape(part(x, 1, t, 1), [batch, width]), w);
        const next = step(add(own, broadcast(bias, [batch, gates * units])), state, u, units);
        // Padding leaves the state as it was.
        const there = mask && broadcast(part(mask, 1, t, 1), [batch, units]);
        state = next.map((one, i) => (there === undefined ? one : add(state[i]!, mul(there, sub(one, state[i]!)))));
        given.set(t, reshape(state[0]!, [batch, 1, units]));
      }
      if (bool(args, 'last')) return state[0]!;
      return joined(
        order.map((_, t) => given.get(t)!),
        1,
      );
    };
    const positions = Array.from({ length }, (_, t) => t);
    const forward = run('', positions);
    if (!bool(args, 'bidirectional')) return forward;
    return joined([forward, run('back_', [...positions].reverse())], forward.shape.length - 1);
  };

/** Example by example and head by head. */
export function attention(x: Value, args: Args, { weight, mask }: OfSequence): Value {
  const [batch, length, n] = x.shape as readonly [number, number, number];
  const [heads, width] = [num(args, 'heads'), n / num(args, 'heads')];
  const project = (of: Value, name: string): Value => {
    const y = matmul(of, weight(name));
    return bool(args, 'bias') ? add(y, broadcast(weight(`${name}_bias`), y.shape)) : y;
  };
  const examples = Array.from({ length: batch }, (_, e) => {
    const own = reshape(part(x, 0, e, 1), [length, n]);
    const [q, k, v] = ['query', 'key', 'value'].map((name) => project(own, name)) as [Value, Value, Value];
    const unseen = constant(
      [length, length],
      Array.from({ length: length * length }, (_, i) => {
        const [at, other] = [Math.floor(i / length), i % length];
        const later = bool(args, 'causal') && other > at;
        return (later ? -1e9 : 0) + (mask !== undefined && mask.data[e * length + other] === 0 ? -1e9 : 0);
      }),
    );
    const means = Array.from({ length: heads }, (_, i) => {
      const [a, b, c] = [q, k, v].map((one) => part(one, 1, i * width, width)) as [Value, Value, Value];
      return matmul(softmax(add(scale(matmul(a, b, false, true), 1 / Math.sqrt(width)), unseen)), c);
    });
    return reshape(project(joined(means, 1), 'out'), [1, length, n]);
  });
  return joined(examples, 0);
}
