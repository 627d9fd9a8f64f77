/** What pure functions made of things that do not change, for as long as the things live. */
export class Memory {
  readonly #made = new WeakMap<object, Map<unknown, unknown>>();

  /** What a function makes of a thing: made once. The function must be the same object each time. */
  once<K extends object, V>(thing: K, make: (thing: K) => V): V {
    const known = this.#made.get(thing) ?? new Map<unknown, unknown>();
    if (!known.has(make)) known.set(make, make(thing));
    this.#made.set(thing, known);
    return known.get(make) as V;
  }
}
