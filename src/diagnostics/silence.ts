/**
 * `// aec-ignore AE4001 AE4002`: warnings that the user has read and means to keep. The whole of it: which comments
 * silence, what they cover, and what is left of the findings.
 */
import { codes, type DiagnosticCode } from './codes.js';
import { finding, severityOf, type Finding } from './finding.js';
import { titles } from './messages/labels.js';
import { namesNoCode, silencesNothing, unknownCode } from './messages/silences.js';
import type { CommentText, SourceUnit, Span } from './place.js';
import { lowerBound } from './search.js';
import { nearest } from './spelling.js';
import { excerpt } from './words.js';

/** A silencing comment. */
export interface Silence {
  readonly codes: readonly string[];
  /** What it covers: whole lines of its unit. */
  readonly covers: Span;
  readonly span: Span;
}

export interface SilencedUnit extends SourceUnit {
  readonly silences: readonly Silence[];
}

// ────────────────────────────────────────────────────────────────────────── finding them

/**
 * The silences among the comments of a unit. Each covers the statement that it stands behind, or the next one where it
 * stands alone, with all its lines: formatting may break them.
 */
export function silencesIn(text: string, comments: readonly CommentText[]): readonly Silence[] {
  return comments.flatMap(({ text: comment, span }): Silence[] => {
    const match = /^\/\/\s*aec-ignore\b(.*)$/.exec(comment);
    if (!match) return [];
    return [{ codes: codesIn(match[1] ?? ''), covers: coveredLines(text, span), span }];
  });
}

/** The codes that a comment begins with; a reason may follow. */
function codesIn(comment: string): readonly string[] {
  const words = (comment.split(':')[0] ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const reason = words.findIndex((word, i) => i > 0 && !/\d/.test(word));
  return reason < 0 ? words : words.slice(0, reason);
}

function coveredLines(text: string, { start, end }: Span): Span {
  const lineStart = startOfLine(text, start);
  if (/\S/.test(text.slice(lineStart, start))) return { start: beginning(text, lineStart, start), end };
  // Blank lines and further comments between the comment and the code do not count.
  const gap = /(?:[^\S\r\n]*(?:\/\/[^\r\n]*)?(?:\r\n|\n|\r))*/y;
  gap.lastIndex = end;
  const next = end + (gap.exec(text)?.[0].length ?? 0);
  return { start: next, end: ending(text, next) };
}

/** Lines that a silence looks through for the other end of a statement: more than people write. */
const mostLines = 400;

function startOfLine(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !/[\r\n]/.test(text[start - 1] ?? '')) start--;
  return start;
}

function endOfLine(text: string, from: number): number {
  const line = /[^\r\n]*/y;
  line.lastIndex = from;
  return from + (line.exec(text)?.[0].length ?? 0);
}

/** Brackets of a line in source order; those in strings and comments are none. */
const bracketsIn = (line: string): readonly string[] =>
  line.replace(/"(?:[^"\\]|\\.)*"|\/\/.*/g, '').match(/[()[\]{}]/g) ?? [];

/** Up to the line where the brackets open that close on the line before `end`. */
function beginning(text: string, lineStart: number, end: number): number {
  let [at, open] = [lineStart, 0];
  for (let lines = 0; lines < mostLines; lines++) {
    for (const bracket of [...bracketsIn(text.slice(at, lines === 0 ? end : endOfLine(text, at)))].reverse()) {
      open = /[)\]}]/.test(bracket) ? open + 1 : Math.max(0, open - 1);
    }
    if (open === 0 || at === 0) return at;
    at = startOfLine(text, text.startsWith('\r\n', at - 2) ? at - 2 : at - 1);
  }
  return lineStart;
}

/** Down to the line where the brackets close that open on the line at `lineStart`. */
function ending(text: string, lineStart: number): number {
  let [at, open] = [lineStart, 0];
  for (let lines = 0; lines < mostLines; lines++) {
    const end = endOfLine(text, at);
    for (const bracket of bracketsIn(text.slice(at, end))) {
      open = /[([{]/.test(bracket) ? open + 1 : Math.max(0, open - 1);
    }
    if (open === 0 || end >= text.length) return end;
    at = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  return endOfLine(text, lineStart);
}

// ───────────────────────────────────────────────────────────────────────── applying them

/**
 * Removes the warnings that comments of these units silence. Errors stay, whatever the comments say. A comment that
 * silences nothing, or names a code that there is not, gives a finding of its own, so that no silence outlives its
 * reason.
 *
 * @param units those whose silences are judged; findings in others pass through
 */
export function applySilences(findings: readonly Finding[], units: readonly SilencedUnit[]): readonly Finding[] {
  const silencesOf = new Map<SourceUnit, Covering>(units.map((unit) => [unit, new Covering(unit.silences)]));
  const effective = new Map<Silence, Set<string>>();
  const kept = findings.filter((one) => {
    if (severityOf(one) === 'error') return true;
    const around = silencesOf.get(one.place.unit)?.at(one.place.span.start) ?? [];
    const silencers = around.filter((silence) => silence.codes.includes(one.message.code));
    for (const silence of silencers) {
      effective.set(silence, (effective.get(silence) ?? new Set()).add(one.message.code));
    }
    return silencers.length === 0;
  });
  // Behind an error there may be warnings that were not looked for.
  const complete = !findings.some((one) => severityOf(one) === 'error');
  const complaints = units.flatMap((unit) =>
    unit.silences.flatMap((silence) => faultsOf(silence, unit, effective.get(silence), complete)),
  );
  return [...kept, ...complaints];
}

/** Silences in the order in which what they cover begins, each with the furthest end up to it. */
class Covering {
  readonly #silences: readonly Silence[];
  readonly #furthest: readonly number[];

  constructor(silences: readonly Silence[]) {
    this.#silences = [...silences].sort((a, b) => a.covers.start - b.covers.start);
    let furthest = 0;
    this.#furthest = this.#silences.map(({ covers }) => (furthest = Math.max(furthest, covers.end)));
  }

  /** Those that cover an offset. */
  at(offset: number): readonly Silence[] {
    const found: Silence[] = [];
    const behind = lowerBound(this.#silences.length, (i) => this.#silences[i]!.covers.start <= offset);
    for (let i = behind - 1; i >= 0 && this.#furthest[i]! >= offset; i--) {
      if (this.#silences[i]!.covers.end >= offset) found.push(this.#silences[i]!);
    }
    return found;
  }
}

const isCode = (code: string): code is DiagnosticCode => Object.hasOwn(codes, code);

/** What is wrong with a silence, given the codes that it silenced. */
function faultsOf(
  silence: Silence,
  unit: SourceUnit,
  silenced: ReadonlySet<string> | undefined,
  complete: boolean,
): readonly Finding[] {
  const place = { unit, span: silence.span };
  const removal = { title: titles.removeComment, edits: [{ place, newText: '' }] };
  const beside = { fixes: silence.codes.length <= 1 ? [removal] : [] };
  if (silence.codes.length === 0) return [finding(namesNoCode, place, {}, beside)];
  return silence.codes.flatMap((code) => {
    if (!isCode(code)) {
      const meant = nearest(code, Object.keys(codes));
      const facts = { code: excerpt(code), ...(meant === undefined ? {} : { meant }) };
      return [finding(unknownCode, place, facts, beside)];
    }
    const ofError = codes[code].severity === 'error';
    if (silenced?.has(code) || (!complete && !ofError)) return [];
    return [finding(silencesNothing, place, { code, ofError }, beside)];
  });
}
