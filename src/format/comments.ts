/** Comments have no place in the Ast's tree. The printer takes them along, in source order. */
import { builders } from 'prettier/doc';
import type { CommentText, Span } from '../parser/ast.js';

type Doc = builders.Doc;

/** Stands before a comment at the end of a line until `align.ts` has put it in its column; no comment or string has it. */
export const trailingMark = '\r';

/** What the printer may ask about the source of a unit while it walks its Ast. */
export class Source {
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly comments: readonly CommentText[],
  ) {}

  /** The comments before an offset that nothing has taken yet. */
  takeBefore(offset: number): CommentText[] {
    const from = this.next;
    while ((this.comments[this.next]?.span.start ?? Infinity) < offset) this.next++;
    return this.comments.slice(from, this.next);
  }

  /** The comment that stands after `offset` on its line, with nothing but separators between. */
  takeTrailing(offset: number): CommentText | undefined {
    const comment = this.comments[this.next];
    if (!comment || comment.span.start < offset) return undefined;
    if (!/^[^\S\r\n]*[;,]?[^\S\r\n]*$/.test(this.text.slice(offset, comment.span.start))) return undefined;
    this.next++;
    return comment;
  }

  isOneLine({ start, end }: Span): boolean {
    return !/[\r\n]/.test(this.text.slice(start, end));
  }

  /** Where a bracket stands, from an offset on; comments do not count. In no text, the offset itself. */
  find(bracket: string, from: number): number {
    let at = this.text.indexOf(bracket, from);
    for (let comment = this.commentAt(at); at >= 0 && comment; comment = this.commentAt(at)) {
      at = this.text.indexOf(bracket, comment.span.end);
    }
    return at < 0 ? from : at;
  }

  /** The comment around an offset. */
  private commentAt(offset: number): CommentText | undefined {
    let [low, high] = [0, this.comments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.comments[middle]!.span.end <= offset) low = middle + 1;
      else high = middle;
    }
    const comment = this.comments[low];
    return comment && comment.span.start <= offset ? comment : undefined;
  }

  /** Whether an empty line stands right before an offset. */
  blankBefore(offset: number): boolean {
    const from = Math.max(0, offset - 400);
    const before = this.text.slice(from, offset);
    // A unit begins with a line; where it does not, no line break stands in front of its first word.
    return from === 0 ? emptyLineOrFirst.test(before) : emptyLine.test(before);
  }
}

const emptyLine = /(?:\r\n|\n|\r(?!\n))[^\S\r\n]*(?:\r\n|\n|\r(?!\n))[^\S\r\n]*$/;
const emptyLineOrFirst = /(?:^|\r\n|\n|\r(?!\n))[^\S\r\n]*(?:\r\n|\n|\r(?!\n))[^\S\r\n]*$/;

export const commentText = (comment: CommentText): string => comment.text.trimEnd();

/** A comment at the end of the line, however long the line is. */
export function trailing(comment: CommentText | undefined): Doc {
  return comment ? [builders.lineSuffix(trailingMark + commentText(comment)), builders.breakParent] : '';
}

/** One line of a body: a comment, or a node with the comment behind it. */
export interface Entry {
  readonly doc: Doc;
  readonly blankBefore: boolean;
}

/** Comments on lines of their own, as entries. */
export function commentEntries(source: Source, comments: readonly CommentText[]): Entry[] {
  return comments.map((comment) => ({
    doc: [commentText(comment), builders.breakParent],
    blankBefore: source.blankBefore(comment.span.start),
  }));
}

/**
 * Prints nodes that follow one another, with the comments around them. Comments inside a node that have no place of
 * their own there go above it, and above its documentation.
 *
 * @param end where the closing bracket stands; comments before it come last
 */
export function entriesOf<N extends { readonly span: Span }>(
  source: Source,
  nodes: readonly N[],
  end: number,
  print: (node: N) => Doc,
): Entry[] {
  const entries: Entry[] = [];
  for (const node of nodes) {
    const before = source.takeBefore(node.span.start);
    const documentation = before.splice(before.length - linesOfDoc(node));
    const doc = print(node);
    const displaced = source.takeBefore(node.span.end);
    const above = [...commentEntries(source, before), ...commentEntries(source, displaced)];
    const own = [
      ...commentEntries(source, documentation),
      { doc: [doc, trailing(source.takeTrailing(node.span.end))], blankBefore: source.blankBefore(node.span.start) },
    ];
    // What documents nothing where it stands must not begin to.
    const apart = 'doc' in node && /^\/\/\/./.test([...before, ...displaced].at(-1)?.text.trim() ?? '');
    entries.push(
      ...above,
      ...own.map((entry, index) => (index === 0 && apart ? { ...entry, blankBefore: true } : entry)),
    );
  }
  entries.push(...commentEntries(source, source.takeBefore(end)));
  return entries;
}

/** How many comments right above a node document it. */
const linesOfDoc = (node: object): number =>
  'doc' in node && typeof node.doc === 'string' && node.doc !== '' ? node.doc.split('\n').length : 0;
