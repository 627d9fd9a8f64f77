/** Models that between them use every layer, penalty and clause that compiles. */
export const everyLayer = `
/// Everything at once.
autoencoder Kitchen {
  input x: [12, 12, 1] in [0, 1]
  target y: category(10)
  preprocess x with center
  corrupt x with gaussian(0.1) then salt_and_pepper(0.1) then dropout(0.1)
  encoder {
    c1: conv(4, kernel: 3, padding: 1, elu)
    p1: maxpool(2)
    conv(8, kernel: 3, groups: 2, dilation: 2, swish)
    l2pool(2)
    avgpool(3, stride: 1, padding: same)
    flatten
    layernorm
    dropout(0.2)
    code: dense(16, sigmoid)
  }
  head label(code) { dense(10) }
  decoder(code) {
    dense(6 * 6 * 4, gelu)
    reshape(6, 6, 4)
    batchnorm
    unpool(p1)
    add(c1)
    conv(2, selu)
    upsample(2, bilinear)
    conv(2, stride: 2, leaky_relu)
    upsample_zero(2)
    avgpool(2)
    a, other: split(2)
    concat(other)
    conv(1)
  }
  reconstruct x by gaussian(learned: true)
  reconstruct y from label by categorical weight 0.5
  penalty warmup(epochs: 2) * 1e-3 * kl_sparsity(code, p: 0.1)
  penalty 1e-3 * contractive(code)
  penalty 1e-3 * uncorrelated(code) + 1e-4 * weight_decay(all) + 1e-4 * l1(code) + 1e-4 * orthogonal(code.kernel)
  constrain label.dense.kernel by unit_norm
  constrain code.kernel by orthogonal
  train { optimizer adamw(lr: 1e-3); schedule cosine(epochs: 3); clip norm(5); stop early(patience: 2); batch 32; epochs 3; validation 0.2; seed 3 }
}
`;

export const variational = `
/// A variational autoencoder (Kingma & Welling 2014).
autoencoder Vae(d: int = 4, beta: float = 1) {
  /// An image.
  input x: [28, 28, 1] in [0, 1]
  encoder { conv(4, stride: 2, relu); maxpool(2); flatten; dense(16, relu) }
  latent z ~ normal(d)
  prior z ~ normal(0, 1)
  decoder { dense(7 * 7 * 4, relu); reshape(7, 7, 4); conv_transpose(4, kernel: 4, stride: 2, relu); upsample(2); conv(1, sigmoid) }
  reconstruct x by bernoulli
  penalty beta * kl(z)
  train { optimizer adam(lr: 1e-3); batch 32; epochs 1 }
}
`;

export const tied = `
/// Tied weights and masking noise.
autoencoder Tied {
  input x: [20] in [0, 1]
  corrupt x with mask(0.25)
  encoder { code: dense(5, sigmoid) }
  decoder { dense(20, sigmoid, tied: code) }
  reconstruct x by bernoulli
  penalty 1e-2 * contractive(code)
  train { optimizer sgd(lr: 0.1, momentum: 0.9) }
}
`;

export const grown = `
/// Trees that are built of words, and a network of one layer whose name the module has for something else.
autoencoder Grown {
  input s: sequence(token(vocab: 20), length: 6)
  encoder(s) by greedy {
    leaf { embedding(4) }
    compose(left, right) { dense(4, tanh); normalise }
  }
  encoder other(s) by balanced {
    leaf { embedding(4) }
    compose(left, right) { dense(4, tanh) }
  }
  decoder(encoder) { decompose(parent) { dense(8); split(2) } }
  decoder back(other) { decompose(parent) { dense(8); split(2) } }
  head positions(encoder) { join: dense(2); dense(2) }
  reconstruct children from decoder by gaussian
  reconstruct leaves from back by gaussian
  penalty l2(positions)
  train { optimizer adam(lr: 1e-3); batch 4 }
}
`;
