/** Runs side by side: one row each, and their losses in one figure. */
import { lineChart } from '../../figures/charts.js';
import type { Chart } from '../../figures/drawing.js';
import { rounded } from '../../figures/drawing.js';
import type { RunRecord } from '../record.js';
import { standaloneSvg } from './render.js';

export interface NamedRun {
  readonly name: string;
  readonly record: RunRecord;
}

/** Losses by which epochs are judged, over all epochs of each run. */
export function lossesOf(runs: readonly NamedRun[]): Chart {
  const values = runs.flatMap(({ name, record }) =>
    record.history.flatMap(({ loss }, i) =>
      loss === null || !Number.isFinite(loss) ? [] : [{ x: i + 1, y: rounded(loss), series: name }],
    ),
  );
  return lineChart('loss, on held-out examples where there are some', values, { x: 'epoch', whole: true });
}

/** A file by itself. */
export const drawComparison = (runs: readonly NamedRun[]): Promise<string> => standaloneSvg(lossesOf(runs));
