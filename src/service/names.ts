/** What the names of a checked file stand for, by place: the declarations and references that the front end found. */
import type { Definition } from '../builtins/define.js';
import type { SourceUnit, Span } from '../diagnostics/place.js';
import { symbolsIn, type NameSymbol, type Reference } from '../ir/resolve/symbols.js';
import type { Location } from './disk.js';
import type { CheckedFile } from './service.js';

/** A name where it stands. */
export interface Use {
  readonly span: Span;
  readonly to: Reference['to'];
  /** Whether it is declared there. */
  readonly declares: boolean;
}

export const isEntry = (to: Reference['to']): to is { readonly kind: 'entry'; readonly definition: Definition } =>
  to.kind === 'entry';

export class NameIndex {
  readonly #uses = new Map<string, Use[]>();
  readonly #units = new Map<SourceUnit, number>();
  readonly #symbols = new Map<string, NameSymbol>();
  readonly #of = new Map<string, Location[]>();

  constructor(private readonly checked: CheckedFile) {
    const { sources, autoencoders, references } = checked;
    for (const { symbols } of sources.autoencoders) this.#declare(symbols.owner, symbols.stages);
    for (const { symbols } of sources.blocks) this.#declare(symbols.owner, symbols.stages);
    for (const one of autoencoders) for (const reference of one.references) this.#refer(reference);
    for (const reference of references) this.#refer(reference);
    for (const uses of this.#uses.values()) uses.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  }

  /** Every name of a file, in order. */
  usesIn(file: string): readonly Use[] {
    return this.#uses.get(file) ?? [];
  }

  /** The name at an offset: what it touches. */
  at(file: string, offset: number): Use | undefined {
    const touching = this.usesIn(file).filter(({ span }) => span.start <= offset && offset <= span.end);
    return touching.find(({ span }) => offset < span.end) ?? touching[0];
  }

  /** Everywhere that a symbol stands, its declaration first. */
  placesOf(symbol: NameSymbol): readonly Location[] {
    return this.#of.get(this.#keyOf(symbol)) ?? [];
  }

  /** Every declared name. */
  get symbols(): readonly NameSymbol[] {
    return [...this.#symbols.values()];
  }

  locationOf(symbol: NameSymbol): Location {
    return this.checked.locate(symbol.place);
  }

  /** A symbol is where it is declared: what was made earlier of a unit speaks of an equal one. */
  #keyOf({ place: { unit, span } }: NameSymbol): string {
    const number = this.#units.get(unit) ?? this.#units.size;
    this.#units.set(unit, number);
    return `${number} ${span.start}`;
  }

  #declare(owner: NameSymbol, stages: readonly NameSymbol[]): void {
    const own = new Map<string, NameSymbol>();
    for (const symbol of [...symbolsIn(owner), ...stages.flatMap((one) => [...symbolsIn(one)])]) {
      if (symbol.name === '') continue;
      // A variable that may be missing and the latent of its name are one.
      const before = symbol.kind === 'latent' ? own.get(symbol.name) : undefined;
      if (symbol.kind === 'variable') own.set(symbol.name, symbol);
      const key = this.#keyOf(before ?? symbol);
      if (before === undefined) this.#symbols.set(key, symbol);
      this.#add(this.checked.locate(symbol.place), { to: before ?? symbol, declares: true }, key);
    }
  }

  #refer({ place, to }: Reference): void {
    const location = this.checked.locate(place);
    if (to.kind === 'entry') {
      this.#add(location, { to, declares: false });
      return;
    }
    const key = this.#keyOf(to);
    if (!this.#symbols.has(key)) {
      // The index of a repetition is declared by its first use.
      this.#symbols.set(key, to);
      this.#add(this.checked.locate(to.place), { to, declares: true }, key);
    }
    this.#add(location, { to: this.#symbols.get(key)!, declares: false }, key);
  }

  #add(location: Location, use: Omit<Use, 'span'>, key?: string): void {
    const uses = this.#uses.get(location.file) ?? [];
    this.#uses.set(location.file, uses);
    uses.push({ ...use, span: location.span });
    if (key === undefined) return;
    const places = this.#of.get(key) ?? [];
    this.#of.set(key, places);
    const known = places.some(({ file, span }) => file === location.file && span.start === location.span.start);
    if (!known) places.push(location);
  }
}
