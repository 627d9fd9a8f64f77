/**
 * Where the compiler does not do what docs/language.md says. Each entry is tried by the tests and has to fail as it
 * says: one that no longer does is to be taken out. Random models that an entry concerns may fail.
 */
import { codesIn, decaysTiedKernel, noisyPenalty, type Concern } from './concerns.js';

export interface Discrepancy {
  readonly name: string;
  /** The sentence, with its section. */
  readonly says: string;
  readonly found: string;
  /** Items of the least model that shows it. */
  readonly items: string;
  /** What the failure must say. */
  readonly shows: RegExp;
  readonly concerns?: Concern;
}

export const discrepancies: readonly Discrepancy[] = [
  {
    name: 'weights that are tied count twice in penalties',
    says: '§8: a tie makes one weight of two; `a`\'s is not stored. §7: weight_decay is ½ Σ w² over kernels',
    found: 'the stored kernel and its transpose are both added: twice ½ Σ w²',
    items: `
      input x: [4] in real
      encoder { code: dense(3, tanh) }
      decoder { dense(4, tied: code) }
      reconstruct x by squared_error
      penalty weight_decay(all)`,
    shows: /term 2, weight_decay\(all\)/,
    concerns: decaysTiedKernel,
  },
  {
    name: 'penalties read the noisy side of a corrupted layer',
    says: '§4: a corruption is a distribution on the edge to the networks, on a named layer it stands behind it: h is what the layer gives',
    found: 'l2(h) is of h + noise in training',
    items: `
      input x: [4] in real
      encoder { h: dense(3, tanh); code: dense(2) }
      decoder { dense(4) }
      reconstruct x by squared_error
      corrupt h with gaussian(0.5)
      penalty l2(h)`,
    shows: /: term 2, l2\(h\)/,
    concerns: noisyPenalty,
  },
  {
    name: 'a corruption of one result of a split corrupts all of them',
    says: '§4: `corrupt h1 with …` on a named layer stands behind it',
    found: '`corrupt b` after `a, b: split(2)` draws for a as well',
    items: `
      input x: [4] in real
      encoder { dense(4, tanh); a, b: split(2); concat(b); code: dense(2) }
      decoder { dense(4) }
      reconstruct x by squared_error
      corrupt b with gaussian(0.5)`,
    shows: /clauses ask for normal 4×2; the program drew normal 4×2, normal 4×2/,
    concerns: codesIn.corruptedSplit,
  },
  {
    name: 'a hole in a layer is there in training alone',
    says: '§4: degradations (grayscale, downsample, hole) are always there',
    found: '`corrupt h with hole(2)` is accepted on a layer, and left out in evaluation and in the deployed model',
    items: `
      input x: [4, 4, 1] in real
      encoder { h: conv(2, tanh); flatten; code: dense(2) }
      decoder { dense(16); reshape(4, 4, 1) }
      reconstruct x by squared_error
      corrupt h with hole(2)`,
    shows: /evaluated term 1[^]*: code /,
    concerns: codesIn.degradedLayer,
  },
  {
    name: 'contractive leaves out what training does between the input and the layer',
    says: '§7: contractive(h) is 1/B Σ_b Σⱼ Σᵢ (∂hⱼ/∂xᵢ)², exact',
    found: 'with dropout, batch normalisation or noise in between, the Jacobian is that of the deployed network, not of the one that computes h',
    items: `
      input x: [4] in real
      encoder { dense(3, tanh); batchnorm; code: dense(2, tanh) }
      decoder { dense(4) }
      reconstruct x by squared_error
      penalty contractive(code)`,
    shows: /: term 2, contractive\(code\)/,
    concerns: codesIn.contractiveInTraining,
  },
  {
    name: 'constraints on a transposed convolution take norms of outgoing weights',
    says: '§8: unit_norm divides by the norm of the incoming weights of each unit',
    found: 'the kernel [rows, columns, filters, channels] has norm 1 for each channel that it reads',
    items: `
      input x: [4, 4, 1] in real
      encoder { code: conv(2, stride: 2, tanh) }
      decoder { t: conv_transpose(1, kernel: 2, stride: 2) }
      reconstruct x by squared_error
      constrain t.kernel by unit_norm`,
    shows: /step 1: weight decoder\.t\.kernel/,
    concerns: codesIn.constrainedTransposed,
  },
  {
    name: 'a constraint on a tied kernel is dropped',
    says: '§8: `constrain` is a hard constraint, a projection after every step; a tie makes one weight of two',
    found: 'nothing is projected',
    items: `
      input x: [4] in real
      encoder { code: dense(3, tanh) }
      decoder { out: dense(4, tied: code) }
      reconstruct x by squared_error
      constrain out.kernel by unit_norm`,
    shows: /step 1: weight encoder\.code\.kernel/,
    concerns: codesIn.constrainedTie,
  },
  {
    name: 'sparsity of a feature map averages over positions too',
    says: '§7: qⱼ is the mean of hⱼ over the batch',
    found: 'squared_sparsity (and kl_sparsity) of an image take the mean over batch, rows and columns, one q a channel; uncorrelated takes every element for a unit',
    items: `
      input x: [4, 4, 1] in real
      encoder { code: conv(2, sigmoid) }
      decoder { conv(1) }
      reconstruct x by squared_error
      penalty squared_sparsity(code)`,
    shows: /: term 2, squared_sparsity\(code\)/,
    concerns: codesIn.sparseMap,
  },
  {
    name: 'uncorrelated adds 1e-8 to variances',
    says: '§7: Σ_{i≠j} cor(hᵢ, hⱼ)² over the batch',
    found: 'for units of small variance the correlation is smaller than it is',
    items: `
      input x: [4] in [0, 1]
      encoder { code: dense(3, sigmoid, init: normal(1e-3)) }
      decoder { dense(4) }
      reconstruct x by squared_error
      preprocess x with center
      penalty 1000 * uncorrelated(code)
      constrain code.kernel by max_norm(0.01)`,
    shows: /uncorrelated\(code\)/,
    concerns: codesIn.uncorrelated,
  },
  {
    name: 'a schedule without arguments is no weight',
    says: '§3: without arguments the parentheses are left out',
    found: 'AE2001: no number is called `warmup`',
    items: `
      input x: [4] in real
      encoder { code: dense(3, tanh) }
      decoder { dense(4) }
      reconstruct x by squared_error
      penalty warmup * l1(code)`,
    shows: /AE2001.*no number is called `warmup`/,
  },
  {
    name: 'bernoulli takes a hard_sigmoid for its mean',
    says: '§7: `bernoulli` takes what it gives as x̂ where it ends with sigmoid; an output that another activation bounds is an error (AE4005)',
    found: 'accepted; x̂ is cut to [1e-6, 1 − 1e-6]',
    items: `
      input x: [4] in [0, 1]
      encoder { code: dense(3, tanh) }
      decoder { dense(4, hard_sigmoid) }
      reconstruct x by bernoulli`,
    shows: /: term 1, reconstruct x/,
  },
  {
    name: 'a kernel of a convolution cannot be tied as the page writes ties',
    says: '§8: `tie a.kernel = transpose(b.kernel)`; for conv and conv_transpose, tied kernels are used as they are',
    found: 'AE3003; only `tie t.kernel = code.kernel` is taken',
    items: `
      input x: [4, 4, 1] in real
      encoder { code: conv(2, kernel: 2, stride: 2, tanh) }
      decoder { t: conv_transpose(1, kernel: 2, stride: 2) }
      reconstruct x by squared_error
      tie decoder.t.kernel = transpose(encoder.code.kernel)`,
    shows: /AE3003/,
  },
  {
    name: 'two reconstructions of one variable share a name',
    says: '§7: the loss of a model is the sum of its terms; a `reconstruct` names its output with `from`',
    found: '`reconstruct` and `decode` return one of the two under the name x, and two learned σ would be one weight',
    items: `
      input x: [4] in real
      encoder { code: dense(3, tanh) }
      decoder a(code) { dense(4) }
      decoder b(code) { dense(4, tanh) }
      reconstruct x from a by gaussian(learned: true)
      reconstruct x from b by gaussian(sigma: 0.5, learned: true)`,
    shows: /two reconstructions are returned as x[^]*two weights are called x\.log_sigma/,
  },
  {
    name: 'a prior computed from a latent above is read in a circle',
    says: '§6: `prior z ~ normal(from: conditional)`; a latent\'s parameters are computed by the network after `from:`',
    found: 'where the prior of z reads w, and w is computed from z, compiling does not end: Maximum call stack size exceeded',
    items: `
      input x: [4] in real
      encoder { dense(3) }
      latent z ~ normal(2)
      network top(z) { dense(3, tanh) }
      latent w ~ normal(2, from: top)
      network down(w) { dense(3, tanh) }
      prior z ~ normal(from: down)
      decoder(z) { dense(4) }
      reconstruct x by squared_error
      penalty kl(z) + kl(w)`,
    shows: /Maximum call stack size exceeded/,
  },
  {
    name: 'salt and pepper behind a degradation has extremes of another shape',
    says: '§4: `corrupt x with a then b`; salt_and_pepper takes the smallest or the largest value of its feature',
    found: 'accepted behind downsample or grayscale, and the step throws: the extremes measured are those of the clean picture',
    items: `
      input x: [4, 4, 1] in [0, 1]
      corrupt x with downsample(2) then salt_and_pepper(0.2)
      encoder { flatten; code: dense(3) }
      decoder { dense(16, sigmoid); reshape(4, 4, 1) }
      reconstruct x by bernoulli`,
    shows: /broadcast|must match the product/,
  },
  {
    name: 'contractive of a latent that is drawn takes the derivative of its mean',
    says: '§7: contractive(h) is 1/B Σ_b Σⱼ Σᵢ (∂hⱼ/∂xᵢ)², exact; §6: z = μ + σ ⊙ ε',
    found: 'the part through σ is left out',
    items: `
      input x: [3] in real
      encoder { dense(2, tanh) }
      latent z ~ normal(2)
      decoder { dense(3) }
      reconstruct x by squared_error
      penalty contractive(z) + kl(z)`,
    shows: /term 2, contractive\(z\)/,
  },
];

/** The whole text of an entry. */
export const textOf = ({ items }: Pick<Discrepancy, 'items'>): string => `autoencoder Least {${items.replace(/^ {6}/gm, '  ')}\n}\n`;
