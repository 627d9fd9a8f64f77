/** Arrays that stay in their files are the same data as in memory, to the bit. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode as encodePng } from 'fast-png';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { batchTensors, statistic } from '../../src/runtime/batches.js';
import type { Dataset } from '../../src/runtime/dataset.js';
import { dataIdentity } from '../../src/runtime/node/data-identity.js';
import { loadParquet } from '../../src/runtime/node/load/parquet.js';
import { loadData } from '../../src/runtime/node/load/load.js';
import type { Domain, VariableSpec } from '../../src/runtime/program.js';
import { normals, permutation } from '../../src/runtime/random.js';
import { renderDataError } from '../../src/runtime/result.js';
import { release } from '../../src/runtime/tensors.js';
import { train } from '../../src/runtime/train.js';
import { useCpu } from './backend.js';
import { folder } from './folder.js';
import { tinyProgram, vector } from './tiny.js';

beforeAll(() => useCpu());

function npy(descr: string, shape: string, body: Uint8Array): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const start = new Uint8Array(10);
  start.set([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([start, Buffer.from(header), body]);
}

const idx = (sizes: readonly number[], body: Uint8Array): Uint8Array => {
  const start = Buffer.alloc(4 + 4 * sizes.length);
  start.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => start.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([start, body]);
};

const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const variable = (shape: readonly number[], domain: Domain): VariableSpec => ({
  name: 'x',
  role: 'input',
  shape,
  domain,
  origin: 'm.ae:1:1',
});

/** The same file in memory, and in its file. */
async function both(path: string, one: VariableSpec): Promise<readonly [Dataset, Dataset]> {
  const [memory, file] = [await loadData(path, [one], {}, Infinity), await loadData(path, [one], {}, 0)];
  if (!memory.ok || !file.ok) throw new Error('it was refused');
  expect(Object.keys(file.value.stored ?? {})).toEqual(['x']);
  return [memory.value, file.value];
}

// More than a piece, of which the last is not whole.
const [n, d] = [3001, 400];
const noise = normals(1, 0, 0, n * d);
const real: Domain = { kind: 'real' };
const unit: Domain = { kind: 'interval', low: 0, high: 1 };
const large = BigInt64Array.from(
  noise,
  (value, i) => BigInt(Math.round(1000 * value)) + (i === n * d - 1 ? 2n ** 40n : 0n),
);

describe.each<readonly [string, () => Uint8Array, string, Domain]>([
  ['float32', () => npy('<f4', `${n}, ${d}`, bytesOf(noise)), 'npy', real],
  ['float64', () => npy('<f8', `${n}, ${d}`, bytesOf(Float64Array.from(noise))), 'npy', real],
  ['whole numbers, of which the last alone needs 64 bits', () => npy('<i8', `${n}, ${d}`, bytesOf(large)), 'npy', real],
  ['16 bits', () => npy('<i2', `${n}, ${d}`, bytesOf(Int16Array.from(noise, (v) => 100 * v))), 'npy', real],
  // The one that says that these are no shares of 1 stands last.
  [
    'bytes',
    () =>
      npy(
        '|u1',
        `${n}, ${d}`,
        Uint8Array.from(noise, (_, i) => (i === n * d - 1 ? 255 : i % 2)),
      ),
    'npy',
    unit,
  ],
  [
    'bytes that are shares already',
    () =>
      npy(
        '|u1',
        `${n}, ${d}`,
        Uint8Array.from(noise, (_, i) => i % 2),
      ),
    'npy',
    unit,
  ],
  [
    'pictures',
    () =>
      idx(
        [n, 20, 20],
        Uint8Array.from(noise, (v) => 40 * v),
      ),
    'idx',
    { kind: 'interval', low: -1, high: 1 },
  ],
])('%s', (_name, content, ending, domain) => {
  it('gives the same batches, statistics and hash', async () => {
    const path = join(folder(), `x.${ending}`);
    writeFileSync(path, content());
    const one = variable([d], domain);
    const [memory, file] = await both(path, one);
    expect(dataIdentity(file, [one])).toEqual(dataIdentity(memory, [one]));
    const rows = permutation(1, 0, 0, n).subarray(0, 300);
    const [a, b] = [memory, file].map((data) => batchTensors(data, [one], rows)['x']!);
    expect(b!.dtype).toBe(a!.dtype);
    expect(Buffer.from(bytesOf(b!.dataSync())).equals(bytesOf(a!.dataSync()))).toBe(true);
    a!.dispose();
    b!.dispose();
    const most = permutation(1, 0, 0, n)
      .subarray(0, n - 7)
      .slice()
      .sort();
    for (const kind of ['mean', 'std', 'min', 'max'] as const)
      expect(statistic(file.stored!['x']!, kind, most)).toEqual(statistic(memory.columns['x']!, kind, most));
  });
});

describe('what has no rows of one width is unpacked once', () => {
  /** More than a piece: fields of any length, some in quotes with a line break. */
  const table = (ending: string, write: (row: readonly string[], i: number) => string): string =>
    ['a,b,kind,c', ...Array.from({ length: 700 }, (_, i) => write(cells(i), i))].join(ending) + ending;
  const cells = (i: number): readonly string[] => [
    String(noise[i]! * 10 ** (i % 7)),
    String(i),
    ['elm', 'ash', 'oak'][(i * i) % 3]!,
    String(noise[i + 700]!),
  ];
  const plain = table('\n', (row) => row.join(','));
  const numbers = variable([3], real);
  const kind: VariableSpec = { ...variable([], { kind: 'category', classes: 3 }), name: 'kind', role: 'target' };

  /** Everything that a run reads of them. */
  async function same(specification: string, variables: readonly VariableSpec[]): Promise<void> {
    const [memory, file] = await Promise.all(
      [Infinity, 0].map(async (most) => {
        const loaded = await loadData(specification, variables, {}, most);
        if (!loaded.ok) throw new Error(renderDataError(loaded.error));
        return loaded.value;
      }),
    );
    expect(Object.keys(memory!.stored ?? {})).toEqual([]);
    expect(Object.keys(file!.stored ?? {})).toEqual(['x']);
    expect(file!.classes).toEqual(memory!.classes);
    expect(file!.stored!['x']!.fields).toEqual(memory!.columns['x']!.fields);
    expect(dataIdentity(file!, variables)).toEqual(dataIdentity(memory!, variables));
    const rows = permutation(1, 0, 0, memory!.size);
    const values = [memory!, file!].map((data) => {
      const batch = batchTensors(data, variables, rows);
      const all = variables.map(({ name }) => Buffer.from(bytesOf(batch[name]!.dataSync())).toString('hex'));
      release([batch]);
      return all;
    });
    expect(values[1]).toEqual(values[0]);
  }

  it.each([
    ['lines', plain],
    ['lines of other systems', table('\r\n', (row) => row.join(','))],
    ['other separators', plain.replaceAll(',', ';')],
    [
      'line breaks in quotes',
      table('\n', ([a, b, name, c], i) => `${a!},"${b!}${'\n'.repeat(i % 4)}",${name!},"${c!}"`),
    ],
    ['one long row at the end', `${plain}1,2,elm,${'0'.repeat(9000)}1\n`],
  ])('a table of text: %s', async (_what, text) => {
    const path = join(folder(), 'a.csv');
    writeFileSync(path, text);
    await same(path, [numbers, kind]);
  });

  it('names the row of what is wrong behind the first piece', async () => {
    const path = join(folder(), 'a.csv');
    for (const [wrong, found] of [
      ['1,2,elm,x', '"x"'],
      ['1,2,elm', '3 here'],
      ['1,2,elm,"3', 'a quote that is not closed'],
      ['1,2,elm,"3"4', 'a quote in the middle of a field'],
    ] as const) {
      const lines = plain.split('\n');
      writeFileSync(path, [...lines.slice(0, 600), wrong, ...lines.slice(601)].join('\n'));
      const said = await Promise.all(
        [Infinity, 0].map(async (most) => {
          const loaded = await loadData(path, [numbers, kind], {}, most);
          return loaded.ok ? undefined : loaded.error;
        }),
      );
      expect(said[0]!.found).toContain(found);
      expect(said[1]).toEqual(said[0]);
    }
  });

  it('a Parquet file: groups of rows, lists, what is missing in the first of them', async () => {
    const path = join(folder(), 'a.parquet');
    const rows = Array.from({ length: 500 }, (_, i) => i);
    const columnData: ColumnSource[] = [
      { name: 'x', data: rows.map((i) => (i < 120 ? [i, 0.5] : [noise[i]!, i])), type: 'JSON' } as ColumnSource,
      { name: 'kind', data: rows.map((i) => (i < 100 ? null : cells(i)[2]!)) },
    ];
    writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 90 })));
    await same(path, [variable([2], real), { ...kind, optional: true }]);
  });

  it('a list that no row of the first group has', async () => {
    const path = join(folder(), 'a.parquet');
    const data = Array.from({ length: 50 }, (_, i) => (i < 30 ? null : [i, -i]));
    const lists = { name: 'x', data, type: 'JSON' } as ColumnSource;
    writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData: [lists], rowGroupSize: 10 })));
    const read = await loadParquet(path, { wanted: ['x'], optional: new Set(['x']) }, 0);
    if (!read.ok || !('read' in read.value['x']!)) throw new Error('it is not stored');
    expect([...read.value['x'].read([29, 30, 49])]).toEqual([NaN, NaN, 30, -30, 49, -49]);
  });

  it.each([8, 16] as const)('pictures of %i bits', async (depth) => {
    const dir = folder();
    for (const name of ['a', 'b']) {
      mkdirSync(join(dir, name));
      for (let i = 0; i < 20; i++) {
        const values = Array.from({ length: 12 }, (_, j) => (i * 77 + j * 19) % 251);
        const pixels = depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
        const path = join(dir, name, `${i}.png`);
        writeFileSync(path, encodePng({ width: 4, height: 3, channels: 1, depth, data: pixels }));
      }
    }
    await same(`${dir}${depth === 16 ? '#16bit' : ''}`, [variable([3, 4, 1], unit), { ...kind, name: 'y' }]);
  });

  it('leaves no file behind, and says where there is no room for it', async () => {
    const dir = folder();
    const path = join(folder(), 'a.csv');
    writeFileSync(path, plain);
    vi.stubEnv('TMPDIR', dir);
    const loaded = await loadData(path, [numbers, kind], {}, 0);
    vi.stubEnv('TMPDIR', join(dir, 'nowhere'));
    const refused = await loadData(path, [numbers, kind], {}, 0);
    vi.unstubAllEnvs();
    expect(refused).toMatchObject({
      ok: false,
      error: { place: { path: join(dir, 'nowhere') }, found: 'no such file or folder' },
    });
    expect(loaded.ok && Object.keys(loaded.value.stored ?? {})).toEqual(['x']);
    expect(readdirSync(dir)).toEqual([]);
  });
});

it('what is outside of the domain is named by its place among all', async () => {
  const path = join(folder(), 'x.npy');
  const values = Float32Array.from(noise, () => 0.5);
  values[2999 * d + 3] = 7;
  writeFileSync(path, npy('<f4', `${n}, ${d}`, bytesOf(values)));
  const said = await Promise.all(
    [Infinity, 0].map(async (memory) => {
      const loaded = await loadData(path, [variable([d], unit)], {}, memory);
      return loaded.ok ? '' : renderDataError(loaded.error);
    }),
  );
  expect(said[0]).toContain('example 3000, element 4 of 400');
  expect(said[1]).toBe(said[0]);
});

it('a run over it has the same losses', async () => {
  const path = join(folder(), 'x.npy');
  writeFileSync(
    path,
    npy('<f4', '60, 5', bytesOf(Float32Array.from({ length: 300 }, (_, i) => ((i * 37) % 101) / 101))),
  );
  const program = tinyProgram({ variable: vector(5), phases: [{ epochs: 3, batch: 16 }] });
  const losses: number[][] = [];
  for (const memory of [Infinity, 0]) {
    const data = await loadData(path, program.spec.variables, program.spec, memory);
    if (!data.ok) throw new Error(renderDataError(data.error));
    const seen: number[] = [];
    const done = await train(program, data.value, {
      onEvent: (event) => void (event.kind === 'epoch' && seen.push(event.loss)),
    });
    if (done.ok) release([done.value.snapshot.weights, done.value.snapshot.slots]);
    losses.push(seen);
  }
  expect(losses[0]).toHaveLength(3);
  expect(losses[1]).toEqual(losses[0]);
});
