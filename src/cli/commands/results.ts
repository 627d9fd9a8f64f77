/** Commands that look at what a run came to: its numbers, its report again. */
import { dirname, join } from 'node:path';
import { release, splitOf, termsOn } from '../../runtime/index.js';
import {
  evaluate,
  makeFolder,
  renderTerms,
  renderVerdict,
  writeReport,
  type RunRecord,
} from '../../runtime/node/index.js';
import type { EpochRecord } from '../../runtime/progress.js';
import type { ProgramSpec } from '../../runtime/program.js';
import type { DataOptions } from '../data.js';
import { out, outJson, refuseData } from '../refusal.js';
import { dataOf, openSession, refuseIn, type SessionOptions } from '../session.js';

export interface ResultOptions extends SessionOptions, DataOptions {}

/** The history of a run as the loop has it: terms by their place. */
const historyOf = (spec: ProgramSpec, record: RunRecord | undefined): readonly EpochRecord[] =>
  (record?.history ?? []).flatMap(({ phase, epoch, train, validation }) => {
    const terms = spec.phases.find(({ name }) => name === phase)?.terms;
    if (terms === undefined) return [];
    const placed = (values: Readonly<Record<string, number | null>>): readonly number[] =>
      terms.map(({ name }) => values[name] ?? NaN);
    return [
      { phase, epoch, train: placed(train), ...(validation === undefined ? {} : { validation: placed(validation) }) },
    ];
  });

/** `aec evaluate`: the terms of the loss, errors beside those of mean and PCA, and the verdict; of what was held out, or of other data. */
export async function evaluateCommand(path: string, options: ResultOptions): Promise<number> {
  const session = await openSession(path, options);
  const { program, weights, run } = session;
  const { spec } = program;
  const data = await dataOf(options, session, spec.variables);
  const own = options.data === undefined && run !== undefined;
  const { train, validation } = splitOf(data, spec);
  const all = Int32Array.from({ length: data.size }, (_, row) => row);
  const rows = own ? (validation.length > 0 ? validation : train) : all;
  const phase = spec.phases.at(-1)!;
  const terms = await termsOn(
    program,
    phase,
    weights,
    data,
    rows,
    own ? train.length : (run?.record.data.examples ?? data.size),
  );
  const summary = await evaluate({
    program,
    weights,
    data,
    history: own ? historyOf(spec, run.record) : [],
    ...(own ? {} : { which: 'all' as const }),
  });
  release([weights]);
  const named = Object.fromEntries(terms.map((term, i) => [phase.terms[i]!.name, term]));
  if (options.json === true) outJson({ ok: true, terms: named, ...summary, examples: rows.length });
  else {
    out(`${spec.name} on ${rows.length} ${own ? (validation.length > 0 ? 'held-out ' : 'training ') : ''}examples`);
    out(`loss ${renderTerms(phase, terms)}`);
    renderVerdict(summary.verdict).forEach(out);
  }
  return 0;
}

export interface ReportCommandOptions extends ResultOptions {
  readonly out?: string;
}

/** `aec report`: the report of a run once more, with other figures where some are asked for. */
export async function reportCommand(path: string, options: ReportCommandOptions): Promise<number> {
  const session = await openSession(path, options);
  const { program, weights, run, backend } = session;
  const data = await dataOf(options, session, program.spec.variables);
  const file = options.out ?? join(dirname(session.file), 'report.html');
  if (!/\.html?$/i.test(file))
    refuseIn(
      session,
      `error: --out ${file}`,
      '  expected: a name that ends in .html',
      '  for example: --out report.html',
    );
  const folder = await makeFolder(dirname(file));
  if (!folder.ok) return refuseData(folder.error);
  const written = await writeReport({
    program,
    weights,
    data,
    history: historyOf(program.spec, run?.record),
    path: file,
    picture: join(dirname(file), 'reconstructions.png'),
    ...(run === undefined ? {} : { origin: run.record.origin }),
    settings: {
      data: options.data ?? run?.record.origin.data ?? '',
      backend,
      ...(run === undefined ? {} : { command: run.record.origin.command, seconds: run.record.seconds.toFixed(1) }),
      ...Object.fromEntries(program.spec.parameters.map(({ name, value }) => [name, String(value)])),
    },
  });
  release([weights]);
  if (!written.ok) return refuseData(written.error);
  if (options.json === true) outJson({ ok: true, report: file, ...written.value });
  else {
    renderVerdict(written.value.verdict).forEach(out);
    out(file);
  }
  return 0;
}
