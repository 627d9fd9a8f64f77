/** A table of the code of each example. */
import { elements } from '../dataset.js';
import type { Cell } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import type { Rows } from './pca.js';
import type { Labels } from './run.js';
import { linesOf } from './words.js';

interface Needs {
  /** The variables that a line has room for. */
  readonly inputs: readonly { readonly name: string; readonly rows: Rows }[];
  /** Of those that are words. */
  readonly lines: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly labels: Labels | undefined;
  readonly codes: Rows;
  readonly which: string;
}

/** Numbers that are worth a column each. */
const widest = 12;

export const codes: FigureEntry<Needs> = {
  name: 'codes',
  async needs(run, args) {
    const rows = run.first(number(args, 'count'));
    const given = run.spec.variables.filter(({ role }) => role === 'input');
    const lines = await Promise.all(given.map(async ({ name }) => ({ name, values: await linesOf(run, name, rows) })));
    const small = given.filter(
      ({ shape, tree }, i) => tree === undefined && lines[i]!.values === undefined && elements(shape) <= widest,
    );
    return {
      inputs: await Promise.all(
        small.map(async ({ name, shape }) => ({ name, rows: await run.of({ kind: 'variable', name, shape }, rows) })),
      ),
      lines: lines.flatMap(({ name, values }) => (values === undefined ? [] : [{ name, values }])),
      labels: run.labels(rows),
      codes: await run.of(subject(args), rows),
      which: run.which,
    };
  },
  draw({ inputs, lines, labels, codes, which }, args) {
    const { name } = subject(args);
    const columns = (title: string, d: number): readonly string[] =>
      d === 1 ? [title] : Array.from({ length: d }, (_, i) => `${title} ${i + 1}`);
    const cells = ({ values, d }: Rows, i: number): readonly Cell[] => [...values.subarray(i * d, (i + 1) * d)];
    const labelled = labels !== undefined && inputs.every((input) => input.name !== labels.name);
    return {
      title: `Codes: ${name}`,
      note: `The first ${codes.n} ${which} examples.`,
      drawings: [
        {
          kind: 'table',
          columns: [
            ...(labelled ? [labels.name] : []),
            ...lines.map((line) => line.name),
            ...inputs.flatMap((input) => columns(input.name, input.rows.d)),
            ...columns(name, codes.d),
          ],
          rows: Array.from({ length: codes.n }, (_, i) => [
            ...(labelled ? [labels.cells[i]!] : []),
            ...lines.map((line) => line.values[i]!),
            ...inputs.flatMap((input) => cells(input.rows, i)),
            ...cells(codes, i),
          ]),
        },
      ],
    };
  },
};
