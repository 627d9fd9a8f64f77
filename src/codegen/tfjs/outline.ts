/**
 * What several places of a module compute alike becomes a function of its own: the update of a weight, a layer wherever it
 * is called, its derivative. The kernels that run are the same, in the same order.
 */
import { blockOf, segmentsOf, type Kind, type Names, type Segment, type Value } from './blocks.js';
import { linesOf, type Statement } from './body.js';
import { alike, helperOf, isUpdate, isWorth, type Helper, type Place } from './helpers.js';
import { Identifiers } from './identifiers.js';
import { replaced, tokensOf } from './tokens.js';

/** A function of the module, as far as its statements go. */
export interface Written {
  readonly statements: readonly Statement[];
  /** What it has besides; undefined of what no other function can be given. */
  readonly given: ReadonlyMap<string, Kind | undefined>;
  /** Code in front of the statements and behind them. */
  readonly around: string;
  /** What the update of a weight is called. */
  readonly update: string;
  /** Whether it makes the first weights. */
  readonly isFirst: boolean;
}

/** The statements of each function as lines, and the functions that they call. `taken` are names of the module. */
export function outlined(
  functions: readonly Written[],
  taken: readonly string[],
): { readonly bodies: readonly (readonly string[])[]; readonly helpers: readonly Helper[] } {
  const segments = functions.map(({ statements }) => segmentsOf(statements));
  const groups = new Map<string, (Place & { readonly segment: Segment })[]>();
  for (const [i, of] of functions.entries()) {
    const names = namesOf(of, segments[i]!);
    for (const segment of segments[i]!) {
      const block = blockOf(segment, names);
      if (block === undefined) continue;
      const { line, entry } = segment.origin ?? { line: undefined, entry: undefined };
      const place = { block, line, entry, update: of.update, isFirst: of.isFirst, segment };
      const group = groups.get(block.key);
      if (group === undefined) groups.set(block.key, [place]);
      else group.push(place);
    }
  }
  const names = new Identifiers();
  // A name that a function declares would hide one of the module.
  const declared = functions.flatMap(({ statements }) =>
    statements.flatMap((statement) => (statement.kind === 'value' ? [statement.id] : [])),
  );
  for (const name of new Set([...taken, ...declared])) names.fresh(name);
  const calls = new Map<Segment, Call>();
  const helpers = [...groups.values()]
    .flatMap((group) => alike(group) as readonly (typeof group)[])
    .filter(isWorth)
    .map((group) => {
      const { helper, call } = helperOf(group, names);
      for (const { segment, block } of group) calls.set(segment, { lines: call(block), isUpdate: isUpdate(block) });
      return helper;
    });
  const bodies = functions.map(({ around }, i) => printed(segments[i]!, calls, around));
  return { bodies, helpers };
}

function namesOf({ given, around }: Written, segments: readonly Segment[]): Names {
  const declared = new Map<string, Value>();
  const readers = new Map<string, Set<Segment | undefined>>();
  const read = (code: string, by: Segment | undefined): void => {
    for (const { kind, text } of tokensOf(code))
      if (kind === 'name') readers.set(text, (readers.get(text) ?? new Set()).add(by));
  };
  for (const segment of segments)
    for (const statement of [...segment.lead, ...segment.core]) {
      if (statement.kind === 'value') declared.set(statement.id, statement);
      read(statement.kind === 'value' ? statement.expression : statement.ids.join(' '), segment);
    }
  read(around, undefined);
  const isReadOutside = (name: string, segment: Segment): boolean =>
    [...(readers.get(name) ?? [])].some((by) => by !== segment);
  return { declared, given, isReadOutside };
}

/** What stands in the place of a block. */
interface Call {
  readonly lines: readonly string[];
  readonly isUpdate: boolean;
}

/** Lines with blank ones between those of the file, where there is more than a line of each. */
function printed(segments: readonly Segment[], calls: ReadonlyMap<Segment, Call>, around: string): readonly string[] {
  const written = withoutNamesReadOnce(
    segments.map((segment) => ({
      segment,
      lead: segment.lead,
      lines: calls.get(segment)?.lines ?? segment.core.flatMap(linesOf),
    })),
    around,
  );
  let long = false;
  return written.flatMap(({ segment, lines }) => {
    if (lines.length === 0) return [];
    const comment = calls.get(segment)?.isUpdate === true ? undefined : segment.origin?.line;
    const before = segment.origin !== undefined && (long || lines.length > 2) ? [''] : [];
    long = lines.length > 2;
    return [...before, ...(comment === undefined ? [] : [comment]), ...lines];
  });
}

interface Section {
  readonly segment: Segment;
  readonly lead: readonly Value[];
  readonly lines: readonly string[];
}

/** An argument of the function that is read once is written where it is read. */
function withoutNamesReadOnce(sections: readonly Section[], around: string): readonly Omit<Section, 'lead'>[] {
  const count = new Map<string, number>();
  const all = [
    around,
    ...sections.flatMap(({ lead, lines }) => [...lead.map(({ expression }) => expression), ...lines]),
  ];
  for (const { kind, text } of all.flatMap(tokensOf)) if (kind === 'name') count.set(text, (count.get(text) ?? 0) + 1);
  const behind = new Set(tokensOf(around).map(({ text }) => text));
  const isOnce = ({ id, from }: Value): boolean => from === 'input' && count.get(id) === 1 && !behind.has(id);
  const once = new Map(
    sections.flatMap(({ lead }) => lead.filter(isOnce).map(({ id, expression }) => [id, expression] as const)),
  );
  return sections.map(({ segment, lead, lines }) => ({
    segment,
    lines: [...lead.filter((value) => !isOnce(value)).flatMap(linesOf), ...lines].map((line) => replaced(line, once)),
  }));
}
