/** What the names of numbers and blocks mean at a place of the source. */
import type { BuiltinCall, TensorRef } from '../../builtins/arguments.js';
import type { Place, SourceUnit, Span } from '../../diagnostics/place.js';
import type { Source } from '../model/source.js';
import type { Sight } from '../resolve/sources.js';
import type { NameSymbol } from '../resolve/symbols.js';

/** Stands for a value that an error left undefined: whatever uses it says nothing more. */
export const broken = { kind: 'broken' } as const;

/** The value of a parameter, a `let`, or the index of a repetition. */
export type Constant = number | boolean | BuiltinCall | TensorRef | typeof broken;

export const isBroken = (value: Constant | undefined): value is typeof broken => value === broken;

/** Looks up constants; a value may be computed when it is first asked for. */
export interface Constants {
  get(name: string): Constant | undefined;
  /** All names, for guesses. */
  names(): readonly string[];
  /** What declares a name. */
  symbol(name: string): NameSymbol | undefined;
}

export const noConstants: Constants = { get: () => undefined, names: () => [], symbol: () => undefined };

export const constantsOf = (values: ReadonlyMap<string, Constant>, symbol: Constants['symbol']): Constants => ({
  get: (name) => values.get(name),
  names: () => [...values.keys()],
  symbol,
});

/** Constants with one more on top: a turn of a repetition has its number, and shares all others with the turns beside it. */
export const withOne = (below: Constants, symbol: NameSymbol, value: Constant): Constants => ({
  get: (asked) => (asked === symbol.name ? value : below.get(asked)),
  names: () => [...below.names(), symbol.name],
  symbol: (asked) => (asked === symbol.name ? symbol : below.symbol(asked)),
});

export interface Scope {
  readonly unit: SourceUnit;
  readonly constants: Constants;
  readonly blocks: Sight;
  /** Uses of blocks around this place, innermost last. */
  readonly through: readonly Place[];
}

export const placeIn = ({ unit }: Pick<Scope, 'unit'>, span: Span): Place => ({ unit, span });

export const sourceAt = ({ unit, through }: Scope, span: Span): Source => ({ place: { unit, span }, through });

/** The text of a node. */
export const quote = ({ unit }: Pick<Scope, 'unit'>, { span }: { readonly span: Span }): string =>
  unit.text.slice(span.start, span.end);
