import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/runtime/safetensors.js';

const tensors = {
  b: { shape: [2, 2], data: Float32Array.of(1, -2.5, 3e-9, Infinity) },
  a: { shape: [], data: Int32Array.of(-7) },
  mask: { shape: [3], data: Uint8Array.of(0, 1, 255) },
  none: { shape: [0, 4], data: new Float32Array(0) },
};

const file = (header: unknown, data = 0): Uint8Array => {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
};

const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({ dtype, shape, data_offsets: offsets });

describe('safetensors', () => {
  it('reads what it wrote, from an unaligned place too', () => {
    const bytes = writeSafetensors(tensors, { made: 'here', text: 'ä"\n' });
    expect(bytes.length % 4).toBe(3);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const read = readSafetensors(shifted.subarray(3), 'test');
    expect(readSafetensors(Buffer.from(bytes), 'test')).toEqual(read);
    expect(read).toEqual({ ok: true, value: { tensors, metadata: { made: 'here', text: 'ä"\n' }, checked: true } });
  });

  it('writes the same bytes in any order, aligned', () => {
    const { a, b, mask, none } = tensors;
    const bytes = writeSafetensors({ mask, none, b, a }, { y: '1', x: '2' });
    expect(bytes).toEqual(writeSafetensors({ a, b, none, mask }, { x: '2', y: '1' }));
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it.each([
    ['an empty file', new Uint8Array(0), '0 bytes'],
    ['a cut header', file({ a: entry([1], [0, 4]) }, 4).subarray(0, 20), 'a file of 20 bytes'],
    ['an absurd header length', new Uint8Array(8).fill(255), '18446744073709551615'],
    ['broken JSON', file('{"a": '), 'something else'],
    ['JSON that is no object', file('[1]'), 'something else'],
    ['cut data', file({ a: entry([2], [0, 8]) }, 4), '4'],
    ['trailing bytes', file({ a: entry([1], [0, 4]) }, 5), 'bytes'],
    ['an overlap', file({ a: entry([2], [0, 8]), b: entry([2], [4, 12]) }, 12), 'offset 4'],
    ['a hole', file({ a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, 12), 'offset 8'],
    ["a size that is not the shape's", file({ a: entry([3], [0, 4]) }, 4), '4'],
    ['an unknown dtype', file({ a: entry([1], [0, 2], 'BF16') }, 2), 'BF16'],
    ['a dtype of the prototype', file({ a: entry([1], [0, 2], 'toString') }, 2), 'toString'],
    ['a negative size', file({ a: entry([-1], [0, 4]) }, 4), '-1'],
    ['a shape that is no list', file({ a: entry('x', [0, 4]) }, 4), 'x'],
    ['an entry that is no object', file({ a: 1 }), '1'],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }), 'object'],
  ])('refuses %s', (_what, bytes, found) => {
    const read = readSafetensors(bytes, 'f');
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.error.found).toContain(found);
  });

  it('never throws, whatever bytes it is given', () => {
    const whole = writeSafetensors(tensors, {});
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(whole.length), (noise, at) => {
        readSafetensors(noise, 'f');
        const damaged = whole.slice();
        damaged.set(noise.subarray(0, whole.length - at), at);
        readSafetensors(damaged, 'f');
        readSafetensors(whole.subarray(0, at), 'f');
      }),
    );
  });
});
