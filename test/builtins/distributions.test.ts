/** Laws of the normal distribution, and of what distributions, priors and expectations say of each other. */
import { describe, expect, it } from 'vitest';
import { compiledEntries, find } from '../../src/builtins/index.js';
import { builtins } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { B } from '../../src/ir/graph/shape.js';
import { normals } from '../../src/runtime/random.js';
import { gradientError, Kit, list } from '../laws/kit.js';
import { defaultCall } from './defaults.js';

const q = { mean: 0.3, log_variance: -0.5 };
const prior = { mean: -0.2, sigma: 0.8 };

const logDensity = (x: number, mean: number, sigma: number): number =>
  -((x - mean) ** 2) / (2 * sigma ** 2) - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);

describe('the normal distribution', () => {
  const { definition } = defaultCall('distribution', 'normal');

  it('has the divergence that a Monte Carlo estimate has, and none from itself', () => {
    const kit = new Kit();
    const posterior = {
      mean: kit.x([B, 2], () => Array<number>(4).fill(q.mean)),
      log_variance: kit.x([B, 2], () => Array<number>(4).fill(q.log_variance)),
    };
    const fixed = definition.fixed(kit.b, prior, [B, 2]);
    const [kl, none] = kit.evaluate(definition.kl(kit.b, posterior, fixed), definition.kl(kit.b, posterior, posterior));
    const sigma = Math.exp(q.log_variance / 2);
    const draws = [...normals(5, 0, 0, 200_000)].map((e) => q.mean + sigma * e);
    const ratios = draws.map((z) => logDensity(z, q.mean, sigma) - logDensity(z, prior.mean, prior.sigma));
    const estimate = ratios.reduce((a, c) => a + c) / draws.length;
    expect(kl!.shape).toEqual([2, 2]);
    for (const v of kl!.data) expect(v).toBeCloseTo(estimate, 2);
    for (const v of none!.data) expect(v).toBeCloseTo(0, 12);
  });

  it('draws with the mean and deviation of its parameters, differentiably', () => {
    const kit = new Kit(20_000);
    const [mean, logVariance] = [kit.x([], list(q.mean)), kit.x([], list(q.log_variance))];
    const wide = { mean: kit.b.broadcastTo(mean, [B]), log_variance: kit.b.broadcastTo(logVariance, [B]) };
    const z = definition.sample(kit.b, wide, (shape) => kit.b.normal(shape));
    const second = kit.b.batchMean(kit.b.square(z));
    const [m, s] = kit.evaluate(kit.b.batchMean(z), second).map((v) => v.data[0]!);
    expect(m).toBeCloseTo(q.mean, 1);
    expect(s! - m! ** 2).toBeCloseTo(Math.exp(q.log_variance), 1);
    expect(gradientError(kit, second, gradients(kit.b, second, kit.wrt))).toBeLessThan(1e-6);
  });

  it('is the one that compiles', () => {
    expect(compiledEntries('distribution').map(({ name }) => name)).toEqual(['normal']);
  });
});

describe('what entries of latents say of each other', () => {
  it('ways of taking an expectation and priors exist', () => {
    for (const { posterior } of builtins.distribution) {
      if (posterior === undefined) continue;
      expect(posterior.by.length).toBeGreaterThan(0);
      for (const by of posterior.by) expect(find('expectation', by), by).toBeDefined();
      expect(find('prior', posterior.prior), posterior.prior).toBeDefined();
    }
  });

  it('the prior that holds where none is written is one of the latent', () => {
    for (const { name, posterior } of builtins.distribution) {
      if (posterior !== undefined) expect(find('prior', posterior.prior)!.of).toContain(name);
    }
    for (const { of } of builtins.prior) for (const name of of) expect(find('distribution', name), name).toBeDefined();
  });

  it('every way of taking an expectation is of some latent', () => {
    const used = builtins.distribution.flatMap(({ posterior }) => posterior?.by ?? []);
    for (const { name } of builtins.expectation) expect(used).toContain(name);
  });
});
