/**
 * The words of messages. They quote what users wrote, which may hold line breaks, what terminals obey, or
 * a megabyte of it; what is shown is one line, and not long.
 */

/** What is quoted between backticks is cut beyond this. */
const longestQuote = 60;
/** A title is read at a glance, other words at leisure. */
const longest = { title: 200, text: 600 } as const;
/** Facts are kept with every finding, and sent to programs. */
const longestFact = 200;

/** Controls, among them the ends of lines, and what ends a line elsewhere. */
const control = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g;
const ends = /[\r\n\u2028\u2029\t]/;

/** One character for each: blanks for what separates, and a sign for what cannot be shown. */
export const printable = (text: string): string =>
  text.replace(control, (character) => (ends.test(character) ? ' ' : '\uFFFD'));

/** The first characters of a text, and `…` where there are more; never half of a pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text[most - 2] ?? '') ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}

/** Words as they are shown. */
export function presentable(text: string, kind: keyof typeof longest = 'text'): string {
  const most = longest[kind];
  // Nothing behind this is shown, so none of it is looked at.
  const line = printable(text.slice(0, 4 * most));
  const quotesCut = line.replace(/`([^`]+)(?:`|$)/g, (quoted, inside: string) =>
    inside.length <= longestQuote ? quoted : `\`${cut(inside, longestQuote)}\``,
  );
  return cut(quotesCut, most);
}

/** What a fact says of a piece of source. */
export const excerpt = (text: string): string => cut(text, longestFact);

/**
 * What stands at an offset, as a fact: the next word, `\n` at the end of a line, nothing at the end of the text.
 * Blanks and comments do not count.
 */
export function wordAt(text: string, offset: number): string {
  const rest = text.slice(offset, offset + longestFact);
  const blank = /^[^\S\r\n]*(?:\/\/[^\r\n]*)?/.exec(rest)?.[0].length ?? 0;
  const next = rest.slice(blank);
  if (/^[\r\n]/.test(next)) return '\n';
  return /^(?:[\p{L}\p{N}_]+|"[^"\r\n]*"?|[^])/u.exec(next)?.[0] ?? '';
}

// ─────────────────────────────────────────────────────────────────────── facts in words

/** Text as a message quotes it: one line, not long. */
export function quote(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  return line.length > 40 ? `\`${line.slice(0, 37)}…\`` : `\`${line}\``;
}

/** How a message calls what `wordAt` found. */
export function describe(word: string): string {
  if (word === '') return 'the end of the file';
  return word === '\n' ? 'the end of the line' : `\`${word}\``;
}
