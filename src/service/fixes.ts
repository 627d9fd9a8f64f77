/** What mends a finding, recomputed from where it stands: editors forget what they were told of it. */
import { withTriedFixes } from '../compiler.js';
import { codes } from '../diagnostics/codes.js';
import { severityOf, wordsOf, type Finding } from '../diagnostics/finding.js';
import { endingAs, lineSpan, lineTable, positionAt } from '../diagnostics/lines.js';
import { titles } from '../diagnostics/messages/labels.js';
import type { Span } from '../diagnostics/place.js';
import { applyEdits, editsOf, type FileEdit } from '../diagnostics/proof.js';
import { presentable } from '../diagnostics/words.js';
import { Workspace } from '../compiler.js';
import { diagnosticOf, type Diagnostic } from './diagnostics.js';
import type { CheckedFile, Service } from './service.js';

/** A change that an editor offers. */
export interface Fix {
  readonly title: string;
  /** What it is about, as it is shown. */
  readonly of: Diagnostic;
  /** The one that the user most likely wants. */
  readonly preferred: boolean;
  readonly edits: readonly FileEdit[];
}

/** Fixes for what is found in a span, each tried; the comments that silence warnings behind them. */
export function fixesAt(service: Service, path: string, span: Span): readonly Fix[] {
  const seen = new Set<string>();
  const of = service.readersOf(path).map((checked) => {
    const here = checked.findings.filter(({ place }) => {
      const at = checked.locate(place);
      return at.file === path && at.span.start <= span.end && at.span.end >= span.start;
    });
    return { checked, here: tried(service, checked, here) };
  });
  const fixes = of.flatMap(({ checked, here }) => here.flatMap((one) => fixesOf(one, checked)));
  const silences = of.flatMap(({ checked, here }) => here.flatMap((one) => silenceOf(one, checked) ?? []));
  return [...fixes, ...silences].filter((fix) => {
    const key = JSON.stringify([fix.title, fix.edits.map(({ place, newText }) => [place.file, place.span, newText])]);
    return !seen.has(key) && seen.add(key);
  });
}

const tried = (service: Service, checked: CheckedFile, those: readonly Finding[]): readonly Finding[] =>
  withTriedFixes(service.workspaceOf(checked.root.file), service.read, checked, those);

const fixesOf = (one: Finding, checked: CheckedFile): readonly Fix[] =>
  one.fixes.map((fix) => ({
    title: presentable(fix.title, 'title'),
    of: diagnosticOf(one, checked),
    preferred: one.fixes.length === 1,
    edits: inLinesOf(checked, editsOf(fix, checked.locate)),
  }));

/** Edits whose lines end as those of their file do. */
const inLinesOf = ({ files }: CheckedFile, edits: readonly FileEdit[]): readonly FileEdit[] =>
  edits.map(({ place, newText }) => ({ place, newText: endingAs(files.get(place.file)?.text ?? '', newText) }));

/** A comment behind the line where a warning stands, or above it where there is a comment already. */
function silenceOf(one: Finding, checked: CheckedFile): Fix | undefined {
  const { locate, files } = checked;
  const { code } = one.message;
  if (severityOf(one) === 'error' || code.startsWith('AE1')) return undefined;
  const { file, span } = locate(one.place);
  const table = lineTable(files.get(file)?.text ?? '');
  const line = lineSpan(table, positionAt(table, span.start).line);
  const text = table.text.slice(line.start, line.end);
  const comment = commentOf(files.get(file), line);
  const silence = comment === undefined ? undefined : /^\/\/\s*aec-ignore(?:[\s,]+AE\d{4})*/.exec(comment.text);
  const insert = (at: number, newText: string): Fix => ({
    title: titles.silence(code),
    of: diagnosticOf(one, checked),
    preferred: false,
    edits: inLinesOf(checked, [{ place: { file, span: { start: at, end: at } }, newText }]),
  });
  if (comment === undefined) return insert(line.start + text.trimEnd().length, ` // aec-ignore ${code}`);
  if (silence) return insert(comment.start + silence[0].length, ` ${code}`);
  return insert(line.start, `${/^\s*/.exec(text)![0]}// aec-ignore ${code}\n`);
}

/** The comment that a line ends with. */
function commentOf(
  ast: CheckedFile['root'] | undefined,
  line: Span,
): { readonly text: string; readonly start: number } | undefined {
  for (const { at, unit } of ast?.units ?? []) {
    for (const { text, span } of unit.comments) {
      const start = span.start + at;
      if (start >= line.start && start < line.end) return { text, start };
    }
  }
  return undefined;
}

/**
 * All changes of a file that can be made without a choice: each finding has one fix, the changes do not touch each other,
 * and together they leave fewer errors.
 */
export function fixAll(service: Service, path: string): readonly FileEdit[] {
  const checked = service.checked(path);
  if (checked === undefined) return [];
  const certain = tried(service, checked, checked.findings)
    .filter(({ fixes }) => fixes.length === 1)
    .flatMap((one) => fixesOf(one, checked))
    .map(({ edits }) => edits)
    .filter((edits) => edits.every(({ place }) => place.file === path));
  const taken: FileEdit[] = [];
  for (const edits of certain)
    if (edits.every((edit) => !taken.some((other) => touch(edit, other)))) taken.push(...edits);
  if (taken.length === 0) return [];
  const after = new Workspace(service.read, service.workspaceOf(path)).check(
    path,
    applyEdits(checked.root.text, taken),
  );
  return weightOf(after.findings) < weightOf(checked.findings) ? taken : [];
}

const touch = (a: FileEdit, b: FileEdit): boolean =>
  a.place.span.start <= b.place.span.end && b.place.span.start <= a.place.span.end;

/** Errors count before all else. */
const weightOf = (findings: readonly Finding[]): number =>
  findings.reduce((sum, one) => sum + (codes[one.message.code].severity === 'error' ? 10_000 : 1), 0);

/** The title of a finding: what a fix is said to be of. */
export const titleOf = (one: Finding): string => wordsOf(one).title;
