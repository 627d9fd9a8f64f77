/** A folder of PNG and JPEG files, of one size or brought to one; sub-folders are classes. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column, StoredColumn } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { readBytes, reason } from '../files.js';
import { changesOf, type Changes } from './changes.js';
import { decodePicture, type Picture } from './pictures.js';
import {
  colourOf,
  emptyPixels,
  greyOf,
  inEightBits,
  inSixteenBits,
  mapped,
  middleOf,
  mostOf,
  onGround,
  resizer,
  type Resizer,
} from './resize.js';
import { openSpool, type Spool } from './stored.js';

/** What a model declares of pictures: all sizes where it has three axes, or two and one channel. */
export interface Wanted {
  readonly height?: number;
  readonly width?: number;
  readonly channels?: number;
}

/**
 * Columns `x` ([height, width, channels], bytes scaled to [0, 1]) and, where the pictures lie in
 * sub-folders, `y`: the sub-folder's place in the order of names. Examples are in that order too.
 * @param wanted as the model wants them; as the first file has them where it does not say.
 * @param written what they are brought to, as of `changesOf`.
 * Of more than `memory` bytes the pixels are kept in a file.
 * Errors: no pictures, a picture of another size or number of channels, a damaged file.
 */
export async function loadImages(
  folder: string,
  wanted: Wanted,
  written: string | undefined,
  memory: number,
): Promise<Result<Readonly<Record<string, Column | StoredColumn>>>> {
  const changes = written === undefined ? success<Changes>({}) : changesOf(folder, written);
  if (!changes.ok) return changes;
  const resize = changes.value.size === undefined ? success(undefined) : await resizer(folder);
  if (!resize.ok) return resize;
  const into: Into = { wanted, changes: changes.value, resize: resize.value };
  const listed = await listPictures(folder);
  if (!listed.ok) return listed;
  const { files, classes } = listed.value;
  const names = classes.length === 0 ? {} : { names: classes };
  if (files.length === 0) return failure(folder, 'PNG or JPEG files, in the folder or in sub-folders', 'none');
  let first: Picture | undefined;
  let data: Uint8Array | Uint16Array = new Uint8Array(0);
  let spool: Spool | undefined;
  const labels = new Int32Array(files.length);
  for (const [i, file] of files.entries()) {
    const made = await readPicture(file.path, into, wanted.channels ?? first?.channels);
    if (!made.ok) return made;
    const picture = made.value;
    if (first === undefined) {
      first = picture;
      if (files.length * picture.data.byteLength > memory) spool = openSpool();
      else data = emptyPixels(picture, files.length * picture.data.length);
    }
    if (picture.width !== first.width || picture.height !== first.height || picture.channels !== first.channels) {
      return failure(
        file.path,
        `${sizeText(first)}, as ${files[0]!.path}`,
        sizeText(picture),
        `bring the pictures to one size first, or ask for it: ${folder}#crop or ${folder}#stretch`,
      );
    }
    if (spool === undefined) data.set(picture.data, i * picture.data.length);
    else spool.add(picture.data);
    labels[i] = file.label;
  }
  const { width, height, channels: depth } = first!;
  const [shape, scale] = [[height, width, depth], 1 / mostOf(first!)];
  const x = spool?.column(folder, shape, scale) ?? { shape, data, scale, source: folder };
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

/** What each picture of a folder is brought to. */
interface Into {
  readonly wanted: Wanted;
  readonly changes: Changes;
  readonly resize: Resizer | undefined;
}

async function readPicture(
  path: string,
  { wanted: { width, height }, changes, resize }: Into,
  channels: number | undefined,
): Promise<Result<Picture>> {
  const bytes = await readBytes(path);
  if (!bytes.ok) return bytes;
  const decoded = decodePicture(bytes.value, path);
  if (!decoded.ok) return decoded;
  let picture = changes.deep === true ? inSixteenBits(decoded.value) : inEightBits(decoded.value);
  if (changes.ground !== undefined) picture = onGround(picture, changes.ground === 'white' ? 1 : 0);
  if (changes.channels !== undefined) {
    const opaque = withoutAlpha(picture);
    if (opaque === undefined) return transparent(path, picture);
    picture = changes.channels === 'grey' ? greyOf(opaque) : colourOf(opaque);
  }
  const fitting = withChannels(picture, channels, path);
  if (!fitting.ok || resize === undefined) return fitting;
  if (width === undefined || height === undefined)
    return failure(
      path,
      'a model that says how large its pictures are',
      'none, so that there is no size to bring it to',
    );
  const { value } = fitting;
  if (value.width === width && value.height === height) return fitting;
  if (value.data instanceof Uint16Array)
    return failure(
      path,
      `${width} × ${height} pixels, as the model declares`,
      sizeText(value),
      'pictures of 16 bits are not resized: take `16bit` away, or resize them first',
    );
  const size = { width, height };
  return success(await resize(changes.size === 'crop' ? middleOf(value, size) : value, size));
}

/** Changes the number of channels only where no information is lost or made up: opaque alpha, grey stored as colour. */
function withChannels(picture: Picture, wanted: number | undefined, path: string): Result<Picture> {
  if (wanted === undefined || wanted === picture.channels) return success(picture);
  const opaque = withoutAlpha(picture);
  if (opaque === undefined) return transparent(path, picture);
  if (opaque.channels === wanted) return success(opaque);
  if (opaque.channels === 3 && wanted === 1 && isGrey(opaque)) return success(greyOf(opaque));
  return failure(
    path,
    `${wanted} channel${wanted === 1 ? '' : 's'}`,
    sizeText(picture),
    wanted === 1 && opaque.channels === 3
      ? '`#grey` behind the name of the folder makes grey of colours'
      : wanted === 3 && opaque.channels === 1
        ? '`#colour` behind the name of the folder makes three channels of grey'
        : '',
  );
}

const transparent = (path: string, picture: Picture): Result<never> =>
  failure(
    path,
    'a picture without transparent pixels',
    sizeText(picture),
    'the picture is transparent in places: `#white` or `#black` behind the name of the folder says what shows through',
  );

/** Undefined where something is transparent. */
function withoutAlpha(picture: Picture): Picture | undefined {
  const { channels } = picture;
  if (channels !== 2 && channels !== 4) return picture;
  const isOpaque = every(picture, (at) => picture.data[at + channels - 1] === mostOf(picture));
  return isOpaque ? mapped(picture, channels - 1, (at, c) => picture.data[at + c]!) : undefined;
}

const isGrey = (picture: Picture): boolean =>
  every(picture, (at) => picture.data[at] === picture.data[at + 1] && picture.data[at] === picture.data[at + 2]);

function every(picture: Picture, holds: (at: number) => boolean): boolean {
  for (let at = 0; at < picture.data.length; at += picture.channels) if (!holds(at)) return false;
  return true;
}
