/** `aec compare`: runs side by side, from their records alone. */
import { drawComparison, writeAside, type RunRecord } from '../../runtime/node/index.js';
import { out, outJson, refuse, refuseData } from '../refusal.js';
import { runAt } from '../runs.js';

export interface CompareOptions {
  readonly out?: string;
  readonly json?: boolean;
}

interface Row {
  readonly run: string;
  readonly model: string;
  readonly status: string;
  /** Hyperparameters, seed and data, where they differ between the runs. */
  readonly settings: Readonly<Record<string, string>>;
  readonly epochs: number;
  readonly loss: number | undefined;
  readonly errors: Readonly<Record<string, number>>;
  readonly accuracies: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly works: boolean | undefined;
}

/** Prints one table, and draws the losses where a file for them is named. */
export async function compareCommand(paths: readonly string[], options: CompareOptions): Promise<number> {
  const runs: { readonly name: string; readonly record: RunRecord }[] = [];
  for (const path of paths) {
    const run = await runAt(path);
    if (run === undefined)
      return refuse(`error: ${path} is no folder`, '  expected: folders of runs', '  for example: aec compare runs/*');
    runs.push({ name: path.replace(/\/+$/, ''), record: run.record });
  }
  if (options.out !== undefined) {
    if (!/\.svg$/i.test(options.out))
      return refuse(
        `error: --out ${options.out}`,
        '  expected: a name that ends in .svg',
        '  for example: --out losses.svg',
      );
    const written = await writeAside(options.out, await drawComparison(runs));
    if (!written.ok) return refuseData(written.error);
  }
  const rows = rowsOf(runs);
  if (options.json === true)
    outJson({ ok: true, runs: rows, ...(options.out === undefined ? {} : { figure: options.out }) });
  else {
    out(tableOf(rows));
    if (options.out !== undefined) out(options.out);
  }
  return 0;
}

type Named = { readonly name: string; readonly record: RunRecord };

function rowsOf(runs: readonly Named[]): readonly Row[] {
  const settings = runs.map(({ record }) => settingsOf(record));
  const names = [...new Set(settings.flatMap((one) => Object.keys(one)))];
  const differing = names.filter((name) => new Set(settings.map((one) => one[name])).size > 1);
  return runs.map(({ name, record }, i) => {
    const { baselines, accuracies, verdict } = resultOf(record);
    return {
      run: name,
      model: record.model,
      status: record.status,
      settings: Object.fromEntries(differing.map((one) => [one, settings[i]![one] ?? '–'])),
      epochs: record.history.length,
      loss: record.history.at(-1)?.loss,
      errors: Object.fromEntries(baselines.map(({ variable, error }) => [variable, error])),
      accuracies: Object.fromEntries(accuracies.map(({ variable, share }) => [variable, share])),
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
  readonly verdict?: { readonly works: boolean };
}

/** What the record says of the end; nothing where nobody measured, as with `--no-report`. */
function resultOf({ result }: RunRecord): Measured {
  const { baselines, accuracies, verdict } = (result ?? {}) as Partial<Measured>;
  return {
    baselines: Array.isArray(baselines) ? baselines : [],
    accuracies: Array.isArray(accuracies) ? accuracies : [],
    ...(verdict === undefined ? {} : { verdict }),
  };
}

function tableOf(rows: readonly Row[]): string {
  const names = (of: (row: Row) => object): readonly string[] => [
    ...new Set(rows.flatMap((row) => Object.keys(of(row)))),
  ];
  const short = (value: number | null | undefined): string =>
    value === undefined || value === null ? '–' : value.toPrecision(4);
  const [settings, errors, accuracies] = [names((r) => r.settings), names((r) => r.errors), names((r) => r.accuracies)];
  const header = [
    'run',
    ...(new Set(rows.map(({ model }) => model)).size > 1 ? ['model'] : []),
    ...settings,
    'epochs',
    'loss',
    ...errors.map((name) => `error ${name}`),
    ...accuracies.map((name) => `${name} right`),
    'seconds',
    '',
  ];
  // Losses of other models are other losses.
  const best = (model: string): number =>
    Math.min(...rows.flatMap((row) => (row.model === model ? (row.loss ?? []) : [])));
  const several = (model: string): boolean => rows.filter((row) => row.model === model).length > 1;
  const cells = rows.map((row) => [
    row.run,
    ...(header.includes('model') ? [row.model] : []),
    ...settings.map((name) => row.settings[name] ?? '–'),
    String(row.epochs),
    short(row.loss),
    ...errors.map((name) => short(row.errors[name])),
    ...accuracies.map((name) =>
      row.accuracies[name] === undefined ? '–' : `${(100 * row.accuracies[name]).toFixed(1)} %`,
    ),
    row.seconds.toFixed(1),
    [
      ...(row.status === 'done' ? [] : [row.status]),
      ...(row.works === false ? ['does not work: aec evaluate'] : []),
      ...(several(row.model) && row.loss === best(row.model) ? ['lowest loss'] : []),
    ].join(', '),
  ]);
  const widths = header.map((_, i) => Math.max(...[header, ...cells].map((row) => row[i]!.length)));
  return [header, ...cells]
    .map((row) =>
      row
        .map((one, i) => (i === 0 ? one.padEnd(widths[i]!) : one.padStart(i === row.length - 1 ? 0 : widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
