/** What Keras, PyTorch and the literature call things that have another name here: for `did you mean`. */
const elsewhere: Readonly<Record<string, string>> = {
  conv2d: 'conv', convolution2d: 'conv', conv2dtranspose: 'conv_transpose', convtranspose2d: 'conv_transpose', deconv: 'conv_transpose', deconvolution: 'conv_transpose',
  maxpool2d: 'maxpool', maxpooling2d: 'maxpool', max_pool: 'maxpool', avgpool2d: 'avgpool', averagepooling2d: 'avgpool', averagepool: 'avgpool',
  upsampling2d: 'upsample', upsamplingnearest2d: 'upsample', maxunpool2d: 'unpool',
  linear: 'dense', fc: 'dense', fully_connected: 'dense', batchnormalization: 'batchnorm', batchnorm1d: 'batchnorm', batchnorm2d: 'batchnorm', layernormalization: 'layernorm',
  leakyrelu: 'leaky_relu', lrelu: 'leaky_relu', silu: 'swish', logistic: 'sigmoid', identity: 'linear', none: 'linear',
  mse: 'squared_error', mse_loss: 'squared_error', mean_squared_error: 'squared_error', l2: 'squared_error', normal: 'gaussian',
  mae: 'laplace', mean_absolute_error: 'laplace', l1: 'laplace', bce: 'bernoulli', binary_crossentropy: 'bernoulli', binary_cross_entropy: 'bernoulli',
  categorical_crossentropy: 'categorical', cross_entropy: 'categorical', crossentropy: 'categorical', softmax: 'categorical',
  gaussiannoise: 'gaussian', noise: 'gaussian', zero: 'mask', masking: 'mask', saltandpepper: 'salt_and_pepper', salt_pepper: 'salt_and_pepper', greyscale: 'grayscale',
  kld: 'kl', kl_divergence: 'kl', kl_loss: 'kl', jacobian: 'contractive', sparsity: 'kl_sparsity', lasso: 'l1', ridge: 'l2',
  xavier: 'glorot_uniform', xavier_uniform: 'glorot_uniform', xavier_normal: 'glorot_normal', kaiming: 'he_normal', he: 'he_normal',
  normalise: 'standardize', normalize: 'standardize', standardise: 'standardize', whiten: 'standardize', zscore: 'standardize', centre: 'center',
  nonneg: 'non_negative', nonnegative: 'non_negative', unitnorm: 'unit_norm', maxnorm: 'max_norm', orthonormal: 'orthogonal',
  gauss: 'normal', gaussian: 'normal',
};

/** The one of `known` that goes by another name elsewhere; exact spelling apart from case. */
export function knownElsewhere(word: string, known: readonly string[]): string | undefined {
  const name = Object.hasOwn(elsewhere, word.toLowerCase()) ? elsewhere[word.toLowerCase()] : undefined;
  return name !== undefined && known.includes(name) && !known.includes(word) ? name : undefined;
}

/** Every name that it leads to; each must exist. */
export const meantElsewhere: readonly string[] = Object.values(elsewhere);
