/** Edits that mend. */
import type { PlacedFix } from './finding.js';
import { titles } from './messages/labels.js';
import { textAt, type Place } from './place.js';

/** Another text in the place of what stands there. */
export const change = (place: Place, to: string): PlacedFix => ({
  title: titles.replaceBy(to),
  edits: [{ place, newText: to }],
});

/** The same for the last match inside of a place, where there is one. */
export function changeWithin(place: Place, pattern: RegExp, to: string): readonly PlacedFix[] {
  const match = [...textAt(place).matchAll(new RegExp(pattern, 'g'))].at(-1);
  if (match === undefined) return [];
  const start = place.span.start + match.index;
  return [change({ unit: place.unit, span: { start, end: start + match[0].length } }, to)];
}

/** A text in front of what stands at a place. */
export const insertBefore = ({ unit, span }: Place, text: string): PlacedFix => ({
  title: titles.insert(text),
  edits: [{ place: { unit, span: { start: span.start, end: span.start } }, newText: text }],
});

/** A text behind what stands at a place. */
export const insertBehind = ({ unit, span }: Place, text: string): PlacedFix => ({
  title: titles.insert(text),
  edits: [{ place: { unit, span: { start: span.end, end: span.end } }, newText: text }],
});
