/** Findings made for tests. */
import type { DiagnosticCode } from '../../src/diagnostics/codes.js';
import { finding, message, type Beside, type Finding, type Words } from '../../src/diagnostics/finding.js';
import type { Place, SourceUnit } from '../../src/diagnostics/place.js';

export const unit = (text: string, file = 'a.ae'): SourceUnit => ({ file, text });

/** The place of a word in a unit. */
export function placeOf(of: SourceUnit, word: string): Place {
  const start = of.text.indexOf(word);
  return { unit: of, span: { start, end: start + word.length } };
}

/** A finding that says these words. */
export const saying = (code: DiagnosticCode, place: Place, words: Words, beside?: Beside): Finding =>
  finding(
    message<Words>('said', code, (facts) => facts),
    place,
    words,
    beside,
  );
