/** Diagnostics are values: every stage returns them, only the shells print them. */
import type { Span } from '../parser/ast.js';
import type { DiagnosticCode, Severity } from './codes.js';

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
