/**
 * What every `build-*.ts` needs: reading concrete syntax trees, and reporting what is missing or
 * superfluous in them.
 */
import type { CstElement, CstNode, IToken, TokenType } from 'chevrotain';
import type { DiagnosticCode } from '../diagnostics/codes.js';
import type { Ident, Missing, Span } from './ast.js';
import type { CommentText } from './clean.js';
import { Complaints } from './complaints.js';
import { formHint } from './forms.js';
import { at, describeAt, problem, quote, withArticle } from './messages.js';
import type { Details } from './messages.js';
import * as T from './tokens.js';

// ─────────────────────────────────────────────────────────────── concrete syntax trees

const isNode = (element: CstElement): element is CstNode => 'children' in element;

export const startOf = (element: CstElement): number =>
  isNode(element) ? (element.location?.startOffset ?? NaN) : element.startOffset;

export const endOf = (element: CstElement): number =>
  isNode(element) ? (element.location?.endOffset ?? NaN) + 1 : element.startOffset + element.image.length;

export const spanOf = (element: CstElement): Span => ({ start: startOf(element), end: endOf(element) });

/** The children that a rule consumed by one of these rules, in source order, without empty ones. */
export function nodes(cst: CstNode, ...rules: string[]): CstNode[] {
  const found: CstNode[] = [];
  for (const rule of rules) {
    for (const child of cst.children[rule] ?? []) if (isNode(child) && !Number.isNaN(startOf(child))) found.push(child);
  }
  return rules.length > 1 && found.length > 1 ? found.sort((a, b) => startOf(a) - startOf(b)) : found;
}

export const node = (cst: CstNode, rule: string): CstNode | undefined => nodes(cst, rule)[0];

/** The tokens of a type that belong to the rule itself. */
export const tokens = (cst: CstNode, type: TokenType | string): IToken[] =>
  (cst.children[typeof type === 'string' ? type : type.name] ?? []).filter((child): child is IToken => !isNode(child));

export const token = (cst: CstNode, type: TokenType | string): IToken | undefined => tokens(cst, type)[0];

/** All children in source order. */
export function inOrder(cst: CstNode): CstElement[] {
  const found: CstElement[] = [];
  for (const name in cst.children) {
    for (const child of cst.children[name] ?? []) if (!Number.isNaN(startOf(child))) found.push(child);
  }
  return found.length < 2 ? found : found.sort((a, b) => startOf(a) - startOf(b) || endOf(a) - endOf(b));
}

export const isRule = (element: CstElement, rule: string): element is CstNode =>
  isNode(element) && element.name === rule;

export const isToken = (element: CstElement, type: TokenType): element is IToken =>
  !isNode(element) && element.tokenType === type;

/** Where several begin at one place, the shortest. */
function firstChild(cst: CstNode): CstElement | undefined {
  let first: CstElement | undefined;
  for (const name in cst.children) {
    for (const child of cst.children[name] ?? []) {
      const start = startOf(child);
      if (Number.isNaN(start)) continue;
      if (first === undefined || start < startOf(first) || (start === startOf(first) && endOf(child) < endOf(first))) first = child;
    }
  }
  return first;
}

/** The first token below an element, in source order. */
export function firstToken(element: CstElement): IToken | undefined {
  let current: CstElement | undefined = element;
  while (current && isNode(current)) current = firstChild(current);
  return current;
}

// ────────────────────────────────────────────────────────────────────────── reporting

/** What a statement still needs, in the words of its diagnostic. */
export interface Need {
  /** Such as `a type`, `` `with` ``. */
  readonly what: string;
  /** Why: one sentence. */
  readonly because: string;
  /** What the diagnostic may insert, where only one text is right. */
  readonly insert?: string;
  /** The statement's keyword; its form becomes the hint. */
  readonly keyword?: string;
}

/** Offsets in order; mostly they come in order, too. */
class Offsets {
  private readonly sorted: number[] = [];

  constructor(offsets: readonly number[]) {
    for (const offset of offsets) this.add(offset);
  }

  add(offset: number): void {
    this.sorted.splice(this.firstFrom(offset), 0, offset);
  }

  anyIn({ start, end }: Span): boolean {
    return (this.sorted[this.firstFrom(start)] ?? Infinity) <= end;
  }

  private firstFrom(offset: number): number {
    let [low, high] = [0, this.sorted.length];
    if (high > 0 && (this.sorted[high - 1] ?? 0) < offset) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class BuildContext {
  readonly complaints = new Complaints();
  private readonly reported = new Offsets([]);
  private readonly earlier: Offsets;
  private typeDepth = 0;

  constructor(
    readonly file: string,
    readonly text: string,
    readonly comments: readonly CommentText[],
    /** Starts of the errors that earlier passes reported. */
    earlier: readonly number[],
  ) {
    this.earlier = new Offsets(earlier);
  }

  report(code: DiagnosticCode, span: Span, details: Details): void {
    this.reported.add(span.start);
    this.complaints.add(span.start, () => problem(code, this.file, span, details));
  }

  /** Whether a type is being built: there, arguments may end in `?`. */
  get inType(): boolean {
    return this.typeDepth > 0;
  }

  withinType<R>(build: () => R): R {
    this.typeDepth++;
    const built = build();
    this.typeDepth--;
    return built;
  }

  /** A required part is not there. Says so, unless an earlier error in the statement accounts for it. */
  missing(offset: number, need: Need, statement?: Span): Missing {
    const span = at(offset);
    if (!statement || !this.earlierIn(statement)) {
      const hint = need.keyword === undefined ? undefined : formHint(need.keyword);
      this.report('AE1002', span, {
        title: `${withArticle(need.what)} is missing`,
        cause: need.because,
        expected: need.what,
        found: describeAt(this.text, offset),
        ...(hint === undefined ? {} : { hint }),
        fixes:
          need.insert === undefined
            ? []
            : [{ title: `Insert \`${need.insert.trim()}\``, edits: [[span, need.insert]] }],
      });
    }
    return { kind: 'missing', expected: need.what, span };
  }

  /** One sign stands where another belongs: `=` for `:`. */
  wrongSign(found: IToken, right: string, because: string): void {
    this.report('AE1001', spanOf(found), {
      title: `\`${right}\` belongs here, not \`${found.image}\``,
      cause: because,
      expected: `\`${right}\``,
      found: `\`${found.image}\``,
      fixes: [{ title: `Replace \`${found.image}\` by \`${right}\``, edits: [[spanOf(found), right]] }],
    });
  }

  /** Text that no rule expects. Silent where another error in the same statement explains it. */
  skipped(cst: CstNode | undefined, statement: Span, after: string): void {
    if (!cst || Number.isNaN(startOf(cst))) return;
    const span = spanOf(cst);
    const within = { start: statement.start, end: span.end };
    if (this.earlierIn(within) || this.reported.anyIn(within)) return;
    const first = firstToken(cst);
    const startsStatement = T.keywordOf(first) !== undefined && T.beginsStatement(first);
    const isComma = first?.tokenType === T.Comma;
    this.report('AE1001', span, {
      title: `${quote(first?.image ?? this.text.slice(span.start, span.end))} is unexpected`,
      cause: startsStatement || isComma
        ? 'Each statement stands on a line of its own, or after a `;`.'
        : `Nothing may follow ${after} on its line.`,
      expected: 'the end of the line, or `;`',
      found: quote(this.text.slice(span.start, span.end)),
      fixes: startsStatement
        ? [{ title: 'Insert `;`', edits: [[at(this.endBefore(span.start)), ';']] }]
        : [...(isComma ? [{ title: 'Replace `,` by `;`', edits: [[spanOf(first), ';']] as const }] : []), { title: 'Remove it', edits: [[{ start: this.endBefore(span.start), end: span.end }, '']] }],
    });
  }

  private endBefore(offset: number): number {
    let end = offset;
    while (end > 0 && /[^\S\r\n]/.test(this.text[end - 1] ?? '')) end--;
    return end;
  }

  /** Whether an earlier pass reported an error here; then what follows from it need not be said. */
  earlierIn(span: Span): boolean {
    return this.earlier.anyIn(span);
  }

  /** The `///` lines right above what begins at `offset`. */
  docBefore(offset: number): string {
    const lines: string[] = [];
    let top = offset;
    for (let index = this.lastCommentBefore(offset); index >= 0; index--) {
      const comment = this.comments[index];
      if (!comment?.text.startsWith('///')) break;
      // Separators count as blanks: printed again, they are not there.
      if (!/^(?:\r\n|\n|\r)?(?:[^\S\r\n]|;)*$/.test(this.text.slice(comment.span.end, top))) break;
      // Behind a statement it belongs to that line, and documents nothing.
      if (!/(?:^|[\r\n])(?:[^\S\r\n]|;)*$/.test(this.text.slice(Math.max(0, comment.span.start - 200), comment.span.start)))
        break;
      lines.unshift(comment.text.replace(/^\/\/\/ ?/, '').trimEnd());
      top = comment.span.start;
    }
    return lines.join('\n');
  }

  private lastCommentBefore(offset: number): number {
    let low = 0;
    let high = this.comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.comments[middle]?.span.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

// ──────────────────────────────────────────────────────────────────────────── names

/** Names compare equal however their accents are encoded. */
export const identOf = (name: IToken): Ident => ({ text: name.image.normalize('NFC'), span: spanOf(name) });

/** Where the last of these parts ends: the place of what is missing after them. */
export function endOfLast(fallback: number, ...parts: readonly (CstElement | undefined)[]): number {
  return parts.reduce((end, part) => (part && !Number.isNaN(endOf(part)) ? Math.max(end, endOf(part)) : end), fallback);
}
