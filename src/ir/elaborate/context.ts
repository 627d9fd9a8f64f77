/** What elaboration carries along: the source at hand, the names in scope, the diagnostics found. */
import type { ArgValue } from '../../builtins/define.js';
import { codes, type DiagnosticCode } from '../../diagnostics/codes.js';
import type { Diagnostic, Fix, Place, Related } from '../../diagnostics/diagnostic.js';
import { nearest } from '../../diagnostics/spelling.js';
import type { BlockDecl, Span } from '../../parser/ast.js';
import type { Source } from '../model.js';

/** A parsed file with its text: what spans refer to. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[];
}

export function sourceFile(file: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { file, text, lineStarts };
}

/** A block and the file it was written in. */
export interface Block {
  readonly declaration: BlockDecl;
  readonly from: SourceFile;
}

/** The value of a parameter or `let`. */
export type Constant = number | boolean | string | ArgValue;

export interface Scope {
  readonly file: SourceFile;
  readonly constants: ReadonlyMap<string, Constant>;
  readonly blocks: ReadonlyMap<string, Block>;
  /** Uses of blocks around this place, innermost last. */
  readonly through: readonly Place[];
}

export interface Message {
  readonly title: string;
  readonly cause: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
}

export class Reporter {
  readonly #found: Diagnostic[] = [];

  get diagnostics(): readonly Diagnostic[] {
    return this.#found;
  }

  get failed(): boolean {
    return this.#found.some((d) => d.severity === 'error');
  }

  /** Reports at a span of the scope's file; uses of blocks that led there become related places. */
  report(scope: Scope, code: DiagnosticCode, span: Span, message: Message): void {
    const place = { file: scope.file.file, span };
    if (this.#found.some((d) => d.code === code && d.place.file === place.file && d.place.span.start === span.start && d.title === message.title)) return;
    const uses = scope.through.map((use): Related => ({ place: use, message: 'used here' }));
    this.#found.push({
      code,
      severity: codes[code].severity,
      place,
      fixes: [],
      ...message,
      related: [...(message.related ?? []), ...uses],
    });
  }

  add(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics);
  }
}

/** Line and column (from 1) and the trimmed text of the line. */
export function sourceAt(scope: Scope, span: Span): Source {
  const { text, file, lineStarts } = scope.file;
  let [low, high] = [0, lineStarts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lineStarts[middle]! <= span.start) low = middle;
    else high = middle - 1;
  }
  const start = lineStarts[low]!;
  const line = low + 1;
  const end = text.indexOf('\n', span.start);
  return {
    file,
    line,
    column: span.start - start + 1,
    text: text.slice(start, end === -1 ? text.length : end).trim(),
    place: { file, span },
    through: scope.through,
  };
}

/** `did you mean …?` and the edit, where a known word is near. */
export function suggestion(scope: Scope, word: string, span: Span, known: readonly string[]): Pick<Message, 'hint' | 'fixes'> {
  const near = nearest(word, known);
  if (near === undefined) return known.length === 0 || known.length > 12 ? {} : { hint: `choose one of ${known.join(', ')}` };
  return {
    hint: `did you mean \`${near}\`?`,
    fixes: [{ title: `change to \`${near}\``, edits: [{ place: { file: scope.file.file, span }, newText: near }] }],
  };
}
