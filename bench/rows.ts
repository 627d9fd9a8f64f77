/** The table that the benchmarks fill. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly goal: string;
}

export const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)]!;

/** A row of rounds, each our milliseconds and theirs: the median of the ratios, and of each side. */
export const ratios = (what: string, goal: string, pairs: readonly (readonly [number, number])[]): Row => ({
  what,
  ours: median(pairs.map(([a]) => a)),
  theirs: median(pairs.map(([, b]) => b)),
  ratio: median(pairs.map(([a, b]) => b / a)),
  goal,
});
