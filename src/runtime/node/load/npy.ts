/** NumPy's .npy (format versions 1 to 3, NumPy Enhancement Proposal 1) and .npz, a zip of them. */
import { unzipSync } from 'fflate';
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { readBytes, reason } from '../files.js';

type Read = (view: DataView, at: number, little: boolean) => number;

const types: Readonly<Record<string, { readonly bytes: number; readonly read: Read; readonly whole: boolean }>> = {
  b1: { bytes: 1, read: (view, at) => view.getUint8(at), whole: true },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at), whole: true },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at), whole: true },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little), whole: true },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little), whole: true },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little), whole: true },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little), whole: true },
  u8: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)), whole: true },
  i8: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)), whole: true },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little), whole: false },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little), whole: false },
};

/** The array; its first axis counts examples. */
export async function loadNpy(path: string): Promise<Result<Column>> {
  const bytes = await readBytes(path);
  return bytes.ok ? parseNpy(bytes.value, path) : bytes;
}

/** Every array of the archive by its name, in alphabetical order, or the one named by `member`. */
export async function loadNpz(path: string, member?: string): Promise<Result<Readonly<Record<string, Column>>>> {
  const bytes = await readBytes(path);
  if (!bytes.ok) return bytes;
  let files: Readonly<Record<string, Uint8Array>>;
  try {
    files = unzipSync(bytes.value);
  } catch (error) {
    return failure(
      path,
      'a zip archive of .npy files',
      reason(error),
      'the file is damaged or was not written completely',
    );
  }
  const columns: Record<string, Column> = {};
  const arrays = Object.keys(files)
    .filter((file) => file.endsWith('.npy'))
    .sort();
  for (const file of arrays) {
    const name = file.slice(0, -'.npy'.length);
    if (member !== undefined && member !== name) continue;
    const column = parseNpy(files[file]!, `${path}#${name}`);
    if (!column.ok) return column;
    columns[name] = column.value;
  }
  if (Object.keys(columns).length > 0) return success(columns);
  return failure(
    path,
    member === undefined ? 'at least one .npy file' : `an array named ${member}`,
    arrays.length === 0 ? 'none' : arrays.join(', '),
  );
}

export function parseNpy(bytes: Uint8Array, path: string): Result<Column> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(1, 6));
  if (bytes.length < 12 || bytes[0] !== 0x93 || magic !== 'NUMPY')
    return failure({ path, byte: 0 }, 'a NumPy array', 'another kind of file');
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape'\s*:\s*\(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  const type = types[descr?.slice(1) ?? ''];
  if (type === undefined || descr === undefined) {
    return failure(
      { path, byte: 10 },
      `an element type of ${Object.keys(types).join(', ')}`,
      descr ?? 'no type',
      'convert it: array.astype("float32")',
    );
  }
  if (sizes === undefined || fortran === undefined || !sizes.every(Number.isSafeInteger))
    return failure({ path, byte: 10 }, 'a shape and an order', JSON.stringify(header.trim()));
  if (sizes.length === 0) return failure({ path, byte: 10 }, 'an axis of examples', 'a single number');
  if (fortran === 'True' && sizes.length > 1)
    return failure(
      { path, byte: 10 },
      'rows one after the other (C order)',
      'Fortran order',
      'save numpy.ascontiguousarray(array)',
    );
  const count = sizes.reduce((a, b) => a * b, 1);
  if (bytes.length !== start + count * type.bytes) {
    return failure(
      { path, byte: start },
      `${count * type.bytes} bytes for [${sizes.join(', ')}]`,
      `${bytes.length - start} bytes`,
      'the file is damaged or was not written completely',
    );
  }
  return success({ shape: sizes.slice(1), data: readArray(view, start, count, descr, type), scale: 1, source: path });
}

function readArray(
  view: DataView,
  start: number,
  count: number,
  descr: string,
  type: NonNullable<(typeof types)[string]>,
): Column['data'] {
  const kind = descr.slice(1);
  if (kind === 'u1' || kind === 'b1') return new Uint8Array(view.buffer, view.byteOffset + start, count).slice();
  // 64-bit labels are numpy's default; where they do not fit 32 bits they were no labels.
  const narrow = type.whole && kind !== 'u4' && !(kind.endsWith('8') && beyondInt32(view, start, count, descr, type));
  const data = narrow ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, start + i * type.bytes, descr[0] !== '>');
  return data;
}

function beyondInt32(
  view: DataView,
  start: number,
  count: number,
  descr: string,
  type: NonNullable<(typeof types)[string]>,
): boolean {
  for (let i = 0; i < count; i++) {
    const value = type.read(view, start + i * type.bytes, descr[0] !== '>');
    if (value !== (value | 0)) return true;
  }
  return false;
}
