/** Random numbers for cases: each case draws from (seed, number) alone, so that any one can be run again by itself. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  constructor(seed: number, stream: number) {
    [this.#a, this.#b, this.#c] = [seed >>> 0, stream >>> 0, Math.floor(stream / 2 ** 32) >>> 0];
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** Small fast counting generator (Doty-Humphrey), 32 bits. */
  #next(): number {
    const sum = (this.#a + this.#b + this.#d++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** In [0, 1). */
  real(): number {
    return this.#next() / 2 ** 32;
  }

  /** 0 … n − 1. */
  below(n: number): number {
    return Math.floor(this.real() * n);
  }

  /** `low` … `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(p: number): boolean {
    return this.real() < p;
  }

  pick<T>(from: readonly T[]): T {
    const value = from[this.below(from.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  /** `low` … `high` results of `f`. */
  several<T>(low: number, high: number, f: () => T): T[] {
    return Array.from({ length: this.between(low, high) }, f);
  }
}
