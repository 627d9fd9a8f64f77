/** A figure: which numbers it needs of a run, and what it draws of them. */
import type { FigureArgs, SubjectSpec } from '../program.js';
import { isUnavailable, type Figure, type Unavailable } from './drawing.js';
import type { Run } from './run.js';

export interface FigureEntry<Needs extends object> {
  /** As in the registry of the language. */
  readonly name: string;
  needs(run: Run, args: FigureArgs): Promise<Needs | Unavailable>;
  draw(needs: Needs, args: FigureArgs): Figure;
}

export interface AnyFigure {
  readonly name: string;
  make(run: Run, args: FigureArgs): Promise<Figure | Unavailable>;
}

/** An entry whose two halves are put together. */
export const whole = <Needs extends object>(entry: FigureEntry<Needs>): AnyFigure => ({
  name: entry.name,
  make: async (run, args) => {
    const needs = await entry.needs(run, args);
    return isUnavailable(needs) ? needs : entry.draw(needs, args);
  },
});

/** Readers of arguments; the compiler has checked their types. */
export function subject(args: FigureArgs, name = 'of'): SubjectSpec {
  const value = args[name];
  if (typeof value !== 'object') throw new Error(`the figure's argument ${name} is no tensor`);
  return value;
}

export function number(args: FigureArgs, name: string): number {
  const value = args[name];
  if (typeof value !== 'number') throw new Error(`the figure's argument ${name} is no number`);
  return value;
}

/** `The first 10 held-out examples`, as many as there are. */
export const firstOf = (count: number, which: string): string =>
  count === 1 ? `The first ${which} example` : `The first ${count} ${which} examples`;
