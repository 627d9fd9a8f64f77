/** Runs side by side, from their records alone: what differs between them, and what came of it. */
import type { RunRecord } from './record.js';

export interface NamedRun {
  readonly name: string;
  readonly record: RunRecord;
}

export interface ComparedRun {
  readonly run: string;
  readonly model: string;
  readonly status: string;
  /** Hyperparameters, seed and data, where they differ between the runs. */
  readonly settings: Readonly<Record<string, string>>;
  readonly epochs: number;
  readonly loss: number | undefined;
  readonly errors: Readonly<Record<string, number>>;
  readonly accuracies: Readonly<Record<string, number>>;
  /** What figures came to. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly works: boolean | undefined;
}

export function compareRuns(runs: readonly NamedRun[]): readonly ComparedRun[] {
  const settings = runs.map(({ record }) => settingsOf(record));
  const names = [...new Set(settings.flatMap((one) => Object.keys(one)))];
  const differing = names.filter((name) => new Set(settings.map((one) => one[name])).size > 1);
  return runs.map(({ name, record }, i) => {
    const { baselines, accuracies, numbers, verdict } = resultOf(record);
    return {
      run: name,
      model: record.model,
      status: record.status,
      settings: Object.fromEntries(differing.map((one) => [one, settings[i]![one] ?? '–'])),
      epochs: record.history.length,
      loss: record.history.at(-1)?.loss,
      errors: Object.fromEntries(baselines.map(({ variable, error }) => [variable, error])),
      accuracies: Object.fromEntries(accuracies.map(({ variable, share }) => [variable, share])),
      numbers,
      seconds: record.seconds,
      works: verdict?.works,
    };
  });
}

/** All that can differ between two runs of one model, as text. */
const settingsOf = ({ parameters, seed, origin }: RunRecord): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
  seed: String(seed),
  data: origin.data,
  ...('batch' in origin.overrides ? { batch: String(origin.overrides.batch) } : {}),
});

interface Measured {
  readonly baselines: readonly { readonly variable: string; readonly error: number }[];
  readonly accuracies: readonly { readonly variable: string; readonly share: number }[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly verdict?: { readonly works: boolean };
}

/** What the record says of the end; nothing where nobody measured, as with `--no-report`. */
function resultOf({ result }: RunRecord): Measured {
  const { baselines, accuracies, numbers, verdict } = (result ?? {}) as Partial<Measured>;
  return {
    baselines: Array.isArray(baselines) ? baselines : [],
    accuracies: Array.isArray(accuracies) ? accuracies : [],
    numbers: typeof numbers === 'object' ? numbers : {},
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** One row a run, as text; the header first. */
export function comparisonTable(rows: readonly ComparedRun[]): readonly (readonly string[])[] {
  const names = (of: (row: ComparedRun) => object): readonly string[] => [
    ...new Set(rows.flatMap((row) => Object.keys(of(row)))),
  ];
  const short = (value: number | null | undefined): string =>
    value === undefined || value === null ? '–' : value.toPrecision(4);
  const [settings, errors, accuracies, numbers] = [
    names((r) => r.settings),
    names((r) => r.errors),
    names((r) => r.accuracies),
    names((r) => r.numbers),
  ];
  const models = new Set(rows.map(({ model }) => model));
  // Losses of other models are other losses.
  const best = (model: string): number =>
    Math.min(...rows.flatMap((row) => (row.model === model ? (row.loss ?? []) : [])));
  const several = (model: string): boolean => rows.filter((row) => row.model === model).length > 1;
  const header = [
    'run',
    ...(models.size > 1 ? ['model'] : []),
    ...settings,
    'epochs',
    'loss',
    ...errors.map((name) => `error ${name}`),
    ...accuracies.map((name) => `${name} right`),
    ...numbers,
    'seconds',
    '',
  ];
  const cells = rows.map((row) => [
    row.run,
    ...(models.size > 1 ? [row.model] : []),
    ...settings.map((name) => row.settings[name] ?? '–'),
    String(row.epochs),
    short(row.loss),
    ...errors.map((name) => short(row.errors[name])),
    ...accuracies.map((name) =>
      row.accuracies[name] === undefined ? '–' : `${(100 * row.accuracies[name]).toFixed(1)} %`,
    ),
    ...numbers.map((name) => short(row.numbers[name])),
    row.seconds.toFixed(1),
    [
      ...(row.status === 'done' ? [] : [row.status]),
      ...(row.works === false ? ['does not work: aec evaluate'] : []),
      ...(several(row.model) && row.loss === best(row.model) ? ['lowest loss'] : []),
    ].join(', '),
  ]);
  return [header, ...cells];
}

/** The same in columns of a terminal. */
export function comparisonText(rows: readonly ComparedRun[]): string {
  const table = comparisonTable(rows);
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  const last = widths.length - 1;
  return table
    .map((row) =>
      row
        .map((one, i) => (i === 0 ? one.padEnd(widths[i]!) : one.padStart(i === last ? 0 : widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
