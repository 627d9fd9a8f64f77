/** The lines of a function under those of the file, as text. */
import type { Segment, Value } from './blocks.js';
import { linesOf } from './body.js';
import { computed, lineText, type Line, type ValueLine } from './lines.js';
import { replaced, tokensOf, widthOf } from './tokens.js';

/** Lines of one line of the file, in a function. */
export interface Section {
  readonly comment: string | undefined;
  readonly segments: readonly Segment[];
  /** Arguments of the function, and numbers of the host. */
  readonly lead: readonly Value[];
  readonly lines: readonly Line[];
}

/** A function's lines as text. */
export interface Ended {
  readonly lines: readonly string[];
  /** Of names that the result alone reads what stands for them there. */
  readonly inResult: ReadonlyMap<string, string>;
}

/** All lines back in their sections: the same values in the same order, and what is freed behind them. */
export function inSections(all: readonly Line[], sections: readonly Section[]): readonly Section[] {
  let at = 0;
  return sections.map((section) => {
    const values = section.lines.filter((line) => line.kind === 'value').length;
    const lines: Line[] = [];
    for (let left = values; left > 0 || (values > 0 && all[at]?.kind === 'free'); at++) {
      lines.push(all[at]!);
      if (all[at]!.kind === 'value') left--;
    }
    return { ...section, lines };
  });
}

/** What calls took with them is declared in front of the first section that still reads it. */
export function declaredWhereRead(
  declared: ReadonlyMap<string, Value>,
  sections: readonly Section[],
): readonly Section[] {
  const known = new Set(sections.flatMap(({ lead }) => lead.map(({ id }) => id)));
  return sections.map((section) => {
    const missing: Value[] = [];
    const look = (code: string): void => {
      for (const { kind, text } of tokensOf(code)) {
        const value = kind === 'name' && !known.has(text) ? declared.get(text) : undefined;
        if (value === undefined || value.from === 'tensor') continue;
        known.add(text);
        look(value.expression);
        missing.push(value);
      }
    };
    for (const line of section.lines) if (line.kind === 'value') look(line.expression);
    return missing.length === 0 ? section : { ...section, lead: [...section.lead, ...missing] };
  });
}

/** An argument of the function that is read once is written where it is read. */
export function withoutNamesReadOnce(sections: readonly Section[], around: string): readonly Section[] {
  const count = new Map<string, number>();
  const all = [
    around,
    ...sections.flatMap(({ lead, lines }) => [...lead.map(({ expression }) => expression), ...lines.map(lineText)]),
  ];
  for (const { kind, text } of all.flatMap(tokensOf)) if (kind === 'name') count.set(text, (count.get(text) ?? 0) + 1);
  const behind = new Set(tokensOf(around).map(({ text }) => text));
  const isOnce = ({ id, from }: Value): boolean => from === 'input' && count.get(id) === 1 && !behind.has(id);
  const isRead = ({ id, from }: Value): boolean => from !== 'input' || (count.get(id) ?? 0) > 0;
  const once = new Map(
    sections.flatMap(({ lead }) => lead.filter(isOnce).map(({ id, expression }) => [id, expression] as const)),
  );
  return sections.map((section) => ({
    ...section,
    lead: section.lead.filter((value) => !isOnce(value) && isRead(value)),
    lines: section.lines.map((line) => renamedIn(line, once)),
  }));
}

/** A line with other code in the place of names that it reads. */
export const renamedIn = (line: Line, names: ReadonlyMap<string, string>): Line =>
  line.kind === 'value' ? { ...line, expression: replaced(line.expression, names) } : line;

/** Sections one below the other, with blank lines between them where there is more than a line of each. */
export function textOfSections(sections: readonly Section[]): readonly string[] {
  let [long, last]: [boolean, string | undefined] = [false, undefined];
  return sections.flatMap(({ comment, segments, lead, lines }) => {
    const text = [...lead.flatMap(linesOf), ...lines.map(lineText)];
    if (text.length === 0) return [];
    if (comment !== undefined && comment === last) return text;
    last = comment;
    const isNew = segments.some(({ origin }) => origin !== undefined);
    const before = isNew && (long || text.length > 2) ? [''] : [];
    long = text.length > 2;
    return [...before, ...(comment === undefined ? [] : [comment]), ...text];
  });
}

/** Letters that an expression in a result may have, where it holds no list of its own. */
const shortest = 80;

/** Without what a function's end does anyway: its result may hold the last values. */
export function endedBy(sections: readonly Section[], around: string): Ended {
  const all = sections.map((section) => ({ ...section, lines: [...section.lines] }));
  const counts = new Map<string, number>();
  const code = all.flatMap(({ lead, lines }) => [
    ...lead.map(({ expression }) => expression),
    ...lines.flatMap((line) => (line.kind === 'value' ? [line.expression] : [])),
  ]);
  for (const { kind, text } of [...code, around].flatMap(tokensOf))
    if (kind === 'name') counts.set(text, (counts.get(text) ?? 0) + 1);
  const behind = new Set(tokensOf(around).map(({ text }) => text));
  const inResult = new Map<string, string>();
  for (;;) {
    const last = all.findLast(({ lead, lines }) => lines.length > 0 || lead.length > 0);
    const line = last?.lines.at(-1);
    if (last === undefined || line?.kind !== 'value' || !isShort(line)) break;
    const [id] = line.ids;
    // Read once, and by the result.
    if (counts.get(id!) !== 1 || !behind.has(id!)) break;
    inResult.set(id!, line.expression);
    last.lines.pop();
  }
  return { lines: textOfSections(all), inResult };
}

const isShort = ({ ids, expression }: ValueLine): boolean =>
  ids.length === 1 &&
  !expression.includes('\n') &&
  !expression.includes('=> {') &&
  (widthOf(expression) <= shortest || expression.includes('{'));

/** Sections of which the last line is the result of the function. */
export function returningText(sections: readonly Section[]): readonly string[] {
  const last = sections.findLastIndex(({ lines }) => lines.length > 0);
  const line = sections[last]!.lines.at(-1)!;
  const before = sections.map((section, i) =>
    i === last ? { ...section, lines: section.lines.slice(0, -1) } : section,
  );
  const isAlone = sections[last]!.lines.length === 1;
  return [
    ...textOfSections(before),
    ...(isAlone && sections[last]!.comment !== undefined ? [sections[last]!.comment] : []),
    `return ${computed(line as ValueLine)};`,
  ];
}
