/**
 * What the names of a file stand for: every declaration with its scope, and, as elaboration follows them, every
 * reference. Nothing is evaluated here; a name of a block is declared once, however often the block is used.
 */
import type { Definition } from '../../builtins/define.js';
import type { Place } from '../../diagnostics/place.js';
import type { AstNode } from '../../parser/visit.js';

export type SymbolKind =
  | 'autoencoder'
  | 'block'
  | 'parameter'
  /** `let`, and the index of a `repeat`. */
  | 'constant'
  | 'variable'
  | 'latent'
  | 'draw'
  | 'network'
  | 'layer'
  /** The use of a block under a name. */
  | 'use'
  /** What a clause of a recursive network is given. */
  | 'given'
  | 'term'
  | 'phase'
  | 'player';

/** A declared name. Identity is by object. */
export interface NameSymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Of the name itself. */
  readonly place: Place;
  /** What declares it. */
  readonly node: AstNode;
  /** Names that are reached through it: the layers of a network, the parameters of a block. */
  readonly members: readonly NameSymbol[];
}

/** A place where a name is used, and what it stands for there. */
export interface Reference {
  readonly place: Place;
  readonly to: NameSymbol | { readonly kind: 'entry'; readonly definition: Definition };
}

/** The names of one autoencoder or block. */
export interface Symbols {
  readonly owner: NameSymbol;
  /** Names that stand directly in it, by name; of several with one name, the first. */
  readonly byName: ReadonlyMap<string, NameSymbol>;
  /** Phases and players, whose names are apart; the players of a phase are its members. */
  readonly stages: readonly NameSymbol[];
}

/** A symbol and all below it. */
export function* symbolsIn(symbol: NameSymbol): Generator<NameSymbol> {
  yield symbol;
  for (const member of symbol.members) yield* symbolsIn(member);
}

export const kindInWords: Readonly<Record<SymbolKind, string>> = {
  autoencoder: 'an autoencoder',
  block: 'a block',
  parameter: 'a parameter',
  constant: 'a constant',
  variable: 'a variable',
  latent: 'a latent',
  draw: 'a draw',
  network: 'a network',
  layer: 'a layer',
  use: 'a use of a block',
  given: 'what a clause is given',
  term: 'a term',
  phase: 'a phase',
  player: 'a player',
};
