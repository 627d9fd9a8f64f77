/** The examples whose codes lie nearest. */
import { elements } from '../dataset.js';
import type { VariableSpec } from '../program.js';
import { missing, type Cell } from './drawing.js';
import { nearest } from './distances.js';
import { number, subject, type FigureEntry } from './entry.js';
import { isPicture, variableRow } from './pictures.js';
import type { Labels } from './run.js';
import { pick } from './values.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  readonly searched: number;
  /** Each with what was asked for in front of what was found. */
  readonly rows: readonly {
    readonly values: Float32Array;
    readonly distances: readonly number[];
    readonly labels: readonly Cell[];
    /** Of the labels of what was found, which can be compared. */
    readonly known: readonly boolean[];
  }[];
  /** `agreement` is of labels that are known, where some are. */
  readonly label?: { readonly name: string; readonly agreement: number | undefined };
}

/** Examples that are asked for. */
const queries = 10;

export const neighbours: FigureEntry<Needs> = {
  name: 'neighbours',
  async needs(run, args) {
    const variable = run.spec.variables.find(({ role }) => role === 'input');
    if (variable === undefined) return { unavailable: 'the model has no input' };
    const asked = run.first(queries);
    const among = run.training;
    const [codes, known] = [await run.of(subject(args), asked), await run.of(subject(args), among)];
    const d = elements(variable.shape);
    const [queried, found] = [await run.data(variable.name, asked), await run.data(variable.name, among)];
    const labels = [run.labels(asked), run.labels(among)] as const;
    const rows = Array.from(asked, (row, i) => {
      const near = nearest(codes, i, known, number(args, 'count'), run.isHeldOut ? undefined : among.indexOf(row));
      const values = new Float32Array((near.length + 1) * d);
      values.set(queried.subarray(i * d, (i + 1) * d));
      values.set(
        pick(
          found,
          d,
          near.map(({ row: at }) => at),
        ),
        d,
      );
      return {
        values,
        distances: near.map(({ distance }) => Math.sqrt(distance)),
        labels: labelled(labels) ? [labels[0].cells[i]!, ...near.map(({ row: at }) => labels[1].cells[at]!)] : [],
        known: labelled(labels) && labels[0].known[i]! ? near.map(({ row: at }) => labels[1].known[at]!) : [],
      };
    });
    const pairs = rows.flatMap(({ labels: [own, ...others], known: both }) =>
      others.filter((_, j) => both[j] === true).map((other) => Number(other === own)),
    );
    return {
      variable,
      which: run.which,
      searched: among.length,
      rows,
      ...(labelled(labels)
        ? {
            label: {
              name: labels[0].name,
              agreement: pairs.length === 0 ? undefined : pairs.reduce((a, b) => a + b, 0) / pairs.length,
            },
          }
        : {}),
    };
  },
  draw({ variable, which, searched, rows, label }, args) {
    const d = elements(variable.shape);
    const asPictures = isPicture(variable) && d > 3;
    return {
      title: `Neighbours by ${subject(args).name}`,
      note:
        `On the left a ${which} example, beside it those of ${searched} training examples whose codes lie nearest, nearest first.` +
        (label?.agreement === undefined
          ? ''
          : ` ${(100 * label.agreement).toFixed(0)} % of them have the same ${label.name}.`),
      drawings: [
        ...(asPictures
          ? [
              {
                kind: 'pictures' as const,
                columns: number(args, 'count') + 1,
                rows: rows.map(({ values, labels }, i) =>
                  variableRow(
                    label === undefined || labels[0] === missing ? `example ${i + 1}` : `${label.name} ${labels[0]!}`,
                    variable,
                    values,
                  ),
                ),
              },
            ]
          : []),
        {
          kind: 'table',
          title: 'Distances of codes',
          columns: ['example', 'neighbour', 'distance', ...(label === undefined ? [] : [label.name])],
          rows: rows.flatMap(({ distances, labels }, i) =>
            distances.map((distance, j) => [i + 1, j + 1, distance, ...(label === undefined ? [] : [labels[j + 1]!])]),
          ),
        },
      ],
    };
  },
};

const labelled = (pair: readonly [Labels | undefined, Labels | undefined]): pair is readonly [Labels, Labels] =>
  pair[0] !== undefined && pair[1] !== undefined;
