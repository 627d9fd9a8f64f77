/** A folder of PNG and JPEG files, all of one size; sub-folders are classes. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { inBytes, largestFile, readBytes, reason } from '../files.js';
import { decodePicture, type Picture } from './pictures.js';

/**
 * Columns `x` ([height, width, channels], bytes scaled to [0, 1]) and, where the pictures lie in
 * sub-folders, `y`: the sub-folder's place in the order of names. Examples are in that order too.
 * @param channels as the model wants them; as the first file has them where it does not say.
 * Errors: no pictures, a picture of another size or number of channels, a damaged file.
 */
export async function loadImages(
  folder: string,
  channels: number | undefined,
): Promise<Result<Readonly<Record<string, Column>>>> {
  const listed = await listPictures(folder);
  if (!listed.ok) return listed;
  const { files, classes } = listed.value;
  const names = classes.length === 0 ? {} : { names: classes };
  if (files.length === 0) return failure(folder, 'PNG or JPEG files, in the folder or in sub-folders', 'none');
  let first: Picture | undefined;
  let data = new Uint8Array(0);
  const labels = new Int32Array(files.length);
  for (const [i, file] of files.entries()) {
    const decoded = await readPicture(file.path, channels ?? first?.channels);
    if (!decoded.ok) return decoded;
    const picture = decoded.value;
    if (first === undefined) {
      first = picture;
      const bytes = files.length * picture.data.length;
      if (bytes > largestFile)
        return failure(
          folder,
          `pictures of at most ${inBytes(largestFile)} in all`,
          `${files.length} of ${sizeText(picture)}, ${inBytes(bytes)}`,
          'make the pictures smaller, or take fewer',
        );
      data = new Uint8Array(bytes);
    }
    if (picture.width !== first.width || picture.height !== first.height || picture.channels !== first.channels) {
      return failure(
        file.path,
        `${sizeText(first)}, as ${files[0]!.path}`,
        sizeText(picture),
        'bring the pictures to one size first',
      );
    }
    data.set(picture.data, i * picture.data.length);
    labels[i] = file.label;
  }
  const { width, height, channels: depth } = first!;
  const x: Column = { shape: [height, width, depth], data, scale: 1 / 255, source: folder };
  return success(
    classes.length > 0 ? { x, y: { shape: [], data: labels, scale: 1, source: folder, ...names } } : { x },
  );
}

const sizeText = ({ width, height, channels }: Picture): string =>
  `${width} × ${height} pixels, ${channels} channel${channels === 1 ? '' : 's'}`;

interface Listed {
  readonly files: readonly { readonly path: string; readonly label: number }[];
  /** The names of the sub-folders. */
  readonly classes: readonly string[];
}

const isPicture = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/** 2 before 10. */
const byName = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

async function listPictures(folder: string): Promise<Result<Listed>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const own = entries
      .filter((entry) => !entry.isDirectory() && isPicture(entry.name))
      .map(({ name }) => name)
      .sort(byName);
    if (own.length > 0)
      return success({ files: own.map((name) => ({ path: join(folder, name), label: 0 })), classes: [] });
    const folders = entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort(byName);
    const files: { path: string; label: number }[] = [];
    for (const [label, name] of folders.entries()) {
      const inside = (await readdir(join(folder, name))).filter(isPicture).sort(byName);
      files.push(...inside.map((file) => ({ path: join(folder, name, file), label })));
    }
    return success({ files, classes: folders });
  } catch (error) {
    return failure(folder, 'a folder that can be read', reason(error));
  }
}

async function readPicture(path: string, channels: number | undefined): Promise<Result<Picture>> {
  const bytes = await readBytes(path);
  if (!bytes.ok) return bytes;
  const picture = decodePicture(bytes.value, path);
  return picture.ok ? withChannels(picture.value, channels, path) : picture;
}

/** Changes the number of channels only where no information is lost or made up: opaque alpha, grey stored as colour. */
function withChannels(picture: Picture, wanted: number | undefined, path: string): Result<Picture> {
  const { channels } = picture;
  if (wanted === undefined || wanted === channels) return success(picture);
  const dropsAlpha = channels === 2 || channels === 4;
  const colour = dropsAlpha ? channels - 1 : channels;
  const opaque = !dropsAlpha || every(picture, (at) => picture.data[at + channels - 1] === 255);
  const grey =
    colour === 3 &&
    wanted === 1 &&
    every(picture, (at) => picture.data[at] === picture.data[at + 1] && picture.data[at] === picture.data[at + 2]);
  if (!opaque || (colour !== wanted && !grey)) {
    return failure(
      path,
      `${wanted} channel${wanted === 1 ? '' : 's'}`,
      sizeText(picture),
      opaque ? '' : 'the picture is transparent in places',
    );
  }
  const pixels = picture.width * picture.height;
  const data = new Uint8Array(pixels * wanted);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < wanted; c++) data[i * wanted + c] = picture.data[i * channels + c]!;
  return success({ ...picture, channels: wanted, data });
}

function every(picture: Picture, holds: (at: number) => boolean): boolean {
  for (let at = 0; at < picture.data.length; at += picture.channels) if (!holds(at)) return false;
  return true;
}
