/** The parser's one entry: text to Ast, whatever the text is. */
import type { IRecognitionException } from 'chevrotain';
import type { Diagnostic, Edit } from '../diagnostics/diagnostic.js';
import { applyEdits, withProvedFixes } from '../diagnostics/proof.js';
import type { Ast, Silence, Span } from './ast.js';
import { buildDeclarations } from './build-ast.js';
import { BuildContext } from './build-context.js';
import { clean } from './clean.js';
import type { CommentText } from './clean.js';
import { Complaints, firstOf } from './complaints.js';
import { layOut } from './layout.js';
import { at, problem } from './messages.js';
import { theParser } from './parser.js';

/** An Ast and the complaints about its text, at most one a position, in source order. */
export interface Parsed {
  readonly ast: Ast;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether all syntax errors are among them: of very many, the first are kept. */
  readonly complete: boolean;
}

/** Characters that are read again to prove fixes. */
const mostProving = 200_000;

/**
 * Parses a file. It never throws: text that is not understood becomes `Missing` and error nodes in
 * the Ast, each with a diagnostic.
 *
 * @param file the name that diagnostics carry
 */
export function parse(file: string, text: string): Parsed {
  const parsed = parseOnce(file, text);
  const again = (edits: readonly Edit[]): readonly Diagnostic[] => parseOnce(file, applyEdits(text, edits)).diagnostics;
  return { ...parsed, diagnostics: withProvedFixes(parsed.diagnostics, again, { once: text.length, most: mostProving }) };
}

/** As `parse`, with fixes that nobody has tried: for who looks at more than the syntax. */
export function parseOnce(file: string, text: string): Parsed {
  const cleaned = clean(file, text);
  const layout = layOut(file, text, cleaned.tokens);
  const parser = theParser();
  parser.input = layout.tokens;
  const cst = parser.file();
  const before = [cleaned.complaints, layout.complaints];
  const context = new BuildContext(
    file,
    text,
    cleaned.comments,
    before.flatMap(({ found }) => found.map(({ place }) => place.span.start)),
  );
  const ast: Ast = {
    kind: 'file',
    declarations: buildDeclarations(context, cst),
    silences: silencesOf(cleaned.comments, text),
    comments: cleaned.comments,
    span: { start: 0, end: text.length },
  };
  const unforeseen = new Complaints();
  for (const error of parser.errors) unforeseen.add(0, () => unforeseenError(file, error, text.length));
  const { diagnostics, all } = firstOf(file, [...before, context.complaints, unforeseen]);
  // Where not all errors are known, nobody knows what a change mends.
  return { ast, complete: all, diagnostics: all ? diagnostics : diagnostics.map((one) => ({ ...one, fixes: [] })) };
}

/** The tolerant grammar leaves Chevrotain nothing to complain of; should it do so still, say it. */
function unforeseenError(file: string, error: IRecognitionException, length: number): Diagnostic {
  const { startOffset, image } = error.token;
  const start = Number.isNaN(startOffset) ? length : startOffset;
  return problem('AE1001', file, image === '' ? at(start) : { start, end: start + image.length }, {
    title: 'this is unexpected',
    cause: error.message,
  });
}

/**
 * `// aec-ignore AE3004` covers the statement that it stands behind, or the next one where it
 * stands alone, with all its lines: formatting may break them.
 */
function silencesOf(comments: readonly CommentText[], text: string): Silence[] {
  return comments.flatMap(({ text: comment, span }): Silence[] => {
    const match = /^\/\/\s*aec-ignore\b(.*)$/.exec(comment);
    if (!match) return [];
    const codes = (match[1] ?? '').split(/[\s,]+/).filter((word) => word !== '');
    return [{ codes, covers: coveredLines(text, span), span }];
  });
}

function coveredLines(text: string, { start, end }: Span): Silence['covers'] {
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

/** Brackets of a line in source order; those in strings and comments are none. */
const bracketsIn = (line: string): string[] => line.replace(/"(?:[^"\\]|\\.)*"|\/\/.*/g, '').match(/[()[\]{}]/g) ?? [];

/** Up to the line where the brackets open that close on the line before `end`. */
function beginning(text: string, lineStart: number, end: number): number {
  let [at, open] = [lineStart, 0];
  for (let lines = 0; lines < mostLines; lines++) {
    for (const bracket of bracketsIn(text.slice(at, lines === 0 ? end : endOfLine(text, at))).reverse()) {
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
    for (const bracket of bracketsIn(text.slice(at, end))) open = /[([{]/.test(bracket) ? open + 1 : Math.max(0, open - 1);
    if (open === 0 || end >= text.length) return end;
    at = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  return endOfLine(text, lineStart);
}

function endOfLine(text: string, from: number): number {
  const line = /[^\r\n]*/y;
  line.lastIndex = from;
  return from + (line.exec(text)?.[0].length ?? 0);
}
