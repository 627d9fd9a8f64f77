/** Examples whose input is not their target: each beats what could be done without learning. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectRows, splitRows, type Dataset } from '../../src/runtime/index.js';
import { writeReport } from '../../src/runtime/node/index.js';
import { folder } from '../runtime/folder.js';
import { average } from '../support/algebra.js';
import { useWasm } from '../support/emitted.js';
import {
  apply,
  column,
  heldOut,
  lossAt,
  mse,
  trainExample,
  trainText,
  type Trained,
  type Values,
} from '../support/train.js';
import { bicubic, nearest } from '../support/upscale.js';

beforeAll(useWasm);

/** What the deployed model is given, and what it makes of it. */
async function readAndMade(t: Trained, data: Dataset): Promise<readonly [Values, Values]> {
  const on = { program: t.program, data };
  return [
    await apply(on, (batch) => t.program.degrade!(t.weights, batch), 'x'),
    await apply(on, (batch) => t.program.reconstruct!(t.weights, t.program.degrade!(t.weights, batch)), 'x'),
  ];
}

describe('colourising', () => {
  it('is nearer to the coloured picture than the grey one', async () => {
    const t = await trainExample('lecture1/colourise.ae', 'shapes:count=1000', {
      overrides: { batch: 32, epochs: 12 },
    });
    const unseen = heldOut(t);
    const [grey, made] = await readAndMade(t, unseen);
    expect(grey.shape.slice(1)).toEqual([16, 16, 1]);
    const asColour = {
      shape: made.shape,
      data: Float32Array.from({ length: made.data.length }, (_, i) => grey.data[Math.floor(i / 3)]!),
    };
    expect(mse(made, column(unseen))).toBeLessThan(0.7 * mse(asColour, column(unseen)));
    t.dispose();
  });
});

describe('super-resolution', () => {
  it('beats nearest-neighbour and bicubic upscaling', async () => {
    const t = await trainExample('lecture1/superresolution.ae', 'shapes:count=1000', {
      overrides: { batch: 32, epochs: 10 },
    });
    const unseen = heldOut(t);
    const [small, made] = await readAndMade(t, unseen);
    expect(small.shape.slice(1)).toEqual([8, 8, 3]);
    const error = mse(made, column(unseen));
    expect(error).toBeLessThan(mse(nearest(small), column(unseen)));
    expect(error).toBeLessThan(mse(bicubic(small), column(unseen)));
    t.dispose();
  });
});

describe('what a degradation shrinks', () => {
  it('has a row of its own size in the report', async () => {
    const t = await trainExample('lecture1/superresolution.ae', 'shapes:count=60', { overrides: { epochs: 1 } });
    const at = folder();
    const [path, picture] = [join(at, 'report.html'), join(at, 'picture.png')];
    const written = await writeReport({
      program: t.program,
      weights: t.weights,
      data: t.data,
      history: t.history,
      path,
      picture,
    });
    expect(written.ok).toBe(true);
    expect(statSync(picture).size).toBeGreaterThan(1000);
    t.dispose();
  });

  it('may be preprocessed as well', async () => {
    const source = (noise: string): string => `autoencoder Centred {
      input x: [16, 16, 3] in [0, 1]
      preprocess x with center
      corrupt x with downsample(2)${noise}
      encoder { code: conv(4, kernel: 3, relu) }
      decoder { upsample(2); conv(3, kernel: 3) }
      reconstruct x by squared_error
      train { batch 64; epochs 3 }
    }`;
    const t = await trainText(source(''), 'shapes:count=300');
    const unseen = heldOut(t);
    const [, made] = await readAndMade(t, unseen);
    expect(made.shape).toEqual([unseen.size, 16, 16, 3]);
    // Held-out terms are measured on what the deployed model is given, and with the noise of training where there is some.
    expect(mse(made, column(unseen)) * 768).toBeCloseTo(lossAt(t, -1), 2);
    t.dispose();
    const noisy = await trainText(source(' then gaussian(0.1)'), 'shapes:count=300');
    const [, clean] = await readAndMade(noisy, unseen);
    expect(lossAt(noisy, -1)).toBeGreaterThan(mse(clean, column(unseen)) * 768 * 1.05);
    noisy.dispose();
  });
});

describe('the context encoder', () => {
  const [side, size] = [16, 6];
  const inHole = (element: number): boolean => {
    const [row, col] = [Math.floor(element / 3 / side) % side, Math.floor(element / 3) % side];
    const inside = (at: number): boolean => at >= (side - size) / 2 && at < (side + size) / 2;
    return inside(row) && inside(col);
  };
  const holeError = (a: Values, b: Values): number => {
    const places = Array.from({ length: a.data.length }, (_, i) => i).filter((i) => inHole(i % (side * side * 3)));
    return average(places.length, (k) => (a.data[places[k]!]! - b.data[places[k]!]!) ** 2);
  };

  it('fills the hole better than the mean picture does', async () => {
    const t = await trainExample('lecture4/context.ae', 'shapes:count=1500', { overrides: { batch: 32, epochs: 12 } });
    const unseen = heldOut(t);
    const [cut, made] = await readAndMade(t, unseen);
    const clean = column(unseen);
    cut.data.forEach((value, i) => {
      if (inHole(i % (side * side * 3)) ? value !== 0 : value !== clean.data[i])
        throw new Error(`element ${i} is not cut as declared`);
    });
    const seen = column(
      selectRows(t.data, splitRows(t.data.size, t.program.spec.validation, t.program.spec.seed).train),
    );
    const width = side * side * 3;
    const mean = Array.from({ length: width }, (_, j) => average(seen.shape[0]!, (i) => seen.data[i * width + j]!));
    const filled = { shape: clean.shape, data: clean.data.map((_, i) => mean[i % width]!) };
    expect(holeError(made, clean)).toBeLessThan(0.6 * holeError(filled, clean));
    // The loss is the sum of squares over the hole alone.
    expect(lossAt(t, -1)).toBeCloseTo(holeError(made, clean) * size * size * 3, 3);
    t.dispose();
  });
});
