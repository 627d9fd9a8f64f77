/** Collects what elaboration finds: what is wrong, each mistake once, and what names stand for. */
import type { Param } from '../../builtins/arguments.js';
import {
  severityOf,
  finding,
  type Beside,
  type Finding,
  type Message,
  type PlacedFix,
} from '../../diagnostics/finding.js';
import { change } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { writtenOut } from '../../diagnostics/messages/limits.js';
import type { Guess } from '../../diagnostics/phrases.js';
import type { Place, SourceUnit, Span } from '../../diagnostics/place.js';
import { nearest } from '../../diagnostics/spelling.js';
import type { Arg, Ident, ParamDecl, Unit } from '../../parser/ast.js';
import type { Source } from '../model/source.js';
import type { NameSymbol, Reference } from '../resolve/symbols.js';
import { Defaults } from './defaults.js';
import { isBroken, placeIn, type Constant, type Scope } from './scope.js';

/** Misspellings beyond this many are reported without a guess at what was meant, which takes longest. */
const mostGuesses = 200;

/** A short file can stand for a long model: layers by repetition, relations by `all`. Of a file, no more than this is written out. */
const mostWrittenOut = 50_000;

/** What the autoencoders of a file share: how much has been written out so far, and what is where nothing is written. */
export class Work {
  readonly defaults = new Defaults();
  #done = 0;

  /** Layers, blocks and repetitions written out, and weights that statements stand for. */
  get done(): number {
    return this.#done;
  }

  add(count: number): void {
    this.#done += count;
  }
}

/** What a word may have been meant as, with the edits that put it right. */
export interface Guessed extends Guess {
  readonly fixes: readonly PlacedFix[];
}

/** Which parameter each argument is for: of an entry, or of a block. */
export type Passed = ReadonlyMap<Arg, Param | ParamDecl>;

/** What constants stand for: numbers, truth values and names of activations; a parameter of a block has one for each use. */
export type Values = ReadonlyMap<NameSymbol, ReadonlySet<string>>;

export class Reporter {
  readonly #found: Finding[] = [];
  readonly #references: Reference[] = [];
  /** Places of references, as numbers, by unit. */
  readonly #referred = new Map<SourceUnit, Set<number>>();
  readonly #passed = new Map<Arg, Param | ParamDecl>();
  readonly #values = new Map<NameSymbol, Set<string>>();
  readonly #wounds = new Map<SourceUnit, readonly Span[]>();
  readonly #otherwise: (() => void)[] = [];
  #failed = false;
  #guesses = 0;

  /**
   * @param wounded whether syntax errors may have swallowed declarations that names refer to
   * @param work what the autoencoders of a file share
   */
  constructor(
    readonly wounded: boolean,
    readonly work = new Work(),
  ) {}

  get findings(): readonly Finding[] {
    return this.#found;
  }

  /** Each place once, however often a block is used. */
  get references(): readonly Reference[] {
    return this.#references;
  }

  /** A name stands for something. */
  refer({ unit }: Pick<Scope, 'unit'>, span: Span, to: Reference['to'] | undefined): void {
    if (to === undefined) return;
    let referred = this.#referred.get(unit);
    if (referred === undefined) this.#referred.set(unit, (referred = new Set()));
    const key = span.start * (unit.text.length + 1) + (span.end - span.start);
    if (referred.has(key)) return;
    referred.add(key);
    this.#references.push({ place: { unit, span }, to });
  }

  get passed(): Passed {
    return this.#passed;
  }

  /** An argument is for a parameter. */
  pass(arg: Arg, to: Param | ParamDecl): void {
    this.#passed.set(arg, to);
  }

  get values(): Values {
    return this.#values;
  }

  /** A constant has a value. */
  know(symbol: NameSymbol | undefined, value: Constant | undefined): void {
    if (symbol === undefined || value === undefined || isBroken(value)) return;
    if (typeof value === 'object' && value.kind !== 'call') return;
    let known = this.#values.get(symbol);
    if (known === undefined) this.#values.set(symbol, (known = new Set()));
    known.add(typeof value === 'object' ? value.definition.name : String(value));
  }

  /** The constant of a name, where there is one. */
  constant(scope: Scope, { text, span }: Ident): Constant | undefined {
    const value = scope.constants.get(text);
    if (value !== undefined) this.refer(scope, span, scope.constants.symbol(text));
    return value;
  }

  /** Whether there is a mistake, so that something missing may be its consequence. */
  get failed(): boolean {
    return this.#failed || this.wounded;
  }

  /** Reports at a span of the scope's unit; uses of blocks that led there become related places. */
  report<Facts extends object>(
    scope: Pick<Scope, 'unit' | 'through'>,
    message: Message<Facts>,
    span: Span,
    facts: Facts,
    beside: Beside = {},
  ): void {
    const place = placeIn(scope, span);
    const uses = [...scope.through].reverse().map((use) => ({ place: use, message: labels.usedHere }));
    const found = finding(message, place, facts, { ...beside, related: [...(beside.related ?? []), ...uses] });
    // A clause that is not compiled yet is no mistake: the model is whole.
    if (severityOf(found) === 'error' && message.code !== 'AE5001') this.#failed = true;
    if (this.#touchesWound(place)) return;
    this.#found.push(found);
  }

  /** As `report`, for what was written at a source. */
  at<Facts extends object>(
    { place, through }: Source,
    message: Message<Facts>,
    facts: Facts,
    beside: Beside = {},
  ): void {
    this.report({ unit: place.unit, through }, message, place.span, facts, beside);
  }

  /** Whether so much more may be written out; complains once where it may not. */
  room(scope: Scope, span: Span, count = 1): boolean {
    const before = this.work.done;
    this.work.add(count);
    if (this.work.done <= mostWrittenOut) return true;
    if (before <= mostWrittenOut) this.report(scope, writtenOut, span, { most: mostWrittenOut });
    return false;
  }

  /** What a word may have been meant as: by another name for it, or by a slip of the pen. */
  guess(place: Place, word: string, known: () => readonly string[], meant?: string): Guessed {
    this.#guesses += 1;
    if (meant === undefined && this.#guesses > mostGuesses) return { fixes: [] };
    const words = known();
    const near = meant ?? nearest(word, words);
    return near === undefined ? { known: words, fixes: [] } : { near, fixes: [change(place, near)] };
  }

  /** A mistake that has been said elsewhere. */
  fail(): void {
    this.#failed = true;
  }

  /** A mistake that is one where nothing else says why: it may be the consequence of what is read later. */
  otherwise(report: () => void): void {
    this.#failed = true;
    this.#otherwise.push(report);
  }

  /** Whether something is said that may be why all else is missing. */
  get explained(): boolean {
    return this.wounded || this.#found.some((found) => severityOf(found) === 'error');
  }

  /** Says, once all is read, what may follow from something else where there is nothing else. */
  conclude(): void {
    if (this.explained) return;
    for (const report of this.#otherwise) report();
  }

  /** Whether there are syntax errors on the lines of a place: what the parser made of them is a guess. */
  #touchesWound({ unit, span }: Place): boolean {
    const lines = this.#wounds.get(unit) ?? woundedLines(unit);
    this.#wounds.set(unit, lines);
    return lines.some(({ start, end }) => span.start <= end && span.end >= start);
  }
}

/** The lines of a unit with syntax errors. */
function woundedLines(unit: SourceUnit): readonly Span[] {
  const { text } = unit;
  const findings = 'findings' in unit ? (unit as Unit).findings : [];
  return findings
    .filter((one) => severityOf(one) === 'error' && one.place.unit === unit)
    .map(({ place: { span } }) => {
      const start = text.lastIndexOf('\n', Math.max(0, span.start - 1)) + 1;
      const end = text.indexOf('\n', span.start);
      return { start: Math.min(start, span.start), end: end === -1 ? text.length : end };
    });
}
