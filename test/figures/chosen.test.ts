import { expect, it } from 'vitest';
import { isUnavailable } from '../../src/runtime/figures/drawing.js';
import { makeFigure } from '../../src/runtime/figures/index.js';
import { chosenFigures } from '../../src/runtime/node/report/chosen.js';
import { chartOf, dataOf, identity, modelOf } from '../support/figures.js';

const model = (d: number, inside: string): string => `autoencoder A {
  input x: [${d}] in [0, 1]
  encoder { code: dense(2) }
  decoder { dense(${d}, sigmoid) }
  reconstruct x by squared_error
  ${inside}
  train { validation 0 }
}`;

const latent = (d: number): string => `latent z ~ normal(${d})\n  penalty kl(z)`;

it.each([
  ['points of the plane, few of them', 2, '', ['vector_field(x)', 'codes(code)']],
  ['a latent of two dimensions', 100, latent(2), ['codes(z)', 'errors(x)', 'divergence(z)', 'manifold(z)']],
  ['a latent of more', 100, latent(13), ['errors(x)', 'divergence(z)', 'traversal(z)']],
  [
    'noisy images',
    100,
    `corrupt x with mask(0.1)\n  ${latent(40)}`,
    ['baseline(median_filter)', 'errors(x)', 'divergence(z)'],
  ],
  [
    'a head',
    3,
    'target y: category(3)\n head which(code) { out: dense(3) }\n penalty cross_entropy(which, y)',
    ['codes(code)', 'confusion(which.out, y)'],
  ],
  ['what is asked for', 2, 'figure losses', []],
] as const)('a report chooses what fits %s, and all of it can be drawn', async (_, d, inside, expected) => {
  const data = dataOf({
    x: { shape: [d], data: Array.from({ length: 12 * d }, (_unused, i) => (i % 7) / 7) },
    y: { shape: [], data: Array.from({ length: 12 }, (_unused, i) => i % 3) },
  });
  const known = await modelOf(model(d, inside), data);
  const chosen = chosenFigures(known.program, known.data);
  expect(chosen.map(({ spec }) => spec.text)).toEqual(expected);
  for (const { spec, because } of chosen) {
    expect(because).not.toBe('');
    expect(isUnavailable(await makeFigure(known.run, spec)), spec.text).toBe(false);
  }
});

it('a report says what each number of a latent costs, whatever its prior', async () => {
  const text = `autoencoder A {
    input x: [4] in real
    encoder { code: dense(2) }
    network told(x) { dense(4) }
    latent z ~ normal(2)
    prior z ~ normal(from: told)
    decoder { dense(4) }
    reconstruct x by squared_error
    penalty kl(z)
    train { validation 0 }
  }`;
  const data = dataOf({ x: { shape: [4], data: [1, 2, 3, 4, 5, 6, 7, 8] } });
  // Posteriors are N(m, 1), priors N(0, 1).
  const known = await modelOf(text, data, {
    'encoder.code.kernel': [1, 0, 0, 0, 0, 0, 0, 0],
    'z.mean.kernel': identity(2),
    'z.log_variance.kernel': [0, 0, 0, 0],
    'told.dense.kernel': Array<number>(16).fill(0),
  });
  const [chosen] = chosenFigures(known.program, known.data).filter(({ spec }) => spec.name === 'divergence');
  const figure = await makeFigure(known.run, chosen!.spec);
  if (isUnavailable(figure)) throw new Error(figure.unavailable);
  // The mean of 1²/2 and 5²/2.
  expect(chartOf(figure).values).toEqual([
    { x: '1', y: 6.5 },
    { x: '2', y: 0 },
  ]);
  expect(figure.note).toBe(
    '1 of 2 are active: their means have a variance above 0.01, over 2 training examples. They cost 6.5 nats an example.',
  );
});

it.each(['2', '[1, 2]'])('a report sets cubic convolution beside what makes images larger by %s', async (factor) => {
  const text = `autoencoder A {
    input x: [8, 8, 1] in [0, 1]
    corrupt x with downsample(${factor})
    encoder { conv(1, kernel: 1) }
    decoder { upsample(${factor}); conv(1, kernel: 1) }
    reconstruct x by squared_error
    train { validation 0 }
  }`;
  const data = dataOf({ x: { shape: [8, 8, 1], data: Array.from({ length: 12 * 64 }, (_, i) => (i % 7) / 7) } });
  const known = await modelOf(text, data);
  const [chosen] = chosenFigures(known.program, known.data);
  expect(chosen!.spec.text).toBe('baseline(bicubic)');
  expect(isUnavailable(await makeFigure(known.run, chosen!.spec))).toBe(false);
});
