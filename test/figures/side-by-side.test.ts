import { expect, it } from 'vitest';
import { isUnavailable } from '../../src/runtime/figures/drawing.js';
import { sideBySide } from '../../src/runtime/node/report/side-by-side.js';
import { dataOf, identity, modelOf, picturesOf } from '../support/figures.js';

const model = (shape: string, corrupt: string, networks: string): string => `autoencoder A {
  input x: [${shape}] in real
  ${corrupt}
  ${networks}
  reconstruct x by squared_error
  train { validation 0.2; seed 5 }
}`;

it('sets several models on the same examples and the same noise, whatever the shape that each reads', async () => {
  const data = (shape: readonly number[]) =>
    dataOf({ x: { shape, data: Array.from({ length: 160 }, (_, i) => Math.sin(i)) } });
  // One copies, the other doubles, and has no noise of its own.
  const copies = await modelOf(
    model('16', 'corrupt x with gaussian(0.5)', 'encoder { code: dense(16) }\n  decoder { out: dense(16) }'),
    data([16]),
    { 'encoder.code.kernel': identity(16), 'decoder.out.kernel': identity(16) },
  );
  const doubles = await modelOf(
    model('4, 4, 1', '', 'encoder { code: conv(1, kernel: 1) }\n  decoder { out: conv(1, kernel: 1) }'),
    data([4, 4, 1]),
    { 'encoder.code.kernel': [2], 'decoder.out.kernel': [1] },
  );
  const figure = await sideBySide([
    { name: 'doubles', trained: doubles },
    { name: 'copies', trained: copies },
  ]);
  if (isUnavailable(figure)) throw new Error(figure.unavailable);
  const [noisy, twice, once, truth] = picturesOf(figure).rows;
  expect(picturesOf(figure).rows.map(({ title }) => title)).toEqual(['noisy', 'doubles', 'copies', 'truth']);
  const held = await copies.run.data('x', copies.run.first(2));
  expect([...truth!.values]).toEqual([...held]);
  expect(noisy!.values.some((value, i) => Math.abs(value - held[i]!) > 0.1)).toBe(true);
  noisy!.values.forEach((value, i) => {
    expect(once!.values[i]).toBeCloseTo(value, 5);
    expect(twice!.values[i]).toBeCloseTo(2 * value, 5);
  });
});
