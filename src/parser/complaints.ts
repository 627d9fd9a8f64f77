/** What the passes over a text complain of, in bounded memory: a megabyte of `)` is one mistake, not a million. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { at, problem } from './messages.js';

/** Syntax errors shown of one file; who sees more of them mends the first. */
export const mostShown = 100;
/** What a pass keeps: it finds mistakes nearly in the order of the text, and the first of all passes are shown. */
const mostKept = 10 * mostShown;

/** The complaints of one pass. */
export class Complaints {
  readonly #found: Diagnostic[] = [];
  #firstLost = Infinity;

  /** @param make is not called for what is not kept */
  add(start: number, make: () => Diagnostic): void {
    if (this.#found.length < mostKept) this.#found.push(make());
    else this.#firstLost = Math.min(this.#firstLost, start);
  }

  get found(): readonly Diagnostic[] {
    return this.#found;
  }

  /** Where the first one begins that was not kept. */
  get firstLost(): number {
    return this.#firstLost;
  }
}

/**
 * The first complaints of all passes: in source order, of several at one position the first found, and
 * a word where there are more.
 */
export function firstOf(file: string, passes: readonly Complaints[]): { readonly diagnostics: readonly Diagnostic[]; readonly all: boolean } {
  const firstLost = Math.min(...passes.map((pass) => pass.firstLost));
  const sorted = passes
    .flatMap((pass) => pass.found)
    .map((diagnostic, rank) => ({ diagnostic, rank }))
    .sort((a, b) => a.diagnostic.place.span.start - b.diagnostic.place.span.start || a.rank - b.rank)
    .map(({ diagnostic }) => diagnostic)
    .filter(({ place }, index, all) => all[index - 1]?.place.span.start !== place.span.start);
  const shown = sorted.filter(({ place }) => place.span.start < firstLost).slice(0, mostShown);
  const next = Math.min(sorted[shown.length]?.place.span.start ?? Infinity, firstLost);
  return next === Infinity ? { diagnostics: shown, all: true } : { diagnostics: [...shown, tooMany(file, next)], all: false };
}

function tooMany(file: string, next: number): Diagnostic {
  return problem('AE1007', file, at(next), {
    title: `more than ${mostShown} syntax errors`,
    cause: 'Those from here on are not shown; many of them may follow from the first.',
    hint: 'Mend the first ones and check again.',
  });
}
