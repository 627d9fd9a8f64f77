/**
 * A checksum against damage: MurmurHash3 (Austin Appleby, x86, 32 bits). Each word of the input goes into the
 * state by a bijection, so that no single changed word is missed. It runs wherever the runtime does, at once.
 */
const [c1, c2] = [0xcc9e2d51, 0x1b873593];

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Of several pieces, and where each ends. */
export function checksum(pieces: readonly Uint8Array[]): string {
  const state = pieces.reduce((sum, piece) => mixed(mixedLength(sum, piece.length), piece), 0);
  return (finished(state) >>> 0).toString(16).padStart(8, '0');
}

function mixed(start: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.length - (bytes.length % 4);
  let state = start;
  for (let at = 0; at < words; at += 4) state = mixedWord(state, view.getInt32(at, true));
  let rest = 0;
  for (let at = bytes.length - 1; at >= words; at--) rest = (rest << 8) | bytes[at]!;
  return words === bytes.length ? state : mixedWord(state, rest);
}

function mixedWord(state: number, word: number): number {
  const key = Math.imul(rotated(Math.imul(word, c1), 15), c2);
  return (Math.imul(rotated(state ^ key, 13), 5) + 0xe6546b64) | 0;
}

/** Lengths beyond 32 bits count too. */
const mixedLength = (state: number, length: number): number =>
  mixedWord(mixedWord(state, length | 0), Math.floor(length / 2 ** 32));

function finished(state: number): number {
  let x = state;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
