/** PNG and JPEG files as bytes of pixels. What they unpack to is bounded by the sizes that they declare, and those by what is a picture. */
import { constants, inflateSync } from 'node:zlib';
import { convertIndexedToRgb, decode as decodePng } from 'fast-png';
import decodeJpeg from 'jpeg-js/lib/decoder.js';
import { failure, success, type Result } from '../../result.js';
import { codeOf, isOutOfMemory } from '../files.js';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Of 8 or of 16 bits. */
  readonly data: Uint8Array | Uint16Array;
}

/** 8192 × 8192 pixels. */
const mostPixels = 2 ** 26;
/** A progressive JPEG comes in about ten; each goes over the whole picture. */
const mostScans = 64;

const whole = 'a whole PNG or JPEG file';
const damaged = 'the file is damaged, or not what its name says';

/** The pixels of a file, of 16 bits where it has them. Errors: neither PNG nor JPEG, damaged, too large, more data than its size has pixels. */
export function decodePicture(bytes: Uint8Array, path: string): Result<Picture> {
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  try {
    return isJpeg ? fromJpeg(bytes, path) : fromPng(bytes, path);
  } catch (error) {
    // What decoders say is about themselves.
    return failure(
      path,
      whole,
      isOutOfMemory(error) ? 'more pixels than the memory holds' : 'data that cannot be decoded',
      damaged,
    );
  }
}

const tooLarge = (path: string, width: number, height: number): Result<never> =>
  failure(
    path,
    `a picture of at most ${Math.sqrt(mostPixels)} × ${Math.sqrt(mostPixels)} pixels`,
    `${width} × ${height}`,
    'make the pictures smaller first',
  );

function fromJpeg(bytes: Uint8Array, path: string): Result<Picture> {
  const size = sizeOfJpeg(bytes);
  if (size === undefined) return failure(path, whole, 'a JPEG without a size', damaged);
  if (size.width * size.height > mostPixels) return tooLarge(path, size.width, size.height);
  if (size.scans > mostScans) return failure(path, `a JPEG of at most ${mostScans} scans`, String(size.scans), damaged);
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    maxResolutionInMP: mostPixels / 1e6,
    maxMemoryUsageInMB: 2048,
  });
  return success({ width, height, channels: 3, data });
}

/** From the frame header (T.81, B.2.2), and how many scans follow. */
function sizeOfJpeg(
  bytes: Uint8Array,
): { readonly width: number; readonly height: number; readonly scans: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: { readonly width: number; readonly height: number } | undefined;
  let scans = 0;
  for (let at = 2; at + 9 < bytes.length;) {
    const marker = bytes[at] === 0xff ? bytes[at + 1]! : 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && size === undefined) size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === 0xda) scans += 1;
    // Within the data of a scan, and in what is damaged, the next marker is looked for byte by byte.
    const hasLength = marker >= 0xc0 && marker !== 0xff && (marker < 0xd0 || marker > 0xd9);
    at += hasLength ? 2 + view.getUint16(at + 2) : 1;
  }
  return size === undefined ? undefined : { ...size, scans };
}

function fromPng(bytes: Uint8Array, path: string): Result<Picture> {
  const found = chunksOfPng(bytes);
  const header = found?.header;
  if (found === undefined || header === undefined) return failure(path, whole, 'something else', damaged);
  const { width, height } = header;
  if (width * height > mostPixels) return tooLarge(path, width, height);
  const unpacked = unpackedSize(header);
  try {
    // Before the decoder unpacks all that there is.
    inflateSync(found.data, { maxOutputLength: unpacked, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    const found = codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'more' : 'data that cannot be unpacked';
    return failure(path, `${unpacked} bytes for ${width} × ${height} pixels`, found, damaged);
  }
  const png = decodePng(found.critical, { checkCrc: true });
  const { depth } = png;
  if (png.palette !== undefined) {
    const data = convertIndexedToRgb(png);
    return success({ width, height, channels: data.length / (width * height), data });
  }
  if (depth === 16) return success({ width, height, channels: png.channels, data: Uint16Array.from(png.data) });
  if (depth < 8)
    return success({ width, height, channels: 1, data: unpackBits(Uint8Array.from(png.data), width, height, depth) });
  return success({ width, height, channels: png.channels, data: Uint8Array.from(png.data) });
}

interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Of a pixel. */
  readonly bits: number;
  readonly interlaced: boolean;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const channelsOfPng: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The chunks that make the picture (PNG, section 5), without those that describe it and may be packed on their own. */
function chunksOfPng(
  bytes: Uint8Array,
): { readonly header: PngHeader | undefined; readonly critical: Uint8Array; readonly data: Uint8Array } | undefined {
  if (signature.some((byte, i) => bytes[i] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [kept, data] = [[bytes.subarray(0, 8)], [] as Uint8Array[]];
  let header: PngHeader | undefined;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) return undefined;
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === 'IHDR' && length === 13 && header === undefined) {
      const channels = channelsOfPng[bytes[at + 17]!];
      if (channels !== undefined)
        header = {
          width: view.getUint32(at + 8),
          height: view.getUint32(at + 12),
          bits: channels * bytes[at + 16]!,
          interlaced: bytes[at + 20] === 1,
        };
    }
    if (kind === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + length));
    if (['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(kind)) kept.push(bytes.subarray(at, end));
    at = end;
    if (kind === 'IEND') break;
  }
  return { header, critical: Buffer.concat(kept), data: Buffer.concat(data) };
}

/** Bytes of the rows, each with its filter; in seven passes where the picture is interlaced (Adam7). */
function unpackedSize({ width, height, bits, interlaced }: PngHeader): number {
  const rows = (w: number, h: number): number => (w === 0 || h === 0 ? 0 : h * (1 + Math.ceil((w * bits) / 8)));
  if (!interlaced) return rows(width, height);
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  return passes.reduce(
    (sum, [x, y, dx, dy]) => sum + rows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}

/** Grey of 1, 2 or 4 bits: rows begin at a byte, the high bits come first. */
function unpackBits(packed: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const stride = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = packed[y * stride + (bit >> 3)] ?? 0;
      out[y * width + x] = Math.round((((byte >> (8 - depth - (bit & 7))) & most) * 255) / most);
    }
  }
  return out;
}
