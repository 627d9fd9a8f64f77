/** Numbers about numbers. */

/** How many standard deviations a share among `count` draws is away from their probability. */
export const deviations = (found: number, p: number, count: number): number =>
  Math.abs(found - p) / Math.sqrt((p * (1 - p)) / count);

export const mean = (data: Float64Array): number => data.reduce((a, c) => a + c, 0) / data.length;

export const variance = (data: Float64Array): number => {
  const centre = mean(data);
  return data.reduce((a, c) => a + (c - centre) ** 2, 0) / data.length;
};

/** How far the shorter side's Gram matrix is from the identity. */
export function gramError(data: Float64Array, shape: readonly number[]): number {
  const columns = shape.at(-1)!;
  const rows = data.length / columns;
  const n = Math.min(rows, columns);
  const dot = (i: number, j: number): number =>
    Array.from({ length: Math.max(rows, columns) }, (_, k) =>
      rows >= columns
        ? data[k * columns + i]! * data[k * columns + j]!
        : data[i * columns + k]! * data[j * columns + k]!,
    ).reduce((a, c) => a + c, 0);
  let worst = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) worst = Math.max(worst, Math.abs(dot(i, j) - Number(i === j)));
  return worst;
}
