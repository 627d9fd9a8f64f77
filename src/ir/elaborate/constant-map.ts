/** Constants with one more on top: a turn of a repetition has its number, and shares all others with the turns beside it. */
export class WithOne<V> implements ReadonlyMap<string, V> {
  constructor(
    private readonly below: ReadonlyMap<string, V>,
    private readonly name: string,
    private readonly value: V,
  ) {}

  get size(): number {
    return this.below.size + (this.below.has(this.name) ? 0 : 1);
  }

  get(name: string): V | undefined {
    return name === this.name ? this.value : this.below.get(name);
  }

  has(name: string): boolean {
    return name === this.name || this.below.has(name);
  }

  /** All of them, for who lists them; rarely done. */
  #whole(): Map<string, V> {
    return new Map(this.below).set(this.name, this.value);
  }

  forEach(visit: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this.#whole()) visit(value, name, this);
  }

  entries(): MapIterator<[string, V]> {
    return this.#whole().entries();
  }

  keys(): MapIterator<string> {
    return this.#whole().keys();
  }

  values(): MapIterator<V> {
    return this.#whole().values();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }
}
