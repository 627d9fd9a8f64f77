/** Damaged data files: a loader says what is wrong, in its own words and in bounded time, or gives whole and finite columns. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import { zipSync } from 'fflate';
import { encode as encodeJpeg } from 'jpeg-js';
import { expect, test } from 'vitest';
import { elements } from '../../src/runtime/dataset.js';
import { loadData } from '../../src/runtime/node/load/load.js';
import type { VariableSpec } from '../../src/runtime/program.js';
import { renderDataError } from '../../src/runtime/result.js';
import { folder } from '../runtime/folder.js';
import { damaged } from './bytes.js';
import { Random } from './random.js';

const seed = 5;
const casesOfAKind = Number(process.env['AEC_RUNS'] ?? 250);

const variable = (shape: readonly number[]): VariableSpec => ({
  name: 'x',
  role: 'input',
  shape,
  domain: { kind: 'real' },
  origin: 'm.ae:1:1',
});

function idx(): Buffer {
  const head = Buffer.from([0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 2]);
  return Buffer.concat([head, Buffer.from(Array.from({ length: 20 }, (_, i) => i * 12))]);
}

function npy(descr: string, shape: string, body: Uint8Array): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = `${text}${' '.repeat((64 - ((11 + text.length) % 64)) % 64)}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01', 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header), body]);
}

const floats = new Uint8Array(Float32Array.from({ length: 20 }, (_, i) => i / 20).buffer);
const array = npy('<f4', '(5, 4)', floats);
const table = Buffer.from(`a,b,c,d\n${Array.from({ length: 5 }, (_, i) => `${i}.5,1e-3,-2,"${i}"`).join('\n')}\n`);
const picture = { width: 4, height: 4, channels: 3, data: Uint8Array.from({ length: 48 }, (_, i) => i * 5) } as const;

/** Name, and shape of an example, and whole bytes. */
const kinds: readonly (readonly [string, readonly number[], Uint8Array])[] = [
  ['data.idx', [2, 2], idx()],
  ['data.idx.gz', [2, 2], gzipSync(idx())],
  ['data.csv', [4], table],
  ['data.tsv', [4], Buffer.from(table.toString().replaceAll(',', '\t'))],
  ['data.npy', [4], array],
  [
    'labels.npy',
    [4],
    npy('<i8', '(5, 4)', new Uint8Array(BigInt64Array.from({ length: 20 }, (_, i) => BigInt(i)).buffer)),
  ],
  ['data.npz', [4], zipSync({ 'x.npy': array }, { level: 9 })],
  ['stored.npz', [4], zipSync({ 'x.npy': array }, { level: 0 })],
  ['png/a.png', [4, 4, 3], encodePng(picture)],
  [
    'bits/a.png',
    [4, 4, 1],
    encodePng({ width: 4, height: 4, channels: 1, depth: 1, data: Uint8Array.of(0xa0, 0x50, 0xf0, 0) }),
  ],
  ['jpeg/a.jpg', [4, 4, 3], encodeJpeg({ width: 4, height: 4, data: Buffer.alloc(64, 128) }, 90).data],
];

test.each(kinds)(
  '%s',
  async (name, shape, whole) => {
    const path = join(folder(), name);
    mkdirSync(dirname(path), { recursive: true });
    const spec = `x=${/[/](png|bits|jpeg)[/]/.test(path) ? dirname(path) : path}`;
    const others = kinds.map(([, , bytes]) => bytes);
    let refused = 0;
    for (let number = -1; number < casesOfAKind; number++) {
      const random = new Random(seed, number + 1);
      writeFileSync(path, number < 0 ? whole : damaged(random, whole, random.pick(others)));
      const before = process.cpuUsage();
      const loaded = await loadData(spec, [variable(shape)]).catch((error: unknown) =>
        expect.fail(`case ${number} threw ${String(error)}`),
      );
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, `milliseconds of case ${number}`).toBeLessThan(3_000);
      if (number < 0) expect(loaded.ok).toBe(true);
      if (loaded.ok) {
        const { data, shape: found } = loaded.value.columns['x']!;
        expect(data.length, `case ${number}`).toBe(loaded.value.size * elements(found));
        expect(data.every(Number.isFinite), `case ${number}`).toBe(true);
      } else {
        refused += 1;
        const text = renderDataError(loaded.error);
        expect(text, `case ${number}`).toContain(dirname(path));
        expect(text, `case ${number}`).not.toMatch(
          /undefined|\bNaN bytes|expected NaN|Infinity|Cannot|Error:|typed array|\[object|Invalid|null/,
        );
        expect(text.length, text).toBeLessThan(1000);
      }
    }
    expect(refused).toBeGreaterThan(casesOfAKind / 10);
  },
  60_000,
);
