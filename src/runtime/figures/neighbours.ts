/** The examples whose codes lie nearest. */
import { elements } from '../dataset.js';
import type { VariableSpec } from '../program.js';
import { missing, rounded, type Cell } from './drawing.js';
import { nearest } from './distances.js';
import { number, subject, type FigureEntry } from './entry.js';
import { isPicture, variableRow } from './pictures.js';
import type { Labels } from './run.js';
import { evenly, pick } from './values.js';
import { linesOf, lookedAt } from './words.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  readonly what: string;
  readonly searched: number;
  /** Each with what was asked for in front of what was found. */
  readonly rows: readonly {
    readonly values: Float32Array;
    /** Where they are words. */
    readonly lines?: readonly string[];
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
    const { run: looked, shown, training: among, what } = lookedAt(run);
    // Phrases stand by length: some of each.
    const asked = looked === run ? run.first(queries) : evenly(shown, queries);
    const [codes, known] = [await looked.of(subject(args), asked), await looked.of(subject(args), among)];
    const lines = [await linesOf(looked, variable.name, asked), await linesOf(looked, variable.name, among)] as const;
    const d = lines[0] === undefined ? elements(variable.shape) : 0;
    const none = new Float32Array(0);
    const [queried, found] =
      d === 0 ? [none, none] : [await run.data(variable.name, asked), await run.data(variable.name, among)];
    const labels = [looked.labels(asked), looked.labels(among)] as const;
    const rows = Array.from(asked, (row, i) => {
      const near = nearest(codes, i, known, number(args, 'count'), among.indexOf(row));
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
        ...(lines[0] === undefined ? {} : { lines: [lines[0][i]!, ...near.map(({ row: at }) => lines[1]![at]!)] }),
        distances: near.map(({ distance }) => rounded(Math.sqrt(distance))),
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
      what,
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
  draw({ variable, which, what, searched, rows, label }, args) {
    const one = what.replace(/s$/, '');
    const asPictures = rows[0]?.lines === undefined && isPicture(variable) && elements(variable.shape) > 3;
    return {
      title: `Neighbours by ${subject(args).name}`,
      note:
        `On the left a ${which} ${one}, beside it those of ${searched} training ${what} whose codes lie nearest, nearest first.` +
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
          columns: [one, 'neighbour', 'distance', ...(label === undefined ? [] : [label.name])],
          rows: rows.flatMap(({ distances, labels, lines }, i) =>
            distances.map((distance, j) => [
              lines?.[0] ?? i + 1,
              lines?.[j + 1] ?? j + 1,
              distance,
              ...(label === undefined ? [] : [labels[j + 1]!]),
            ]),
          ),
        },
      ],
    };
  },
};

const labelled = (pair: readonly [Labels | undefined, Labels | undefined]): pair is readonly [Labels, Labels] =>
  pair[0] !== undefined && pair[1] !== undefined;
