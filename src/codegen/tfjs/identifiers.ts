/** Identifiers of generated code: the user's names in camel case, unique within a function. */

const reserved: ReadonlySet<string> = new Set([
  ...'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await'.split(
    ' ',
  ),
  ...'tf kernels around spec batch examples joins trees pair weights slots code moment random batchSize state count statistics undefined arguments eval NaN Infinity'.split(
    ' ',
  ),
]);

/** `encoder.code.kernel` → `encoderCodeKernel`; letters that JavaScript does not take become `_`. */
export function camelCase(name: string): string {
  const words = name.split(/[^\p{L}\p{N}_]+/u).filter((word) => word !== '');
  const joined = words
    .map((word, i) => (i === 0 ? word[0]!.toLowerCase() + word.slice(1) : word[0]!.toUpperCase() + word.slice(1)))
    .join('');
  return /^\p{L}|^_/u.test(joined) ? joined : `_${joined}`;
}

/** Hands out identifiers: `matMul`, `matMul2`, … */
export class Identifiers {
  readonly #used: Map<string, number>;

  /** @param taken names that stand for something else */
  constructor(taken: readonly string[] = []) {
    this.#used = new Map(taken.map((name) => [name, 1]));
  }

  fresh(name: string): string {
    const base = camelCase(name);
    const count = (this.#used.get(base) ?? (reserved.has(base) ? 1 : 0)) + 1;
    this.#used.set(base, count);
    if (count === 1) return base;
    const candidate = `${base}${count}`;
    return this.#used.has(candidate) ? this.fresh(name) : this.#take(candidate);
  }

  #take(name: string): string {
    this.#used.set(name, 1);
    return name;
  }
}
