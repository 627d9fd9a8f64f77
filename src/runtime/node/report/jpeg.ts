/** JPEG files of pictures, and what is left of them. */
import decode from 'jpeg-js/lib/decoder.js';
import type { Outside } from '../../figures/run.js';

/**
 * By jpeg-js: baseline, three components of full size, with the tables of Annex K of ITU-T T.81. Undefined where its coder
 * is not installed: the projects that aec builds bring only what reads files.
 */
export async function jpegCodec(): Promise<Outside['jpeg']> {
  const encoder = await import('jpeg-js/lib/encoder.js').catch(() => undefined);
  if (encoder === undefined) return undefined;
  return ({ height, width, pixels }, quality) => {
    const file = encoder.default({ height, width, data: pixels }, quality).data;
    return { bits: 8 * (file.length - scanOf(file) - 2), pixels: decode(file, { useTArray: true }).data };
  };
}

/** Where the coded pixels begin: behind the header of the scan (SOS). Two bytes (EOI) end them. */
function scanOf(file: Uint8Array): number {
  const lengthAt = (at: number): number => (file[at]! << 8) | file[at + 1]!;
  let at = 2;
  while (file[at + 1] !== 0xda) at += 2 + lengthAt(at + 2);
  return at + 2 + lengthAt(at + 2);
}
