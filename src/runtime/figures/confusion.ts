/** Classes that are predicted beside those that are, and the error of each. */
import { classNames, elements } from '../dataset.js';
import { matrixChart } from './charts.js';
import { percent, type Cell } from './drawing.js';
import { subject, type FigureEntry } from './entry.js';

interface Needs {
  readonly which: string;
  /** What the classes are called. */
  readonly classes: readonly Cell[];
  /** How often each class (in rows) was taken for each (in columns). */
  readonly counts: readonly (readonly number[])[];
}

export const confusion: FigureEntry<Needs> = {
  name: 'confusion',
  async needs(run, args) {
    const [of, by] = [subject(args), subject(args, 'by')];
    const { domain, shape } = run.variable(by.name);
    if (domain.kind !== 'category' || elements(shape) !== 1)
      return { unavailable: `${by.name} is no category with one class an example` };
    const { classes } = domain;
    if (elements(of.shape) !== classes)
      return { unavailable: `${of.name} has ${elements(of.shape)} numbers, and ${by.name} ${classes} classes` };
    const labels = await run.data(by.name, run.many);
    const rows = run.many.filter((_, i) => labels[i]! >= 0);
    if (rows.length === 0) return { unavailable: `no label of ${by.name} is known` };
    const [truth, { values }] = [await run.data(by.name, rows), await run.of(of, rows)];
    const counts = Array.from({ length: classes }, () => Array<number>(classes).fill(0));
    truth.forEach((label, i) => {
      const scores = values.subarray(i * classes, (i + 1) * classes);
      counts[label]![scores.indexOf(Math.max(...scores))]! += 1;
    });
    const names = classNames(run.trained.data, by.name);
    return { which: run.which, classes: counts.map((_, label) => names?.[label] ?? label), counts };
  },
  draw({ which, classes, counts }, args) {
    const [of, by] = [subject(args).name, subject(args, 'by').name];
    const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
    const right = sum(counts.map((row, label) => row[label]!));
    const all = sum(counts.flat());
    return {
      title: `Confusion of ${by} by ${of}`,
      note: `${right} of ${all} ${which} examples whose ${by} is known are right: ${percent(right / all)}. A row for each class, a column for each that was predicted.`,
      drawings: [
        ...(classes.length > 40
          ? []
          : [
              matrixChart(
                '',
                counts.flatMap((row, label) =>
                  row.map((count, column) => ({ row: classes[label]!, column: classes[column]!, count })),
                ),
                ['predicted', by],
              ),
            ]),
        {
          kind: 'table',
          title: 'Error of each class',
          columns: [by, 'examples', 'wrong', 'most often taken for'],
          rows: counts.flatMap((row, label) => {
            const examples = sum(row);
            const others = row.map((count, column) => (column === label ? 0 : count));
            const most = Math.max(...others);
            return examples === 0
              ? []
              : [
                  [
                    classes[label]!,
                    examples,
                    percent(1 - row[label]! / examples),
                    most === 0 ? '' : classes[others.indexOf(most)]!,
                  ],
                ];
          }),
        },
      ],
    };
  },
};
