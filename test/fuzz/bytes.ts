/** Bytes with damage. */
import type { Random } from './random.js';

/** Text that means much in headers: signs, zeros, sizes beyond every memory, names that objects have. */
const words = [
  '-1',
  '0',
  '00',
  '9999999999',
  '1e9',
  '-',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  'nan',
  'inf',
  'constructor',
  '__proto__',
  '\n',
  '\0',
  ';',
  '\t',
].map((word) => new TextEncoder().encode(word));

/** One to four changes. */
export function damaged(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let now = bytes;
  for (let left = random.between(1, 4); left > 0; left--) now = once(random, now, other);
  return now;
}

function once(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  // Headers are short and stand in front; what is done there tells more.
  const at = random.chance(0.5) ? random.below(Math.min(bytes.length, 64) + 1) : random.below(bytes.length + 1);
  const length = random.chance(0.8) ? random.between(1, 8) : random.between(1, 400);
  const put = (middle: Uint8Array, skipped: number): Uint8Array =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + skipped)]);
  switch (random.below(9)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return put(new Uint8Array(0), length);
    case 2:
      return put(
        Uint8Array.from({ length }, () => random.below(256)),
        length,
      );
    case 3:
      return put(
        Uint8Array.from({ length }, () => random.below(256)),
        0,
      );
    case 4:
      return put(Uint8Array.from([(bytes[at] ?? 0) ^ (1 << random.below(8))]), 1);
    case 5:
      return put(
        new Uint8Array(random.pick([1, 2, 4, 8])).fill(random.pick([0, 0x7f, 0x80, 0xff])),
        random.pick([1, 2, 4, 8]),
      );
    case 6:
      return put(bytes.subarray(at, at + length), 0);
    case 7: {
      const from = random.below(other.length + 1);
      return put(other.subarray(from, from + length), random.chance(0.5) ? length : 0);
    }
    default:
      return put(random.pick(words), random.chance(0.5) ? 1 : 0);
  }
}
