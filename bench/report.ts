/** A report of fifty figures: what it weighs, and how long a browser takes to open it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromiumPath, launch } from '../test/browser/chromium.js';
import { median, type Row } from './rows.js';

const model = fileURLToPath(new URL('models/figures.ae', import.meta.url));
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Trains for an epoch; the time to open is there where Chromium is. */
export async function report(rounds: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'aec-bench-'));
  try {
    const run = join(folder, 'run');
    execFileSync(process.execPath, [main, 'train', model, '--data', 'strokes:count=500', '--out', run, '--quiet']);
    const page = join(run, 'report.html');
    const figures = join(run, 'figures');
    const files = readdirSync(figures).filter((name) => /\.(svg|png)$/.test(name));
    const kilobytes = (paths: readonly string[]): number =>
      paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1000;
    const [ours, theirs] = [kilobytes([page]), kilobytes(files.map((name) => join(figures, name)))];
    const size: Row = {
      what: 'a report of 50 figures, in kB (beside: the pictures alone)',
      ours,
      theirs,
      ratio: theirs / ours,
      goal: 'ours < 5000 kB',
    };
    if (chromiumPath === undefined) return [size];
    const empty = join(folder, 'empty.html');
    writeFileSync(empty, '<!doctype html><title>nothing</title>');
    const times = await opened([page, empty], rounds);
    return [
      size,
      {
        what: 'a report of 50 figures opens in Chromium (beside: an empty page)',
        ours: median(times[0]!),
        theirs: median(times[1]!),
        ratio: median(times[1]!) / median(times[0]!),
        goal: 'ours < 1000 ms',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds until each page is loaded, by turns. */
async function opened(pages: readonly string[], rounds: number): Promise<readonly (readonly number[])[]> {
  const browser = await launch();
  const times: number[][] = pages.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, path] of pages.entries()) {
      const page = await browser.newPage();
      const start = performance.now();
      await page.goto(pathToFileURL(path).href);
      times[i]!.push(performance.now() - start);
      await page.close();
    }
  await browser.close();
  return times;
}
