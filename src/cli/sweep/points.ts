/** What is trained of a file, a run each: the points of a grid, its autoencoders, or both; each with a name that its folder has. */
import type { Model, Sweep } from '../../ir/model/model.js';
import type { Flag } from '../overrides.js';
import { refuse } from '../refusal.js';

export type Axis = Pick<Sweep, 'parameter'> & { readonly values: readonly string[] };

export interface Point {
  /** `z=784`, `a=0.5,z=64`; `Dense`, `Dense,z=784` of a file's autoencoders */
  readonly name: string;
  readonly model: Model;
  /** What says on the command line which point it is. */
  readonly flags: readonly Flag[];
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
export function pointsOf(model: Model, axes: readonly Axis[]): readonly Point[] {
  const settings = axes.reduce<readonly (readonly string[])[]>(
    (points, { parameter, values }) =>
      points.flatMap((point) => values.map((value) => [...point, `${parameter}=${value}`])),
    [[]],
  );
  return settings.map((one) => ({ name: one.join(','), model, flags: one.map((point) => ['point', point]) }));
}

/** Every autoencoder of a file, each at every point of what it sweeps. */
export const allOf = (models: readonly { readonly model: Model; readonly axes: readonly Axis[] }[]): readonly Point[] =>
  models.flatMap(({ model, axes }) =>
    pointsOf(model, axes).map((point) => ({
      ...point,
      name: [model.name, ...(point.name === '' ? [] : [point.name])].join(','),
      flags: [['name', model.name], ...point.flags],
    })),
  );
