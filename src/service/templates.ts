/** First models: what `aec init` writes, and editors offer. */

export const templates: Readonly<Record<string, string>> = {
  vanilla: `/// A plain autoencoder: 784 numbers through a code of 64.
autoencoder Vanilla(hidden: int = 64) {
  input x: [784] in [0, 1]
  encoder { code: dense(hidden, relu) }
  decoder { dense(784, sigmoid) }
  reconstruct x by bernoulli
  train { optimizer adam(lr: 1e-3); batch 128; epochs 10 }
}
`,
  denoising: `/// Masking noise and tied weights (Vincent et al. 2008).
autoencoder Denoising(hidden: int = 500, p: float = 0.25) {
  input x: [784] in [0, 1]
  corrupt x with mask(p)  // the target stays clean
  encoder { code: dense(hidden, sigmoid) }
  decoder { dense(784, sigmoid, tied: code) }
  reconstruct x by bernoulli
  train { optimizer adam(lr: 1e-3); batch 128; epochs 10 }
}
`,
  conv: `/// Convolutions down, their mirror up.
autoencoder Conv {
  input x: [28, 28, 1] in [0, 1]
  encoder { conv(16, relu); maxpool(2); conv(8, relu); maxpool(2); flatten; code: dense(32) }
  decoder mirror(encoder)
  reconstruct x by bernoulli
  train { optimizer adam(lr: 1e-3); batch 64; epochs 10 }
}
`,
  vae: `/// A variational autoencoder (Kingma & Welling 2014).
autoencoder Vae(d: int = 20, beta: float = 1) {
  input x: [28, 28, 1] in [0, 1]
  encoder { flatten; dense(400, relu) }
  latent z ~ normal(d)
  prior z ~ normal(0, 1)
  decoder { dense(400, relu); dense(784, sigmoid); reshape(28, 28, 1) }
  reconstruct x by bernoulli
  penalty beta * kl(z)
  train { optimizer adam(lr: 1e-3); batch 128; epochs 20 }
}
`,
};
