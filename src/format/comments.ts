/** Comments have no place in the Ast's tree. The printer takes them along, in source order. */
import { builders } from 'prettier/doc';
import type { Ast, Span } from '../parser/ast.js';

type Doc = builders.Doc;
type Comment = Ast['comments'][number];

/** Stands before a comment at the end of a line until `align.ts` has put it in its column. */
export const trailingMark = '\u0000';

/** Characters that are looked through for an empty line. */
const furthest = 400;

/** What the printer may ask about the source while it walks the Ast. */
export class Source {
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly comments: readonly Comment[],
  ) {}

  /** The comments before an offset that nothing has taken yet. */
  takeBefore(offset: number): Comment[] {
    const from = this.next;
    while ((this.comments[this.next]?.span.start ?? Infinity) < offset) this.next++;
    return this.comments.slice(from, this.next);
  }

  /** The comment that stands after `offset` on its line, with nothing but separators between. */
  takeTrailing(offset: number): Comment | undefined {
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
  private commentAt(offset: number): Comment | undefined {
    let [low, high] = [0, this.comments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.comments[middle]!.span.end <= offset) low = middle + 1;
      else high = middle;
    }
    const comment = this.comments[low];
    return comment && comment.span.start <= offset ? comment : undefined;
  }

  /** Whether an empty line stands right before an offset, or one of nothing but separators, which are not printed. */
  blankBefore(offset: number): boolean {
    let ends = 0;
    for (let at = offset - 1; at >= 0 && at >= offset - furthest; at--) {
      const character = this.text[at]!;
      if (character === '\n' || character === '\r') {
        ends += character === '\r' && this.text[at + 1] === '\n' ? 0 : 1;
        if (ends === 2) return true;
      } else if (character !== ';' && /\S/.test(character)) return false;
    }
    return false;
  }
}

export const commentText = (comment: Comment): string => comment.text.trimEnd();

/** A comment at the end of the line, however long the line is. */
export function trailing(comment: Comment | undefined): Doc {
  return comment ? [builders.lineSuffix(trailingMark + commentText(comment)), builders.breakParent] : '';
}

/** One entry of a body or a list: comments above it, the thing itself, a comment behind it. */
export interface Entry {
  readonly doc: Doc;
  readonly blankBefore: boolean;
}

/** Comments on lines of their own, as entries. */
export function commentEntries(source: Source, comments: readonly Comment[]): Entry[] {
  return comments.map((comment) => ({
    doc: [commentText(comment), builders.breakParent],
    blankBefore: source.blankBefore(comment.span.start),
  }));
}

const isDoc = (comment: Comment | undefined): boolean => comment?.text.startsWith('///') === true;

/** What follows, set apart where a comment in front would become its documentation. */
const apartFrom = (comment: Comment | undefined, [first, ...others]: readonly Entry[]): Entry[] =>
  first === undefined ? [] : [isDoc(comment) ? { ...first, blankBefore: true } : first, ...others];

/**
 * Prints nodes that follow one another, with the comments around them. Comments inside a node that
 * have no place of their own there go above it, and above its documentation.
 *
 * @param end where the closing bracket stands; comments before it come last
 * @param before comments in front of the opening bracket, which come first
 */
export function entriesOf<N extends { readonly span: Span }>(
  source: Source,
  nodes: readonly N[],
  end: number,
  print: (node: N) => Doc,
  before: readonly Comment[] = [],
): Entry[] {
  const entries: Entry[] = [];
  let last = before.at(-1);
  const put = (more: readonly Entry[]): void => {
    entries.push(...apartFrom(last, more));
    last = undefined;
  };
  entries.push(...commentEntries(source, before));
  for (const node of nodes) {
    const leading = source.takeBefore(node.span.start);
    const blankBefore = source.blankBefore(node.span.start);
    const doc = print(node);
    const inside = source.takeBefore(node.span.end);
    const own: Entry = { doc: [doc, trailing(source.takeTrailing(node.span.end))], blankBefore };
    if (inside.length === 0) {
      put([...commentEntries(source, leading), own]);
      continue;
    }
    const docs = blankBefore ? [] : leading.slice(leading.findLastIndex((comment) => !isDoc(comment)) + 1);
    const others = commentEntries(source, leading.slice(0, leading.length - docs.length));
    const moved = commentEntries(source, inside).map((entry, index) => ({ ...entry, blankBefore: index === 0 && blankBefore }));
    const documented = [...commentEntries(source, docs), { ...own, blankBefore: false }];
    put([...others, ...moved, ...apartFrom(inside.at(-1), documented)]);
  }
  put(commentEntries(source, source.takeBefore(end)));
  return entries;
}
