/** Examples that nobody has seen: whatever the declared domains allow, for checks that need some numbers. */
import { elements, type Column, type Dataset } from './dataset.js';
import { boundsOf, type ProgramSpec, type VariableSpec } from './program.js';
import { uniforms } from './random.js';

/** A data set as `fitDataset` leaves one, but for trees. Some of what may be missing is. */
export function examplesOf({ variables, seed }: Pick<ProgramSpec, 'variables' | 'seed'>, size: number): Dataset {
  const columns: Record<string, Column> = {};
  variables.forEach((variable, i) => {
    const count = size * elements(variable.shape);
    const u = uniforms(seed, 17, i, count);
    columns[variable.name] = { shape: variable.shape, data: valuesOf(variable, u), scale: 1, source: 'made up' };
  });
  for (const { name, of } of variables) if (of !== undefined) columns[of] = blanked(columns[of]!, columns[name]!);
  return { size, columns };
}

function valuesOf(variable: VariableSpec, u: Float32Array): Column['data'] {
  const { domain, shape, optional, partial, role } = variable;
  const width = elements(shape);
  // The second half of the last third of the examples ends early, or is not there.
  const gone = (i: number): boolean => Math.floor(i / width) % 3 === 2 && (i % width) * 2 >= width;
  if (role === 'mask') return Uint8Array.from(u, (_, i) => (gone(i) || (width === 1 && i % 3 === 2) ? 0 : 1));
  switch (domain.kind) {
    case 'category': {
      const missing = (i: number): boolean =>
        (partial !== undefined && gone(i)) || (optional === true && Math.floor(i / width) % 3 === 2);
      return Int32Array.from(u, (v, i) =>
        missing(i) ? -1 : Math.min(domain.classes - 1, Math.floor(v * domain.classes)),
      );
    }
    case 'binary':
      return Float32Array.from(u, (v) => Math.round(v));
    case 'counts':
      return Float32Array.from(u, (v) => Math.floor(5 * v));
    case 'distribution': {
      const classes = shape.at(-1) ?? 1;
      const sum = (i: number): number => {
        const from = i - (i % classes);
        return u.slice(from, from + classes).reduce((a, b) => a + b, 0);
      };
      return Float32Array.from(u, (v, i) => v / sum(i));
    }
    default: {
      const [low, high] = boundsOf(domain);
      const from = Number.isFinite(low) ? low : Number.isFinite(high) ? high - 2 : -1;
      const to = Number.isFinite(high) ? high : from + 2;
      return Float32Array.from(u, (v) => from + (to - from) * v);
    }
  }
}

const blanked = (column: Column, { data: there }: Column): Column => ({
  ...column,
  data: Float32Array.from(column.data, (value, i) =>
    there[Math.floor((i * there.length) / column.data.length)] === 0 ? 0 : value,
  ),
});
