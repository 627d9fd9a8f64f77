/** Comments at the ends of neighbouring lines stand in one column. */
import { trailingMark } from './comments.js';

/** Replaces each mark by the blanks that bring its comment into the column of its neighbours. */
export function alignTrailing(text: string): string {
  const lines = text.split('\n').map((line) => {
    const mark = line.indexOf(trailingMark);
    if (mark < 0) return { code: line.trimEnd(), comment: '' };
    return { code: line.slice(0, mark).trimEnd(), comment: line.slice(mark).replaceAll(trailingMark, ' ').trim() };
  });
  let column = 0;
  return lines
    .map(({ code, comment }, index) => {
      if (comment === '') {
        column = 0;
        return code;
      }
      if (column === 0) {
        for (let next = index; lines[next]?.comment; next++) column = Math.max(column, lines[next]?.code.length ?? 0);
      }
      return `${code.padEnd(column)}  ${comment}`;
    })
    .join('\n');
}
