/** The words of every syntax diagnostic that arises before or beside the grammar. */
import type { DiagnosticCode } from '../diagnostics/codes.js';
import { diagnosticOf, type Diagnostic, type Fix } from '../diagnostics/diagnostic.js';
import type { Span } from './ast.js';

/** The words and places of a diagnostic in one file. */
export interface Details {
  readonly title: string;
  readonly cause: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
  /** Alternatives, each made of edits in the same file. */
  readonly fixes?: readonly { readonly title: string; readonly edits: readonly (readonly [Span, string])[] }[];
}

/** A diagnostic in one file. */
export function problem(code: DiagnosticCode, file: string, span: Span, details: Details): Diagnostic {
  const { related = [], fixes = [], ...words } = details;
  return diagnosticOf(code, { file, span }, {
    ...words,
    related: related.map(({ span: at, message }) => ({ place: { file, span: at }, message })),
    fixes: fixes.map(({ title, edits }): Fix => ({
      title,
      edits: edits.map(([at, newText]) => ({ place: { file, span: at }, newText })),
    })),
  });
}

/** The empty span at an offset. */
export const at = (offset: number): Span => ({ start: offset, end: offset });

/** How a message calls what stands at an offset. */
export function describeAt(text: string, offset: number): string {
  const rest = text.slice(offset, offset + 200);
  const blank = /^[^\S\r\n]*(?:\/\/[^\r\n]*)?/.exec(rest)?.[0].length ?? 0;
  const next = rest.slice(blank);
  if (next === '') return 'the end of the file';
  if (/^[\r\n]/.test(next)) return 'the end of the line';
  const word = /^(?:[\p{L}\p{N}_]+|"[^"\r\n]*"?|[^])/u.exec(next)?.[0] ?? '';
  return `\`${word}\``;
}

/** Text as a message quotes it: one line, not long. */
export function quote(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  return line.length > 40 ? `\`${line.slice(0, 37)}…\`` : `\`${line}\``;
}

/** `a number`, `an encoder`. */
export function withArticle(noun: string): string {
  if (!/^[a-z]/i.test(noun) || /^(?:an?|the|what|which|at) /.test(noun)) return noun;
  return /^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`;
}
