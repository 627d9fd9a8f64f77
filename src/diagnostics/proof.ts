/**
 * Fixes are proved: each is applied and the text looked at again. What stays wrong, or becomes wrong
 * otherwise, is not offered; neither is what there is no time to try.
 */
import { severityOf, wordsOf, type Finding, type PlacedFix } from './finding.js';
import type { FilePlace, Locate } from './place.js';

/** A change of a file. */
export interface FileEdit {
  readonly place: FilePlace;
  readonly newText: string;
}

/** The edits of a fix, where its places lie now. */
export const editsOf = ({ edits }: PlacedFix, locate: Locate): readonly FileEdit[] =>
  edits.map(({ place, newText }) => ({ place: locate(place), newText }));

/** Applies edits of one text; they do not overlap. */
export function applyEdits(text: string, edits: readonly FileEdit[]): string {
  const inOrder = [...edits].sort((a, b) => a.place.span.start - b.place.span.start);
  const pieces: string[] = [];
  let from = 0;
  for (const {
    place: { span },
    newText,
  } of inOrder) {
    pieces.push(text.slice(from, span.start), newText);
    from = span.end;
  }
  return [...pieces, text.slice(from)].join('');
}

/** What was found in a text, and where its places lie. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly locate: Locate;
}

/** How much trying may cost, in characters read; no clock, for the same text gives the same fixes everywhere. */
export interface Effort {
  /** What looking once more costs after these edits. */
  readonly costOf: (edits: readonly FileEdit[]) => number;
  /** For all fixes together. */
  readonly most: number;
  /** For the first, which may be all that there is. */
  readonly mostForFirst: number;
}

/**
 * The findings with those of their fixes that mend.
 *
 * @param again what is found after these edits
 * @param those of the findings, all unless given
 */
export function withProvedFixes(
  found: Found,
  again: (edits: readonly FileEdit[]) => Found,
  { costOf, most, mostForFirst }: Effort,
  those: readonly Finding[] = found.findings,
): readonly Finding[] {
  let spent = 0;
  const { locate } = found;
  const proved = (one: Finding, fix: PlacedFix): boolean => {
    const edits = editsOf(fix, locate);
    const cost = costOf(edits);
    if (spent + cost > (spent === 0 ? mostForFirst : most)) return false;
    spent += cost;
    return mends(found, one, edits, again(edits));
  };
  return those.map((one) =>
    one.fixes.length === 0 ? one : { ...one, fixes: one.fixes.filter((fix) => proved(one, fix)) },
  );
}

/** Whether the finding is gone after the edits, and no syntax error has come. */
function mends(before: Found, mended: Finding, edits: readonly FileEdit[], after: Found): boolean {
  const { file, span } = before.locate(mended.place);
  const { title } = wordsOf(mended);
  const here = edits.filter(({ place }) => place.file === file);
  const [low, high] = moved(span.start, here);
  // What is written in the place of what was wrong may not be wrong in the same way. Where nothing is, it is another one's place.
  const isReplaced = here.some(
    ({ place: { span: edit }, newText }) => newText !== '' && edit.start < span.end && edit.end > span.start,
  );
  const stays = after.findings.some((one) => {
    if (one.message.name !== mended.message.name || (!isReplaced && wordsOf(one).title !== title)) return false;
    const place = after.locate(one.place);
    return place.file === file && place.span.start >= low && place.span.start <= high;
  });
  const allowed = before.findings.filter(isSyntaxError).length - (isSyntaxError(mended) ? 1 : 0);
  return !stays && after.findings.filter(isSyntaxError).length <= allowed;
}

const isSyntaxError = (one: Finding): boolean => severityOf(one) === 'error' && one.message.code.startsWith('AE1');

/** Where an offset lies after edits: between these two. */
function moved(offset: number, edits: readonly FileEdit[]): readonly [number, number] {
  let [low, high] = [offset, offset];
  for (const {
    place: { span },
    newText,
  } of edits) {
    const growth = newText.length - (span.end - span.start);
    if (span.end < offset) {
      low += growth;
      high += growth;
    } else if (span.start <= offset) {
      low -= offset - span.start;
      high += Math.max(0, growth);
    }
  }
  return [low, high];
}
