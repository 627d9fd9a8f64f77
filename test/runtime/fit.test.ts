import { describe, expect, it } from 'vitest';
import { splitOf, splitRows } from '../../src/runtime/batches.js';
import type { Column, Dataset } from '../../src/runtime/dataset.js';
import { fitDataset } from '../../src/runtime/fit.js';
import type { Domain, VariableSpec } from '../../src/runtime/program.js';

const unit: Domain = { kind: 'interval', low: 0, high: 1 };
const variable = (name: string, shape: readonly number[], domain: Domain = unit): VariableSpec => ({
  name,
  role: 'input',
  shape,
  domain,
  origin: 'm.ae:1:1',
});
const column = (shape: readonly number[], data: Column['data'], scale = 1): Column => ({
  shape,
  data,
  scale,
  source: 'file',
});
const data = (columns: Record<string, Column>, size = 2): Dataset => ({ size, columns });
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const floats = (...values: number[]): Float32Array => Float32Array.from(values);

const found = (set: Dataset, ...variables: VariableSpec[]): string => {
  const result = fitDataset(set, variables);
  return result.ok ? 'fits' : result.error.found;
};

describe('fitDataset', () => {
  it('takes columns by name, then in order, and keeps the rest', () => {
    const set = data({
      x: column([1], floats(0, 1)),
      y: column([], Int32Array.of(0, 1)),
      z: column([1], floats(1, 0)),
    });
    const fitted = fitDataset(set, [variable('image', [1]), variable('z', [1])]);
    expect(fitted.ok && Object.keys(fitted.value.columns)).toEqual(['image', 'z', 'y']);
    expect(fitted.ok && fitted.value.columns['image']!.data).toEqual(floats(0, 1));
  });

  it('prefers a column whose shape fits', () => {
    const set = data({ x: column([3], floats(0, 0, 0, 1, 1, 1)), y: column([], Int32Array.of(3, 4)) });
    const fitted = fitDataset(set, [variable('label', [], { kind: 'category', classes: 10 }), variable('image', [3])]);
    expect(fitted.ok && fitted.value.columns['label']!.data).toEqual(Int32Array.of(3, 4));
  });

  it.each([
    [[4], [2, 2, 1]],
    [[2, 2], [4]],
    [
      [2, 2],
      [2, 2, 1],
    ],
    [[1], []],
  ])('reshapes %j to %j', (from, to) => {
    const n = from.reduce((a, b) => a * b, 1);
    const fitted = fitDataset(data({ x: column(from, new Float32Array(2 * n)) }), [variable('x', to)]);
    expect(fitted.ok && fitted.value.columns['x']!.shape).toEqual(to);
  });

  it('does not reshape where order would be lost', () => {
    expect(found(data({ x: column([2, 4], new Float32Array(16)) }), variable('x', [4, 2]))).toBe('[2, 4]');
    expect(found(data({ x: column([3], new Float32Array(6)) }), variable('x', [4]))).toBe('[3]');
  });

  it('brings bytes to the declared interval', () => {
    const scale = (domain: Domain, given = 1): number | undefined => {
      const fitted = fitDataset(data({ x: column([1], bytes(0, 255), given) }), [variable('x', [1], domain)]);
      return fitted.ok ? fitted.value.columns['x']!.scale : undefined;
    };
    expect(scale(unit)).toBe(1 / 255);
    expect(scale({ kind: 'binary' })).toBe(1 / 255);
    expect(scale({ kind: 'interval', low: 0, high: 255 }, 1 / 255)).toBe(1);
    const signed = fitDataset(data({ x: column([1], bytes(0, 255), 1 / 255) }), [
      variable('x', [1], { kind: 'interval', low: -1, high: 1 }),
    ]);
    expect(signed.ok && signed.value.columns['x']!.data).toEqual(floats(-1, 1));
  });

  it('names the example and the value that is outside', () => {
    expect(found(data({ x: column([2], floats(0, 1, 0.5, 1.5)) }), variable('x', [2]))).toBe(
      '1.5 in example 2, element 2 of 2',
    );
    expect(found(data({ x: column([1], floats(0, NaN)) }), variable('x', [1], { kind: 'real' }))).toBe(
      'NaN in example 2',
    );
    expect(found(data({ x: column([1], floats(-Infinity, 0)) }), variable('x', [1], { kind: 'real' }))).toBe(
      '-Infinity in example 1',
    );
    expect(found(data({ x: column([1], floats(0, 0.5)) }), variable('x', [1], { kind: 'binary' }))).toBe(
      '0.5 in example 2',
    );
    expect(found(data({ x: column([1], bytes(0, 7), 1 / 255) }), variable('x', [1], { kind: 'binary' }))).toContain(
      'in example 2',
    );
  });

  it('checks labels and makes whole numbers of them', () => {
    const label = variable('y', [], { kind: 'category', classes: 3 });
    const fitted = fitDataset(data({ y: column([], floats(0, 2)) }), [label]);
    expect(fitted.ok && fitted.value.columns['y']!.data).toEqual(Int32Array.of(0, 2));
    expect(found(data({ y: column([], floats(0, 3)) }), label)).toBe('3 in example 2');
    expect(found(data({ y: column([], floats(0.5, 1)) }), label)).toBe('0.5 in example 1');
    expect(found(data({ y: column([], Int32Array.of(-1, 1)) }), label)).toBe('-1 in example 1');
  });

  it('refuses too few columns, columns of different lengths and no examples', () => {
    const x = column([1], floats(0, 1));
    expect(found(data({ x }), variable('a', [1]), variable('b', [1]))).toBe('columns x, all in use');
    expect(found(data({ x, y: column([], Int32Array.of(1)) }), variable('x', [1]))).toBe('1');
    expect(found(data({ x: column([1], floats()) }, 0), variable('x', [1]))).toBe('none');
  });
});

describe('a vocabulary', () => {
  it('is of whole lines where each is a word, whatever the column is called', () => {
    const texts = {
      lines: {
        leafAt: Int32Array.of(0, 2, 3),
        values: Int32Array.of(0, 1, 1),
        words: ['New', 'York'],
        source: 'file',
      },
    };
    const word: VariableSpec = { ...variable('w', [], { kind: 'category', classes: 3 }), words: true };
    const fitted = fitDataset({ size: 2, columns: {}, texts }, [word]);
    expect(fitted.ok && fitted.value.vocabularies).toEqual({ w: ['New York', 'York'] });
    expect(fitted.ok && [...fitted.value.columns['w']!.data]).toEqual([1, 2]);
  });

  it('is that of the rows which are trained on, whose share of known labels is that of the whole', () => {
    const size = 40;
    const words = Array.from({ length: size }, (_, i) => `w${i}`);
    const each = Int32Array.from({ length: size + 1 }, (_, i) => i);
    const spelled = { leafAt: each, values: each.slice(0, size), words, width: 1, source: 'file' };
    const none = new Int32Array(0);
    const token: Domain = { kind: 'category', classes: size + 1 };
    const variables: readonly VariableSpec[] = [
      { ...variable('s', [1], token), words: true },
      { ...variable('t', [], token), tree: { of: 't', at: 'leaves', below: false } },
      { ...variable('y', [], { kind: 'category', classes: 2 }), role: 'target', optional: true },
    ];
    const fitted = fitDataset(
      {
        size,
        columns: {
          y: column(
            [],
            Float32Array.from({ length: size }, (_, i) => (i < 4 ? i % 2 : -1)),
          ),
        },
        texts: { s: spelled },
        trees: { t: { ...spelled, left: none, right: none } },
      },
      variables,
      { validation: 0.25, seed: 1 },
    );
    if (!fitted.ok) throw new Error(JSON.stringify(fitted.error));
    const { train } = splitOf(fitted.value, { variables, validation: 0.25, seed: 1 });
    // Without regard to labels others would be held out.
    expect(train).not.toEqual(splitRows(size, 0.25, 1).train);
    const known = Array.from(train, (row) => words[row]!).sort();
    for (const name of ['s', 't']) expect([...fitted.value.vocabularies![name]!].sort()).toEqual(known);
  });
});
