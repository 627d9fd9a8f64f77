/** What was made of declarations earlier, and holds as long as nothing changed that they read. */
import type { Unit } from '../../parser/ast.js';
import { readsOf, sameReads, type Reads } from '../resolve/reads.js';
import type { Autoencoder, Block } from '../resolve/sources.js';
import type { Elaborated } from './autoencoder.js';
import type { CheckedBlock } from './blocks.js';

interface Remembered<T> {
  readonly made: T;
  readonly reads: Reads;
  /** All else that it depends on. */
  readonly circumstances: string;
}

class Shelf<S extends { readonly unit: Unit }, T> {
  readonly #units = new WeakMap<Unit, Map<unknown, Remembered<T>>>();

  constructor(
    private readonly keyOf: (source: S) => unknown,
    private readonly reads: (source: S) => Reads,
  ) {}

  /** What was made of a source, or is made of it now. */
  take(source: S, circumstances: string, make: () => T): T {
    const key = this.keyOf(source);
    const known = this.#units.get(source.unit)?.get(key);
    const reads = this.reads(source);
    if (known?.circumstances === circumstances && sameReads(known.reads, reads)) return known.made;
    const made = make();
    const shelf = this.#units.get(source.unit) ?? new Map<unknown, Remembered<T>>();
    this.#units.set(source.unit, shelf.set(key, { made, reads, circumstances }));
    return made;
  }
}

/** Holds what was made by unit, so that what no file holds any more is forgotten. */
export class Memory {
  readonly autoencoders = new Shelf<Autoencoder, Elaborated & { readonly written: number }>(
    ({ declaration }) => declaration,
    readsOf,
  );
  readonly blocks = new Shelf<Block, CheckedBlock>(({ declaration }) => declaration, readsOf);
}
