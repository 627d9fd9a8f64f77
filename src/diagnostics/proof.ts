/**
 * Fixes are proved: each is applied and the text looked at again. What stays wrong, or becomes wrong
 * otherwise, is not offered; neither is what there is no time to try.
 */
import type { Diagnostic, Edit, Fix } from './diagnostic.js';

/** Applies edits of one text; they do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort((a, b) => a.place.span.start - b.place.span.start);
  const pieces: string[] = [];
  let from = 0;
  for (const { place: { span }, newText } of inOrder) {
    pieces.push(text.slice(from, span.start), newText);
    from = span.end;
  }
  return [...pieces, text.slice(from)].join('');
}

/** How much trying may cost, in characters read; no clock, for the same text gives the same fixes everywhere. */
export interface Effort {
  /** What looking once more costs. */
  readonly once: number;
  /** For all fixes together, unless the text is long: then one is tried all the same. */
  readonly most: number;
}

const fewest = 1;

/**
 * The diagnostics with those of their fixes that mend.
 *
 * @param again what is found after these edits
 */
export function withProvedFixes(diagnostics: readonly Diagnostic[], again: (edits: readonly Edit[]) => readonly Diagnostic[], { once, most }: Effort): readonly Diagnostic[] {
  let tries = Math.max(fewest, Math.floor(most / Math.max(1, once)));
  const proved = (diagnostic: Diagnostic, fix: Fix): boolean => tries-- > 0 && mends(diagnostics, diagnostic, fix, again(fix.edits));
  return diagnostics.map((one) => (one.fixes.length === 0 ? one : { ...one, fixes: one.fixes.filter((fix) => proved(one, fix)) }));
}

/** Whether the diagnostic is gone after a fix, and no syntax error has come. */
function mends(before: readonly Diagnostic[], mended: Diagnostic, { edits }: Fix, after: readonly Diagnostic[]): boolean {
  const { code, title, place } = mended;
  const [low, high] = moved(place.span.start, edits.filter((edit) => edit.place.file === place.file));
  const stays = after.some((d) => d.code === code && d.title === title && d.place.file === place.file && d.place.span.start >= low && d.place.span.start <= high);
  const allowed = before.filter(isSyntaxError).length - (isSyntaxError(mended) ? 1 : 0);
  return !stays && after.filter(isSyntaxError).length <= allowed;
}

const isSyntaxError = ({ code, severity }: Diagnostic): boolean => severity === 'error' && code.startsWith('AE1');

/** Where an offset lies after edits: between these two. */
function moved(offset: number, edits: readonly Edit[]): readonly [number, number] {
  let [low, high] = [offset, offset];
  for (const { place: { span }, newText } of edits) {
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
