/** The points of a grid, each with a name that its folder has. */
import type { Model, Sweep } from '../../ir/model/model.js';
import { refuse } from '../refusal.js';

export type Axis = Pick<Sweep, 'parameter'> & { readonly values: readonly string[] };

export interface Point {
  /** `z=784`, `a=0.5,z=64` */
  readonly name: string;
  /** As on the command line. */
  readonly settings: readonly string[];
}

/** `--sweep z=2,8,32` */
export function axisOf(text: string): Axis {
  const at = text.indexOf('=');
  const values = text
    .slice(at + 1)
    .split(',')
    .map((value) => value.trim());
  return at < 1 || values.includes('')
    ? refuse(`error: --sweep ${text}`, '  expected: name=value,value,…', '  for example: --sweep z=2,8,32')
    : { parameter: text.slice(0, at), values };
}

/**
 * What is swept: the file's, those of the command line in the place of the file's of the same parameter, and none that a
 * point fixes. Refuses `--set` of what is swept.
 */
export function axesOf(
  { sweeps, parameters }: Pick<Model, 'sweeps' | 'parameters'>,
  given: readonly Axis[],
  fixed: ReadonlySet<string>,
  set: Readonly<Record<string, string>>,
): readonly Axis[] {
  const written = sweeps.map(({ parameter, values }) => ({ parameter, values: values.map(String) }));
  const axes = [
    ...written.filter(({ parameter }) => given.every((one) => one.parameter !== parameter)),
    ...given,
  ].filter(({ parameter }) => !fixed.has(parameter));
  for (const { parameter } of axes) {
    if (parameters.every(({ name }) => name !== parameter))
      refuse(
        `error: --sweep ${parameter}`,
        `  expected: a parameter of the autoencoder: ${parameters.map(({ name }) => name).join(', ') || 'there is none'}`,
      );
    if (parameter in set)
      refuse(
        `error: ${parameter} is swept`,
        `  expected: no --set ${parameter} beside a sweep of it`,
        `  found: --set ${parameter}=${set[parameter]!}`,
        `  one point of it: --point ${parameter}=${set[parameter]!}`,
      );
  }
  return axes;
}

/** Every combination, the last axis running fastest. */
export function pointsOf(axes: readonly Axis[]): readonly Point[] {
  const settings = axes.reduce<readonly (readonly string[])[]>(
    (points, { parameter, values }) =>
      points.flatMap((point) => values.map((value) => [...point, `${parameter}=${value}`])),
    [[]],
  );
  return settings.map((one) => ({ name: one.join(','), settings: one }));
}
