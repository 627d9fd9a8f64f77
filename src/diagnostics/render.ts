/** Findings as people read them in a terminal. */
import type { Severity } from './codes.js';
import { severityOf, wordsOf, type Finding, type Words } from './finding.js';
import { lineSpan, positionAt } from './lines.js';
import type { LineTable, Position } from './lines.js';
import type { FilePlace, Locate } from './place.js';
import { tablesOf, type Sources, type Tables } from './sources.js';
import { presentable, printable } from './words.js';

export interface RenderOptions {
  readonly color: boolean;
}

type Style = 'bold' | 'red' | 'yellow' | 'blue' | 'cyan' | 'green';
type Paint = (style: Style, text: string) => string;

const escapes: Readonly<Record<Style, number>> = { bold: 1, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 };
const severityStyle: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

const plain: Paint = (_, text) => text;
const colored: Paint = (style, text) => (text === '' ? '' : `\u001B[${escapes[style]}m${text}\u001B[0m`);

/**
 * A finding as text of several lines:
 *
 * ```text
 * error[AE1003]: `(` is not closed
 *   ┌─ model.ae:3:25
 *   │
 * 3 │   encoder { dense(64 }
 *   │                  - this `(` is never closed
 *   │                     ^
 *   The `(` has no `)` that belongs to it.
 *
 *   expected: `)`
 *      found: `}`
 *        fix: Insert `)`
 * ```
 */
export const render = (finding: Finding, locate: Locate, sources: Sources, options: RenderOptions): string =>
  renderWith(tablesOf(sources), finding, locate, options);

/** Several of them, over texts whose lines are looked for once. */
export function renderAll(
  findings: readonly Finding[],
  locate: Locate,
  sources: Sources,
  options: RenderOptions,
): readonly string[] {
  const tables = tablesOf(sources);
  return findings.map((finding) => renderWith(tables, finding, locate, options));
}

function renderWith(tables: Tables, finding: Finding, locate: Locate, options: RenderOptions): string {
  const paint = options.color ? colored : plain;
  const severity = severityOf(finding);
  const style = severityStyle[severity];
  const labels = labelsOf(finding, locate);
  const width = Math.max(...labels.map(({ place }) => String(lineOf(tables, place)).length));
  const { title, ...words } = wordsOf(finding);
  const heading = `${paint(style, `${severity}[${finding.message.code}]`)}${paint('bold', `: ${title}`)}`;
  const snippets = [...groupByFile(labels)].flatMap(([file, group]) =>
    snippet(file, group, tables(file), width, style, paint),
  );
  const fixes = finding.fixes.map((fix) => presentable(fix.title, 'title'));
  return [heading, ...snippets, ...rowsOf(words, fixes, width, paint)].join('\n');
}

interface Label {
  readonly place: FilePlace;
  readonly message: string;
  readonly primary: boolean;
}

/** Related places that are shown; programs are given all of them. */
const mostRelated = 6;

/** The finding's own place comes first: its file is shown first. */
function labelsOf({ place, related }: Finding, locate: Locate): Label[] {
  return [
    { place: locate(place), message: '', primary: true },
    ...related.slice(0, mostRelated).map((other) => ({
      place: locate(other.place),
      message: presentable(other.message),
      primary: false,
    })),
  ];
}

function lineOf(tables: Tables, place: FilePlace): number {
  const table = tables(place.file);
  return table ? positionAt(table, place.span.start).line : 1;
}

function groupByFile(labels: readonly Label[]): Map<string, Label[]> {
  const groups = new Map<string, Label[]>();
  for (const label of labels) groups.set(label.place.file, [...(groups.get(label.place.file) ?? []), label]);
  return groups;
}

function snippet(
  file: string,
  labels: readonly Label[],
  table: LineTable | undefined,
  width: number,
  style: Style,
  paint: Paint,
): string[] {
  const gutter = ' '.repeat(width);
  const bar = `${gutter} ${paint('blue', '│')}`;
  const [first] = labels;
  if (!table || !first) return [`${gutter} ${paint('blue', '┌─')} ${file}`];
  const { line, column } = positionAt(table, first.place.span.start);
  const rows = [`${gutter} ${paint('blue', '┌─')} ${file}:${line}:${column}`, bar];
  let shown: { readonly line: number; readonly window: Window } | undefined;
  for (const label of [...labels].sort((a, b) => a.place.span.start - b.place.span.start)) {
    const start = positionAt(table, label.place.span.start);
    if (shown?.line !== start.line || !isIn(shown.window, start)) {
      if (shown !== undefined && start.line > shown.line + 1) rows.push(`${gutter} ${paint('blue', '·')}`);
      shown = { line: start.line, window: windowAt(table, start) };
      rows.push(
        `${paint('blue', String(start.line).padStart(width))} ${paint('blue', '│')} ${shown.window.text}`.trimEnd(),
      );
    }
    rows.push(`${bar} ${underline(shown.window, label, start, style, paint)}`);
  }
  return rows;
}

/** What is shown of a line: all of it, or where it is very long the part around a place. */
interface Window {
  readonly text: string;
  /** The column of its first character, from 0. */
  readonly from: number;
}

/** Characters shown of a line, and how many of them before the place where there are more. */
const widest = 160;
const before = 60;

const isIn = ({ from, text }: Window, { column }: Position): boolean =>
  column - 1 >= from && column - 1 <= from + text.length;

function windowAt(table: LineTable, { line, column }: Position): Window {
  const { start, end } = lineSpan(table, line);
  if (end - start <= widest) return { text: shownText(table.text.slice(start, end)), from: 0 };
  const from = column - 1 < widest - before ? 0 : column - 1 - before;
  const [to, cutBefore] = [Math.min(end, start + from + widest), from > 0];
  const text = shownText(table.text.slice(start + from, to));
  return { text: `${cutBefore ? '…' : ''}${text.slice(cutBefore ? 1 : 0)}${to < end ? '…' : ''}`, from };
}

/** Tabs stay as they are. */
const shownText = (text: string): string => text.split('\t').map(printable).join('\t');

function underline({ text, from: first }: Window, label: Label, start: Position, style: Style, paint: Paint): string {
  const from = start.column - 1 - first;
  const length = Math.min(label.place.span.end - label.place.span.start, text.length - from);
  const marks = (label.primary ? '^' : '-').repeat(Math.max(1, displayWidth(text.slice(from, from + length))));
  const message = label.message === '' ? '' : ` ${label.message}`;
  return `${blankLike(text.slice(0, from))}${paint(label.primary ? style : 'blue', `${marks}${message}`)}`;
}

/** Blanks as wide as the text; tabs stay, for only the terminal knows how wide they are. */
function blankLike(text: string): string {
  return [...text].map((char) => (char === '\t' ? '\t' : ' '.repeat(displayWidth(char)))).join('');
}

/** Terminal cells: wide East Asian characters and emoji take two, combining marks none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    if (/[\p{M}\u200D\uFE0F]/u.test(char)) continue;
    width += /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(char)
      ? 2
      : 1;
  }
  return width;
}

function rowsOf(
  { cause, expected, found, hint }: Omit<Words, 'title'>,
  fixes: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  const facts: [string, string | undefined][] = [
    ['expected', expected],
    ['found', found],
    ['hint', hint],
    ...fixes.map((title): [string, string] => ['fix', title]),
  ];
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined);
  const column = Math.max(0, ...known.map(([name]) => name.length));
  const indent = ' '.repeat(width + 1);
  const rows = known.map(([name, text]) => `${indent}${paint('cyan', `${name.padStart(column)}:`)} ${text}`);
  return rows.length > 0 ? [`${indent}${cause}`, '', ...rows] : [`${indent}${cause}`];
}
