/** Arrays that are larger than the memory: their examples are read from the file when they are asked for. */
import { openSync, readSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { elements, type Column, type StoredColumn } from '../../dataset.js';
import { largestFile } from '../files.js';

/** Bytes of a file from which on it is not read whole: Node reads no more in one piece, and the memory is for more than data. */
export const usualMemory = Math.min(largestFile, totalmem() / 4);

/** The size of a file that is not to be read whole; undefined of all else, and of what is no file. */
export function tooLarge(path: string, memory: number): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > memory ? found.size : undefined;
}

/** The first bytes of a file. */
export function startOf(path: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(openSync(path, 'r'), bytes, 0, length, 0));
}

/** An array in a file: where it begins, bytes of an element, and what they stand for. */
export interface Layout {
  readonly path: string;
  readonly sizes: readonly number[];
  readonly start: number;
  readonly bytes: number;
  readonly scale: number;
  readonly decode: (view: DataView, count: number) => Column['data'];
}

/** The file stays open as long as the process. Rows next to each other are read at once. */
export function storedColumn({ path, sizes, start, bytes, scale, decode }: Layout): StoredColumn {
  const [size = 0, ...shape] = sizes;
  const width = elements(shape);
  const file = openSync(path, 'r');
  const read = (rows: ArrayLike<number>): Column['data'] => {
    const all = new Uint8Array(rows.length * width * bytes);
    for (let i = 0, n = 1; i < rows.length; i += n) {
      for (n = 1; i + n < rows.length && rows[i + n] === rows[i]! + n;) n++;
      const length = n * width * bytes;
      const found = readSync(file, all, i * width * bytes, length, start + rows[i]! * width * bytes);
      if (found < length) throw new Error(`${path} has become shorter`);
    }
    return decode(new DataView(all.buffer), rows.length * width);
  };
  return { shape, size, scale, source: path, read };
}
