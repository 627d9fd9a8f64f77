/** Examples by −log p, with the threshold that a share of the training part exceeds. */
import type { VariableSpec } from '../program.js';
import { histogram } from './charts.js';
import { short, type Chart } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { isPicture, outputsOf, variableRow } from './pictures.js';
import { sortedQuantile } from './priors.js';
import { type Labels } from './run.js';
import { pick } from './values.js';

interface Scored {
  /** The row of the data set. */
  readonly row: number;
  readonly score: number;
}

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  /** All that were looked at, the least likely first. */
  readonly scored: readonly Scored[];
  readonly threshold: number;
  /** Those that are shown. */
  readonly values: Float32Array;
  readonly labels: Labels | undefined;
}

export const anomalies: FigureEntry<Needs> = {
  name: 'anomalies',
  async needs(run, args) {
    const variable = run.variable(subject(args).name);
    const [output] = outputsOf(run.spec, variable.name);
    if (output === undefined) return { unavailable: `nothing reconstructs ${variable.name}` };
    const usual = (await run.scores(run.training))[output.name]!.slice().sort();
    const rows = run.shown;
    const scores = (await run.scores(rows))[output.name]!;
    const scored = Array.from(rows, (row, i): Scored => ({ row, score: scores[i]! })).sort((a, b) => b.score - a.score);
    const shown = Int32Array.from(scored.slice(0, number(args, 'count')), ({ row }) => row);
    return {
      variable,
      which: run.which,
      scored,
      threshold: sortedQuantile(usual, 1 - number(args, 'share')),
      values: await run.data(variable.name, shown),
      labels: run.labels(shown),
    };
  },
  draw({ variable, which, scored, threshold, values, labels }, args) {
    const above = scored.filter(({ score }) => score > threshold).length;
    const shown = scored.slice(0, number(args, 'count'));
    const size = values.length / shown.length;
    return {
      title: `Anomalies of ${variable.name}`,
      note: `−log p of each example; ${above} of ${scored.length} ${which} examples lie above ${short(threshold)}, which ${short(100 * number(args, 'share'))} % of the training part exceed. Shown are the ${shown.length} least likely, the least likely first.`,
      drawings: [
        ...(isPicture(variable) && size > 3
          ? [
              {
                kind: 'pictures' as const,
                columns: 10,
                rows: [variableRow(variable.name, variable, values)],
              },
            ]
          : []),
        withThreshold(
          histogram(
            '−log p',
            scored.map(({ score }) => score),
            'nats',
          ),
          threshold,
        ),
        {
          kind: 'table',
          columns: [
            'example',
            '−log p',
            'above the threshold',
            ...(labels === undefined ? [] : [labels.name]),
            ...(size <= 3 ? Array.from({ length: size }, (_, j) => `${variable.name} ${j + 1}`) : []),
          ],
          rows: shown.map(({ row, score }, i) => [
            row,
            score,
            score > threshold ? 'yes' : 'no',
            ...(labels === undefined ? [] : [labels.cells[i]!]),
            ...(size <= 3 ? pick(values, size, [i]) : []),
          ]),
        },
      ],
    };
  },
};

/** A histogram with a line where the threshold is. */
const withThreshold = ({ spec, ...chart }: Chart, threshold: number): Chart => {
  const { width, height, mark, encoding } = spec;
  return {
    ...chart,
    spec: {
      width,
      height,
      layer: [
        { mark, encoding },
        {
          mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 2, color: '#d55e00' },
          encoding: { x: { datum: threshold } },
        },
      ],
    },
  };
};
