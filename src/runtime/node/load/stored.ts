/** What is larger than the memory: examples are read from a file when they are asked for. */
import { randomUUID } from 'node:crypto';
import { existsSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { elements, type Column, type StoredColumn } from '../../dataset.js';
import { largestFile, reason } from '../files.js';

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
  /** The file, where it is open already. */
  readonly file?: number;
  readonly sizes: readonly number[];
  readonly start: number;
  readonly bytes: number;
  readonly scale: number;
  readonly decode: (view: DataView, count: number) => Column['data'];
}

/** The file stays open as long as the process. Rows next to each other are read at once. */
export function storedColumn({
  path,
  file = openSync(path, 'r'),
  sizes,
  start,
  bytes,
  scale,
  decode,
}: Layout): StoredColumn {
  const [size = 0, ...shape] = sizes;
  const width = elements(shape);
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

/** Rows that come one after the other and do not fit into the memory. */
export interface Spool {
  add(values: Column['data']): void;
  /** All of them, as what is read from `path`. */
  column(path: string, shape: readonly number[], scale: number): StoredColumn;
}

/** Where files of hours may lie: the folder for passing ones is often in the memory. */
export const scratch = (): string => process.env['TMPDIR'] ?? (existsSync('/var/tmp') ? '/var/tmp' : tmpdir());

/** A spool cannot be written: an answer for the user, from the middle of a file that is read. */
export class NoRoom extends Error {}

function orNoRoom<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new NoRoom(reason(error));
  }
}

/**
 * Rows are kept as they are asked for, in a file that has no name any more and goes with the process: what they were read
 * from has none that can be found by their number, and would be decoded anew in every epoch.
 */
export function openSpool(): Spool {
  const path = join(scratch(), `aec-${randomUUID()}`);
  const file = orNoRoom(() => openSync(path, 'wx+', 0o600));
  rmSync(path, { force: true });
  let [length, bytes] = [0, 1];
  let like: Column['data'] | undefined;
  return {
    add(values) {
      like ??= values.slice(0, 0);
      bytes = values.BYTES_PER_ELEMENT;
      const all = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      for (let at = 0; at < all.length;) at += orNoRoom(() => writeSync(file, all, at));
      length += values.length;
    },
    column(source, shape, scale) {
      const Type = (like ?? new Float32Array()).constructor as new (buffer: ArrayBufferLike) => Column['data'];
      const sizes = [length / elements(shape), ...shape];
      return storedColumn({
        path: source,
        file,
        sizes,
        start: 0,
        bytes,
        scale,
        decode: ({ buffer }) => new Type(buffer),
      });
    },
  };
}
