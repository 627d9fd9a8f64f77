/** What the names of a checked file stand for, by place: the declarations and references that the front end found. */
import type { Definition } from '../builtins/define.js';
import type { SourceUnit, Span } from '../diagnostics/place.js';
import type { Elaborated } from '../ir/elaborate/index.js';
import { symbolsIn, type NameSymbol, type Reference, type Symbols } from '../ir/resolve/symbols.js';
import type { Unit } from '../parser/ast.js';
import type { Location } from './disk.js';
import type { Memory } from './memory.js';
import type { CheckedFile } from './service.js';
import { moved, unitsAt } from './syntax.js';

/** A name where it stands. */
export interface Use {
  readonly span: Span;
  readonly to: Reference['to'];
  /** Whether it is declared there. */
  readonly declares: boolean;
}

export const isEntry = (to: Reference['to']): to is { readonly kind: 'entry'; readonly definition: Definition } =>
  to.kind === 'entry';

/** The names of a unit in order, with their places in it. */
export interface UnitNames {
  readonly unit: Unit;
  readonly uses: readonly Use[];
}

/** What the front end found of a unit. */
interface Found {
  readonly autoencoders: Elaborated[];
  /** Of blocks. */
  readonly symbols: Symbols[];
  /** Of blocks and imports. */
  readonly references: Reference[];
}

/**
 * Names by unit, each unit when it is asked for. What stands in an autoencoder is named by that alone, and is known as long
 * as what was made of it; what stands in a block is named by the block, however it is used.
 */
export class NameIndex {
  readonly #found = new Map<SourceUnit, Found>();
  readonly #made = new Map<SourceUnit, UnitNames>();

  constructor(
    private readonly checked: CheckedFile,
    private readonly memory: Memory,
  ) {
    const { sources, autoencoders, references } = checked;
    for (const one of autoencoders) this.#of(one.source.unit).autoencoders.push(one);
    for (const { unit, symbols } of sources.blocks) this.#of(unit).symbols.push(symbols);
    for (const one of references) this.#of(one.place.unit).references.push(one);
  }

  #of(unit: SourceUnit): Found {
    const known = this.#found.get(unit) ?? { autoencoders: [], symbols: [], references: [] };
    this.#found.set(unit, known);
    return known;
  }

  /** The names of a unit. */
  in(unit: Unit): UnitNames {
    const known = this.#made.get(unit) ?? this.#make(unit);
    this.#made.set(unit, known);
    return known;
  }

  #make(unit: Unit): UnitNames {
    const { autoencoders, symbols, references } = this.#of(unit);
    if (autoencoders.length === 1 && symbols.length + references.length === 0)
      return this.memory.once(autoencoders[0]!, namesOf);
    return collect(
      unit,
      [...autoencoders.map(({ source }) => source.symbols), ...symbols],
      [...autoencoders.flatMap((one) => one.references), ...references],
    );
  }

  /** Every name of a file, in order. */
  usesIn(file: string): readonly Use[] {
    return (this.checked.files.get(file)?.units ?? []).flatMap(({ at, unit }) =>
      this.in(unit).uses.map((use) => ({ ...use, span: moved(use.span, at) })),
    );
  }

  /** The name at an offset: what it touches. */
  at(file: string, offset: number): Use | undefined {
    const ast = this.checked.files.get(file);
    const touching = (ast === undefined ? [] : unitsAt(ast, offset)).flatMap(({ at, unit }) =>
      this.in(unit)
        .uses.filter(({ span }) => span.start + at <= offset && offset <= span.end + at)
        .map((use) => ({ ...use, span: moved(use.span, at) })),
    );
    return touching.find(({ span }) => offset < span.end) ?? touching[0];
  }

  /** Everywhere that a symbol stands, its declaration first. */
  placesOf(symbol: NameSymbol): readonly Location[] {
    const { file } = symbol.place.unit;
    // What an autoencoder declares is named nowhere else.
    const isShared = this.#of(symbol.place.unit).symbols.length > 0;
    const units = [...this.checked.files.values()].flatMap((ast) =>
      isShared ? ast.units : ast.file === file ? ast.units.filter(({ unit }) => unit === symbol.place.unit) : [],
    );
    const found = units.flatMap(({ at, unit }) =>
      this.in(unit).uses.flatMap(({ span, to, declares }) =>
        !isEntry(to) && isSame(to, symbol) ? [{ file: unit.file, span: moved(span, at), declares }] : [],
      ),
    );
    const [first, others] = [found.filter(({ declares }) => declares), found.filter(({ declares }) => !declares)];
    return [...first, ...others].map(({ file, span }) => ({ file, span }));
  }

  locationOf(symbol: NameSymbol): Location {
    return this.checked.locate(symbol.place);
  }
}

/** A symbol is where it is declared: what was made earlier of a unit speaks of an equal one. */
const isSame = ({ place: a }: NameSymbol, { place: b }: NameSymbol): boolean =>
  a.unit === b.unit && a.span.start === b.span.start;

const namesOf = ({ source: { unit, symbols }, references }: Elaborated): UnitNames =>
  collect(unit, [symbols], references);

function collect(unit: Unit, those: readonly Symbols[], references: readonly Reference[]): UnitNames {
  const uses: Use[] = [];
  /** What the unit declares, by where it does. */
  const declared = new Map<number, NameSymbol>();
  const declare = (symbol: NameSymbol, to = symbol): void => {
    declared.set(symbol.place.span.start, to);
    uses.push({ span: symbol.place.span, to, declares: true });
  };
  for (const { owner, stages } of those) {
    const variables = new Map<string, NameSymbol>();
    for (const symbol of [owner, ...stages].flatMap((one) => [...symbolsIn(one)])) {
      if (symbol.name === '') continue;
      if (symbol.kind === 'variable') variables.set(symbol.name, symbol);
      // A variable that may be missing and the latent of its name are one.
      declare(symbol, symbol.kind === 'latent' ? variables.get(symbol.name) : undefined);
    }
  }
  for (const { place, to } of references) {
    if (place.unit !== unit) continue;
    const isOwn = !isEntry(to) && to.place.unit === unit;
    // The index of a repetition is declared by its first use.
    if (isOwn && !declared.has(to.place.span.start)) declare(to);
    uses.push({ span: place.span, to: isOwn ? declared.get(to.place.span.start)! : to, declares: false });
  }
  uses.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const isFirst = ({ span: { start, end } }: Use, i: number): boolean => {
    const before = uses[i - 1]?.span;
    return before?.start !== start || before.end !== end;
  };
  return { unit, uses: uses.filter(isFirst) };
}
