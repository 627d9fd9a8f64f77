import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { zipSync } from 'fflate';
import { encode as encodeJpeg } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { codeTable } from '../../src/cli/tables.js';
import type { Dataset } from '../../src/runtime/dataset.js';
import { parseCsv } from '../../src/runtime/node/load/csv.js';
import { loadData } from '../../src/runtime/node/load/load.js';
import { parseNpy } from '../../src/runtime/node/load/npy.js';
import type { Domain, VariableSpec } from '../../src/runtime/program.js';
import { renderDataError, type DataError } from '../../src/runtime/result.js';
import { folder } from './folder.js';

const unit: Domain = { kind: 'interval', low: 0, high: 1 };
const real: Domain = { kind: 'real' };
const variable = (name: string, shape: readonly number[], domain: Domain = unit): VariableSpec => ({
  name,
  role: 'input',
  shape,
  domain,
  origin: 'm.ae:1:1',
});
const label = (classes: number): VariableSpec => variable('y', [], { kind: 'category', classes });

async function load(spec: string, ...variables: VariableSpec[]): Promise<Dataset> {
  const loaded = await loadData(spec, variables);
  if (!loaded.ok) throw new Error(renderDataError(loaded.error));
  return loaded.value;
}

async function refusal(spec: string, ...variables: VariableSpec[]): Promise<DataError> {
  const loaded = await loadData(spec, variables);
  if (loaded.ok) throw new Error('it was loaded');
  return loaded.error;
}

function idx(type: number, sizes: readonly number[], data: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head[2] = type;
  head[3] = sizes.length;
  sizes.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([head, Buffer.from(data)]);
}

function npy(descr: string, shape: string, body: Uint8Array, order = 'False'): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([head, Buffer.from(header), body]);
}

const bytesOf = (data: Float32Array | Float64Array | BigInt64Array): Uint8Array => new Uint8Array(data.buffer);

describe('IDX', () => {
  it('reads pictures and labels, plain and gzipped', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'train-images-idx3-ubyte.gz'), gzipSync(idx(8, [2, 2, 2], [0, 255, 51, 0, 1, 2, 3, 4])));
    writeFileSync(join(dir, 'train-labels-idx1-ubyte'), idx(8, [2], [9, 3]));
    const data = await load(`mnist=${dir}`, variable('image', [4]), label(10));
    expect(data.columns['image']).toMatchObject({ shape: [4], scale: 1 / 255 });
    expect(data.columns['y']!.data).toEqual(Int32Array.of(9, 3));
    const alone = await load(`x=${join(dir, 'train-images-idx3-ubyte.gz')}`, variable('x', [2, 2, 1]));
    expect(alone.size).toBe(2);
  });

  it('refuses other, cut and damaged files', async () => {
    const dir = folder();
    const path = join(dir, 'a.idx');
    const put = (bytes: Uint8Array): void => writeFileSync(path, bytes);
    const whole = idx(8, [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
    put(whole.subarray(0, whole.length - 1));
    expect((await refusal(`x=${path}`, variable('x', [4]))).found).toBe('19 bytes');
    put(whole.subarray(0, 6));
    expect((await refusal(`x=${path}`, variable('x', [4]))).found).toBe('the end of the file');
    put(Buffer.from('hello'));
    expect((await refusal(`x=${path}`, variable('x', [4]))).found).toBe('68 65 6c 6c');
    put(new Uint8Array(0));
    expect((await refusal(`x=${path}`, variable('x', [4]))).found).toBe('an empty file');
    put(gzipSync(whole).subarray(0, 20));
    expect((await refusal(`x=${path}`, variable('x', [4]))).expected).toBe('a whole gzip file');
    expect((await refusal(`mnist=${dir}`, variable('x', [4]))).found).toBe('a.idx');
  });

  const real = '../shared/data/mnist';
  it.skipIf(!existsSync(real))('reads MNIST where it is there', async () => {
    const data = await load(`mnist=${real}`, variable('x', [28, 28, 1]), label(10));
    expect(data.size).toBe(10_000);
  });
});

describe('CSV', () => {
  it('reads tables with and without a header', async () => {
    const path = join(folder(), 'a.csv');
    writeFileSync(path, 'a;b;label\n0.5;1;2\n0;0.25;1\n');
    const data = await load(path, variable('x', [2]), label(3));
    expect(data.columns['x']!.data).toEqual(Float32Array.of(0.5, 1, 0, 0.25));
    expect(data.columns['y']!.data).toEqual(Int32Array.of(2, 1));
    writeFileSync(path, '\uFEFF0.5, 1\r\n0, 1e-3\r\n\r\n');
    expect((await load(`x=${path}`, variable('x', [2]))).columns['x']!.data).toEqual(Float32Array.of(0.5, 1, 0, 1e-3));
  });

  it('keeps the headers of its fields, for the tables that are made of it', async () => {
    const path = join(folder(), 'a.csv');
    writeFileSync(path, 'id;width;"a, b"\n1;0.5;1\n2;0;0.25\n');
    const { columns } = await load(`${path}#x=width,a%2C b`, variable('x', [2]));
    const { fields, data } = columns['x']!;
    expect(fields).toEqual(['width', 'a, b']);
    const made = { shape: [2], rows: 2, values: Float32Array.from(data), fields: fields! };
    expect(codeTable({ x: made, z: { shape: [1], rows: 2, values: Float32Array.of(3, 4) } })).toBe(
      'width,"a, b",z\n0.5,1,3\n0,0.25,4\n',
    );
    // Of another number of fields than there are it says nothing.
    expect(codeTable({ x: { ...made, fields: ['width'] } })).toContain('x.0,x.1');
    expect((await load(`x=${path}#width`, variable('x', [1]))).columns['x']!.fields).toEqual(['width']);
  });

  it.each([
    ['a,b\n1,2\n3,x\n', 3, 'b', '"x"'],
    ['1,2\n3,\n', 2, 2, 'an empty field'],
    ['1,2\n3\n', 2, undefined, '1 here'],
    ['1,2\n"3,4\n', 2, undefined, 'a quote that is not closed'],
    ['1,2\n3,"4"5\n', 2, undefined, 'a quote in the middle of a field'],
  ])('names row and column of what is no number: %j', (text, row, column, found) => {
    const parsed = parseCsv(text, 'a.csv');
    if (parsed.ok) throw new Error('parsed');
    expect(parsed.error.place).toEqual(column === undefined ? { path: 'a.csv', row } : { path: 'a.csv', row, column });
    expect(parsed.error.found).toContain(found);
  });

  it('takes an empty field for a missing one where a column may have some', () => {
    const parsed = parseCsv('a,y\n1,2\n3,\n', 'a.csv', { wanted: ['y'], optional: new Set(['y']) });
    if (!parsed.ok) throw new Error('not parsed');
    expect([...parsed.value['y']!.data]).toEqual([2, NaN]);
    expect(parseCsv('a,y\n1,2\n,3\n', 'a.csv', { wanted: ['x', 'y'], optional: new Set(['y']) }).ok).toBe(false);
  });

  const houses = 'id,area,rooms,city,price\nq7,50,2,Bern,300\nq8,80.5,3,Basel,500\n';
  it.each([
    ['x=area,rooms;y=price', { x: [50, 2, 80.5, 3], y: [300, 500] }],
    ['y=price; x=rooms, area', { x: [2, 50, 3, 80.5], y: [300, 500] }],
    ['x=area..rooms', { x: [50, 2, 80.5, 3] }],
    ['x=price;c=city', { x: [300, 500], c: [1, 0] }],
    ['x=price;other=none', { x: [300, 500] }],
  ])('reads the fields that are named: %s', (fields, columns) => {
    const parsed = parseCsv(houses, 'houses.csv', { wanted: ['x', 'y', 'c'], categories: new Set(['c']), fields });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    expect(Object.fromEntries(Object.entries(parsed.value).map(([name, { data }]) => [name, [...data]]))).toEqual(
      columns,
    );
  });

  it('reads the fields that are named into the one variable that is wanted, by numbers where there is no header', () => {
    const named = parseCsv('1,2,3\n4,5,6\n', 'a.csv', { wanted: ['v'], fields: '3,1' });
    expect(named.ok && [...named.value['v']!.data]).toEqual([3, 1, 6, 4]);
    const comma = parseCsv('"a,b",c\n1,2\n', 'a.csv', { wanted: ['v'], fields: 'a%2Cb' });
    expect(comma.ok && [...comma.value['v']!.data]).toEqual([1]);
  });

  it.each([
    ['x=Area', 'a field headed "Area"', 'id, area, rooms, city, price', 'it is written "area"'],
    ['x=size', 'a field headed "size"', 'id, area, rooms, city, price', ''],
    ['x=area,y=price', 'a field headed "y=price"', 'id, area, rooms, city, price', 'semicolons'],
    ['area', 'the fields of each variable, as in x=area,rooms;y=price', '"area"', ''],
    ['x=', 'the fields of each variable, as in x=area,rooms;y=price', '"x="', ''],
    ['x=rooms..area', 'fields from one to a later one', 'rooms behind area', 'write area..rooms'],
    ['x=city', 'a number', '"Bern"', ''],
  ])('answers fields that are none: %s', (fields, expected, found, hint) => {
    const parsed = parseCsv(houses, 'houses.csv', { wanted: ['x', 'y'], fields });
    expect(parsed).toMatchObject({ ok: false, error: { expected, found, hint: expect.stringContaining(hint) } });
    expect(parseCsv('a,a\n1,2\n', 'a.csv', { wanted: ['x'], fields: 'a' })).toMatchObject({
      ok: false,
      error: { expected: 'one field headed "a"', found: 'several' },
    });
  });

  it('leaves alone what no variable asks for, unless it is numbers', async () => {
    const path = join(folder(), 'houses.csv');
    writeFileSync(path, houses);
    const both = [variable('area', [1], real), variable('price', [1], real)] as const;
    const data = await load(path, ...both);
    expect([...data.columns['area']!.data, ...data.columns['price']!.data]).toEqual([50, 80.5, 300, 500]);
    expect(data.columns['x']).toBeUndefined();
    writeFileSync(path, 'area,group\n1,2\n3,4\n');
    const labelled = await load(path, both[0]);
    expect([...labelled.columns['x']!.data]).toEqual([2, 4]);
  });

  it('does not take the field of one variable for a part of another', async () => {
    const path = join(folder(), 'houses.csv');
    writeFileSync(path, 'area,rooms,city\n50,2,Bern\n80.5,3,Basel\n');
    const loaded = await loadData(path, [variable('x', [2], real)], { declared: ['x', 'city'] });
    expect(loaded.ok && [...loaded.value.columns['x']!.data]).toEqual([50, 2, 80.5, 3]);
    expect((await refusal(path, variable('x', [2], real))).found).toBe('"Bern"');
    writeFileSync(path, 'city\n1\n2\n');
    const other = await loadData(path, [variable('v', [1], real)], { declared: ['v', 'city'] });
    expect(other.ok).toBe(false);
    expect((await load(path, variable('v', [1], real))).size).toBe(2);
  });

  it('has texts in its fields, and words that are a field each', async () => {
    const path = join(folder(), 'texts.csv');
    writeFileSync(path, 'said,town\nwe go home,New York\nwe stay ,Bern\nwe go,New York\ngo,\n');
    const words = (name: string, shape: readonly number[], classes: number): VariableSpec => ({
      ...variable(name, shape, { kind: 'category', classes }),
      words: true,
    });
    const said: VariableSpec = { ...words('said', [3], 3), partial: 'positions' };
    const town: VariableSpec = { ...words('town', [], 3), optional: true };
    const data = await load(path, said, town);
    // By how many there are, then by the alphabet; 0 is a word beyond the vocabulary.
    expect(data.vocabularies).toEqual({ said: ['go', 'we'], town: ['New York', 'Bern'] });
    expect([...data.columns['said']!.data]).toEqual([2, 1, 0, 2, 0, -1, 2, 1, -1, 1, -1, -1]);
    expect([...data.columns['town']!.data]).toEqual([1, 2, 1, -1]);
    expect(await refusal(path, said, words('town', [], 3))).toMatchObject({
      place: { path, row: 4 },
      expected: '1 word for town (m.ae:1:1)',
      found: '0',
    });
    expect(await refusal(path, { ...said, shape: [2] }, town)).toMatchObject({
      place: { path, row: 1 },
      expected: '1 to 2 words for said (m.ae:1:1)',
      found: '3',
    });
    const lines = join(folder(), 'towns.txt');
    writeFileSync(lines, 'Bern\nNew  York\nBern\n');
    const alone = await load(lines, words('town', [], 3));
    expect(alone.vocabularies).toEqual({ town: ['Bern', 'New York'] });
    expect([...alone.columns['town']!.data]).toEqual([1, 2, 1]);
    // With a vocabulary that is known, words are its own.
    const again = await loadData(`town=${lines}`, [words('town', [], 3)], { vocabularies: { town: ['York', 'Bern'] } });
    expect(again.ok && [...again.value.columns['town']!.data]).toEqual([2, 0, 2]);
  });

  it('refuses empty tables', () => {
    expect(parseCsv('', 'a')).toMatchObject({ ok: false, error: { found: 'an empty file' } });
    expect(parseCsv('a,b\n', 'a')).toMatchObject({ ok: false, error: { found: 'a header alone' } });
  });
});

describe('NumPy', () => {
  it('reads arrays and archives', async () => {
    const dir = folder();
    const x = npy('<f8', '(2, 2)', bytesOf(Float64Array.of(0, 0.5, 1, 0.25)));
    const y = npy('<i8', '(2,)', bytesOf(BigInt64Array.of(1n, 0n)));
    writeFileSync(join(dir, 'x.npy'), x);
    writeFileSync(join(dir, 'y.npy'), y);
    writeFileSync(join(dir, 'd.npz'), zipSync({ 'images.npy': x, 'y.npy': y }));
    const expected = { x: Float32Array.of(0, 0.5, 1, 0.25), y: Int32Array.of(1, 0) };
    for (const spec of [`x=${dir}/x.npy,y=${dir}/y.npy`, `${dir}/d.npz`, `x=${dir}/d.npz#images, y=${dir}/d.npz#y`]) {
      const data = await load(spec, variable('x', [2]), label(2));
      expect(data.columns['x']!.data).toEqual(expected.x);
      expect(data.columns['y']!.data).toEqual(expected.y);
    }
    expect((await refusal(`x=${dir}/d.npz#z`, variable('x', [2]))).found).toBe('images.npy, y.npy');
  });

  it.each([
    ['another element type', npy('<c8', '(1,)', new Uint8Array(8)), '<c8'],
    ['Fortran order', npy('<f4', '(1, 1)', new Uint8Array(4), 'True'), 'Fortran order'],
    ['cut data', npy('<f4', '(3,)', new Uint8Array(4)), '4 bytes'],
    ['a scalar', npy('<f4', '()', new Uint8Array(4)), 'a single number'],
    ['another format', Buffer.from('not numpy at all'), 'another kind of file'],
  ])('refuses %s', (_what, bytes, found) => {
    expect(parseNpy(bytes, 'a.npy')).toMatchObject({ ok: false, error: { found } });
  });

  it('refuses a broken archive', async () => {
    const path = join(folder(), 'a.npz');
    writeFileSync(path, 'PK nonsense');
    expect((await refusal(path, variable('x', [2]))).expected).toContain('zip');
  });
});

describe('Parquet', () => {
  const written = (...columnData: ColumnSource[]): string => {
    const path = join(folder(), 'a.parquet');
    writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData, codec: 'SNAPPY' })));
    return path;
  };

  it('reads fields by name, numbers of every kind, words and what is missing', async () => {
    const path = written(
      { name: 'id', data: ['a', 'b', 'c'] },
      { name: 'area', data: [1.5, -2, 1e-3], type: 'DOUBLE' },
      { name: 'rooms', data: [3n, 4n, 2n], type: 'INT64' },
      { name: 'sold', data: [true, false, true], type: 'BOOLEAN' },
      { name: 'kind', data: ['flat', 'house', null] },
    );
    const kind: VariableSpec = { ...label(2), name: 'kind', optional: true };
    const data = await load(`${path}#x=area,rooms,sold;kind=kind`, variable('x', [3], real), kind);
    expect(data.columns['x']!.data).toEqual(Float32Array.of(1.5, 3, 1, -2, 4, 0, 1e-3, 2, 1));
    expect(data.classes).toEqual({ kind: ['flat', 'house'] });
  });

  it('reads lists as fields with numbers', async () => {
    const lists = written({
      name: 'x',
      data: [
        [1, 2],
        [3, 4],
      ],
      type: 'JSON',
    } as ColumnSource);
    expect((await load(lists, variable('x', [2], real))).columns['x']!.data).toEqual(Float32Array.of(1, 2, 3, 4));
    const ragged = written({ name: 'x', data: [[1, 2], [3]], type: 'JSON' } as ColumnSource);
    expect(await refusal(ragged, variable('x', [2]))).toMatchObject({
      place: { row: 2, column: 'x' },
      expected: 'lists of 2 numbers, as above it',
    });
  });

  it('refuses words where numbers are wanted, damaged files and others', async () => {
    const path = written({ name: 'x', data: ['1', 'two'] });
    expect(await refusal(path, variable('x', [1]))).toMatchObject({ place: { row: 2, column: 'x' }, found: '"two"' });
    expect((await refusal(`${path}#area`, variable('x', [1]))).expected).toContain('"area"');
    const whole = readFileSync(path);
    for (const bytes of [whole.subarray(0, whole.length - 9), Buffer.from('PAR1'), Buffer.alloc(0)]) {
      writeFileSync(path, bytes);
      expect((await refusal(path, variable('x', [1]))).expected).toBe('a whole Parquet file');
    }
  });
});

describe('pictures', () => {
  const grey = (width: number, value: number): Uint8Array =>
    encodePng({ width, height: 2, channels: 1, data: new Uint8Array(width * 2).fill(value) });

  it('reads a folder, classes from sub-folders in the order of numbers', async () => {
    const dir = folder();
    for (const [name, value] of [
      ['2', 51],
      ['10', 255],
    ] as const) {
      mkdirSync(join(dir, name));
      writeFileSync(join(dir, name, 'a.png'), grey(3, value));
    }
    const data = await load(`x=${dir}`, variable('x', [2, 3, 1]));
    expect(Array.from(data.columns['x']!.data)).toEqual([...Array<number>(6).fill(51), ...Array<number>(6).fill(255)]);
    expect(data.columns['y']!.data).toEqual(Int32Array.of(0, 1));
  });

  it('reads JPEG, colour and grey', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a.jpg'), encodeJpeg({ width: 8, height: 8, data: Buffer.alloc(8 * 8 * 4, 128) }, 95).data);
    expect((await load(dir, variable('x', [8, 8, 3]))).columns['x']!.data[0]).toBeCloseTo(128, -1);
    expect((await load(dir, variable('x', [8, 8, 1]))).columns['x']!.shape).toEqual([8, 8, 1]);
  });

  it('reads one bit a pixel, opaque alpha, but not transparency', async () => {
    const dir = folder();
    const path = join(dir, 'a.png');
    writeFileSync(path, encodePng({ width: 3, height: 1, channels: 1, depth: 1, data: Uint8Array.of(0b10100000) }));
    expect(Array.from((await load(dir, variable('x', [1, 3, 1]))).columns['x']!.data)).toEqual([255, 0, 255]);
    writeFileSync(path, encodePng({ width: 1, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 255) }));
    expect(Array.from((await load(dir, variable('x', [1, 1, 3]))).columns['x']!.data)).toEqual([1, 2, 3]);
    writeFileSync(path, encodePng({ width: 1, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 9) }));
    expect((await refusal(dir, variable('x', [1, 1, 3]))).hint).toContain('transparent');
  });

  /** Brightness rises from left to right in colour, `size` pixels a side. */
  const ramp = (width: number, height: number): Uint8Array => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const x = Math.floor(i / 3) % width;
      return i % 3 === 0 ? Math.round((255 * (x + 0.5)) / width) : 0;
    });
    return encodePng({ width, height, channels: 3, data });
  };
  const pixels = async (data: string, shape: readonly number[]): Promise<readonly number[]> =>
    Array.from((await load(data, variable('x', shape))).columns['x']!.data);

  it('brings pictures to the size of the model where that is asked for', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a.png'), ramp(40, 20));
    writeFileSync(join(dir, 'b.png'), ramp(20, 80));
    const red = (values: readonly number[], row: number): readonly number[] =>
      values.slice(row * 12, row * 12 + 12).filter((_, i) => i % 3 === 0);
    // Means over a quarter of the width each, and over a quarter of the middle half.
    const stretched = await pixels(`${dir}#stretch`, [4, 4, 3]);
    for (const row of [0, 3, 4])
      red(stretched, row).forEach((v, i) => expect(Math.abs(v - 63.75 * (i + 0.5))).toBeLessThan(6));
    const cropped = await pixels(`${dir}#crop`, [4, 4, 3]);
    red(cropped, 1).forEach((v, i) => expect(Math.abs(v - (63.75 + 31.875 * (i + 0.5)))).toBeLessThan(4));
    red(cropped, 6).forEach((v, i) => expect(Math.abs(v - 63.75 * (i + 0.5))).toBeLessThan(6));
    const small = await pixels(`x=${dir}#crop,grey`, [2, 2, 1]);
    small.slice(0, 2).forEach((v, i) => expect(Math.abs(v - 0.299 * (63.75 + 63.75 * (i + 0.5)))).toBeLessThan(4));
    expect((await refusal(dir, variable('x', [4, 4, 3]))).hint).toContain('#crop');
    expect((await refusal(`${dir}#crop`, variable('x', [4, 4, 1]))).hint).toContain('#grey');
  });

  it('lays transparent pictures on a ground, and makes colour of grey', async () => {
    const dir = folder();
    const path = join(dir, 'a.png');
    writeFileSync(
      path,
      encodePng({ width: 2, height: 1, channels: 4, data: Uint8Array.of(200, 100, 0, 51, 9, 9, 9, 0) }),
    );
    expect(await pixels(`${dir}#white`, [1, 2, 3])).toEqual([244, 224, 204, 255, 255, 255]);
    expect(await pixels(`${dir}#black`, [1, 2, 3])).toEqual([40, 20, 0, 0, 0, 0]);
    writeFileSync(path, encodePng({ width: 1, height: 1, channels: 2, data: Uint8Array.of(100, 51) }));
    expect(await pixels(`${dir}#white,colour`, [1, 1, 3])).toEqual([224, 224, 224]);
    expect((await refusal(`${dir}#colour`, variable('x', [1, 1, 3]))).hint).toContain('transparent');
  });

  it('resizes a fourth channel as the others', async () => {
    const dir = folder();
    const data = Uint8Array.from({ length: 64 }, (_, i) => (i % 4 === 3 ? 40 : 200));
    writeFileSync(join(dir, 'a.png'), encodePng({ width: 4, height: 4, channels: 4, data }));
    expect(await pixels(`${dir}#stretch`, [1, 1, 4])).toEqual([200, 200, 200, 40]);
  });

  it('keeps 16 bits where that is asked for', async () => {
    const dir = folder();
    const data = Uint16Array.of(0, 257, 300, 65535);
    writeFileSync(join(dir, 'a.png'), encodePng({ width: 4, height: 1, channels: 1, depth: 16, data }));
    expect(await pixels(dir, [1, 4, 1])).toEqual([0, 1, 1, 255]);
    const deep = (await load(`${dir}#16bit`, variable('x', [1, 4, 1]))).columns['x']!;
    expect(Array.from(deep.data, (v) => v * deep.scale)).toEqual([0, 257 / 65535, 300 / 65535, 1]);
    // Beside one of 8 bits, which is as bright in 16.
    writeFileSync(
      join(dir, 'b.png'),
      encodePng({ width: 4, height: 1, channels: 1, data: Uint8Array.of(0, 1, 2, 255) }),
    );
    const both = (await load(`${dir}#16bit`, variable('x', [1, 4, 1]))).columns['x']!;
    expect(Array.from(both.data.slice(4), (v) => v * both.scale)).toEqual([0, 257 / 65535, 514 / 65535, 1]);
    expect((await refusal(`${dir}#16bit,stretch`, variable('x', [1, 2, 1]))).hint).toContain('16bit');
  });

  it('refuses words that are none, and two for one thing', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'a.png'), grey(3, 1));
    expect((await refusal(`${dir}#fit`, variable('x', [2, 3, 1]))).expected).toContain('crop, stretch');
    expect((await refusal(`${dir}#crop,stretch`, variable('x', [2, 3, 1]))).found).toBe('`crop` and `stretch`');
    expect((await refusal(`${dir}#crop`, variable('x', [6]))).expected).toContain('how large');
  });

  it('refuses other sizes, other channels, damaged files and empty folders', async () => {
    const dir = folder();
    expect((await refusal(dir, variable('x', [2, 3, 1]))).found).toBe('none');
    writeFileSync(join(dir, 'a.png'), grey(3, 1));
    expect((await refusal(dir, variable('x', [2, 3, 3]))).found).toBe('3 × 2 pixels, 1 channel');
    writeFileSync(join(dir, 'b.png'), grey(4, 1));
    expect((await refusal(dir, variable('x', [2, 3, 1]))).place.path).toBe(join(dir, 'b.png'));
    writeFileSync(join(dir, 'b.png'), grey(3, 1).subarray(0, 40));
    expect((await refusal(dir, variable('x', [2, 3, 1]))).expected).toBe('a whole PNG or JPEG file');
    writeFileSync(join(dir, 'b.png'), 'text');
    expect((await refusal(dir, variable('x', [2, 3, 1]))).expected).toBe('a whole PNG or JPEG file');
  });
});

describe('specifications', () => {
  it('generate procedural sets', async () => {
    const data = await load('strokes:count=20,seed=3', variable('image', [784]), label(10));
    expect(data.size).toBe(20);
  });

  it.each([
    ['strokes:count=0', '0'],
    ['strokes:count=1.5', '1.5'],
    ['strokes:count=', 'nothing'],
    ['strokes:size=3', 'size'],
    ['nowhere.csv', 'no such file or folder'],
    ['x=nowhere.csv', 'no such file or folder'],
    ['mnist=nowhere', 'no such file or folder'],
    ['package.json', 'package.json'],
  ])('refuse %s', async (spec, found) => {
    expect((await refusal(spec, variable('x', [784]))).found).toBe(found);
  });

  it('refuse columns of different lengths', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'x.csv'), '1\n0\n');
    writeFileSync(join(dir, 'y.csv'), '1\n');
    expect((await refusal(`x=${dir}/x.csv,y=${dir}/y.csv`, variable('x', [1]), label(2))).found).toBe('1');
  });
});
