/** Incoming weights of units as images. */
import { elements } from '../dataset.js';
import type { KernelSpec } from '../program.js';
import type { PictureRow } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { stripShape, type ImageShape } from './images.js';

interface Needs {
  readonly name: string;
  readonly units: number;
  readonly image: ImageShape;
  /** Images of a unit: one, or one for each channel that it reads. */
  readonly images: number;
  /** Unit by unit, image by image. */
  readonly values: Float32Array;
}

export const filters: FigureEntry<Needs> = {
  name: 'filters',
  async needs(run, args) {
    const { name, kernel } = subject(args);
    if (kernel === undefined) return { unavailable: `${name} has no weights that come into units` };
    const stored = await run.weight(kernel.weight);
    return { name, ...byUnit(kernel, stored.values, stored.shape, readShape(run.spec.variables, kernel)) };
  },
  draw({ name, units, image, images, values }, args) {
    const shown = Math.min(units, number(args, 'count'));
    const size = image.height * image.width * image.channels;
    const row = (unit: number): PictureRow => {
      const own = values.slice(unit * images * size, (unit + 1) * images * size);
      // Each unit by its largest weight, zero in the middle.
      const most = own.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
      return {
        title: `unit ${unit + 1}`,
        image,
        values: own.map((value) => value / most),
        low: -1,
        high: 1,
      };
    };
    const rows = Array.from({ length: shown }, (_, unit) => row(unit));
    const all = new Float32Array(shown * size);
    if (images === 1) rows.forEach(({ values: own }, unit) => all.set(own, unit * size));
    return {
      title: `Filters of ${name}`,
      note:
        `The weights that come into ${shown < units ? `the first ${shown} of ${units}` : `the ${units}`} units. Grey is 0, white the largest weight of a unit by size, black the same below 0` +
        (images === 1 ? '.' : `; one image for each of the ${images} channels that it reads.`),
      drawings: [
        {
          kind: 'pictures',
          columns: images === 1 ? Math.min(10, shown) : Math.min(16, images),
          rows: images === 1 ? [{ ...rows[0]!, title: name, values: all }] : rows,
        },
      ],
    };
  },
};

/** What a layer reads, with the axes of the variable where it reads that flattened. */
function readShape(
  variables: readonly { readonly role: string; readonly shape: readonly number[] }[],
  { reads }: KernelSpec,
): readonly number[] {
  const flattened = variables.find(
    ({ role, shape }) => role === 'input' && shape.length > 1 && elements(shape) === elements(reads),
  );
  return reads.length === 1 && flattened !== undefined ? flattened.shape : reads;
}

/** The kernel as its layer has it, units in front. */
export function byUnit(
  { axes, order, sign }: KernelSpec,
  stored: Float32Array,
  storedShape: readonly number[],
  reads: readonly number[],
): Omit<Needs, 'name'> {
  const strides = storedShape.map((_, axis) => elements(storedShape.slice(axis + 1)));
  const extents = order.map((axis) => storedShape[axis]!);
  const along = (kind: KernelSpec['axes'][number]): readonly number[] =>
    axes.flatMap((one, axis) => (one === kind ? [axis] : []));
  const unitAxes = [...along('place'), ...along('output')];
  const [windowAxes, inputAxes] = [along('window'), along('input')];
  const size = (list: readonly number[]): number => list.reduce((n, axis) => n * extents[axis]!, 1);
  const [units, window, inputs] = [size(unitAxes), size(windowAxes), size(inputAxes)];
  // Windows are images by themselves, in colour where three channels come in.
  const colour = window > 1 && inputs === 3 && windowAxes.length === 2;
  const image: ImageShape =
    window > 1
      ? {
          height: windowAxes.length > 1 ? extents[windowAxes[0]!]! : 1,
          width: extents[windowAxes.at(-1)!]!,
          channels: colour ? 3 : 1,
        }
      : stripShape(reads);
  const images = window > 1 && !colour ? inputs : 1;
  // Windows of one channel stand apart, the channels of a colour side by side.
  const inner = window > 1 && !colour ? [...inputAxes, ...windowAxes] : [...windowAxes, ...inputAxes];
  const values = new Float32Array(units * window * inputs);
  const all = [...unitAxes, ...inner];
  const at = new Array<number>(all.length).fill(0);
  for (let i = 0; i < values.length; i++) {
    const from = all.reduce((sum, axis, k) => sum + at[k]! * strides[order[axis]!]!, 0);
    values[i] = sign * stored[from]!;
    for (let k = all.length - 1; k >= 0 && ++at[k]! === extents[all[k]!]!; k--) at[k] = 0;
  }
  return { units, image, images, values };
}
