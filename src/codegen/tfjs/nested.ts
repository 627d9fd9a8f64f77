/**
 * Values that are read once, right behind where they come about, are written where they are read: a line a formula. What
 * such a line leaves is freed at its end, where that takes no more memory than the function takes elsewhere.
 */
import type { Dead, FreeLine, Line, Room, ValueLine } from './lines.js';
import { replaced, tokensOf, widthOf } from './tokens.js';

/** A statement of a function that is about to be printed. */
export type Step = ValueStep | FreeLine;

interface ValueStep extends Omit<ValueLine, 'isScope'> {
  /** Whether it may stand in the middle of another. */
  readonly isTensor: boolean;
}

/** Letters that a formula may have. */
const widest = 92;

/** A value that waits to be read. */
interface Waiting extends ValueLine {
  /** What stays of it, and of what is written in it, until the formula ends in which it stands. */
  readonly held: readonly number[];
  /** Whose memory is in it, and whose it shows. */
  readonly owners: ReadonlySet<number>;
  readonly views: ReadonlySet<number>;
  readonly isView: boolean;
  /** What dies in it and is not of it. */
  readonly dying: readonly Dead[];
}

/**
 * The lines of a function. Kernels run in the order of `steps`.
 * @param kept values that are read behind them
 * @param most bytes that each place takes at one time
 * @param short names that are as long as they look, whatever the model calls its parts
 */
export function nested(
  steps: readonly Step[],
  kept: ReadonlySet<string>,
  most: readonly number[],
  short?: ReadonlySet<string>,
): readonly Line[] {
  const width = (code: string): number => widthOf(code, short);
  const reads = steps.map((step) => (step.kind === 'value' ? namesIn(step.expression) : []));
  const counts = new Map<string, number>();
  for (const name of reads.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const dies = new Map(steps.flatMap((step) => (step.kind === 'free' ? step.dead.map((one) => [one.id, one]) : [])));
  const lines: Line[] = [];
  let waiting: Waiting[] = [];
  const inside = new Set<string>();
  const views: Dead[] = [];
  const free = (dead: readonly Dead[]): void => {
    if (dead.length > 0) lines.push({ kind: 'free', dead });
  };
  const flush = (): void => {
    for (const { kind, ids, expression, isScope, rooms, views, dying } of waiting) {
      lines.push({ kind, ids, expression, isScope, rooms, views });
      free(dying);
    }
    waiting = [];
  };
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'free') {
      const dead = step.dead.filter(({ id }) => !inside.has(id));
      for (const one of step.dead) if (inside.has(one.id)) views.push(one);
      const last = waiting.at(-1);
      // A value that nothing reads is freed as it comes.
      if (last === undefined || dead.some(({ id }) => last.ids.includes(id))) {
        flush();
        free(dead);
      } else waiting = [...waiting.slice(0, -1), { ...last, dying: [...last.dying, ...dead] }];
      continue;
    }
    const absorbed = absorbable(step, reads[i]!, waiting, most, dies, width);
    waiting = waiting.slice(0, waiting.length - absorbed.length);
    for (const { ids } of absorbed) inside.add(ids[0]!);
    const made: Waiting = {
      kind: 'value',
      ids: step.ids,
      expression: replaced(step.expression, new Map(absorbed.map(({ ids, expression }) => [ids[0]!, expression]))),
      isScope: absorbed.length > 0,
      ...inRow(absorbed, step, dies),
      dying: absorbed.flatMap(({ dying }) => dying),
    };
    if (waiting.some(({ ids }) => reads[i]!.includes(ids[0]!))) flush();
    waiting.push(made);
    const [id, ...others] = step.ids;
    const isRead = others.length === 0 && counts.get(id!) === 1 && dies.has(id!) && !kept.has(id!);
    if (!step.isTensor || !isRead) flush();
  }
  flush();
  return heldByOthers(lines, views);
}

/** A view that has no name brings nothing where what it shows has one, which is freed later. */
function heldByOthers(lines: readonly Line[], views: readonly Dead[]): readonly Line[] {
  const held = new Map<Dead, readonly number[]>();
  const named = lines.flatMap((line) => (line.kind === 'free' ? line.dead : []));
  for (const { owner, bytes } of views) {
    const holder = named.findLast((one) => one.owner === owner);
    if (holder !== undefined)
      held.set(
        holder,
        bytes.map((more, place) => more + (held.get(holder)?.[place] ?? 0)),
      );
  }
  if (held.size === 0) return lines;
  const whole = (dead: Dead): Dead => {
    const more = held.get(dead);
    return more === undefined ? dead : { ...dead, bytes: dead.bytes.map((own, place) => own + more[place]!) };
  };
  return lines.map((line) => (line.kind === 'free' ? { ...line, dead: line.dead.map(whole) } : line));
}

const namesIn = (code: string): readonly string[] =>
  tokensOf(code).flatMap(({ kind, text }) => (kind === 'name' ? [text] : []));

/** What a formula takes: all that is written in it stays until it is there; what the result is a view of stays with it. */
function inRow(
  absorbed: readonly Waiting[],
  step: ValueStep,
  dies: ReadonlyMap<string, Dead>,
): Pick<Waiting, 'rooms' | 'held' | 'owners' | 'views' | 'isView'> {
  const dead = absorbed.map(({ ids }) => dies.get(ids[0]!)!);
  const owners = new Set(absorbed.flatMap((one, i) => [...one.owners, ...(one.isView ? [] : [dead[i]!.owner])]));
  const shown = absorbed.flatMap((one, i) => [...one.views, ...(one.isView ? [dead[i]!.owner] : [])]);
  const held: number[] = [];
  const rooms = step.rooms.map((last, place): Room => {
    let [top, sum, own] = [0, 0, last.own];
    for (const [i, one] of absorbed.entries()) {
      top = Math.max(top, sum + one.rooms[place]!.top);
      sum += one.held[place]!;
      own += one.rooms[place]!.own - (owners.has(dead[i]!.owner) ? dead[i]!.bytes[place]! : 0);
    }
    held.push(sum + last.own);
    const live = absorbed[0]?.rooms[place]!.live ?? last.live;
    return { live, top: Math.max(top, sum + last.top), own, nameless: sum };
  });
  const isView = step.rooms.length > 0 && step.rooms.every(({ own }) => own === 0);
  return { rooms, held, owners, views: new Set(shown.filter((owner) => !owners.has(owner))), isView };
}

/** Of the values that wait, the last ones, if they are read in their order and fit. */
function absorbable(
  step: ValueStep,
  reads: readonly string[],
  waiting: readonly Waiting[],
  most: readonly number[],
  dies: ReadonlyMap<string, Dead>,
  widthIn: (code: string) => number,
): readonly Waiting[] {
  if (!step.isTensor || step.expression.includes('\n')) return [];
  const names = new Set(waiting.map(({ ids }) => ids[0]!));
  const order = reads.filter((name) => names.has(name));
  for (let from = waiting.length - order.length; from < waiting.length; from++) {
    const some = waiting.slice(Math.max(0, from));
    if (from < 0 || some.map(({ ids }) => ids[0]!).join() !== order.slice(order.length - some.length).join()) continue;
    const width = some.reduce(
      (sum, { expression, ids }) => sum + widthIn(expression) - widthIn(ids[0]!),
      widthIn(step.expression),
    );
    const fits = inRow(some, step, dies).rooms.every(({ live, top }, place) => live + top <= most[place]!);
    if (width <= widest && fits) return some;
  }
  return [];
}
