/**
 * Values that are read once, right behind where they come about, are written where they are read: a line a formula. What
 * such a line leaves is freed at its end, where that takes no more memory than the program takes elsewhere.
 */
import { freed } from './body.js';
import { replaced, tokensOf, widthOf } from './tokens.js';

/** Bytes that are there before a value is computed, and its own. */
export interface Room {
  readonly live: number;
  readonly bytes: number;
}

/** A statement of a function that is about to be printed. */
export type Step =
  | {
      readonly kind: 'value';
      readonly id: string;
      readonly expression: string;
      /** In each place where the function is called; none of what takes no memory. */
      readonly rooms: readonly Room[];
      /** Whether it may stand in the middle of another. */
      readonly isTensor: boolean;
    }
  | { readonly kind: 'free'; readonly ids: readonly string[] };

/** Letters that a formula may have. */
const widest = 92;

/** A value that waits to be read. */
interface Waiting {
  readonly id: string;
  readonly expression: string;
  /** Whether other values are inside of it. */
  readonly isNested: boolean;
  readonly starts: readonly number[];
  readonly bytes: readonly number[];
  /** What dies in it and is not of it. */
  readonly dying: readonly string[];
}

/**
 * The lines of a function. Kernels run in the order of `steps`.
 * @param kept values that are read behind them
 * @param most bytes that the program takes at one time
 */
export function nested(steps: readonly Step[], kept: ReadonlySet<string>, most: number): readonly string[] {
  const reads = steps.map((step) => (step.kind === 'value' ? namesIn(step.expression) : []));
  const counts = new Map<string, number>();
  for (const name of reads.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const diesIn = new Set(steps.flatMap((step) => (step.kind === 'free' ? step.ids : [])));
  const lines: string[] = [];
  const dead: string[] = [];
  let waiting: Waiting[] = [];
  const inside = new Set<string>();
  const free = (ids: readonly string[]): void => {
    dead.push(...ids);
  };
  const bury = (): void => {
    if (dead.length > 0) lines.push(freed(dead.splice(0)));
  };
  const write = (some: readonly Waiting[]): void => {
    for (const { id, expression, isNested, dying } of some) {
      bury();
      lines.push(`const ${id} = ${isNested ? `tf.tidy(() => ${expression})` : expression};`);
      free(dying);
    }
  };
  const flush = (): void => {
    write(waiting);
    waiting = [];
  };
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'free') {
      const ids = step.ids.filter((id) => !inside.has(id));
      const last = waiting.at(-1);
      // A value that nothing reads is freed as it comes.
      if (last === undefined || ids.includes(last.id)) {
        flush();
        free(ids);
      } else waiting = [...waiting.slice(0, -1), { ...last, dying: [...last.dying, ...ids] }];
      continue;
    }
    const absorbed = absorbable(step, reads[i]!, waiting, most);
    waiting = waiting.slice(0, waiting.length - absorbed.length);
    for (const { id } of absorbed) inside.add(id);
    const first = absorbed[0];
    const made: Waiting = {
      id: step.id,
      expression: replaced(step.expression, new Map(absorbed.map(({ id, expression }) => [id, expression]))),
      isNested: absorbed.length > 0,
      starts: first?.starts ?? step.rooms.map(({ live }) => live),
      bytes: step.rooms.map(({ bytes }, place) => absorbed.reduce((sum, one) => sum + one.bytes[place]!, bytes)),
      dying: absorbed.flatMap(({ dying }) => dying),
    };
    if (waiting.some(({ id }) => reads[i]!.includes(id))) flush();
    waiting.push(made);
    const isRead = counts.get(step.id) === 1 && diesIn.has(step.id) && !kept.has(step.id);
    if (!step.isTensor || !isRead) flush();
  }
  flush();
  bury();
  return lines;
}

const namesIn = (code: string): readonly string[] =>
  tokensOf(code).flatMap(({ kind, text }) => (kind === 'name' ? [text] : []));

/** Of the values that wait, the last ones, if they are read in their order and fit. */
function absorbable(
  step: Extract<Step, { readonly kind: 'value' }>,
  reads: readonly string[],
  waiting: readonly Waiting[],
  most: number,
): readonly Waiting[] {
  if (!step.isTensor || step.expression.includes('\n')) return [];
  const ids = new Set(waiting.map(({ id }) => id));
  const order = reads.filter((name) => ids.has(name));
  for (let from = waiting.length - order.length; from < waiting.length; from++) {
    const some = waiting.slice(Math.max(0, from));
    if (from < 0 || some.map(({ id }) => id).join() !== order.slice(order.length - some.length).join()) continue;
    const width = some.reduce(
      (sum, { expression, id }) => sum + widthOf(expression) - widthOf(id),
      widthOf(step.expression),
    );
    const fits = step.rooms.every(
      ({ bytes }, place) => some[0]!.starts[place]! + some.reduce((sum, one) => sum + one.bytes[place]!, bytes) <= most,
    );
    if (width <= widest && fits) return some;
  }
  return [];
}
