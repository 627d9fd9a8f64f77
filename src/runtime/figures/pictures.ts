/** Examples of variables as rows of pictures, whatever their shapes. */
import { elements } from '../dataset.js';
import type { OutputSpec, ProgramSpec, VariableSpec } from '../program.js';
import type { PictureRow } from './drawing.js';
import { imageShape, range, stripShape } from './images.js';

/** Values of a variable, or of what is like it, as a row. `like` are values whose range is that of an unbounded domain. */
export function variableRow(
  title: string,
  variable: VariableSpec,
  values: Float32Array,
  like: Float32Array = values,
  shape: readonly number[] = variable.shape,
): PictureRow {
  const { domain } = variable;
  const bounds = domain.kind === 'category' ? { low: 0, high: domain.classes - 1 } : range(domain, like);
  return { title, image: stripShape(shape), values, ...bounds };
}

/** The outputs that reconstruct a variable. */
export const outputsOf = ({ outputs }: ProgramSpec, variable: string): readonly OutputSpec[] =>
  outputs.filter((output) => output.variable === variable && output.generated !== true);

/** An output in the variable's own values: of a category its most likely class. */
export function asVariable(variable: VariableSpec, values: Float32Array): Float32Array {
  const { domain } = variable;
  if (domain.kind !== 'category') return values;
  const { classes } = domain;
  return Float32Array.from({ length: values.length / classes }, (_, i) => {
    const of = values.subarray(i * classes, (i + 1) * classes);
    return of.indexOf(Math.max(...of));
  });
}

/** An input of numbers that is an image, and is reconstructed: what classical methods stand beside. */
export const isRestoredImage =
  (spec: ProgramSpec) =>
  ({ name, role, shape, domain }: VariableSpec): boolean =>
    role === 'input' &&
    domain.kind !== 'category' &&
    imageShape(shape) !== undefined &&
    outputsOf(spec, name).length > 0;

/** Whether the networks read fewer pixels, of as many channels. */
export const isShrunk = ({ shape, degraded }: VariableSpec): boolean =>
  degraded !== undefined && degraded[2] === shape[2] && elements(degraded) < elements(shape);

/** Whether examples of a variable are worth a picture: numbers, and not just a few. */
export const isPicture = ({ shape, domain }: VariableSpec): boolean =>
  elements(shape) > 1 && (domain.kind !== 'category' || shape.length > 1);
