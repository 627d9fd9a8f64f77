/** IDX, the format of MNIST and its relatives (LeCun, Cortes and Burges), plain or gzipped. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Column, StoredColumn } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { codeOf, readBytes } from '../files.js';
import { countOf, sizesText } from './sizes.js';
import { startOf, storedColumn, tooLarge } from './stored.js';

/** Element types by the third byte. */
const types = {
  0x08: { bytes: 1, read: (view: DataView, at: number): number => view.getUint8(at) },
  0x09: { bytes: 1, read: (view: DataView, at: number): number => view.getInt8(at) },
  0x0b: { bytes: 2, read: (view: DataView, at: number): number => view.getInt16(at) },
  0x0c: { bytes: 4, read: (view: DataView, at: number): number => view.getInt32(at) },
  0x0d: { bytes: 4, read: (view: DataView, at: number): number => view.getFloat32(at) },
  0x0e: { bytes: 8, read: (view: DataView, at: number): number => view.getFloat64(at) },
} as const;

/**
 * One column: the first axis counts examples. Bytes of two or more axes an example are pictures,
 * scaled to [0, 1]; other bytes and integers stay as they are.
 */
export async function loadIdx(path: string, memory: number): Promise<Result<Column | StoredColumn>> {
  const size = path.endsWith('.gz') ? undefined : tooLarge(path, memory);
  if (size !== undefined) return storedIdx(path, size);
  const packed = await readBytes(path);
  if (!packed.ok) return packed;
  const bytes = await unpack(packed.value, path);
  return bytes.ok ? parseIdx(bytes.value, path) : bytes;
}

function storedIdx(path: string, size: number): Result<StoredColumn> {
  const header = readHeader(startOf(path, largestHeader), path, Number.MAX_SAFE_INTEGER);
  if (!header.ok) return header;
  const { code, type, sizes, count, start } = header.value;
  if (size !== start + count * type.bytes) return wrongLength(header.value, path, size);
  return success(
    storedColumn({
      path,
      sizes,
      start,
      bytes: type.bytes,
      scale: scaleOf(code, sizes),
      decode: (view, n) => valuesOf(view, 0, n, header.value),
    }),
  );
}

/** No gzip file promises what it unpacks to; the header inside does, and no more is unpacked than that. */
async function unpack(bytes: Uint8Array, path: string): Promise<Result<Uint8Array>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return success(bytes);
  const pieces: Uint8Array[] = [];
  let [length, most] = [0, largestHeader];
  let header: Header | undefined;
  const stream = Readable.from([bytes]).pipe(createGunzip());
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
      length += piece.length;
      if (header === undefined) {
        const start = Buffer.concat(pieces);
        const read = readHeader(start, path);
        if (!read.ok && start.length >= largestHeader) return read;
        if (read.ok) {
          header = read.value;
          most = header.start + header.count * header.type.bytes;
        }
      }
      if (length > most)
        return header === undefined
          ? failure(path, 'an IDX file', 'something else')
          : wrongLength(header, path, 'more');
    }
    return success(Buffer.concat(pieces, length));
  } catch (error) {
    return failure(
      path,
      'a whole gzip file',
      codeOf(error) === 'Z_BUF_ERROR' ? 'its beginning' : 'data that cannot be unpacked',
      'the file is damaged or was not downloaded completely',
    );
  } finally {
    stream.destroy();
  }
}

/** Type, rank, and 255 sizes. */
const largestHeader = 4 + 4 * 255;

interface Header {
  readonly code: keyof typeof types;
  readonly type: (typeof types)[keyof typeof types];
  readonly sizes: readonly number[];
  readonly count: number;
  /** Where the elements begin. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array, path: string, most?: number): Result<Header> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const code = bytes[2];
  const rank = bytes[3] ?? 0;
  if (
    bytes.length < 4 ||
    bytes[0] !== 0 ||
    bytes[1] !== 0 ||
    code === undefined ||
    !Object.hasOwn(types, code) ||
    rank === 0
  ) {
    const found = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return failure(
      { path, byte: 0 },
      'an IDX file: 00 00, a type and the number of axes',
      found === '' ? 'an empty file' : found,
    );
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    return failure({ path, byte: 4 }, `${rank} sizes`, 'the end of the file', 'the file is damaged');
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const type = types[code as keyof typeof types];
  const count = countOf(sizes, type.bytes, { path, byte: 4 }, most);
  return count.ok ? success({ code: code as keyof typeof types, type, sizes, count: count.value, start }) : count;
}

function wrongLength({ sizes, start, count, type }: Header, path: string, found: string | number): Result<never> {
  const wanted = start + count * type.bytes;
  return failure(
    { path, byte: typeof found === 'number' ? Math.min(found, wanted) : wanted },
    `${wanted} bytes for ${sizesText(sizes)}`,
    typeof found === 'number' ? `${found} bytes` : found,
    'the file is damaged or was not downloaded completely',
  );
}

export function parseIdx(bytes: Uint8Array, path: string): Result<Column> {
  const header = readHeader(bytes, path);
  if (!header.ok) return header;
  const { code, type, sizes, count, start } = header.value;
  if (bytes.length !== start + count * type.bytes) return wrongLength(header.value, path, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return success({
    shape: sizes.slice(1),
    data: valuesOf(view, start, count, header.value),
    scale: scaleOf(code, sizes),
    source: path,
  });
}

const scaleOf = (code: Header['code'], sizes: readonly number[]): number =>
  code === 0x08 && sizes.length >= 3 ? 1 / 255 : 1;

function valuesOf(view: DataView, start: number, count: number, { code, type }: Header): Column['data'] {
  if (code === 0x08) return new Uint8Array(view.buffer, view.byteOffset + start, count).slice();
  const data = code <= 0x0c ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, start + i * type.bytes);
  return data;
}
