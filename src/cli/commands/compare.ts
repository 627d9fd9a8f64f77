/** `aec compare`: runs side by side, from their records; on a page on the same examples too. */
import {
  compareRuns,
  comparisonPage,
  comparisonText,
  drawComparison,
  drawSideBySide,
  type NamedRun,
} from '../../runtime/node/compare.js';
import { writeAside } from '../../runtime/node/index.js';
import { withModels } from '../opened.js';
import { out, outJson, refuse, refuseData } from '../refusal.js';
import { runAt, runFoldersIn } from '../runs.js';

export interface CompareOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** Prints one table, and draws the losses, or a page, where a file for them is named. */
export async function compareCommand(paths: readonly string[], options: CompareOptions): Promise<number> {
  const runs: NamedRun[] = [];
  for (const path of runFoldersIn(paths)) {
    const run = await runAt(path);
    if (run === undefined)
      return refuse(`error: ${path} is no folder`, '  expected: folders of runs', '  for example: aec compare runs/*');
    runs.push({ name: path.replace(/\/+$/, ''), record: run.record });
  }
  if (options.out !== undefined) {
    if (!/\.(svg|html?|png)$/i.test(options.out))
      return refuse(
        `error: --out ${options.out}`,
        '  expected: a name that ends in .svg, .png or .html',
        '  for example: --out losses.svg, --out rows.png, --out comparison.html',
      );
    const drawn = await drawnAs(options.out, runs);
    const written = await writeAside(options.out, drawn);
    if (!written.ok) return refuseData(written.error);
  }
  const rows = compareRuns(runs);
  if (options.json === true)
    outJson({ ok: true, runs: rows, ...(options.out === undefined ? {} : { figure: options.out }) });
  else {
    out(comparisonText(rows));
    if (options.out !== undefined) out(options.out);
  }
  return 0;
}

async function drawnAs(file: string, runs: readonly NamedRun[]): Promise<string | Uint8Array> {
  if (/\.svg$/i.test(file)) return drawComparison(runs);
  if (!/\.png$/i.test(file)) return pageOf(runs);
  const rows = await withModels(
    runs.map(({ name }) => ({ name, folder: name })),
    drawSideBySide,
  );
  return 'unavailable' in rows
    ? refuse(`error: the runs have no picture in common`, `  found: ${rows.unavailable}`)
    : rows;
}

/** The table, the runs on the same examples with the same noise, and their losses. */
const pageOf = (runs: readonly NamedRun[]): Promise<string> =>
  withModels(
    runs.map(({ name }) => ({ name, folder: name })),
    (models) =>
      comparisonPage({
        title: 'Runs side by side',
        doc: '',
        runs,
        models,
        command: `aec compare ${runs.map(({ name }) => name).join(' ')}`,
      }),
  );
