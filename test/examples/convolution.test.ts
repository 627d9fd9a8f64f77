/** Convolutional examples: shapes proved, broken ones mended, every way up again. */
import { beforeAll, describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/diagnostics/finding.js';
import { checkExample, checkText, emitText, readExample, useWasm } from '../support/emitted.js';
import { codesOf, mended, shown } from '../support/findings.js';
import {
  activation,
  explainedUnseen,
  heldOut,
  lossAt,
  reconstructed,
  trainExample,
  trainText,
  type Values,
} from '../support/train.js';

beforeAll(useWasm);

describe('the convolutional autoencoder of lecture 1', () => {
  it('with `same` everywhere is refused at the stage that goes wrong, and mended by the fix', () => {
    const text = readExample('lecture1/broken/conv.ae');
    const checked = checkExample('lecture1/broken/conv.ae');
    expect(checked.models).toEqual([]);
    expect(codesOf(checked)).toEqual(['AE3001']);
    const fault = checked.findings[0]!;
    expect(wordsOf(fault).title).toBe('the decoder gives 32×32×1, but `x` is 28×28×1');
    expect(wordsOf(fault).found).toMatch(/^4×4.* → 8×8.* → 16×16.* → 32×32/);
    expect(fault.related.map((r) => r.message)).toContain("here the decoder leaves the encoder's sizes: 4×4 → 8×8");
    const [fix] = fault.fixes;
    expect(fix!.title).toContain('padding: valid');
    const sane = checkText(mended(text, fix!, checked));
    expect(shown(sane)).toBe('');
    // The fix is what the lecture meant.
    const sound = checkExample('lecture1/conv.ae').models[0]!;
    expect(sane.models[0]!.networks.map((n) => n.layers.map((l) => l.outputs))).toEqual(
      sound.networks.map((n) => n.layers.map((l) => l.outputs)),
    );
  });

  it('trains', async () => {
    const t = await trainExample('lecture1/conv.ae', 'strokes:count=400', { overrides: { batch: 16, epochs: 5 } });
    expect(lossAt(t, -1)).toBeLessThan(0.9 * lossAt(t, 0));
    expect(await explainedUnseen(t)).toBeGreaterThan(0.1);
    t.dispose();
  });
});

describe.each(['nearest', 'bilinear', 'transposed', 'zero'])('up again: %s', (kind) => {
  it('reaches 28×28 and learns', async () => {
    const t = await trainExample(`lecture4/upsample-${kind}.ae`, 'strokes:count=400', {
      overrides: { batch: 16, epochs: 5 },
    });
    expect(lossAt(t, -1)).toBeLessThan(0.8 * lossAt(t, 0));
    expect(await explainedUnseen(t)).toBeGreaterThan(0.1);
    expect((await reconstructed(t, heldOut(t))).shape.slice(1)).toEqual([28, 28, 1]);
    t.dispose();
  });
});

describe('the dangers of transposed convolution', () => {
  const text = readExample('lecture4/upsample-transposed.ae');
  const odd = text
    .replaceAll('conv_transpose(8, kernel: 4', 'conv_transpose(8, kernel: 3')
    .replaceAll('conv_transpose(1, kernel: 4', 'conv_transpose(1, kernel: 3');

  it('are seen where the stride does not divide the kernel', () => {
    expect(shown(checkText(text))).toBe('');
    expect(codesOf(checkText(odd))).toEqual(['AE4003', 'AE4003']);
  });

  it('are gone after the fix', () => {
    let now = odd;
    for (let checked = checkText(now); checked.findings.length > 0; checked = checkText(now))
      now = mended(now, checked.findings[0]!.fixes[0]!, checked);
    expect(now).toContain('upsample(2)');
    expect(checkText(now).models).toHaveLength(1);
  });

  it.each([
    ['conv_transpose(1, kernel: 3, stride: 2, init: ones)', false],
    ['conv_transpose(1, kernel: 4, stride: 2, init: ones)', true],
    ['upsample(2); conv(1, kernel: 3, init: ones)', true],
  ])('%s makes an even picture even: %s', async (up, even) => {
    const source = `autoencoder Up {
      input x: [16, 16, 1] in real
      encoder { code: avgpool(2) }
      decoder { ${up} }
      reconstruct x by squared_error
      train { optimizer sgd(lr: 1e-12); epochs 1 }
    }`;
    const t = await trainText(source, {
      size: 2,
      columns: { x: { shape: [16, 16, 1], data: new Float32Array(512).fill(1), scale: 1, source: 'even' } },
    });
    const { data } = await reconstructed(t, t.data);
    // Away from the border.
    const inside = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 8 }, (_, j) => data[(i + 4) * 16 + j + 4]!),
    ).flat();
    expect(Math.max(...inside) - Math.min(...inside) < 1e-5).toBe(even);
    t.dispose();
  });
});

describe('max-unpooling', () => {
  it('puts each value where the encoder found the maximum, and zero elsewhere', async () => {
    const t = await trainExample('lecture4/unpool.ae', 'strokes:count=400', { overrides: { batch: 16, epochs: 4 } });
    const unseen = heldOut(t);
    expect(await explainedUnseen(t)).toBeGreaterThan(0.1);
    for (const stage of ['1', '2']) {
      const before = await activation(t, unseen, `encoder.before${stage}`);
      const given = await activation(t, unseen, `decoder.given${stage}`);
      const up = await activation(t, unseen, `decoder.up${stage}`);
      expect(up.shape).toEqual(before.shape);
      expect(given.data.some((v) => v !== 0)).toBe(true);
      expect(misplaced(before, given, up)).toBe(0);
    }
    t.dispose();
  });

  /** Elements of `up` that are not what the definition says. */
  function misplaced(before: Values, given: Values, up: Values): number {
    const [n, height, width, channels] = before.shape as [number, number, number, number];
    let wrong = 0;
    for (let cell = 0; cell < given.data.length; cell++) {
      const c = cell % channels;
      const column = Math.floor(cell / channels) % (width / 2);
      const row = Math.floor(cell / channels / (width / 2)) % (height / 2);
      const i = Math.floor(cell / channels / (width / 2) / (height / 2));
      const places = [0, 1, 2, 3].map(
        (k) => ((i * height + 2 * row + (k >> 1)) * width + 2 * column + (k & 1)) * channels + c,
      );
      const values = places.map((p) => before.data[p]!);
      const top = values.indexOf(Math.max(...values));
      places.forEach((p, k) => {
        if (Math.abs(up.data[p]! - (k === top ? given.data[cell]! : 0)) > 1e-6) wrong++;
      });
    }
    return wrong + (n === 0 ? 1 : 0);
  }
});

it('padding and stride give the sizes of lecture 4: 4×4 with stride 1, 2×2 with stride 2', async () => {
  const source = (stride: number): string => `autoencoder Sizes {
    input x: [4, 4, 1] in real
    corrupt x with gaussian(0.1)
    encoder { code: conv(1, kernel: 3, stride: ${stride}, padding: 1) }
    decoder { flatten; dense(16); reshape(4, 4, 1) }
    reconstruct x by squared_error
  }`;
  for (const [stride, side] of [
    [1, 4],
    [2, 2],
  ] as const) {
    expect(emitText(source(stride)).program.spec.code.map((c) => c.shape)).toEqual([[side, side, 1]]);
  }
});
