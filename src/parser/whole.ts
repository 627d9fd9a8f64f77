/** Reading a whole text: passes over all of it, which are cheap, then the grammar unit by unit. */
import type { Finding } from '../diagnostics/finding.js';
import type { Place, SourceUnit } from '../diagnostics/place.js';
import { silencesIn } from '../diagnostics/silence.js';
import type { Ast, CommentText, Declaration, RoleToken, Span, Unit } from './ast.js';
import { lacksBraces } from './brackets.js';
import { clean, type Cleaned } from './clean.js';
import { Complaints, placed, type Complaint } from './complaints.js';
import { cut, type Piece } from './cut.js';
import { layOut } from './layout.js';
import { theParser } from './parser.js';
import { commentRole, rolesOf } from './roles.js';
import { settle } from './settle.js';
import { lowerBound } from '../diagnostics/search.js';
import { isCut, mostShown } from './syntax-findings.js';

/** The Ast of a text; units that `before` holds already are taken over as the same objects, wherever they stand now. */
export function parseWhole(file: string, text: string, before?: Ast): Ast {
  const cleaned = clean(text);
  const mended = new Complaints();
  const tokens = settle(layOut(text, cleaned.tokens, mended), mended);
  const [lexical, layout] = [byStart(cleaned.complaints), byStart(mended)];
  const firstLost = Math.min(cleaned.complaints.firstLost, mended.firstLost);
  const known = unitsByText(file, before);

  const units: { at: number; unit: Unit }[] = [];
  const made: Made[] = [];
  for (const piece of cut(tokens, text.length)) {
    const { start, end } = piece;
    const own = text.slice(start, end);
    const selfContained = end <= firstLost && between(layout, start, end + 1).length === 0;
    const earlier = [lexical, layout].flatMap((pass) => between(pass, start, end === text.length ? end + 1 : end));
    const readAs = selfContained ? undefined : readingOf(piece, earlier);
    const same = selfContained || readAs !== undefined ? known.get(keyOf(own, readAs))?.pop() : undefined;
    if (same === undefined) made.push(makeUnit({ file, text: own, selfContained }, readAs, piece, cleaned, earlier));
    units.push({ at: start, unit: same ?? made.at(-1)!.unit });
  }

  const placeOf = placesIn(units);
  for (const { unit, earlier, grammar } of made) {
    const findings = [
      ...earlier.map((one) => placed(one, placeOf)),
      ...grammar.map((one) => placed(one, (span) => ({ unit, span }))),
    ];
    unit.findings = firstOf(findings);
  }
  const cutShort = firstLost < Infinity || isCut(units);
  return { kind: 'file', file, text, units, lacksBraces: lacksBraces(cleaned.tokens), cut: cutShort };
}

/** What each piece of a text that stands by itself is. */
function rolesIn(text: string): readonly RoleToken[] {
  const cleaned = clean(text);
  const unheard = new Complaints();
  const settled = settle(layOut(text, cleaned.tokens, unheard), unheard);
  return rolesOf(cleaned.tokens, settled, 0, asidesOf(cleaned.comments, cleaned.dropped));
}

const asidesOf = (comments: readonly CommentText[], dropped: Cleaned['dropped']): readonly RoleToken[] =>
  [
    ...comments.map(commentRole),
    ...dropped.map(({ foreignComment, span }) => ({ role: foreignComment ? 'comment' : 'unknown', ...span }) as const),
  ].sort((a, b) => a.start - b.start);

/** A unit that its text alone says. What its pieces are is asked by editors only, and found when they do. */
export function selfContainedUnit(
  source: SourceUnit,
  declarations: readonly Declaration[],
  comments: readonly CommentText[],
): { -readonly [Key in keyof Unit]: Unit[Key] } {
  const { file, text } = source;
  let tokens: readonly RoleToken[] | undefined;
  return {
    file,
    text,
    selfContained: true,
    declarations,
    silences: silencesIn(text, comments),
    comments,
    get tokens() {
      return (tokens ??= rolesIn(text));
    },
    findings: [],
  };
}

/** The units of an earlier Ast of which it is known how they are read, those that are alike in reverse order. */
function unitsByText(file: string, before: Ast | undefined): ReadonlyMap<string, Unit[]> {
  const known = new Map<string, Unit[]>();
  if (before?.file !== file) return known;
  for (const { unit } of [...before.units].reverse()) {
    if (!unit.selfContained && unit.readAs === undefined) continue;
    const key = keyOf(unit.text, unit.readAs);
    const alike = known.get(key);
    if (alike) alike.push(unit);
    else known.set(key, [unit]);
  }
  return known;
}

const keyOf = (text: string, readAs = ''): string => (readAs === '' ? text : `${text}\0${readAs}`);

/**
 * All that the grammar is given of a piece, and all that was complained of it, as one string; undefined where a complaint
 * is of another place too.
 */
function readingOf({ start, end, tokens }: Piece, earlier: readonly Complaint[]): string | undefined {
  const isInside = (span: Span): boolean => span.start >= start && span.end <= end;
  const placesOf = ({ span, related, fixes }: Complaint): readonly Span[] => [
    span,
    ...related.map((one) => one.span),
    ...fixes.flatMap(({ edits }) => edits.map(([edited]) => edited)),
  ];
  // With more mistakes than are shown, nobody looks at it again.
  if (earlier.length > mostShown || !earlier.every((one) => placesOf(one).every(isInside))) return undefined;
  const read: number[] = [];
  for (const { tokenTypeIdx, startOffset, image } of tokens) read.push(tokenTypeIdx, startOffset - start, image.length);
  const complaints = earlier.map((one) => [
    one.message.name,
    one.facts,
    placesOf(one).map((span) => [span.start - start, span.end - start]),
    one.related.map(({ message }) => message),
    one.fixes.map(({ title, edits }) => [title, edits.map(([, newText]) => newText)]),
  ]);
  return `${read.join()} ${JSON.stringify(complaints)}`;
}

// ───────────────────────────────────────────────────────────────────────────────── new units

/** A unit whose findings have no places yet, since these may lie in others. */
interface Made {
  readonly unit: { -readonly [Key in keyof Unit]: Unit[Key] };
  /** What the passes before the grammar found in it, in offsets of the file. */
  readonly earlier: readonly Complaint[];
  /** What the grammar found, in offsets of the unit. */
  readonly grammar: readonly Complaint[];
}

function makeUnit(
  source: Pick<Unit, 'file' | 'text' | 'selfContained'>,
  readAs: string | undefined,
  { start, end, tokens }: Piece,
  cleaned: Cleaned,
  earlier: readonly Complaint[],
): Made {
  const moved = (span: Span): Span => ({ start: span.start - start, end: span.end - start });
  const within = <Item extends { readonly span: Span }>(items: readonly Item[]): readonly Item[] =>
    items.slice(firstFrom(items, start), firstFrom(items, end)).map((item) => ({ ...item, span: moved(item.span) }));

  const comments = within(cleaned.comments);
  const complaints = new Complaints();
  const starts = earlier.map(({ span }) => span.start - start).sort((a, b) => a - b);
  const declarations = theParser().parse({ text: source.text, start, comments, earlier: starts, complaints }, [
    ...tokens,
  ]);
  const alone = selfContainedUnit(source, declarations, comments);
  if (source.selfContained) return { unit: alone, earlier, grammar: complaints.found };
  const written = cleaned.tokens.slice(firstAt(cleaned.tokens, start), firstAt(cleaned.tokens, end));
  const roles = rolesOf(written, tokens, start, asidesOf(comments, within(cleaned.dropped)));
  const unit: Made['unit'] = {
    ...source,
    declarations,
    silences: alone.silences,
    comments,
    tokens: roles,
    findings: [],
    ...(readAs === undefined ? {} : { readAs }),
  };
  return { unit, earlier, grammar: complaints.found };
}

// ────────────────────────────────────────────────────────────────────────────────── findings

const byStart = ({ found }: Complaints): readonly Complaint[] => [...found].sort((a, b) => a.span.start - b.span.start);

const between = (sorted: readonly Complaint[], start: number, end: number): readonly Complaint[] =>
  sorted.slice(firstFrom(sorted, start), firstFrom(sorted, end));

/** In source order, of several at one position the first, and one more than are shown. */
function firstOf(findings: readonly Finding[]): readonly Finding[] {
  return findings
    .map((one, rank) => ({ one, rank, start: one.place.span.start }))
    .sort((a, b) => a.start - b.start || a.rank - b.rank)
    .filter(({ start }, index, all) => all[index - 1]?.start !== start)
    .slice(0, mostShown + 1)
    .map(({ one }) => one);
}

/** The place of a span of the file. */
const placesIn =
  (units: readonly { readonly at: number; readonly unit: Unit }[]) =>
  (span: Span): Place => {
    let [low, high] = [0, units.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((units[middle]?.at ?? 0) <= span.start) low = middle;
      else high = middle - 1;
    }
    const { at, unit } = units[low]!;
    return { unit, span: { start: span.start - at, end: span.end - at } };
  };

/** The index of the first of these that begins at an offset or behind it. */
const firstFrom = (sorted: readonly { readonly span: Span }[], offset: number): number =>
  lowerBound(sorted.length, (index) => sorted[index]!.span.start < offset);

const firstAt = (sorted: Cleaned['tokens'], offset: number): number =>
  lowerBound(sorted.length, (index) => sorted[index]!.startOffset < offset);
