/**
 * Data as named on the command line:
 *
 *   strokes   strokes:count=5000,seed=3      a procedural set
 *   mnist=DIR                                IDX files train-* or t10k-*; columns x and y
 *   x=PATH    x=PATH,y=PATH                  a file or folder for each column
 *   PATH                                     a file or folder that names its columns itself
 *   PATH.txt                                 a text a line, for a sequence of words
 *   PATH                                     trees, for a model that reads trees
 *
 * A path is an IDX file (.idx, -ubyte, .gz), .csv, .tsv or .parquet (`#x=area,rooms;y=price` picks fields), .npy, .npz (`#name`
 * picks an array) or a folder of pictures (`#crop,grey` brings them to what the model wants).
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { elements, type Column, type Dataset, type StoredColumn, type TextColumn } from '../../dataset.js';
import { fitDataset, type Training } from '../../fit.js';
import type { VariableSpec } from '../../program.js';
import { failure, success, type Result } from '../../result.js';
import { generateSet, isSynthetic } from '../../synthetic/specification.js';
import { syntheticSets } from '../../synthetic/index.js';
import { treesIn, type TreeColumn } from '../../trees.js';
import { isOutOfMemory, reason } from '../files.js';
import { loadCsv } from './csv.js';
import { loadIdx } from './idx.js';
import { loadImages, type Wanted } from './images.js';
import { loadNpy, loadNpz } from './npy.js';
import { loadParquet } from './parquet.js';
import { NoRoom, scratch, usualMemory } from './stored.js';
import { loadTexts } from './texts.js';
import { loadTrees } from './trees.js';

type Columns = Readonly<Record<string, Column | StoredColumn>>;

/**
 * Loads what `specification` names and fits it to the model's variables (see `fitDataset`).
 * What takes more than `memory` bytes stays in a file; what is read of it is the same.
 * Errors: a specification that is none, files that are missing, damaged or do not fit the declarations.
 */
export async function loadData(
  specification: string,
  variables: readonly VariableSpec[],
  training: Training = {},
  memory = usualMemory,
): Promise<Result<Dataset>> {
  try {
    const raw = await loadRaw(specification, variables, memory, training.declared);
    return raw.ok ? fitDataset(raw.value, variables, training) : raw;
  } catch (error) {
    if (error instanceof NoRoom)
      return failure(
        scratch(),
        'a folder with room for what does not fit into the memory',
        error.message,
        'name another one: TMPDIR=FOLDER',
      );
    if (!isOutOfMemory(error)) throw error;
    return failure(
      specification,
      'data that fit into the memory',
      'more',
      'take fewer examples, or save them in a smaller type: uint8 for pictures',
    );
  }
}

async function loadRaw(
  specification: string,
  variables: readonly VariableSpec[],
  memory: number,
  declared?: readonly string[],
): Promise<Result<Dataset>> {
  if (isSynthetic(specification)) return generateSet(specification);
  const parts = assignments(specification);
  const forests = variables.filter((variable) => variable.tree?.at === 'leaves');
  if (parts === undefined && forests[0] !== undefined)
    return withTrees(await loadTrees(specification), forests[0].name);
  const words = variables.filter((variable) => variable.words === true);
  if (parts === undefined && words[0] !== undefined && isText(specification))
    return withTexts(await loadTexts(specification), words[0].name);
  if (parts === undefined) {
    const columns = await loadPath(specification, variables, memory, declared);
    return columns.ok ? assembled(columns.value) : columns;
  }
  const columns: Record<string, Column | StoredColumn> = {};
  const extra: Record<string, Column | StoredColumn> = {};
  const texts: Record<string, TextColumn> = {};
  const trees: Record<string, TreeColumn> = {};
  for (const { name, path } of parts) {
    if (forests.some((variable) => variable.name === name)) {
      const forest = await loadTrees(path);
      if (!forest.ok) return forest;
      trees[name] = forest.value;
      continue;
    }
    if (words.some((variable) => variable.name === name) && isText(path)) {
      const text = await loadTexts(path);
      if (!text.ok) return text;
      texts[name] = text.value;
      continue;
    }
    const loaded =
      name === 'mnist' && !variables.some((variable) => variable.name === 'mnist')
        ? await loadMnist(path, memory)
        : await loadPath(
            path,
            variables.filter((variable) => (variable.of ?? variable.name) === name),
            memory,
          );
    if (!loaded.ok) return loaded;
    if (name === 'mnist') {
      Object.assign(columns, loaded.value);
      continue;
    }
    const [first, ...others] = Object.entries(loaded.value);
    if (first !== undefined) columns[name] = loaded.value[name] ?? first[1];
    // Labels that came along (sub-folders) stay, unless the specification names others.
    for (const [other, column] of others) if (other !== name) extra[other] = column;
  }
  const whole = assembled({
    ...Object.fromEntries(
      Object.entries(extra).filter(([name, column]) => !(name in columns) && sameLength(column, columns)),
    ),
    ...columns,
  });
  const [first] = [...Object.values(texts), ...Object.values(trees)];
  if (!whole.ok || first === undefined) return whole;
  return success({ ...whole.value, size: whole.value.size || first.leafAt.length - 1, texts, trees });
}

const isText = (path: string): boolean => /\.txt$/i.test(path);

function withTexts(text: Result<TextColumn>, name: string): Result<Dataset> {
  return text.ok ? success({ size: text.value.leafAt.length - 1, columns: {}, texts: { [name]: text.value } }) : text;
}

function withTrees(forest: Result<TreeColumn>, name: string): Result<Dataset> {
  return forest.ok ? success({ size: treesIn(forest.value), columns: {}, trees: { [name]: forest.value } }) : forest;
}

const rowsOf = (column: Column | StoredColumn): number =>
  'data' in column ? column.data.length / elements(column.shape) : column.size;

const sameLength = (column: Column | StoredColumn, columns: Columns): boolean =>
  Object.values(columns).every((other) => rowsOf(other) === rowsOf(column));

function assembled(all: Columns): Result<Dataset> {
  const first = Object.values(all)[0];
  const columns: Record<string, Column> = {};
  const stored: Record<string, StoredColumn> = {};
  for (const [name, column] of Object.entries(all))
    if ('data' in column) columns[name] = column;
    else stored[name] = column;
  return success({
    size: first === undefined ? 0 : rowsOf(first),
    columns,
    ...(Object.keys(stored).length === 0 ? {} : { stored }),
  });
}

/** `x=a,y=b` in parts; undefined where the text is a plain path. A comma within a path is fine unless `name=` follows it. */
function assignments(specification: string): readonly { readonly name: string; readonly path: string }[] | undefined {
  const starts = [...specification.matchAll(/(?:^|,)\s*([A-Za-z_][A-Za-z0-9_]*)=/g)];
  if (starts[0]?.index !== 0) return undefined;
  return starts.map((match, i) => ({
    name: match[1]!,
    path: specification.slice(match.index + match[0].length, starts[i + 1]?.index ?? specification.length).trim(),
  }));
}

async function loadPath(
  written: string,
  variables: readonly VariableSpec[],
  memory: number,
  declared?: readonly string[],
): Promise<Result<Columns>> {
  const [path = '', member] = written.split('#', 2);
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    return failure(
      written,
      'a file, a folder or a procedural set',
      reason(error),
      `procedural sets: ${syntheticSets.map(({ name }) => name).join(', ')}`,
    );
  }
  const one = async (column: Promise<Result<Column | StoredColumn>>): Promise<Result<Columns>> => {
    const loaded = await column;
    return loaded.ok ? success({ x: loaded.value }) : loaded;
  };
  if (isFolder) return loadImages(path, picturesOf(variables), member, memory);
  const isParquet = /\.(parquet|pq)$/i.test(path);
  if (isParquet || /\.(csv|tsv)$/i.test(path))
    return (isParquet ? loadParquet : loadCsv)(
      path,
      {
        wanted: variables.map(({ name }) => name),
        ...(declared === undefined ? {} : { declared }),
        optional: new Set(
          variables.flatMap(({ name, optional, partial, of }) =>
            optional === true || partial !== undefined ? [name] : (of ?? []),
          ),
        ),
        categories: new Set(variables.flatMap(({ name, domain }) => (domain.kind === 'category' ? [name] : []))),
        ...(member === undefined ? {} : { fields: member }),
      },
      memory,
    );
  if (/\.npy$/i.test(path)) return one(loadNpy(path, memory));
  if (/\.npz$/i.test(path)) return loadNpz(path, member);
  if (/(\.idx|ubyte|\.gz)$/i.test(path)) return one(loadIdx(path, memory));
  return failure(
    path,
    'a name that ends in .csv, .tsv, .parquet, .npy, .npz, .idx, -ubyte or .gz, or a folder of pictures',
    path,
  );
}

/** Of the first variable that says: [h, w, c] or [h, w]. */
function picturesOf(variables: readonly VariableSpec[]): Wanted {
  for (const { shape } of variables) {
    const [height, width, channels] = shape;
    if (shape.length === 3) return { height: height!, width: width!, channels: channels! };
    if (shape.length === 2) return { height: height!, width: width!, channels: 1 };
  }
  return {};
}

/** The training files where they are there, the test files otherwise. */
async function loadMnist(folder: string, memory: number): Promise<Result<Columns>> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    return failure(folder, 'a folder of IDX files', reason(error));
  }
  for (const part of ['train', 't10k']) {
    const find = (kind: string): string | undefined =>
      names.find((name) => new RegExp(`^${part}-${kind}[.-]idx[13]-ubyte(\\.gz)?$`).test(name));
    const [images, labels] = [find('images'), find('labels')];
    if (images === undefined) continue;
    const x = await loadIdx(join(folder, images), memory);
    if (!x.ok) return x;
    if (labels === undefined) return success({ x: x.value });
    const y = await loadIdx(join(folder, labels), memory);
    return y.ok ? success({ x: x.value, y: y.value }) : y;
  }
  return failure(
    folder,
    'train-images-idx3-ubyte or t10k-images-idx3-ubyte, plain or .gz',
    names.length === 0 ? 'an empty folder' : names.slice(0, 8).join(', '),
  );
}
