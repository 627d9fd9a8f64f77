/** IDX, the format of MNIST and its relatives (LeCun, Cortes and Burges), plain or gzipped. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { readBytes, reason } from '../files.js';

const inflate = promisify(gunzip);

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
export async function loadIdx(path: string): Promise<Result<Column>> {
  const packed = await readBytes(path);
  if (!packed.ok) return packed;
  const bytes = await unpack(packed.value, path);
  return bytes.ok ? parseIdx(bytes.value, path) : bytes;
}

async function unpack(bytes: Uint8Array, path: string): Promise<Result<Uint8Array>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return success(bytes);
  try {
    return success(await inflate(bytes));
  } catch (error) {
    return failure(path, 'a whole gzip file', reason(error), 'the file is damaged or was not downloaded completely');
  }
}

export function parseIdx(bytes: Uint8Array, path: string): Result<Column> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const code = bytes[2];
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || code === undefined || !(code in types) || rank === 0) {
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
  const count = sizes.reduce((a, b) => a * b, 1);
  if (bytes.length !== start + count * type.bytes) {
    return failure(
      { path, byte: Math.min(bytes.length, start + count * type.bytes) },
      `${start + count * type.bytes} bytes for [${sizes.join(', ')}]`,
      `${bytes.length} bytes`,
      'the file is damaged or was not downloaded completely',
    );
  }
  const shape = sizes.slice(1);
  if (code === 0x08)
    return success({
      shape,
      data: new Uint8Array(bytes.subarray(start)),
      scale: shape.length >= 2 ? 1 / 255 : 1,
      source: path,
    });
  const data = code <= 0x0c ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, start + i * type.bytes);
  return success({ shape, data, scale: 1, source: path });
}
