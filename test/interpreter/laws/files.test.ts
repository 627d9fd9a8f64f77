/** What is read and kept: data of the declared domain, arrays that end where they say, runs that fit their program. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { linesOf, printBody } from '../../../src/codegen/tfjs/body.js';
import { targets } from '../../../src/codegen/targets.js';
import { compile } from '../../../src/compiler.js';
import type { Graph } from '../../../src/ir/graph/graph.js';
import { optimise } from '../../../src/ir/graph/passes/index.js';
import {
  decodeSnapshot,
  encodeSnapshot,
  fitDataset,
  initialSnapshot,
  release,
  splitRows,
  type Dataset,
} from '../../../src/runtime/index.js';
import { loadNpy } from '../../../src/runtime/node/load/npy.js';
import { everyLayer } from '../../codegen/sources.js';
import { folder } from '../../runtime/folder.js';
import { checkText, emitText } from '../../support/emitted.js';
import { cpu } from '../compare/backends.js';
import { textOf } from './pair.js';

beforeAll(() => cpu.start());

const plain = `input x: [2] in [0, 1]
encoder { code: dense(1) }
decoder { dense(2) }
reconstruct x by squared_error`;

const dataset = (values: readonly number[]): Dataset => ({
  size: values.length / 2,
  columns: { x: { shape: [2], data: Float32Array.from(values), scale: 1, source: 'made here' } },
});

describe('data of a domain', () => {
  it.each([
    ['its ends', [0, 1, 0.5, 0.5], true],
    ['what another program rounded', [0, 1.0000002, 0.5, -0.0000002], true],
    ['what is outside of it', [0, 1.0001, 0.5, 0.5], false],
    ['what is below it', [0, 1, -0.0001, 0.5], false],
    ['what is no number', [0, 1, NaN, 0.5], false],
  ])('%s', async (_name, values, fits) => {
    const { program } = emitText(textOf(plain));
    expect(fitDataset(dataset(values), program.spec.variables).ok).toBe(fits);
  });
});

describe('arrays of NumPy', () => {
  /** The file of format 1 with float32 in it, and bytes behind. */
  function npy(values: readonly number[], behind: number): Uint8Array {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length / 2}, 2), }`.padEnd(117) + '\n';
    const bytes = new Uint8Array(10 + header.length + 4 * values.length + behind);
    bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
    bytes.set(Buffer.from(header), 10);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => view.setFloat32(10 + header.length + 4 * i, value, true));
    return bytes;
  }

  it.each([
    [0, true],
    [1, false],
    [4, false],
    [-4, false],
  ])('%i bytes more than the shape says: read %s', async (behind, reads) => {
    const path = join(folder(), 'x.npy');
    writeFileSync(path, npy([1, 2, 3, 4], Math.max(0, behind)).subarray(0, behind < 0 ? behind : undefined));
    const loaded = await loadNpy(path, Infinity);
    expect(loaded.ok).toBe(reads);
    if (loaded.ok && 'data' in loaded.value) expect(Array.from(loaded.value.data)).toEqual([1, 2, 3, 4]);
  });
});

describe('a run in a file', () => {
  const withProgress = async (phase: number): Promise<boolean> => {
    const { program } = emitText(textOf(plain));
    const data = fitDataset(dataset([0, 1, 0.5, 0.5]), program.spec.variables);
    if (!data.ok) throw new Error('data do not fit');
    const snapshot = initialSnapshot(program, data.value, splitRows(2, 0, 1));
    const bytes = await encodeSnapshot(program.spec, {
      ...snapshot,
      slots: phase === 0 ? snapshot.slots : {},
      progress: { ...snapshot.progress, phase },
    });
    const read = decodeSnapshot(bytes, program.spec, 'run.safetensors');
    release([snapshot.weights, snapshot.slots]);
    if (read.ok) release([read.value.value.weights, read.value.value.slots]);
    return read.ok;
  };

  it.each([
    [0, true],
    [1, true],
    [2, false],
    [7, false],
  ])('in phase %i of a program with one: read %s', async (phase, reads) => {
    expect(await withProgress(phase)).toBe(reads);
  });
});

describe('the hash of a program', () => {
  it('tells texts apart, and hyperparameters stand beside it', () => {
    const text = textOf(plain).replace('Law {', 'Law(n: int = 1) {');
    const of = (source: string, set: Readonly<Record<string, number>> = {}) => {
      const checked = checkText(source, set);
      return compile(checked.models[0]!, checked).spec;
    };
    expect(of(text).sourceHash).toBe(of(text, { n: 2 }).sourceHash);
    expect(of(`${text} `).sourceHash).not.toBe(of(text).sourceHash);
    expect([of(text), of(text, { n: 2 })].map(({ parameters }) => parameters)).toEqual([
      [{ name: 'n', value: 1 }],
      [{ name: 'n', value: 2 }],
    ]);
  });
});

describe('printed functions', () => {
  it('free each intermediate after its last use: at the end there is what they return, and no more', () => {
    const checked = checkText(everyLayer);
    const { graphs, written } = compile(checked.models[0]!, checked);
    for (const graph of Object.values(graphs) as readonly Graph[]) {
      const legal = optimise(graph, targets.wasm.backends);
      const { statements: printed, outputs } = printBody(legal, written);
      const statements = printed.flatMap(linesOf);
      const declared = statements.flatMap((line) => /^const (\w+) = (.*)$/s.exec(line)?.slice(1, 2) ?? []);
      const freed = new Set(
        statements.flatMap(
          (line) =>
            /^(\w+)\.dispose\(\);$/.exec(line)?.[1] ?? /^tf\.dispose\(\[(.*)\]\);$/.exec(line)?.[1]?.split(', ') ?? [],
        ),
      );
      const returned = new Set(outputs.values());
      const given = new Set(
        statements.flatMap((line) => /^const (\w+) = (?:weights|slots|batch|code)\[/.exec(line)?.[1] ?? []),
      );
      const host = new Set(
        statements.flatMap(
          (line) => /^const (\w+) = (?!tf\.|kernels\.|random\.|weights|slots|batch|code)/.exec(line)?.[1] ?? [],
        ),
      );
      const leaked = declared.filter(
        (name) => !freed.has(name) && !returned.has(name) && !given.has(name) && !host.has(name),
      );
      expect(leaked, graph.name).toEqual([]);
    }
  });
});
