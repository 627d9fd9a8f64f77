/** What training every example came to: `npm run examples -- --record` fills results.json, of which the table in README.md is made. */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Example } from './list.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const file = join(folder, 'results.json');

export interface Result {
  /** Of examples held out, where some are. */
  readonly firstLoss: number;
  readonly lastLoss: number;
  /** An element, on examples held out, and that of PCA with as many components as the code has numbers. */
  readonly error?: number;
  readonly pca?: number;
}

/** By path; `text` is the SHA-256 of what was trained, its first digits, and `on` what it came to by backend. */
export type Results = Readonly<
  Record<string, { readonly text: string; readonly on: Readonly<Record<string, Result>> }>
>;

export const textOf = ({ path }: Example): string =>
  createHash('sha256')
    .update(readFileSync(join(folder, path)))
    .digest('hex')
    .slice(0, 12);

/** The file is ours, and written whole. */
export const readResults = (): Results => JSON.parse(readFileSync(file, 'utf8')) as Results;

/** What is known of an example's text on a backend. */
export const resultOf = (all: Results, example: Example, backend: string): Result | undefined =>
  all[example.path]?.text === textOf(example) ? all[example.path]?.on[backend] : undefined;

/** Adds a result; those of an earlier text of the example go. */
export function record(example: Example, backend: string, result: Result): void {
  const [all, text] = [readResults(), textOf(example)];
  const known = all[example.path]?.text === text ? all[example.path]!.on : {};
  const next = { ...all, [example.path]: { text, on: { ...known, [backend]: result } } };
  const sorted = Object.fromEntries(Object.entries(next).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(`${file}.new`, `${JSON.stringify(sorted, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
