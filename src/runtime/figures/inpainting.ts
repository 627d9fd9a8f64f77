/** Missing parts filled in: decode, put back what is known, again. */
import { elements } from '../dataset.js';
import type { VariableSpec } from '../program.js';
import { short } from './drawing.js';
import { firstOf, number, subject, type FigureEntry } from './entry.js';
import { stripShape } from './images.js';
import { asVariable, outputsOf, variableRow } from './pictures.js';
import { error } from './reconstructions.js';
import { pick } from './values.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  readonly clean: Float32Array;
  /** With the mean of the training part in the holes. */
  readonly holes: Float32Array;
  readonly filled: Float32Array;
  /** 1 where an element of an example is missing. */
  readonly missing: Uint8Array;
}

export const inpainting: FigureEntry<Needs> = {
  name: 'inpainting',
  async needs(run, args) {
    const variable = run.variable(subject(args).name);
    const [output] = outputsOf(run.spec, variable.name);
    if (output === undefined) return { unavailable: `nothing reconstructs ${variable.name}` };
    if (variable.domain.kind === 'category') return { unavailable: `${variable.name} is a category` };
    if (variable.degraded !== undefined) return { unavailable: `the networks read ${variable.name} in another shape` };
    const rows = run.first(number(args, 'count'));
    const d = elements(variable.shape);
    const missing = holeIn(variable.shape);
    const clean = await run.data(variable.name, rows);
    const mean = meanOf(await run.data(variable.name, run.training), d);
    const holes = clean.map((value, i) => (missing[i % d] === 1 ? mean[i % d]! : value));
    let filled = holes;
    for (let round = 0; round < number(args, 'rounds'); round++) {
      const made = asVariable(variable, (await run.reconstructionsOf({ [variable.name]: filled }, rows))[output.name]!);
      filled = clean.map((value, i) => (missing[i % d] === 1 ? made[i]! : value));
    }
    return { variable, which: run.which, clean, holes, filled, missing };
  },
  draw({ variable, which, clean, holes, filled, missing }, args) {
    const at = Array.from(clean, (_, i) => i).filter((i) => missing[i % missing.length] === 1);
    const inside = (values: Float32Array): Float32Array => pick(values, 1, at);
    return {
      title: `Inpainting of ${variable.name}`,
      note: `${firstOf(clean.length / missing.length, which)}: the middle is missing, and stands at the mean of the training part at first; ${number(args, 'rounds')} times it is reconstructed and what is known put back. Mean squared error inside: ${short(error(inside(filled), inside(clean)))}, of the mean ${short(error(inside(holes), inside(clean)))}.`,
      drawings: [
        {
          kind: 'pictures',
          columns: number(args, 'count'),
          rows: [
            variableRow('input', variable, clean),
            variableRow('missing', variable, holes, clean),
            variableRow('filled in', variable, filled, clean),
          ],
        },
      ],
    };
  },
};

/** The middle half of the rows and of the columns of an image; the middle half of what is none. */
export function holeIn(shape: readonly number[]): Uint8Array {
  const { height, width, channels } = stripShape(shape);
  const middle = (i: number, n: number): boolean =>
    i >= Math.floor(n / 4) && i < Math.floor(n / 4) + Math.max(1, Math.round(n / 2));
  return Uint8Array.from({ length: height * width * channels }, (_, i) => {
    const [row, column] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width];
    return Number((height === 1 || middle(row, height)) && middle(column, width));
  });
}

function meanOf(values: Float32Array, d: number): Float64Array {
  const mean = new Float64Array(d);
  values.forEach((value, i) => (mean[i % d]! += (value * d) / values.length));
  return mean;
}
