/** Every example, with the procedural data that it is proved on. */

export interface Example {
  /** Relative to this folder. */
  readonly path: string;
  /** A procedural set, as after `--data`. */
  readonly data: string;
  /** Whether pictures of 28×28 digits fit as well. */
  readonly digits: boolean;
  /** Parameters of its models that make it small enough to train here. */
  readonly set?: Readonly<Record<string, number>>;
}

const digits = (path: string, data = 'strokes'): Example => ({ path, data, digits: true });
const other = (path: string, data: string, set?: Example['set']): Example => ({
  path,
  data,
  digits: false,
  ...(set === undefined ? {} : { set }),
});

/** Of digits as labels, a few. */
const fewLabels = 'strokes:known=200';

/** Convolutions cost more an example, so that they get fewer. */
const fewStrokes = 'strokes:count=1500';

export const examples: readonly Example[] = [
  digits('lecture0/zsweep.ae'),
  digits('lecture0/denoise-uniform.ae'),
  digits('lecture0/denoise-mask.ae'),
  digits('lecture0/denoise-conv.ae', fewStrokes),
  other('lecture0/circle.ae', 'circle:count=2000,noise=0'),
  digits('lecture0/contractive.ae'),
  other('lecture0/contractive-conv.ae', 'bars:n=8,count=1000'),
  digits('lecture0/contractive-lbfgs.ae', 'strokes:count=1000'),
  digits('lecture0/stacked-classifier.ae', fewLabels),
  other('lecture0/compressive.ae', 'shapes:count=600,n=32'),
  digits('lecture1/vanilla.ae'),
  digits('lecture1/multilayer.ae'),
  digits('lecture1/conv.ae', fewStrokes),
  digits('lecture1/sparse-l1.ae'),
  other('lecture1/colourise.ae', 'shapes:count=1500'),
  other('lecture1/superresolution.ae', 'shapes:count=1500'),
  digits('lecture2/binomial.ae'),
  digits('lecture2/sparse-l2.ae'),
  digits('lecture2/sparse-kl.ae'),
  digits('lecture2/vae.ae'),
  digits('lecture2/cvae.ae'),
  other('lecture2/token-denoiser.ae', 'phrases'),
  digits('lecture2/deep.ae'),
  digits('lecture2/m2.ae', fewLabels),
  digits('lecture2/le2013.ae', 'strokes:count=500'),
  other('lecture2/trivial.ae', 'identity:n=3'),
  other('lecture2/recursive.ae', 'opinions'),
  other('lecture2/recursive-labels.ae', 'opinions'),
  other('lecture2/unfolding.ae', 'opinions'),
  other('lecture2/deep-recursive.ae', 'opinions'),
  other('lecture3/identity-838.ae', 'identity:n=8'),
  other('lecture3/pca-323.ae', 'gaussian:dims=3'),
  digits('lecture3/stacked.ae'),
  digits('lecture3/single-graph.ae'),
  digits('lecture3/incremental.ae'),
  digits('lecture3/semi-supervised.ae', fewLabels),
  other('lecture3/gan.ae', 'circle', { n: 2, code: 4, units: 64 }),
  other('lecture3/dcgan.ae', 'shapes:count=300,n=32', { maps: 64, n: 32 }),
  digits('lecture3/denoise-gaussian.ae'),
  digits('lecture3/denoise-salt-and-pepper.ae'),
  digits('lecture3/sparse-squared.ae'),
  other('lecture3/linear-vae.ae', 'gaussian:dims=5'),
  digits('lecture4/denoise-dropout.ae'),
  other('lecture4/pca-tied.ae', 'gaussian:dims=3'),
  other('lecture4/constrained.ae', 'gaussian:dims=5'),
  digits('lecture4/upsample-nearest.ae', fewStrokes),
  digits('lecture4/upsample-bilinear.ae', fewStrokes),
  digits('lecture4/upsample-transposed.ae', fewStrokes),
  digits('lecture4/upsample-zero.ae', fewStrokes),
  digits('lecture4/unpool.ae', fewStrokes),
  other('lecture4/context.ae', 'shapes:count=1500'),
  digits('well-known/k-sparse.ae'),
  digits('well-known/aae.ae'),
  other('well-known/wgan-gp.ae', 'circle', { n: 2, code: 2, units: 64, rate: 1e-3, lambda: 0.1 }),
  other('well-known/vae-gan.ae', 'circle'),
  other('well-known/planar-flow.ae', 'gaussian:dims=1,scale=1.4457'),
  other('well-known/mixture-prior.ae', 'mixture'),
  other('well-known/hierarchical-vae.ae', 'mixture:k=4'),
  other('well-known/masked-autoencoder.ae', 'bars:count=1500'),
  other('well-known/vq-vae.ae', 'shapes:count=600,n=32'),
  digits('well-known/gumbel-softmax.ae', 'strokes:count=1500'),
  digits('well-known/iwae.ae', 'strokes:count=1500'),
  other('well-known/gru-autoencoder.ae', 'phrases'),
  other('lecture2/arae.ae', 'phrases:count=4000'),
  other('well-known/text-vae.ae', 'phrases:count=4000'),
  other('well-known/greedy-tree.ae', 'compounds'),
  other('well-known/topk-sae.ae', 'dictionary:count=5000'),
  other('well-known/batch-topk-sae.ae', 'dictionary:count=5000'),
  other('well-known/jump-relu-sae.ae', 'dictionary:count=5000'),
];

/** Items of the lectures as docs/language.md counts them, by the example that shows them. */
const items: Readonly<Record<string, number>> = {
  'lecture0/zsweep.ae': 7,
  'lecture0/denoise-mask.ae': 9,
  'lecture0/circle.ae': 11,
  'lecture0/denoise-uniform.ae': 12,
  'lecture0/contractive.ae': 13,
  'lecture0/contractive-conv.ae': 13,
  'lecture0/contractive-lbfgs.ae': 14,
  'lecture0/denoise-conv.ae': 16,
  'lecture0/stacked-classifier.ae': 17,
  'lecture0/compressive.ae': 18,
  'lecture1/colourise.ae': 9,
  'lecture1/superresolution.ae': 10,
  'lecture1/vanilla.ae': 12,
  'lecture1/multilayer.ae': 13,
  'lecture1/conv.ae': 14,
  'lecture1/sparse-l1.ae': 15,
  'lecture2/binomial.ae': 4,
  'lecture2/trivial.ae': 5,
  'lecture2/token-denoiser.ae': 7,
  'lecture2/sparse-l2.ae': 8,
  'lecture2/sparse-kl.ae': 9,
  'lecture2/deep.ae': 10,
  'lecture2/le2013.ae': 11,
  'lecture2/recursive.ae': 14,
  'lecture2/recursive-labels.ae': 17,
  'lecture2/unfolding.ae': 18,
  'lecture2/deep-recursive.ae': 19,
  'lecture2/vae.ae': 20,
  'lecture2/arae.ae': 23,
  'lecture2/cvae.ae': 24,
  'lecture2/m2.ae': 26,
  'lecture3/identity-838.ae': 2,
  'lecture3/pca-323.ae': 4,
  'lecture3/stacked.ae': 5,
  'lecture3/incremental.ae': 6,
  'lecture3/single-graph.ae': 7,
  'lecture3/semi-supervised.ae': 9,
  'lecture3/denoise-gaussian.ae': 11,
  'lecture3/denoise-salt-and-pepper.ae': 11,
  'lecture3/sparse-squared.ae': 15,
  'lecture3/linear-vae.ae': 20,
  'lecture3/gan.ae': 25,
  'lecture3/dcgan.ae': 26,
  'lecture4/pca-tied.ae': 5,
  'lecture4/constrained.ae': 6,
  'lecture4/unpool.ae': 8,
  'lecture4/upsample-nearest.ae': 8,
  'lecture4/upsample-transposed.ae': 9,
  'lecture4/upsample-bilinear.ae': 10,
  'lecture4/upsample-zero.ae': 11,
  'lecture4/denoise-dropout.ae': 12,
  'lecture4/context.ae': 14,
};

/** `0, 7`; undefined of models that no lecture has. */
export function itemOf({ path }: Example): string | undefined {
  const [, lecture] = /^lecture(\d)/.exec(path) ?? [];
  return lecture === undefined ? undefined : `${lecture}, ${items[path] ?? '?'}`;
}
