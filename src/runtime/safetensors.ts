/**
 * The safetensors format (huggingface/safetensors, format documentation): 8 bytes of header length,
 * a JSON header, then little-endian data without holes. Reading trusts nothing. What is written here has
 * a checksum of header and data among its metadata; files of others, which have none, are read too.
 */
import { checksum } from './checksum.js';
import { elements } from './dataset.js';
import { failure, success, type Result } from './result.js';

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export interface Stored {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Read extends Stored {
  /** Whether there was a checksum; where there was, it is right. */
  readonly checked: boolean;
}

const dtypes = { F32: 4, I32: 4, U8: 1 } as const;
type Dtype = keyof typeof dtypes;

/** The format's own limit. */
const longestHeader = 100_000_000;

const sumKey = 'checksum';

/** The file's bytes; the same tensors and metadata give the same bytes, whatever their order. */
export function writeSafetensors(tensors: Stored['tensors'], metadata: Stored['metadata']): Uint8Array {
  // Wide elements first, so that every tensor is aligned to its own width.
  const entries = Object.entries(tensors).sort(
    ([a, { data: x }], [b, { data: y }]) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  const header: Record<string, unknown> = {
    __metadata__: Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  let end = 0;
  for (const [name, { shape, data }] of entries) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  // The checksum is of what follows it, so room is left for it first.
  const withSum = (sum: string): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify({ ...header, __metadata__: { ...(header['__metadata__'] as Stored['metadata']), [sumKey]: sum } }),
    );
  const length = withSum(checksum([])).length;
  const padded = Math.ceil(length / 8) * 8;
  const out = new Uint8Array(8 + padded + end);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.fill(0x20, 8, 8 + padded);
  let at = 8 + padded;
  for (const [, { data }] of entries) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  out.set(withSum(sumOf(header, out.subarray(8 + padded))), 8);
  return out;
}

/** Of the header without the checksum itself, as JSON, and of the data. */
const sumOf = (header: Readonly<Record<string, unknown>>, data: Uint8Array): string =>
  checksum([new TextEncoder().encode(JSON.stringify(header)), data]);

function isWhole(json: Readonly<Record<string, unknown>>, metadata: Stored['metadata'], data: Uint8Array): boolean {
  const { [sumKey]: sum, ...others } = metadata;
  return sum === undefined || sum === sumOf({ ...json, __metadata__: others }, data);
}

const dtypeOf = (data: StoredTensor['data']): Dtype =>
  data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'U8';

/**
 * The tensors and metadata of a file.
 * Errors: a file shorter than it says, a header that is not the format's JSON, a dtype other than
 * F32, I32 and U8, sizes that disagree with shapes, data that overlap, leave holes or pass the end, and
 * bytes that are not those that the checksum was made of.
 * @param path for messages
 */
export function readSafetensors(bytes: Uint8Array, path: string): Result<Read> {
  const header = readHeader(bytes, path);
  if (!header.ok) return header;
  const { json, start } = header.value;
  const tensors: [string, StoredTensor][] = [];
  const spans: { name: string; from: number; to: number }[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(json)) {
    if (name === '__metadata__') {
      if (!isStringMap(entry)) return failure({ path, byte: 8 }, '__metadata__ to map names to text', typeof entry);
      metadata = entry;
      continue;
    }
    const tensor = readEntry(bytes, start, name, entry, path);
    if (!tensor.ok) return tensor;
    tensors.push([name, tensor.value.tensor]);
    spans.push({ name, from: tensor.value.from, to: tensor.value.to });
  }
  let end = 0;
  for (const span of spans.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (span.from !== end) {
      return failure(
        { path, byte: start + span.from },
        `the data of ${span.name} to begin at offset ${end}`,
        `offset ${span.from}`,
        damaged,
      );
    }
    end = span.to;
  }
  if (start + end !== bytes.length)
    return failure({ path, byte: start + end }, `a file of ${start + end} bytes`, `${bytes.length} bytes`, damaged);
  if (!isWhole(json, metadata, bytes.subarray(start)))
    return failure(
      path,
      'the bytes that were written',
      'others: the checksum differs',
      `${damaged}; who has changed it on purpose removes \`${sumKey}\` from its metadata`,
    );
  const { [sumKey]: sum, ...own } = metadata;
  // Not by assignment, which a tensor named __proto__ would turn into something else.
  return success({ tensors: Object.fromEntries(tensors), metadata: own, checked: sum !== undefined });
}

const damaged = 'the file is damaged or was not written completely';

function readHeader(
  bytes: Uint8Array,
  path: string,
): Result<{ readonly json: Readonly<Record<string, unknown>>; readonly start: number }> {
  if (bytes.length < 8)
    return failure({ path, byte: 0 }, 'a safetensors file: 8 bytes of header length', `${bytes.length} bytes`, damaged);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(longestHeader))
    return failure(
      { path, byte: 0 },
      `a header of at most ${longestHeader} bytes`,
      `${length} bytes`,
      'this is not a safetensors file',
    );
  const start = 8 + Number(length);
  if (start > bytes.length)
    return failure({ path, byte: 8 }, `a header of ${length} bytes`, `a file of ${bytes.length} bytes`, damaged);
  const json = parseObject(bytes.subarray(8, start));
  if (json === undefined)
    return failure(
      { path, byte: 8 },
      'a JSON object as header',
      'something else',
      'this is not a safetensors file, or it is damaged',
    );
  return success({ json, start });
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readEntry(
  bytes: Uint8Array,
  start: number,
  name: string,
  entry: unknown,
  path: string,
): Result<{ readonly tensor: StoredTensor; readonly from: number; readonly to: number }> {
  const wrong = (expected: string, found: unknown) =>
    failure({ path, byte: 8 }, `${name}: ${expected}`, JSON.stringify(found) ?? 'nothing', damaged);
  if (!isRecord(entry)) return wrong('dtype, shape and data_offsets', entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype))
    return wrong(`a dtype of ${Object.keys(dtypes).join(', ')}`, dtype);
  if (!isSizes(shape)) return wrong('a shape of whole numbers', shape);
  if (!isSizes(offsets) || offsets.length !== 2) return wrong('data_offsets of two whole numbers', offsets);
  const [from, to] = offsets as [number, number];
  const wanted = elements(shape) * dtypes[dtype as Dtype];
  if (to - from !== wanted) return wrong(`${wanted} bytes for shape [${shape.join(', ')}]`, to - from);
  if (start + to > bytes.length) return wrong(`data up to offset ${to}`, bytes.length - start);
  // A copy, because the place in the file need not be aligned; not by `slice`, which Node's Buffer makes a view.
  const { buffer } = new Uint8Array(bytes.subarray(start + from, start + to));
  const data =
    dtype === 'F32' ? new Float32Array(buffer) : dtype === 'I32' ? new Int32Array(buffer) : new Uint8Array(buffer);
  return success({ tensor: { shape, data }, from, to });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isStringMap = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
