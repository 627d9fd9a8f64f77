/** What is wrong, as an editor shows it beside the text. */
import type { DiagnosticCode, Severity } from '../diagnostics/codes.js';
import { severityOf, wordsOf, type Finding } from '../diagnostics/finding.js';
import type { Span } from '../diagnostics/place.js';
import { presentable } from '../diagnostics/words.js';
import type { Location } from './disk.js';
import type { CheckedFile, Service } from './service.js';

export interface Diagnostic {
  readonly span: Span;
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** All words of the finding, a part a line. */
  readonly message: string;
  readonly related: readonly (Location & { readonly message: string })[];
  /** What nothing uses is shown faded. */
  readonly unused: boolean;
}

/** Codes of what nothing uses. */
const unused: ReadonlySet<DiagnosticCode> = new Set(['AE1008', 'AE2014', 'AE4009', 'AE4013']);

/** What is found in every open file and what these import, each finding once. Open files without findings are there too. */
export function diagnosticsOf(service: Service): ReadonlyMap<string, readonly Diagnostic[]> {
  const found = new Map<string, Map<string, Diagnostic>>(service.open.map((path) => [path, new Map()]));
  for (const path of service.open) {
    const checked = service.checked(path);
    for (const one of checked?.findings ?? []) {
      const { file, span } = checked!.locate(one.place);
      const own = found.get(file) ?? new Map<string, Diagnostic>();
      found.set(file, own);
      // A block of a file that two others import is looked at twice.
      const key = `${span.start} ${span.end} ${one.message.name}`;
      if (!own.has(key)) own.set(key, diagnosticOf(one, checked!));
    }
  }
  return new Map([...found].map(([file, own]) => [file, [...own.values()]]));
}

export function diagnosticOf(finding: Finding, { locate, files }: CheckedFile): Diagnostic {
  const { file, span } = locate(finding.place);
  const { title, cause, expected, found, hint } = wordsOf(finding);
  const lines = [
    title,
    cause,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(found === undefined ? [] : [`found: ${found}`]),
    ...(hint === undefined ? [] : [hint]),
  ];
  return {
    span: visible(span, files.get(file)?.text ?? ''),
    code: finding.message.code,
    severity: severityOf(finding),
    message: lines.filter((line) => line !== '').join('\n'),
    related: finding.related.map(({ place, message }) => ({ ...locate(place), message: presentable(message) })),
    unused: unused.has(finding.message.code),
  };
}

/** An empty span cannot be seen: it is that of the word beside it, or of a character. */
function visible({ start, end }: Span, text: string): Span {
  if (end > start) return { start, end };
  const word = /^[\p{L}\p{N}_]+/u.exec(text.slice(start, start + 100))?.[0].length ?? 0;
  if (word > 0) return { start, end: start + word };
  if (start < text.length && !/[\r\n]/.test(text[start]!)) return { start, end: start + 1 };
  return start > 0 && !/[\r\n]/.test(text[start - 1]!) ? { start: start - 1, end: start } : { start, end };
}
