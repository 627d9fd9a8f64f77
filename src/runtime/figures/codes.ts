/** The code of each example: a table, and of maps pictures. */
import { elements } from '../dataset.js';
import type { SubjectSpec, VariableSpec } from '../program.js';
import { short, type Cell, type Figure, type PictureRow } from './drawing.js';
import { firstOf, number, subject, type FigureEntry } from './entry.js';
import { extent } from './images.js';
import { variableRow } from './pictures.js';
import type { Rows } from './pca.js';
import type { Labels } from './run.js';
import { shownInput } from './stimuli.js';
import { linesOf } from './words.js';

interface Needs {
  /** The variables that a line has room for. */
  readonly inputs: readonly { readonly name: string; readonly rows: Rows }[];
  /** Of those that are words. */
  readonly lines: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly labels: Labels | undefined;
  readonly codes: Rows;
  readonly which: string;
  /** What maps are of. */
  readonly seen?: { readonly variable: VariableSpec; readonly values: Float32Array };
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
    const seen = isMap(subject(args)) ? shownInput(run) : undefined;
    return {
      ...(seen === undefined ? {} : { seen: { variable: seen, values: await run.data(seen.name, rows) } }),
      inputs: await Promise.all(
        small.map(async ({ name, shape }) => ({ name, rows: await run.of({ kind: 'variable', name, shape }, rows) })),
      ),
      lines: lines.flatMap(({ name, values }) => (values === undefined ? [] : [{ name, values }])),
      labels: run.labels(rows),
      codes: await run.of(subject(args), rows),
      which: run.which,
    };
  },
  draw(needs, args) {
    const { inputs, lines, labels, codes, which } = needs;
    const { name } = subject(args);
    if (isMap(subject(args))) return mapsOf(needs, subject(args));
    const columns = (title: string, d: number): readonly string[] =>
      d === 1 ? [title] : Array.from({ length: d }, (_, i) => `${title} ${i + 1}`);
    const cells = ({ values, d }: Rows, i: number): readonly Cell[] => [...values.subarray(i * d, (i + 1) * d)];
    const labelled = labels !== undefined && inputs.every((input) => input.name !== labels.name);
    return {
      title: `Codes: ${name}`,
      note: `${firstOf(codes.n, which)}.`,
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

const isMap = ({ shape }: SubjectSpec): boolean => shape.length === 3;

/** Channels of maps as pictures, on one scale, below what they are of. */
function mapsOf({ seen, codes: { values, n, d }, which }: Needs, { name, shape }: SubjectSpec): Figure {
  const [height, width, channels] = shape as readonly [number, number, number];
  const { low, high } = extent(values);
  const places = height * width;
  const rows = Array.from({ length: n }, (_, i): readonly PictureRow[] => {
    const own = values.subarray(i * d, (i + 1) * d);
    const maps = own.map((_one, at) => own[(at % places) * channels + Math.floor(at / places)]!);
    const size = seen === undefined ? 0 : seen.values.length / n;
    return [
      ...(seen === undefined
        ? []
        : [
            variableRow(
              `${seen.variable.name} ${i + 1}`,
              seen.variable,
              seen.values.subarray(i * size, (i + 1) * size),
              seen.values,
            ),
          ]),
      { title: `${name} ${i + 1}`, image: { height, width, channels: 1 }, values: maps, low, high },
    ];
  });
  return {
    title: `Codes: ${name}`,
    note: `${firstOf(n, which)}, and below each the ${channels === 1 ? 'map' : `${channels} maps`} of ${name}, ${height} × ${width}: black is ${short(low)}, white ${short(high)}.`,
    drawings: [{ kind: 'pictures', columns: Math.min(16, channels), rows: rows.flat() }],
  };
}
