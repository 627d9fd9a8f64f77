/** Kernels as matrices: the incoming weights of each unit, from the inputs (through all taps of a window) to it (§8). */
import { permute, reshape } from './arrays.js';
import { layersOf, type Model } from './model.js';
import type { Shape, Value } from './tape.js';

/** The axes of a kernel that run along its inputs and along its units; those between are the taps of a window. */
export interface Layout {
  readonly input: number;
  readonly unit: number;
}

/** Inputs, then units; but for conv_transpose's [rows, columns, filters, channels], which is laid out as the adjoint's. */
export function layoutOf(model: Model, weight: string, shape: Shape): Layout {
  const layer = layersOf(model).find((l) => l.weights.some((w) => `${l.id}.${w.name}` === weight));
  const last = shape.length - 1;
  return layer?.definition.name === 'conv_transpose'
    ? { input: last, unit: last - 1 }
    : { input: last - 1, unit: last };
}

/** [all that comes into a unit, units]. */
export function asColumns(model: Model, weight: string, w: Value): Value {
  const { unit } = layoutOf(model, weight, w.shape);
  const units = w.shape[unit]!;
  const order = [...w.shape.map((_, axis) => axis).filter((axis) => axis !== unit), unit];
  return reshape(permute(w, order), [w.data.length / units, units]);
}
