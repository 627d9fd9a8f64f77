/**
 * Parsing after an edit: what is read again is the smallest part around it that stands by itself, items of an autoencoder
 * or some declarations. It is read as a text of its own, and where that may come to anything else than reading the whole
 * (brackets that do not meet, declarations that flow into others) nothing is said, and the whole is read.
 */
import type { SourceUnit } from '../diagnostics/place.js';
import type { Ast, AutoencoderDecl, AutoencoderItem, Unit } from './ast.js';
import { mostKept } from './complaints.js';
import { isCut, mostShown } from './syntax-findings.js';
import { moved, movedSpan } from './visit.js';
import { parseWhole, selfContainedUnit } from './whole.js';

type Placed = Ast['units'][number];

/** The Ast of a text; undefined where it takes more than the parts around the edit to know it. */
export function reread(before: Ast, text: string): Ast | undefined {
  const { units } = before;
  if (before.text === text) return before;
  // Where braces are missing, the indentation of every line may count.
  if (before.lacksBraces || !hasFewErrors(units)) return undefined;
  const growth = text.length - before.text.length;
  const first = firstChanged(units, text);
  const end = endOfChanged(units, first, text, growth);
  const rest = units.slice(end).map(({ at, unit }) => ({ at: at + growth, unit }));
  const read = end === first + 1 ? itemsRead(units[first]!, text, growth) : undefined;
  const changed = read === undefined ? stretchRead(before, first, end, text) : { from: first, to: end, units: [read] };
  if (changed === undefined) return undefined;
  const [kept, gone] = [
    [...units.slice(0, changed.from), ...rest.slice(changed.to - end)],
    units.slice(changed.from, changed.to),
  ];
  if (gone.length > 0 && !standApart(kept, gone)) return undefined;
  const all = [...units.slice(0, changed.from), ...changed.units, ...rest.slice(changed.to - end)];
  return hasFewErrors(all) ? { ...before, text, units: all, cut: isCut(all) } : undefined;
}

/** Whether no pass over the whole text can have come across more mistakes than it keeps. */
function hasFewErrors(units: readonly Placed[]): boolean {
  let sum = 0;
  for (const { unit } of units) {
    if (unit.findings.length > mostShown) return false;
    sum += unit.findings.length;
  }
  return 3 * sum <= mostKept;
}

/** Whether nothing is said of some units in others: of brackets that have no partner it may be. */
function standApart(some: readonly Placed[], others: readonly Placed[]): boolean {
  const gone = new Set<SourceUnit>(others.map(({ unit }) => unit));
  return some.every(
    ({ unit }) =>
      unit.selfContained ||
      unit.findings.every(({ place, related, fixes }) =>
        [
          place,
          ...related.map((one) => one.place),
          ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.place)),
        ].every((one) => !gone.has(one.unit)),
      ),
  );
}

/** The index of the first unit that is not in the text where it was. */
function firstChanged(units: readonly Placed[], text: string): number {
  const index = units.findIndex(({ at, unit }) => !text.startsWith(unit.text, at));
  return index === -1 ? units.length : index;
}

/** The index behind the last unit that is not at the same distance from the end. */
function endOfChanged(units: readonly Placed[], first: number, text: string, growth: number): number {
  const read = units[first]?.at ?? text.length - growth;
  let end = units.length;
  while (end > first) {
    const { at, unit } = units[end - 1]!;
    if (at + growth < read || !text.startsWith(unit.text, at + growth)) break;
    end--;
  }
  return end;
}

/** The units of a stretch of the text, read with those beside it, which must come to the same again. */
function stretchRead(
  before: Ast,
  first: number,
  end: number,
  text: string,
): { readonly from: number; readonly to: number; readonly units: readonly Placed[] } | undefined {
  const { file, units, text: textBefore } = before;
  const [from, to] = [Math.max(0, first - 1), Math.min(units.length, end + 1)];
  if (from === 0 && to === units.length) return undefined;
  const start = units[from]!.at;
  const behind = (units[to]?.at ?? textBefore.length) + text.length - textBefore.length;
  const own = units.slice(from, to);
  // Brackets that were mended may have been so for text far away.
  if (!own.every(({ unit }) => unit.selfContained)) return undefined;
  const read = parseWhole(file, text.slice(start, behind), { ...before, units: own });
  const same =
    (from === first || read.units[0]?.unit === own[0]!.unit) &&
    (to === end || read.units.at(-1)?.unit === own.at(-1)!.unit);
  if (!same || read.cut || !read.units.every(({ unit }) => unit.selfContained)) return undefined;
  return { from, to, units: read.units.map(({ at, unit }) => ({ at: at + start, unit })) };
}

// ──────────────────────────────────────────────────────────────────── items of an autoencoder

const header = 'autoencoder A {\n';

/** A unit whose autoencoder has other items now, on lines of their own. */
function itemsRead({ at, unit }: Placed, whole: string, growth: number): Placed | undefined {
  const [declaration, ...others] = unit.declarations;
  if (declaration?.kind !== 'autoencoder' || others.length > 0) return undefined;
  if (!unit.selfContained || unit.findings.length > 0) return undefined;
  const text = whole.slice(at, at + unit.text.length + growth);
  const lines = linesAround(unit, declaration, changedIn(unit.text, text));
  if (lines === undefined) return undefined;
  const { start, end } = lines;
  const read = itemsOf(`${header}${text.slice(start, end + growth)}}`);
  if (read === undefined) return undefined;
  const inRead = start - header.length;
  const items: AutoencoderItem[] = [];
  for (const item of declaration.items) if (item.span.end <= start) items.push(item);
  for (const item of read.items) items.push(moved(item, inRead));
  for (const item of declaration.items) if (item.span.start >= end) items.push(moved(item, growth));
  const comments = [
    ...unit.comments.filter(({ span }) => span.end <= start),
    ...read.comments.map((one) => ({ ...one, span: movedSpan(one.span, inRead) })),
    ...unit.comments
      .filter(({ span }) => span.start >= end)
      .map((one) => ({ ...one, span: movedSpan(one.span, growth) })),
  ];
  const span = { start: declaration.span.start, end: declaration.span.end + growth };
  return { at, unit: selfContainedUnit({ file: unit.file, text }, [{ ...declaration, items, span }], comments) };
}

/** What was replaced, in offsets of the text before: the rest of it stands in front of what is new and behind. */
function changedIn(before: string, text: string): { readonly start: number; readonly end: number } {
  const shorter = Math.min(before.length, text.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === text.charCodeAt(start)) start++;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === text.charCodeAt(text.length - 1 - same)
  )
    same++;
  return { start, end: before.length - same };
}

/**
 * Whole lines of the body around a change, on which items lie whole: from the end of a line on which one ends to another
 * such.
 */
function linesAround(
  { text, comments }: Unit,
  { items, span }: AutoencoderDecl,
  change: { readonly start: number; readonly end: number },
): { readonly start: number; readonly end: number } | undefined {
  let start: number | undefined;
  const [first] = items;
  if (first !== undefined) {
    const line =
      Math.max(text.lastIndexOf('\n', first.span.start - 1), text.lastIndexOf('\r', first.span.start - 1)) + 1;
    const opens = /\{\s*$/.test(text.slice(span.start, line)) && text.slice(line, first.span.start).trim() === '';
    const documented = comments.some((one) => one.span.start > span.start && one.span.start < first.span.start);
    if (opens && !documented && line <= change.start) start = line;
  }
  for (const [index, item] of items.entries()) {
    lineBreak.lastIndex = item.span.end;
    const found = lineBreak.exec(text);
    const next = items[index + 1]?.span.start ?? span.end - 1;
    if (found === null || lineBreak.lastIndex > next) continue;
    if (lineBreak.lastIndex <= change.start) start = lineBreak.lastIndex;
    else if (start !== undefined && found.index >= change.end) return { start, end: lineBreak.lastIndex };
  }
  return undefined;
}

const lineBreak = /\r\n|\n|\r/g;

/** The items of an autoencoder and the comments among them; undefined where these are not all that there is. */
function itemsOf(
  text: string,
): { readonly items: readonly AutoencoderItem[]; readonly comments: Unit['comments'] } | undefined {
  const { units } = parseWhole('', text);
  const [only] = units;
  if (units.length > 1 || only === undefined) return undefined;
  const { declarations, findings, selfContained, comments } = only.unit;
  const [declaration] = declarations;
  if (!selfContained || findings.length > 0 || declarations.length > 1 || declaration?.kind !== 'autoencoder')
    return undefined;
  const last = declaration.items.at(-1);
  if (last === undefined) return undefined;
  // A comment behind the last would be one of the item behind.
  lineBreak.lastIndex = last.span.end;
  const line = lineBreak.exec(text);
  if (line === null || comments.some(({ span }) => span.start >= line.index)) return undefined;
  return { items: declaration.items, comments };
}
