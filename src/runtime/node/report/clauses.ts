/** The figures that a file asks for: drawn, and written beside the report with their numbers. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { csvOf, isUnavailable, tableOf, type Drawing, type Figure } from '../../figures/drawing.js';
import { figures, makeFigure } from '../../figures/index.js';
import type { Run } from '../../figures/run.js';
import type { FigureSpec } from '../../program.js';
import { failure, success, type Result } from '../../result.js';
import { reason, writeAside } from '../files.js';
import { links, type Section } from './page.js';
import { drawingFile, drawingsHtml } from './render.js';

/** A figure that was drawn, and the files that hold it. */
export interface Drawn {
  readonly spec: FigureSpec;
  readonly section: Section;
  /** Paths, pictures before numbers; none where it could not be drawn. */
  readonly files: readonly string[];
  /** What it came to. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Why there is nothing, where there is nothing. */
  readonly missing?: string;
}

/** Draws figures one after the other into `folder`. Errors: a file cannot be written. */
export async function drawFigures(
  run: Run,
  specs: readonly FigureSpec[],
  folder: string,
): Promise<Result<readonly Drawn[]>> {
  try {
    // In a folder that is there: a report is not written into a mistyped one.
    if (existsSync(folder)) await clear(folder);
    else if (specs.length > 0) await mkdir(folder);
  } catch (error) {
    return failure(folder, 'a folder for figures', reason(error));
  }
  const drawn: Drawn[] = [];
  for (const [i, spec] of specs.entries()) {
    const made = await makeFigure(run, spec);
    if (isUnavailable(made)) {
      drawn.push({
        spec,
        section: { title: spec.text, note: `Not drawn: ${made.unavailable}.`, body: '' },
        files: [],
        numbers: {},
        missing: made.unavailable,
      });
      continue;
    }
    const name = specs.filter((other) => other.name === spec.name).length > 1 ? `${spec.name}-${i + 1}` : spec.name;
    const files = await writeFigure(made, join(folder, name));
    if (!files.ok) return files;
    drawn.push({
      spec,
      section: await sectionOf(made, spec, files.value, basename(folder)),
      files: files.value,
      numbers: made.numbers ?? {},
    });
  }
  return success(drawn);
}

/** Figures of an earlier report would be taken for those of this one. What somebody else laid there stays. */
async function clear(folder: string): Promise<void> {
  const isOurs = (file: string): boolean =>
    figures.some(({ name }) => file.startsWith(name) && /^(-\d+)*\.(svg|png|csv|json)$/.test(file.slice(name.length)));
  for (const file of await readdir(folder)) if (isOurs(file)) await unlink(join(folder, file));
}

async function sectionOf(
  { title, note, drawings }: Figure,
  { text, origin }: FigureSpec,
  files: readonly string[],
  folder: string,
): Promise<Section> {
  const beside = files.map((file) => `${folder}/${basename(file)}`);
  return { title, note, body: `${await drawingsHtml(drawings)}${links(`${text}, ${origin}`, beside)}` };
}

/** A file for each drawing, and one of its numbers; `path` without an ending. */
async function writeFigure({ drawings }: Figure, path: string): Promise<Result<readonly string[]>> {
  const written: string[] = [];
  for (const [i, drawing] of drawings.entries()) {
    const base = drawings.length > 1 ? `${path}-${i + 1}` : path;
    for (const [ending, content] of await filesOf(drawing)) {
      const done = await writeAside(`${base}.${ending}`, content);
      if (!done.ok) return done;
      written.push(`${base}.${ending}`);
    }
  }
  return success(written);
}

async function filesOf(drawing: Drawing): Promise<readonly (readonly [string, string | Uint8Array])[]> {
  const file = await drawingFile(drawing);
  return [
    ...(file === undefined ? [] : [[file.ending, file.content] as const]),
    ['csv', csvOf(tableOf(drawing))] as const,
    ...(drawing.kind === 'chart'
      ? [['json', `${JSON.stringify({ ...drawing.spec, data: { values: drawing.values } }, null, 2)}\n`] as const]
      : []),
  ];
}
