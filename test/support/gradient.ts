/** The gradient that an emitted training step used, against finite differences of the emitted loss. */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import {
  batchTensors,
  initialSnapshot,
  randomAt,
  release,
  splitRows,
  uniforms,
  type Dataset,
  type Program,
  type Tensors,
} from '../../src/runtime/index.js';

export interface Comparison {
  readonly weight: string;
  /** Of the step's gradient along its own direction, on a random half of the elements. */
  readonly analytic: number;
  readonly numeric: number;
}

/**
 * One step of `adam` from zero slots leaves m = (1 − β₁)·g, which gives the gradient away. It is put
 * to the test along itself, restricted to random halves of each weight: a gradient that is wrong
 * anywhere is not the slope there, and slopes of many elements together stand above float32's noise.
 * The loss must be without noise.
 */
export async function compareGradients(
  program: Program,
  data: Dataset,
  rows: number,
  halves = 3,
): Promise<readonly Comparison[]> {
  const { spec } = program;
  const [phase] = spec.phases;
  const { weights, slots } = initialSnapshot(program, data, splitRows(data.size, 0, spec.seed));
  const batch = batchTensors(
    data,
    spec.variables,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  const moment = { step: 0, epoch: 0, random: randomAt(spec.seed, 0) };
  const stepped = program.trainStep[phase!.name]!({ weights, slots }, batch, moment);
  const loss = async (moved: Tensors): Promise<number> => {
    const terms = program.evaluate[phase!.name]!(moved, batch, moment);
    const values = await terms.data<'float32'>();
    terms.dispose();
    return values.reduce((a, b) => a + b, 0);
  };
  const out: Comparison[] = [];
  for (const weight of phase!.trains) {
    const gradient = (await stepped.state.slots[`${weight}/m`]!.data<'float32'>()).map((m) => m / 0.1);
    for (let half = 0; half < halves; half++) {
      const coins = uniforms(7, half, 0, gradient.length);
      const direction = gradient.map((g, i) => (half === 0 || coins[i]! < 0.5 ? g : 0));
      const length = Math.sqrt(direction.reduce((sum, g) => sum + g * g, 0));
      if (length === 0) continue;
      const base = weights[weight]!;
      // Of the weights' own size, so that neither curvature nor rounding rules.
      const reach = 0.02;
      const values = await base.data<'float32'>();
      const at = async (t: number): Promise<number> => {
        const there = tensor(
          values.map((w, i) => w + (t * reach * direction[i]!) / length),
          base.shape as number[],
        );
        const value = await loss({ ...weights, [weight]: there });
        there.dispose();
        return value;
      };
      // The fourth-order difference.
      const numeric = (8 * ((await at(1)) - (await at(-1))) - ((await at(2)) - (await at(-2)))) / (12 * reach);
      out.push({ weight, analytic: length, numeric });
    }
  }
  release([
    weights,
    slots,
    stepped.state.weights,
    stepped.state.slots,
    batch,
    { terms: stepped.terms } as Readonly<Record<string, Tensor>>,
  ]);
  return out;
}
