/** A seeded stream of numbers for tests: mulberry32, which shares nothing with the runtime's generator. */
export interface Stream {
  /** Uniform on [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** One of several. */
  pick<T>(items: readonly T[]): T;
  /** True with a probability. */
  chance(p: number): boolean;
  /** About N(0, 1): a sum of twelve uniforms. */
  bell(): number;
}

export function stream(seed: number): Stream {
  let state = (seed * 0x9e3779b1) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const self: Stream = {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    chance: (p) => next() < p,
    bell: () => Array.from({ length: 12 }, next).reduce((a, b) => a + b, -6),
  };
  return self;
}
