/** Lines of a function before they are text: what each computes, and the memory that it takes wherever it runs. */

/** Bytes in one place where a line runs: those before it, more while it runs, more behind it. */
export interface Room {
  readonly live: number;
  readonly top: number;
  readonly own: number;
  /** Those of values without names, which no line can free. */
  readonly nameless: number;
}

/** What nothing reads any more, and the bytes that come free with it in each place, where all of one `owner` are freed. */
export interface Dead {
  readonly id: string;
  readonly owner: number;
  readonly bytes: readonly number[];
}

export interface ValueLine {
  readonly kind: 'value';
  /** The name of what it computes; several of a call that returns several. */
  readonly ids: readonly string[];
  readonly expression: string;
  /** Whether it leaves values that have no name, so that a scope of its own frees them. */
  readonly isScope: boolean;
  /** One for each place; none of what takes no memory. */
  readonly rooms: readonly Room[];
  /** Whose memory values without names show, where that is not theirs. */
  readonly views?: ReadonlySet<number>;
}

export interface FreeLine {
  readonly kind: 'free';
  readonly dead: readonly Dead[];
}

export type Line = ValueLine | FreeLine;

/** What a line computes, as it stands in it. */
export const computed = ({ expression, isScope }: ValueLine): string =>
  isScope ? `tf.tidy(() => ${expression})` : expression;

export function lineText(line: Line): string {
  if (line.kind === 'free') return freed(line.dead.map(({ id }) => id));
  const { ids } = line;
  return `const ${ids.length === 1 ? ids[0]! : `[${ids.join(', ')}]`} = ${computed(line)};`;
}

export const freed = (ids: readonly string[]): string =>
  ids.length === 1 ? `${ids[0]!}.dispose();` : `tf.dispose([${ids.join(', ')}]);`;

/** Lines as they are printed. */
export interface Freed {
  readonly lines: readonly Line[];
  /** What is still there at their end. */
  readonly left: readonly Dead[];
  /** Bytes at one time, in each place. */
  readonly peaks: readonly number[];
}

/** Names that are freed in a line. */
const together = 5;

/**
 * What dies is freed where its place is needed: where a line would otherwise take more memory, in one of the places in
 * which it runs, than is taken there anyway. Where lines stand in a scope, its end frees what is left, and values without
 * names.
 * @param most in each place the bytes that may be there
 * @param inScope whether they do, given what is left
 */
export function freedLate(
  lines: readonly Line[],
  most: readonly number[],
  inScope: (left: readonly Dead[]) => boolean,
): Freed {
  const needed = neededAt(lines, most);
  const late: { readonly line: Line; readonly load: readonly number[] }[] = [];
  let [left, due]: [readonly Dead[], readonly Dead[]] = [[], []];
  const free = (dead: readonly Dead[]): void => {
    if (dead.length > 0) late.push({ line: { kind: 'free', dead }, load: [] });
    left = left.filter((one) => !dead.includes(one));
    due = due.filter((one) => !dead.includes(one));
  };
  for (const [i, line] of lines.entries())
    if (line.kind === 'free') {
      left = [...left, ...line.dead];
      due = [...due, ...line.dead.filter((one) => needed.has(one))];
      while (due.length >= together) free(due.slice(0, together));
    } else {
      if (due.some((one) => needed.get(one) === i)) free(due);
      late.push({ line, load: line.rooms.map(({ live, top }, place) => live + top + bytesOf(left, place)) });
    }
  const isInScope = inScope(left);
  // From the last line: how much there is at most behind it.
  let behind = most.map(() => 0);
  const freed = new Set([...needed.keys()].map(({ owner }) => owner));
  const printed: Line[] = [];
  for (const { line, load } of late.reverse()) {
    const nameless = line.kind === 'value' && line.isScope ? line.rooms.map((room) => room.nameless) : [];
    const holds = line.kind === 'value' && [...(line.views ?? [])].some((owner) => freed.has(owner));
    const waits = isInScope && !holds && nameless.every((bytes, place) => behind[place]! + bytes <= most[place]!);
    behind = behind.map((bytes, place) => Math.max(bytes + (waits ? (nameless[place] ?? 0) : 0), load[place] ?? 0));
    printed.push(line.kind === 'value' && waits ? { ...line, isScope: false } : line);
  }
  return { lines: printed.reverse(), left, peaks: behind };
}

const bytesOf = (dead: readonly Dead[], place: number): number =>
  dead.reduce((bytes, one) => bytes + (one.bytes[place] ?? 0), 0);

/** What must be gone where a line begins, and which line. */
function neededAt(lines: readonly Line[], most: readonly number[]): ReadonlyMap<Dead, number> {
  const needed = new Map<Dead, number>();
  let left: readonly Dead[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.kind === 'free') {
      left = [...left, ...line.dead];
      continue;
    }
    const there = left;
    const lacking = line.rooms.map(
      ({ live, top }, place) => Math.min(live + top - most[place]!, 0) + bytesOf(there, place),
    );
    for (const one of largest(left, lacking)) needed.set(one, i);
    left = left.filter((one) => !needed.has(one));
  }
  return needed;
}

/** As few as make the room that is lacking, those that share memory together. */
function largest(dead: readonly Dead[], lacking: readonly number[]): readonly Dead[] {
  const owners = new Map<number, readonly Dead[]>();
  for (const one of dead) owners.set(one.owner, [...(owners.get(one.owner) ?? []), one]);
  const made = lacking.map(() => 0);
  const chosen = new Set<Dead>();
  for (const [place, bytes] of lacking.entries()) {
    const size = (some: readonly Dead[]): number => some.reduce((sum, one) => sum + (one.bytes[place] ?? 0), 0);
    for (const some of [...owners.values()].sort((a, b) => size(b) - size(a))) {
      if (made[place]! >= bytes) break;
      if (chosen.has(some[0]!)) continue;
      for (const one of some) {
        chosen.add(one);
        for (const at of lacking.keys()) made[at]! += one.bytes[at] ?? 0;
      }
    }
  }
  return dead.filter((one) => chosen.has(one));
}
