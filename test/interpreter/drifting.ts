/** Models in whose training small differences grow: their steps have the length of the learning rate, however small a gradient is. */

/** The absolute error, whose gradient is a sign, and steps that decay. */
export const absolute = `autoencoder Absolute {
  input x: [12] in real
  encoder { h: dense(8, tanh); code: dense(4, relu) }
  decoder { dense(8, tanh); dense(12) }
  reconstruct x by laplace
  penalty 0.01 * weight_decay(encoder)
  train { optimizer adamw(lr: 0.01); batch 16; epochs 20 }
}
`;

/** Filters with maxima behind them. */
export const filters = `autoencoder Filters {
  input x: [8, 8, 1] in [0, 1]
  encoder { conv(4, kernel: 3, relu); maxpool(2); conv(4, kernel: 3, relu); flatten; code: dense(6, tanh) }
  decoder { dense(64, sigmoid); reshape(8, 8, 1) }
  reconstruct x by bernoulli
  train { optimizer adam(lr: 0.01); batch 16; epochs 20 }
}
`;
