/** NumPy's .npy (format versions 1 to 3, NumPy Enhancement Proposal 1) and .npz, a zip of them. */
import { crc32 } from 'node:zlib';
import { Unzip, UnzipInflate } from 'fflate';
import { allRows, partsOf, type Column, type StoredColumn } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { inBytes, isOutOfMemory, largestFile, readBytes } from '../files.js';
import { countOf, sizesText } from './sizes.js';
import { startOf, storedColumn, tooLarge } from './stored.js';

type Read = (view: DataView, at: number, little: boolean) => number;

interface ElementType {
  readonly bytes: number;
  readonly read: Read;
  readonly whole: boolean;
}

const types: Readonly<Record<string, ElementType>> = {
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

/** The array; its first axis counts examples. Of more than `memory` bytes, pieces are read. */
export async function loadNpy(path: string, memory: number): Promise<Result<Column | StoredColumn>> {
  const size = tooLarge(path, memory);
  if (size !== undefined) return storedNpy(path, size);
  const bytes = await readBytes(
    path,
    largestFile,
    'cut it into several arrays, or save it in a smaller type: uint8 for pictures',
  );
  return bytes.ok ? parseNpy(bytes.value, path) : bytes;
}

function storedNpy(path: string, size: number): Result<StoredColumn> {
  const header = readHeader(startOf(path, longestHeader), path, Number.MAX_SAFE_INTEGER);
  if (!header.ok) return header;
  const { descr, type, sizes, count, start } = header.value;
  if (size !== start + count * type.bytes) return otherLength(header.value, path, size);
  const as = (narrow: boolean): StoredColumn =>
    storedColumn({
      path,
      sizes,
      start,
      bytes: type.bytes,
      scale: 1,
      decode: (view, n) => readArray(view, 0, n, descr, type, narrow),
    });
  // Whether whole numbers of 64 bits fit into 32 is seen of all.
  if (!narrows(descr, type)) return success(as(false));
  const wide = as(false);
  if (descr.endsWith('8'))
    for (const { data } of partsOf(wide, allRows(wide.size)))
      if (data.some((value) => value !== (value | 0))) return success(wide);
  return success(as(true));
}

/** Every array of the archive by its name, in alphabetical order, or the one named by `member`. */
export async function loadNpz(path: string, member?: string): Promise<Result<Readonly<Record<string, Column>>>> {
  const bytes = await readBytes(path);
  if (!bytes.ok) return bytes;
  const found = unzip(bytes.value, path, (name) => member === undefined || name === `${member}.npy`);
  if (!found.ok) return found;
  const { names, files } = found.value;
  const columns: [string, Column][] = [];
  for (const file of [...files.keys()].sort()) {
    const name = file.slice(0, -'.npy'.length);
    const column = parseNpy(files.get(file)!, `${path}#${name}`);
    if (!column.ok) return column;
    columns.push([name, column.value]);
  }
  if (columns.length > 0) return success(Object.fromEntries(columns));
  return failure(
    path,
    member === undefined ? 'at least one .npy file' : `an array named ${member}`,
    names.length === 0 ? 'none' : names.slice(0, 20).join(', '),
  );
}

/** Packed bytes that are given to the unpacker at once: they may stand for a thousand times as many. */
const portion = 2 ** 14;

/**
 * The wanted .npy files of an archive. An entry is unpacked up to what the header of its array promises:
 * what the archive says of it may be anything.
 */
function unzip(
  bytes: Uint8Array,
  path: string,
  wanted: (name: string) => boolean,
): Result<{ readonly names: readonly string[]; readonly files: ReadonlyMap<string, Uint8Array> }> {
  const whole = 'a zip archive of .npy files';
  const damaged = 'the file is damaged or was not written completely';
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return failure(path, whole, 'something else', damaged);
  const checksums = checksumsOf(bytes);
  if (checksums === undefined) return failure(path, whole, 'the beginning of one', damaged);
  const names: string[] = [];
  const files = new Map<string, Uint8Array>();
  const open = new Set<string>();
  let fault: Result<never> | undefined;
  let total = 0;
  const archive = new Unzip((file) => {
    const { name } = file;
    if (!name.endsWith('.npy')) return;
    names.push(name);
    if (!wanted(name)) return;
    open.add(name);
    const pieces: Uint8Array[] = [];
    let [length, most] = [0, Infinity];
    file.ondata = (error, piece, final) => {
      if (error !== null) fault ??= failure(path, whole, 'data that cannot be unpacked', damaged);
      if (fault !== undefined || error !== null) return;
      pieces.push(piece);
      length += piece.length;
      total += piece.length;
      if (most === Infinity && (length >= longestHeader || final)) {
        const header = readHeader(Buffer.concat(pieces), `${path}#${name.slice(0, -'.npy'.length)}`);
        if (header.ok) most = header.value.start + header.value.count * header.value.type.bytes;
        else fault = header;
      }
      if (length > most)
        fault ??= failure(
          `${path}#${name.slice(0, -'.npy'.length)}`,
          `${most} bytes, as its header says`,
          'more',
          damaged,
        );
      if (total > largestFile)
        fault ??= failure(path, `arrays of at most ${inBytes(largestFile)}`, 'more', 'save the arrays one by one');
      if (fault !== undefined || !final) return;
      const content = Buffer.concat(pieces);
      if (checksums.get(name) !== crc32(content))
        fault = failure(
          `${path}#${name.slice(0, -'.npy'.length)}`,
          'the bytes that were written',
          'others: its checksum differs',
          damaged,
        );
      files.set(name, content);
      open.delete(name);
    };
    file.start();
  });
  archive.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length && fault === undefined; at += portion)
      archive.push(bytes.subarray(at, at + portion), at + portion >= bytes.length);
  } catch (error) {
    fault ??= failure(
      path,
      whole,
      isOutOfMemory(error) ? 'more than the memory holds' : 'data that cannot be unpacked',
      damaged,
    );
  }
  if (fault !== undefined) return fault;
  return open.size === 0 ? success({ names, files }) : failure(path, whole, 'the beginning of one', damaged);
}

/** The checksum of each entry, from the directory at the archive's end (APPNOTE 4.3.12); undefined where there is none. */
function checksumsOf(bytes: Uint8Array): ReadonlyMap<string, number> | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > file.length) return undefined;
  const found = new Map<string, number>();
  let at = file.readUInt32LE(end + 16);
  // A directory beyond 4 GiB has its place elsewhere, and no such file is read.
  while (at + 46 <= end && file.readUInt32LE(at) === 0x02014b50) {
    const [name, extra, comment] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    found.set(file.toString('utf8', at + 46, at + 46 + name), file.readUInt32LE(at + 16));
    at += 46 + name + extra + comment;
  }
  return found;
}

/** A header of more is nothing that NumPy writes; the array behind it is looked at then. */
const longestHeader = 2 ** 16;

interface Header {
  readonly descr: string;
  readonly type: ElementType;
  readonly sizes: readonly number[];
  readonly count: number;
  /** Where the elements begin. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array, path: string, most?: number): Result<Header> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(1, 6));
  if (bytes.length < 12 || bytes[0] !== 0x93 || magic !== 'NUMPY')
    return failure({ path, byte: 0 }, 'a NumPy array', 'another kind of file');
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (start > bytes.length)
    return failure(
      { path, byte: 8 },
      `a header of ${start} bytes`,
      `${bytes.length} bytes`,
      'the file is damaged or was not written completely',
    );
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, Math.min(start, longestHeader)));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape'\s*:\s*\(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  const kind = descr?.slice(1) ?? '';
  const type = Object.hasOwn(types, kind) ? types[kind] : undefined;
  if (type === undefined || descr === undefined) {
    return failure(
      { path, byte: 10 },
      `an element type of ${Object.keys(types).join(', ')}`,
      descr === undefined ? 'no type' : shortened(descr),
      'convert it: array.astype("float32")',
    );
  }
  if (sizes === undefined || fortran === undefined || sizes.some(Number.isNaN))
    return failure({ path, byte: 10 }, 'a shape and an order', JSON.stringify(shortened(header.trim())));
  if (sizes.length === 0) return failure({ path, byte: 10 }, 'an axis of examples', 'a single number');
  if (fortran === 'True' && sizes.length > 1)
    return failure(
      { path, byte: 10 },
      'rows one after the other (C order)',
      'Fortran order',
      'save numpy.ascontiguousarray(array)',
    );
  const count = countOf(sizes, type.bytes, { path, byte: 10 }, most);
  return count.ok ? success({ descr, type, sizes, count: count.value, start }) : count;
}

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

export function parseNpy(bytes: Uint8Array, path: string): Result<Column> {
  const header = readHeader(bytes, path);
  if (!header.ok) return header;
  const { descr, type, sizes, count, start } = header.value;
  if (bytes.length !== start + count * type.bytes) return otherLength(header.value, path, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // 64-bit labels are numpy's default; where they do not fit 32 bits they were no labels.
  const narrow = narrows(descr, type) && !(descr.endsWith('8') && beyondInt32(view, start, count, descr, type));
  const data = readArray(view, start, count, descr, type, narrow);
  return success({ shape: sizes.slice(1), data, scale: 1, source: path });
}

const otherLength = ({ sizes, count, type, start }: Header, path: string, length: number): Result<never> =>
  failure(
    { path, byte: start },
    `${count * type.bytes} bytes for ${sizesText(sizes)}`,
    `${length - start} bytes`,
    'the file is damaged or was not written completely',
  );

const narrows = (descr: string, { whole }: ElementType): boolean => whole && descr.slice(1) !== 'u4';

function readArray(
  view: DataView,
  start: number,
  count: number,
  descr: string,
  type: ElementType,
  narrow: boolean,
): Column['data'] {
  const kind = descr.slice(1);
  if (kind === 'u1' || kind === 'b1') return new Uint8Array(view.buffer, view.byteOffset + start, count).slice();
  const data = narrow ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, start + i * type.bytes, descr[0] !== '>');
  return data;
}

function beyondInt32(view: DataView, start: number, count: number, descr: string, type: ElementType): boolean {
  for (let i = 0; i < count; i++) {
    const value = type.read(view, start + i * type.bytes, descr[0] !== '>');
    if (value !== (value | 0)) return true;
  }
  return false;
}
