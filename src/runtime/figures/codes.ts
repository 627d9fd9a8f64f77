/** A table of the code of each example. */
import { elements } from '../dataset.js';
import type { Cell } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import type { Rows } from './pca.js';
import type { Labels } from './run.js';

interface Needs {
  /** The variables that a line has room for. */
  readonly inputs: readonly { readonly name: string; readonly rows: Rows }[];
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
    const small = run.spec.variables.filter(({ role, shape }) => role === 'input' && elements(shape) <= widest);
    return {
      inputs: await Promise.all(
        small.map(async ({ name, shape }) => ({ name, rows: await run.of({ kind: 'variable', name, shape }, rows) })),
      ),
      labels: run.labels(rows),
      codes: await run.of(subject(args), rows),
      which: run.which,
    };
  },
  draw({ inputs, labels, codes, which }, args) {
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
            ...inputs.flatMap((input) => columns(input.name, input.rows.d)),
            ...columns(name, codes.d),
          ],
          rows: Array.from({ length: codes.n }, (_, i) => [
            ...(labelled ? [labels.cells[i]!] : []),
            ...inputs.flatMap((input) => cells(input.rows, i)),
            ...cells(codes, i),
          ]),
        },
      ],
    };
  },
};
