/**
 * The words of messages. They quote what users wrote, which may hold line breaks, what terminals obey, or
 * a megabyte of it; what is shown is one line, and not long.
 */

/** What is quoted between backticks is cut beyond this. */
const longestQuote = 60;
/** A title is read at a glance, other words at leisure. */
const longest = { title: 200, text: 600 } as const;

/** Controls, among them the ends of lines, and what ends a line elsewhere. */
const control = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g;
const ends = /[\r\n\u2028\u2029\t]/;

/** One character for each: blanks for what separates, and a sign for what cannot be shown. */
export const printable = (text: string): string => text.replace(control, (character) => (ends.test(character) ? ' ' : '\uFFFD'));

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
  return cut(line.replace(/`([^`]+)(?:`|$)/g, (quoted, inside: string) => (inside.length <= longestQuote ? quoted : `\`${cut(inside, longestQuote)}\``)), most);
}
