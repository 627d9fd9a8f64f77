/** Data that unpack to far more than they say, have no end, or are of no size at all: an answer, soon, in little memory. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, closeSync, ftruncateSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadData } from '../../src/runtime/node/load/load.js';
import type { VariableSpec } from '../../src/runtime/program.js';
import type { DataError } from '../../src/runtime/result.js';
import { folder } from './folder.js';

const variable = (shape: readonly number[]): VariableSpec => ({
  name: 'x',
  role: 'input',
  shape,
  domain: { kind: 'real' },
  origin: 'm.ae:1:1',
});

const mebibyte = 2 ** 20;
const zeros = new Uint8Array(200 * mebibyte);

async function refusal(spec: string, shape: readonly number[] = [4]): Promise<DataError> {
  const before = process.memoryUsage.rss();
  const loaded = await loadData(spec, [variable(shape)]);
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * mebibyte);
  if (loaded.ok) throw new Error('it was loaded');
  return loaded.error;
}

function npy(shape: string, body: Uint8Array, descr = '<f4'): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = `${text}${' '.repeat((64 - ((11 + text.length) % 64)) % 64)}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01', 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header), body]);
}

function png(side: number, ...chunks: readonly (readonly [string, Uint8Array])[]): Buffer {
  const size = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  const all = [['IHDR', size] as const, ...chunks, ['IEND', new Uint8Array(0)] as const];
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...all.map(([kind, data]) => {
      const chunk = Buffer.alloc(12 + data.length);
      chunk.writeUInt32BE(data.length, 0);
      chunk.write(kind, 4, 'latin1');
      chunk.set(data, 8);
      chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
      return chunk;
    }),
  ]);
}

describe('what unpacks to more than it says', () => {
  it('is given up: gzip', async () => {
    const path = join(folder(), 'a.idx.gz');
    const header = Buffer.from([0, 0, 8, 1, 0, 0, 0, 5]);
    writeFileSync(path, gzipSync(Buffer.concat([header, zeros])));
    expect(await refusal(path)).toMatchObject({ expected: '13 bytes for [5]', found: 'more' });
    writeFileSync(path, gzipSync(zeros));
    expect(await refusal(path)).toMatchObject({ found: '00 00 00 00' });
  });

  it('is given up: an archive', async () => {
    const path = join(folder(), 'a.npz');
    writeFileSync(path, zipSync({ 'x.npy': [Buffer.concat([npy('(4, 4)', new Uint8Array(0)), zeros]), { level: 9 }] }));
    expect(await refusal(path)).toMatchObject({ place: { path: `${path}#x` }, found: 'more' });
    writeFileSync(path, zipSync({ 'x.npy': [zeros, { level: 9 }] }));
    expect(await refusal(path)).toMatchObject({ found: 'another kind of file' });
  });

  it('is given up: a picture, and what is packed beside it is not looked at', async () => {
    const dir = folder();
    const rows = deflateSync(new Uint8Array(4 * 5));
    writeFileSync(join(dir, 'a.png'), png(4, ['IDAT', deflateSync(zeros)]));
    expect(await refusal(dir, [4, 4, 1])).toMatchObject({ expected: '20 bytes for 4 × 4 pixels', found: 'more' });
    writeFileSync(
      join(dir, 'a.png'),
      png(
        4,
        ['iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(zeros)])],
        ['zTXt', Buffer.concat([Buffer.from('x\0\0'), deflateSync(zeros)])],
        ['IDAT', rows],
      ),
    );
    expect((await loadData(dir, [variable([4, 4, 1])])).ok).toBe(true);
    writeFileSync(join(dir, 'a.png'), png(2 ** 31 - 1, ['IDAT', rows]));
    expect((await refusal(dir, [4, 4, 1])).expected).toContain('at most 8192');
  });
});

describe('what has no end', () => {
  it('is no file: a pipe, a device, a link to one', async () => {
    const dir = folder();
    execFileSync('mkfifo', [join(dir, 'pipe.csv')]);
    expect(await refusal(join(dir, 'pipe.csv'))).toMatchObject({ expected: 'a file', found: 'a pipe' });
    symlinkSync('/dev/zero', join(dir, 'z.npy'));
    expect(await refusal(join(dir, 'z.npy'))).toMatchObject({ expected: 'a file', found: 'a device' });
    mkdirSync(join(dir, 'a.csv'));
    expect((await refusal(join(dir, 'a.csv'))).expected).toContain('PNG or JPEG');
  });

  it('or is too large: the limit, and what to do', async () => {
    const path = join(folder(), 'a.npz');
    const file = openSync(path, 'w');
    ftruncateSync(file, 2.5 * 2 ** 30);
    closeSync(file);
    expect(await refusal(path)).toMatchObject({
      expected: 'a file of at most 2.00 GiB',
      found: '2.50 GiB',
      hint: expect.stringContaining('cut it'),
    });
  });
});

describe('sizes', () => {
  it.each([
    ['negative', npy('(-1,)', new Uint8Array(0)), '[-1]'],
    ['negative in pairs', npy('(2, -4, -2)', new Uint8Array(64)), '[2, -4, -2]'],
    ['no examples', npy('(0, 4)', new Uint8Array(0)), '[0, 4]'],
    ['examples of nothing', npy('(5, 0)', new Uint8Array(0)), '[5, 0]'],
    ['far too many', npy('(9007199254740991, 9007199254740991)', new Uint8Array(8)), 'far more'],
    ['a type of the prototype', npy('(1,)', new Uint8Array(4), '<constructor'), '<constructor'],
  ])('of an array: %s', async (_what, bytes, found) => {
    const path = join(folder(), 'a.npy');
    writeFileSync(path, bytes);
    const error = await refusal(path);
    expect(error.found).toContain(found);
    expect(`${error.expected} ${error.found}`).not.toMatch(/NaN|Infinity|undefined/);
  });

  it.each([[[5, 0, 4]], [[0, 2]]])('of an IDX file: %j', async (sizes) => {
    const path = join(folder(), 'a.idx');
    writeFileSync(path, Buffer.from([0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size])]));
    expect((await refusal(path)).found).toBe(`[${sizes.join(', ')}]`);
  });
});

describe('tables', () => {
  it('in UTF-16 are told apart', async () => {
    const path = join(folder(), 'a.csv');
    for (const bytes of [
      Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le'),
      Buffer.from('1,2\n3,4\n', 'utf16le'),
      Buffer.from('\uFEFF1,2\n', 'utf16le').swap16(),
    ]) {
      writeFileSync(path, bytes);
      expect(await refusal(path, [2])).toMatchObject({ found: 'UTF-16 text', hint: expect.stringContaining('UTF-8') });
    }
    writeFileSync(
      path,
      Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(3), Buffer.from('binary stuff of some length')]),
    );
    expect((await refusal(path, [2])).found).toBe('a binary file');
  });

  it('of half a million fields in a line take seconds', async () => {
    const path = join(folder(), 'a.csv');
    const count = 500_000;
    writeFileSync(path, `${'0.5,'.repeat(count - 1)}1\n`);
    const before = process.cpuUsage();
    const loaded = await loadData(path, [variable([count])]);
    const { user, system } = process.cpuUsage(before);
    expect(loaded.ok).toBe(true);
    expect((user + system) / 1e6).toBeLessThan(15);
  });
});

it('names a file that no system can have', async () => {
  expect(await refusal('x=a\0b.npy')).toMatchObject({ found: 'a name that no file can have' });
});
