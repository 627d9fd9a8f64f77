/** Which pictures and charts a model has, depending on the shapes of its variables. */
import { elements } from '../../dataset.js';
import type { VariableSpec } from '../../program.js';
import type { Evaluated } from './evaluate.js';
import type { Values } from '../../figures/values.js';
import { scatterChart, type Points } from '../../figures/charts.js';
import type { Chart, PictureRow } from '../../figures/drawing.js';
import { imageShape, range } from '../../figures/images.js';
import { inPlane } from '../../figures/pca.js';
import { symmetricEigen } from '../../eigen.js';

/**
 * Rows of pictures for the shown examples, image variables only: input, corrupted input, target
 * (where it is not the input), output, and what PCA makes of the input.
 */
export function reconstructionRows(
  variables: readonly VariableSpec[],
  seen: Evaluated,
  corrupted: Values | undefined,
): readonly PictureRow[] {
  const rows: PictureRow[] = [];
  const add = (
    title: string,
    variable: VariableSpec,
    values: Float32Array | undefined,
    shape = variable.shape,
  ): void => {
    const image = imageShape(shape);
    if (image !== undefined && values !== undefined)
      rows.push({ title, image, values, ...range(variable.domain, seen.inputs[variable.name]!) });
  };
  const pick = (values: Float32Array | undefined, variable: VariableSpec): Float32Array | undefined =>
    values === undefined ? undefined : pickRows(values, elements(variable.shape), seen.shown);
  const many = variables.length > 1;
  const named = (what: string, variable: VariableSpec): string => (many ? `${what} ${variable.name}` : what);
  for (const variable of variables.filter(({ role }) => role === 'input')) {
    const input = pick(seen.inputs[variable.name], variable);
    add(named('input', variable), variable, input);
    const spoiled = corrupted?.[variable.name];
    if (spoiled !== undefined && spoiled.some((value, i) => value !== input?.[i]))
      add(named('corrupted', variable), variable, spoiled, variable.degraded);
  }
  for (const variable of variables) {
    const output = pick(seen.outputs[variable.name], variable);
    if (output === undefined) continue;
    if (variable.role === 'target')
      add(named('target', variable), variable, pick(seen.inputs[variable.name], variable));
    add(named('output', variable), variable, output);
    const pca = seen.baselines.find((baseline) => baseline.variable.name === variable.name)?.pca;
    if (pca !== undefined)
      add(`PCA, ${pca.components} component${pca.components === 1 ? '' : 's'}`, variable, pick(pca.values, variable));
  }
  return rows;
}

/** Samples from the prior as one row of pictures for each image variable. */
export function sampleRows(variables: readonly VariableSpec[], samples: Values): readonly PictureRow[] {
  return variables.flatMap((variable) => {
    const image = imageShape(variable.shape);
    const values = samples[variable.name];
    return image === undefined || values === undefined
      ? []
      : [{ title: variable.name, image, values, ...range(variable.domain, values) }];
  });
}

/** Examples at the given positions. */
function pickRows(values: Float32Array, width: number, positions: readonly number[]): Float32Array {
  const out = new Float32Array(positions.length * width);
  positions.forEach((position, i) => out.set(values.subarray(position * width, (position + 1) * width), i * width));
  return out;
}

/** The code in a plane, coloured by label, and the inputs in the plane of their first two principal components. */
export async function codeCharts(
  variables: readonly VariableSpec[],
  code: readonly string[],
  seen: Evaluated,
): Promise<readonly Chart[]> {
  const { codes, labels } = seen;
  if (codes.d === 0) return [];
  const charts: Chart[] = [];
  const coloured = labels === undefined ? {} : { labels: labels.cells };
  const legend = labels?.name ?? null;
  const name = code.join(', ');
  const plane = await inPlane(codes, symmetricEigen);
  charts.push(
    scatterChart(
      codes.d <= 2 ? name : `${name}, first two of ${codes.d} principal directions`,
      { xy: plane, ...coloured },
      codes.d <= 2 ? [`${name} 1`, codes.d === 1 ? 'example' : `${name} 2`] : ['first', 'second'],
      legend,
    ),
  );
  const input = variables.find(
    ({ role, domain, shape }) => role === 'input' && domain.kind !== 'category' && elements(shape) > 3,
  );
  if (input !== undefined) {
    const rows = { values: seen.inputs[input.name]!, n: codes.n, d: elements(input.shape) };
    charts.push(
      scatterChart(
        `${input.name}, first two principal components, for comparison`,
        { xy: await inPlane(rows, symmetricEigen), ...coloured },
        ['first component', 'second component'],
        legend,
      ),
    );
  }
  return charts;
}

/** Points of the plane or of space and where the model puts them; variables of two or three numbers only. */
export function pointCharts(
  variables: readonly VariableSpec[],
  seen: Evaluated,
  samples: Values | undefined,
  fields: Readonly<Record<string, readonly string[]>> = {},
): readonly Chart[] {
  const charts: Chart[] = [];
  for (const variable of variables) {
    const d = elements(variable.shape);
    const output = seen.outputs[variable.name];
    if (output === undefined || (d !== 2 && d !== 3) || imageShape(variable.shape) !== undefined) continue;
    const axes = [0, d - 1] as const;
    const of = (values: Float32Array): number[] =>
      Array.from({ length: values.length / d }, (_, i) => [values[i * d + axes[0]]!, values[i * d + axes[1]]!]).flat();
    const named = (axis: number): string => fields[variable.name]?.[axis] ?? `${variable.name} ${axis + 1}`;
    const titles = [named(axes[0]), named(axes[1])] as const;
    const both = (first: Float32Array, second: Float32Array, names: readonly [string, string]): Points => ({
      xy: [...of(first), ...of(second)],
      labels: [...Array<string>(first.length / d).fill(names[0]), ...Array<string>(second.length / d).fill(names[1])],
    });
    charts.push(
      scatterChart(
        `${variable.name} and its reconstruction`,
        both(seen.inputs[variable.name]!, output, ['data', 'output']),
        titles,
      ),
    );
    const drawn = samples?.[variable.name];
    if (drawn !== undefined)
      charts.push(
        scatterChart(
          `${variable.name} and samples`,
          both(seen.inputs[variable.name]!, drawn, ['data', 'samples']),
          titles,
        ),
      );
  }
  return charts;
}
