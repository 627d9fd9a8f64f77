/** Diagnostics are values: every stage returns them, only the shells print them. */
import type { Span } from '../parser/ast.js';
import { codes, type DiagnosticCode, type Severity } from './codes.js';
import { presentable } from './words.js';

export type { Severity };

/** A span in a named file. */
export interface Place {
  /** As the user named it, or as the import named it relative to that. */
  readonly file: string;
  readonly span: Span;
}

export interface Related {
  readonly place: Place;
  readonly message: string;
}

export interface Edit {
  readonly place: Place;
  readonly newText: string;
}

/** A change that mends the cause; applying all edits gives a file without this diagnostic. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly place: Place;
  /** One line: what is wrong. */
  readonly title: string;
  /** One sentence: why. */
  readonly cause: string;
  readonly expected?: string;
  readonly found?: string;
  /** What to do. */
  readonly hint?: string;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

/** A diagnostic before its words are made presentable. */
export type Message = Pick<Diagnostic, 'title' | 'cause' | 'expected' | 'found' | 'hint'> & Partial<Pick<Diagnostic, 'related' | 'fixes'>>;

/** The one way to make a diagnostic: of its code's severity, with words of one line each. */
export function diagnosticOf(code: DiagnosticCode, place: Place, { title, cause, expected, found, hint, related = [], fixes = [] }: Message): Diagnostic {
  return {
    code,
    severity: codes[code].severity,
    place,
    title: presentable(title, 'title'),
    cause: presentable(cause),
    ...(expected === undefined ? {} : { expected: presentable(expected) }),
    ...(found === undefined ? {} : { found: presentable(found) }),
    ...(hint === undefined ? {} : { hint: presentable(hint) }),
    related: related.map((one) => ({ ...one, message: presentable(one.message) })),
    fixes: fixes.map((fix) => ({ ...fix, title: presentable(fix.title, 'title') })),
  };
}
