import { describe, expect, it } from 'vitest';
import { normals, permutation, philox, philoxBlock, uniforms } from '../../src/runtime/random.js';

const hex = (words: Uint32Array): string => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ');

describe('Philox4x32-10', () => {
  // Known answers of Random123 (kat_vectors).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('gives the known answer for counter %j', (counter, key, expected) => {
    const out = new Uint32Array(4);
    philoxBlock(counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!, out, 0);
    expect(hex(out)).toBe(expected);
  });

  it('puts the block, the step and the stream where TensorFlow has them', () => {
    const out = new Uint32Array(4);
    philoxBlock(1, 0, 5, 9, 7, 3, out, 0);
    expect(philox(7 + 3 * 2 ** 32, 5, 9, 8).slice(4)).toEqual(out);
  });
});

describe('draws', () => {
  it('are uniform on [0, 1)', () => {
    const values = uniforms(3, 0, 0, 20_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((a, b) => a + b) / values.length).toBeCloseTo(0.5, 2);
  });

  it('are standard normal, an odd number too', () => {
    const values = normals(3, 0, 0, 20_001);
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(1, 1);
  });

  it('are the same from wherever they begin', () => {
    for (const draw of [uniforms, normals]) {
      const all = draw(7, 3, 2, 23);
      for (const [first, count] of [
        [0, 23],
        [1, 9],
        [5, 18],
        [6, 3],
        [8, 1],
      ] as const)
        expect(draw(7, 3, 2, count, first)).toEqual(all.slice(first, first + count));
    }
  });

  it('permute', () => {
    const order = permutation(1, 2, 3, 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order).not.toEqual(permutation(1, 3, 3, 1000));
    expect(order).toEqual(permutation(1, 2, 3, 1000));
  });
});
