/** Methods over all weights at once, against matrices written out and the conditions that they promise. */
import { describe, expect, it } from 'vitest';
import { iterate, methods, type Position } from '../../src/runtime/minimise/index.js';
import { dot, type Measured, type Memory } from '../../src/runtime/minimise/method.js';
import { searchLine, type Place } from '../../src/runtime/minimise/wolfe.js';
import { uniforms } from '../../src/runtime/random.js';

type Loss = (x: Float32Array) => { readonly loss: number; readonly gradient: readonly number[] };

const zeros = (names: readonly string[], n: number): Memory =>
  Object.fromEntries(names.map((name) => [name, new Float32Array(n)]));

const pairs = (history: number, n: number): Memory =>
  zeros(Array.from({ length: history }, (_, i) => [`s${i}`, `y${i}`]).flat(), n);

/** Rosenbrock's valley: its one minimum is at (1, 1). */
const valley: Loss = ([x, y]) => ({
  loss: 100 * (y! - x! * x!) ** 2 + (1 - x!) ** 2,
  gradient: [-400 * x! * (y! - x! * x!) - 2 * (1 - x!), 200 * (y! - x! * x!)],
});

async function minimised(name: string, memory: Memory, loss: Loss, from: readonly number[], steps: number) {
  const method = methods[name]!({ history: 10 });
  let measures = 0;
  const measure = async (x: Float32Array): Promise<Measured> => {
    measures++;
    const { loss: value, gradient } = loss(x);
    return { terms: [value], loss: value, gradient: Float32Array.from(gradient) };
  };
  const start = Float32Array.from(from);
  let position: Position = { weights: start, measured: await measure(start) };
  for (let i = 0; i < steps; i++) {
    const next = await iterate(method, memory, position, measure);
    if (next === undefined) break;
    expect(next.position.measured.loss).toBeLessThan(position.measured.loss);
    ({ position, memory } = next);
  }
  return { position, measures, memory };
}

describe('the line search', () => {
  const lines: readonly (readonly [string, number, (a: number) => readonly [value: number, slope: number]])[] = [
    ['a parabola from too near', 1e-3, (a) => [(a - 3) ** 2, 2 * (a - 3)]],
    ['a parabola from too far', 1e3, (a) => [(a - 3) ** 2, 2 * (a - 3)]],
    ['an end of what is finite', 10, (a) => (a < 2 ? [-Math.log(2 - a) - 3 * a, 1 / (2 - a) - 3] : [NaN, NaN])],
    // Moré & Thuente 1994, (5.1) with β = 2.
    ['a long way', 1e-1, (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2]],
  ];
  const strict = [0.9, 0.1];
  it.each(lines.flatMap((line) => strict.map((c2) => [...line, c2] as const)))(
    'satisfies both conditions on %s, first %d',
    async (_name, first, at, c2) => {
      const place = (length: number): Place => ({ length, value: at(length)[0], slope: at(length)[1] });
      const start = place(0);
      const found = await searchLine(start, first, { c1: 1e-4, c2 }, async (length) => place(length));
      expect(found!.value).toBeLessThanOrEqual(start.value + 1e-4 * found!.length * start.slope);
      expect(Math.abs(found!.slope)).toBeLessThanOrEqual(c2 * Math.abs(start.slope));
    },
  );

  it('gives up after 25 places where there is none', async () => {
    let places = 0;
    const start = { length: 0, value: 0, slope: -1 };
    const found = await searchLine<Place>(start, 1, { c1: 1e-4, c2: 0.9 }, async (length) => {
      places++;
      return { length, value: 1, slope: 1 };
    });
    expect(found).toBeUndefined();
    expect(places).toBe(25);
  });
});

describe('lbfgs', () => {
  it('goes where the matrix of (7.16) leads, written out', () => {
    const [n, history] = [5, 3];
    const draw = (stream: number): number[] => Array.from(uniforms(7, stream, 0, n), (u) => 2 * u - 1);
    // Changes of the gradient of a convex quadratic.
    const steps = [0, 1, 2].map(draw);
    const scales = [1, 2, 3, 4, 5];
    const changes = steps.map((s) => s.map((x, i) => scales[i]! * x));
    const gradient = draw(9);
    const memory = Object.fromEntries(
      steps.flatMap((s, i) => [
        [`s${i}`, Float32Array.from(s)],
        [`y${i}`, Float32Array.from(changes[i]!)],
      ]),
    );
    const found = methods['lbfgs']!({ history }).direction(Float32Array.from(gradient), memory)!;
    // H ← (I − ρsyᵀ)ᵀ… with the oldest pair first, from γI of the youngest.
    const inner = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const gamma = inner(steps[0]!, changes[0]!) / inner(changes[0]!, changes[0]!);
    let h = scales.map((_, i) => scales.map((_, j) => (i === j ? gamma : 0)));
    for (const k of [2, 1, 0]) {
      const [s, y] = [steps[k]!, changes[k]!];
      const rho = 1 / inner(s, y);
      const v = scales.map((_, i) => scales.map((_, j) => (i === j ? 1 : 0) - rho * y[i]! * s[j]!));
      const hv = h.map((row) => scales.map((_, j) => row.reduce((sum, x, m) => sum + x * v[m]![j]!, 0)));
      h = scales.map((_, i) =>
        scales.map((_, j) => v.reduce((sum, row, m) => sum + row[i]! * hv[m]![j]!, 0) + rho * s[i]! * s[j]!),
      );
    }
    h.forEach((row, i) => expect(found[i]).toBeCloseTo(-inner(row, gradient), 6));
  });

  it('follows a valley to its end', async () => {
    const { position, measures } = await minimised('lbfgs', pairs(10, 2), valley, [-1.2, 1], 60);
    expect(position.weights[0]).toBeCloseTo(1, 3);
    expect(position.weights[1]).toBeCloseTo(1, 3);
    expect(measures).toBeLessThan(150);
  });

  it('keeps the last pairs, the youngest first', async () => {
    const { memory } = await minimised('lbfgs', pairs(10, 2), valley, [-1.2, 1], 12);
    const before = await minimised('lbfgs', pairs(10, 2), valley, [-1.2, 1], 11);
    for (let i = 0; i < 9; i++) expect(memory[`s${i + 1}`]).toEqual(before.memory[`s${i}`]);
    expect(memory['s0']).toEqual(
      (await minimised('lbfgs', pairs(10, 2), valley, [-1.2, 1], 12)).position.weights.map(
        (x, i) => x - before.position.weights[i]!,
      ),
    );
  });
});

describe('conjugate gradients', () => {
  const kinds = ['direction', 'step', 'gradient'];

  it('follow a valley to its end', async () => {
    const { position } = await minimised('conjugate_gradient', zeros(kinds, 2), valley, [-1.2, 1], 200);
    expect(position.weights[0]).toBeCloseTo(1, 2);
    expect(position.weights[1]).toBeCloseTo(1, 2);
  });

  it('add as much of the old direction as Polak and Ribière say, and none where that is negative', () => {
    const method = methods['conjugate_gradient']!({});
    const direction = (before: readonly number[], now: readonly number[]) =>
      Array.from(
        method.direction(Float32Array.from(now), {
          direction: Float32Array.from([1, 2]),
          step: new Float32Array(2),
          gradient: Float32Array.from(before),
        })!,
      );
    // β = (1 + 9 − (−1·1 + 0·3)) / 1 = 11.
    expect(direction([-1, 0], [1, 3])).toEqual([-1 + 11, -3 + 22]);
    // β = (1 − 2) / 4 < 0.
    expect(direction([2, 0], [1, 0])).toEqual([-1, 0]);
  });

  it('begin as long as the step before promises', () => {
    const method = methods['conjugate_gradient']!({});
    const memory = {
      direction: Float32Array.from([9, 9]),
      step: Float32Array.from([0.5, 0]),
      gradient: Float32Array.from([-4, 1]),
    };
    const gradient = Float32Array.from([1, 1]);
    const direction = Float64Array.from([-1, -3]);
    expect(method.length(gradient, direction, memory) * dot(gradient, direction)).toBeCloseTo(-2, 12);
  });
});

describe('an iteration', () => {
  it('first goes down by a step of the length 1 at most in each direction together', async () => {
    const tried: number[] = [];
    const method = methods['lbfgs']!({ history: 1 });
    const here = (x: number): Measured => ({ terms: [], loss: 50 * x * x, gradient: Float32Array.of(100 * x) });
    await iterate(method, pairs(1, 1), { weights: Float32Array.of(1), measured: here(1) }, async ([x]) => {
      tried.push(x!);
      return here(x!);
    });
    // min(1, 1/‖g‖₁) · g = 1.
    expect(tried[0]).toBeCloseTo(0, 6);
  });

  it('turns to the gradient where the memory leads nowhere, and ends where that does too', async () => {
    const method = methods['lbfgs']!({ history: 1 });
    // A pair that promises far more than there is: 25 places along it are all higher.
    const steep = { s0: Float32Array.of(1e20), y0: Float32Array.of(1e-20) };
    const here = (x: number): Measured => ({ terms: [], loss: Math.abs(x), gradient: Float32Array.of(Math.sign(x)) });
    const next = await iterate(method, steep, { weights: Float32Array.of(1.5), measured: here(1.5) }, async ([x]) =>
      here(x!),
    );
    expect(next).toBeUndefined();
    const curved = (x: number): Measured => ({ terms: [], loss: x * x, gradient: Float32Array.of(2 * x) });
    const found = await iterate(method, steep, { weights: Float32Array.of(1.5), measured: curved(1.5) }, async ([x]) =>
      curved(x!),
    );
    expect(found!.position.measured.loss).toBeLessThan(1.5 ** 2);
    expect(found!.memory['s0']![0]).toBeCloseTo(found!.position.weights[0]! - 1.5, 6);
  });

  it('ends at a minimum', async () => {
    const flat: Measured = { terms: [], loss: 0, gradient: new Float32Array(1) };
    const next = await iterate(
      methods['lbfgs']!({ history: 1 }),
      pairs(1, 1),
      { weights: new Float32Array(1), measured: flat },
      () => Promise.reject(new Error('measured')),
    );
    expect(next).toBeUndefined();
  });
});
