import { describe, expect, it } from 'vitest';
import { csvOf, tableOf as numbersOf } from '../../src/runtime/figures/drawing.js';
import { dataOf, drawn, identity, modelOf, picturesOf, tableOf } from '../support/figures.js';

/** Copies its input, but for the last of four numbers. */
const copies = `autoencoder Copies {
  input x: [4] in [0, 1]
  corrupt x with mask(0.5)
  encoder { code: dense(4) }
  decoder { out: dense(4) }
  reconstruct x by squared_error
  figure reconstructions(x, count: 3)
  figure reconstructions(x, corrupted: true, count: 3)
  train { validation 0; seed 4 }
}`;
const forgetful = identity(4).map((value, i) => (i === 15 ? 0 : value));
const data = dataOf({ x: { shape: [4], data: Array.from({ length: 20 }, (_, i) => 0.5 + i / 40) } });
const model = () => modelOf(copies, data, { 'encoder.code.kernel': forgetful, 'decoder.out.kernel': identity(4) });

describe('reconstructions', () => {
  it('are rows of the first examples in their order', async () => {
    const figure = await drawn(await model());
    const [input, output, ...others] = picturesOf(figure).rows;
    expect(others).toEqual([]);
    expect([...input!.values]).toEqual([...data.columns['x']!.data.slice(0, 12)]);
    [...output!.values].forEach((value, i) => expect(value).toBeCloseTo(i % 4 === 3 ? 0 : 0.5 + i / 40, 6));
    expect([input!.low, input!.high]).toEqual([0, 1]);
  });

  it('come from what stands in the row of corrupted examples', async () => {
    const known = await model();
    const [clean, corrupted, output] = picturesOf(await drawn(known, 1)).rows;
    const kept = [...corrupted!.values].map((value) => value !== 0);
    expect(kept.filter((one) => one).length).toBeGreaterThan(0);
    expect(kept.filter((one) => !one).length).toBeGreaterThan(0);
    corrupted!.values.forEach((value, i) => expect(value).toBeCloseTo(kept[i] ? clean!.values[i]! : 0, 6));
    output!.values.forEach((value, i) => expect(value).toBeCloseTo(i % 4 === 3 ? 0 : corrupted!.values[i]!, 6));
    // The noise is that of the seed.
    expect(picturesOf(await drawn(known, 1)).rows[1]!.values).toEqual(corrupted!.values);
  });

  it('give their numbers', async () => {
    const [head, first] = csvOf(numbersOf(picturesOf(await drawn(await model())))).split('\n');
    expect(head).toBe('row,image,v0,v1,v2,v3');
    expect(first).toBe('input,0,0.5,0.525,0.55,0.575');
  });

  it('are as many as there are examples', async () => {
    const few = dataOf({ x: { shape: [4], data: [0, 0, 0, 0] } });
    expect((await drawn(await modelOf(copies, few))).note).toMatch(/^The first training example\. /);
  });

  it('are lines of text where there are words, and end where the example does', async () => {
    const text = `autoencoder Words {
      input s: sequence(token(vocab: 4), length: 3)
      corrupt s with token_mask(mask: 1, random: 0, keep: 0)
      encoder { embedding(2) }
      decoder { dense(5) }
      reconstruct s by categorical
      figure reconstructions(s, corrupted: true)
      train { validation 0 }
    }`;
    const words = {
      ...dataOf({ s: { shape: [3], data: [1, 2, -1, 0, 3, 4] } }),
      vocabularies: { s: ['a', 'cat', 'dog', 'sleeps'] },
    };
    // Whatever the networks read, the second word is the likeliest.
    const figure = await drawn(
      await modelOf(text, words, {
        'decoder.dense.kernel': Array<number>(10).fill(0),
        'decoder.dense.bias': [0, 0, 1, 0, 0],
      }),
    );
    expect(tableOf(figure)).toMatchObject({
      columns: ['example', 'clean', 'corrupted', 'output'],
      rows: [
        [1, 'a cat', '[MASK] [MASK]', 'cat cat'],
        [2, '? dog sleeps', '[MASK] [MASK] [MASK]', 'cat cat cat'],
      ],
    });
    expect(figure.note).toContain('Right: 20.0 % of the output, 0.0 % of the corrupted input.');
  });
});
