/** Where something stands: in a unit, so that what is known of a declaration holds wherever the declaration moves. */

/** Half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A piece of a file that stands by itself: a declaration with the comments above it, up to the line behind it.
 * Identity is by object: two declarations of one text are two units.
 */
export interface SourceUnit {
  /** As the user named it, or as the import named it relative to that. */
  readonly file: string;
  readonly text: string;
}

/** A span of a unit, counted from the unit's beginning. */
export interface Place {
  readonly unit: SourceUnit;
  readonly span: Span;
}

/** A span of a file. */
export interface FilePlace {
  readonly file: string;
  readonly span: Span;
}

/** Where a place lies in its file now. */
export type Locate = (place: Place) => FilePlace;

/** A comment, `//` or `///`, as it stands in a unit. */
export interface CommentText {
  readonly text: string;
  readonly span: Span;
}

/** The empty span at an offset. */
export const at = (offset: number): Span => ({ start: offset, end: offset });

export const textAt = ({ unit, span }: Place): string => unit.text.slice(span.start, span.end);
