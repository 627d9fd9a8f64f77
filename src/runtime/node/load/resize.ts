/** Pictures of other sizes and channels. Each function gives a picture of its own and leaves the one it is given. */
import type { Pica } from 'pica';
import { success, type Result } from '../../result.js';
import { imported } from './packages.js';
import type { Picture } from './pictures.js';

type Size = Pick<Picture, 'width' | 'height'>;

/** The largest part of `picture` in the middle with the proportions of `size`. */
export function middleOf(picture: Picture, size: Size): Picture {
  const scale = Math.min(picture.width / size.width, picture.height / size.height);
  const [width, height] = [size.width, size.height].map((n) => Math.max(1, Math.round(n * scale))) as [number, number];
  const [left, top] = [(picture.width - width) >> 1, (picture.height - height) >> 1];
  const row = width * picture.channels;
  const data = picture.data.slice(0, row * height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * picture.channels;
    data.set(picture.data.subarray(from, from + row), y * row);
  }
  return { ...picture, width, height, data };
}

/** Brings pictures of bytes to other sizes. */
export type Resizer = (picture: Picture, size: Size) => Promise<Picture>;

/**
 * Each pixel is a weighted mean of all that it covers (Hamming's window), so that small pictures of large ones have no
 * jagged edges. Errors: the package is not there.
 */
export async function resizer(folder: string): Promise<Result<Resizer>> {
  const pica = await imported({ path: folder }, ['pica'], () => import('pica'));
  if (!pica.ok) return pica;
  const library = new pica.value.Pica({ features: ['js'] });
  return success((picture, size) => resized(library, picture, size));
}

async function resized(library: Pica, picture: Picture, { width, height }: Size): Promise<Picture> {
  const { channels } = picture;
  const data = new Uint8Array(width * height * channels);
  // Three channels at a time: the fourth would be taken for alpha.
  for (let first = 0; first < channels; first += 3) {
    const some = Math.min(3, channels - first);
    const src = new Uint8Array(picture.width * picture.height * 4).fill(255);
    for (let i = 0; i * 4 < src.length; i++)
      for (let c = 0; c < some; c++) src[i * 4 + c] = picture.data[i * channels + first + c]!;
    const out = await library.resizeBuffer({
      src,
      width: picture.width,
      height: picture.height,
      toWidth: width,
      toHeight: height,
      filter: 'hamming',
    });
    for (let i = 0; i < width * height; i++)
      for (let c = 0; c < some; c++) data[i * channels + first + c] = out[i * 4 + c]!;
  }
  return { width, height, channels, data };
}

/** A picture with alpha on a ground of one brightness, in bytes or 16 bits: without alpha. */
export function onGround(picture: Picture, brightness: 0 | 1): Picture {
  const { channels } = picture;
  if (channels !== 2 && channels !== 4) return picture;
  const most = mostOf(picture);
  return mapped(picture, channels - 1, (at, c) => {
    const alpha = picture.data[at + channels - 1]! / most;
    return Math.round(picture.data[at + c]! * alpha + most * brightness * (1 - alpha));
  });
}

/** One channel of three: ITU-R BT.601, as the corruption `grayscale`. */
export const greyOf = (picture: Picture): Picture =>
  picture.channels !== 3
    ? picture
    : mapped(picture, 1, (at) =>
        Math.round(0.299 * picture.data[at]! + 0.587 * picture.data[at + 1]! + 0.114 * picture.data[at + 2]!),
      );

export const colourOf = (picture: Picture): Picture =>
  picture.channels !== 1 ? picture : mapped(picture, 3, (at) => picture.data[at]!);

/** The brightest that a channel can be. */
export const mostOf = ({ data }: Picture): number => (data instanceof Uint16Array ? 65535 : 255);

/** Room for values as those of `picture`. */
export const emptyPixels = ({ data }: Picture, length: number): Picture['data'] =>
  data instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);

/** The upper eight of sixteen bits. */
export const inEightBits = (picture: Picture): Picture =>
  picture.data instanceof Uint16Array
    ? { ...picture, data: Uint8Array.from(picture.data, (value) => value >> 8) }
    : picture;

/** The same brightness of 65535 as it has of 255. */
export const inSixteenBits = (picture: Picture): Picture =>
  picture.data instanceof Uint16Array
    ? picture
    : { ...picture, data: Uint16Array.from(picture.data, (value) => value * 257) };

/** A picture of `channels`, each value made of the pixel that begins at `at`. */
export function mapped(picture: Picture, channels: number, value: (at: number, channel: number) => number): Picture {
  const pixels = picture.width * picture.height;
  const data = emptyPixels(picture, pixels * channels);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < channels; c++) data[i * channels + c] = value(i * picture.channels, c);
  return { ...picture, channels, data };
}
