/** Words from elsewhere: each leads to one entry or parameter, and those that users type are answered. */
import { describe, expect, it } from 'vitest';
import { aliased, answering, normalForm } from '../../src/builtins/aliases.js';
import type { Category } from '../../src/builtins/define.js';
import { builtins, definitions } from '../../src/builtins/index.js';

const categories = Object.keys(builtins) as readonly Category[];

/** What Keras, PyTorch, JAX, scikit-learn and earlier editions say, by the entry that means it. */
const words: Readonly<Partial<Record<Category, Readonly<Record<string, string>>>>> = {
  layer: {
    dense: 'Dense Linear nn.Linear fc fully_connected keras.layers.Dense',
    conv: 'Conv2D Conv2d Conv1d Conv Convolution2D',
    conv_transpose:
      'Conv2DTranspose ConvTranspose2d ConvTranspose1d ConvTranspose deconv deconvolution Conv1DTranspose',
    maxpool: 'MaxPooling2D MaxPool2d max_pool MaxPooling1D MaxPool1d',
    avgpool: 'AveragePooling2D AvgPool2d avg_pool average_pool AvgPool1d',
    upsample: 'UpSampling2D Upsample UpsamplingNearest2d UpSampling1D',
    unpool: 'MaxUnpool2d',
    flatten: 'Flatten',
    reshape: 'Reshape Unflatten',
    concat: 'Concatenate concatenate cat',
    add: 'Add',
    multiply: 'Multiply',
    batchnorm: 'BatchNormalization BatchNorm1d BatchNorm2d BatchNorm batch_norm',
    layernorm: 'LayerNormalization LayerNorm layer_norm',
    normalise: 'normalize UnitNormalization l2_normalize',
    dropout: 'Dropout',
    embedding: 'Embedding Embed',
    gru: 'GRU GRUCell',
    lstm: 'LSTM LSTMCell',
    repeat_vector: 'RepeatVector',
    attention: 'MultiHeadAttention MultiheadAttention self_attention',
    positions: 'positional_encoding PositionEmbedding',
    patches: 'patchify',
    local: 'LocallyConnected2D LocallyConnected1D',
    topk: 'TopK k_sparse',
    batch_topk: 'BatchTopK',
    jump_relu: 'JumpReLU',
    leaky_relu: 'LeakyReLU lrelu',
    swish: 'SiLU silu',
    linear: 'linear Identity identity',
    softmax: 'Softmax',
  },
  activation: {
    linear: 'identity none Identity linear Linear',
    relu: 'ReLU',
    elu: 'ELU',
    leaky_relu: 'LeakyReLU leakyrelu',
    swish: 'silu SiLU',
    sigmoid: 'logistic Sigmoid',
    softplus: 'Softplus',
    hard_sigmoid: 'Hardsigmoid hardsigmoid',
    gelu: 'GELU',
    threshold: 'heaviside step',
    exponential: 'exp',
    sine: 'sin',
  },
  initializer: {
    glorot_uniform: 'GlorotUniform xavier xavier_uniform xavier_uniform_',
    glorot_normal: 'xavier_normal GlorotNormal',
    he_normal: 'HeNormal kaiming kaiming_normal he kaiming_normal_',
    he_uniform: 'kaiming_uniform',
    normal: 'RandomNormal random_normal normal_',
    uniform: 'RandomUniform',
    zeros: 'Zeros zeros_',
    identity: 'Identity eye',
    orthogonal: 'Orthogonal orthogonal_',
  },
  corruption: {
    gaussian: 'GaussianNoise normal noise gauss gaussian_noise',
    mask: 'zero masking',
    salt_and_pepper: 'saltandpepper salt_pepper',
    grayscale: 'greyscale gray',
  },
  preprocessing: {
    standardize: 'StandardScaler normalise normalize standardise zscore Normalization',
    center: 'centre',
    scale: 'MinMaxScaler minmax',
    whiten: 'whitening',
    binarise: 'binarize Binarizer',
  },
  penalty: {
    kl: 'kld kl_divergence kl_loss KLDivLoss',
    contractive: 'jacobian',
    kl_sparsity: 'sparsity',
    l1: 'lasso L1 activity_regularizer',
    l2: 'ridge L2',
    weight_decay: 'kernel_regularizer',
    gradient_penalty: 'wgan_gp',
    cross_entropy: 'crossentropy CrossEntropyLoss',
  },
  constraint: {
    non_negative: 'NonNeg nonneg nonnegative',
    unit_norm: 'UnitNorm unitnorm',
    max_norm: 'MaxNorm maxnorm',
    orthogonal: 'orthonormal',
  },
  likelihood: {
    squared_error: 'mse mse_loss MSELoss mean_squared_error MeanSquaredError l2',
    gaussian: 'normal GaussianNLLLoss',
    laplace: 'mae mean_absolute_error l1 L1Loss',
    huber: 'Huber HuberLoss smooth_l1 SmoothL1Loss',
    bernoulli: 'bce BCELoss BCEWithLogitsLoss binary_crossentropy binary_cross_entropy BinaryCrossentropy',
    categorical:
      'categorical_crossentropy cross_entropy crossentropy CrossEntropyLoss softmax sparse_categorical_crossentropy',
    poisson: 'Poisson PoissonNLLLoss',
    negative_binomial: 'NegativeBinomial nb',
  },
  distribution: { normal: 'gaussian gauss Normal', category: 'categorical', bernoulli: 'Bernoulli', codebook: 'vq' },
  prior: { normal: 'gaussian', mixture: 'gmm', vamp: 'VampPrior' },
  expectation: {
    reparameterized: 'reparameterised rsample',
    relaxed: 'gumbel_softmax concrete',
    importance: 'iwae',
    quantised: 'quantized',
    straight_through: 'ste',
  },
  function: { stop: 'stop_gradient detach', max: 'maximum', log: 'ln', permuted: 'shuffle' },
  type: { category: 'categorical', token: 'text', sequence: 'series' },
  domain: { binary: 'bool', counts: 'int', real: 'float' },
  setting: {
    optimizer: 'lr learning_rate optimiser',
    batch: 'batch_size',
    stop: 'early_stopping patience',
    validation: 'validation_split',
    epochs: 'num_epochs nb_epoch',
    seed: 'random_state',
    clip: 'clipnorm',
  },
  optimizer: {
    sgd: 'SGD gradient_descent',
    adam: 'Adam',
    adamw: 'AdamW',
    rmsprop: 'RMSprop RMSProp',
    lbfgs: 'LBFGS L-BFGS',
    conjugate_gradient: 'cg',
  },
  schedule: {
    warmup: 'linear',
    cosine: 'CosineAnnealingLR CosineDecay cosine_decay',
    exponential: 'ExponentialDecay ExponentialLR',
  },
  clipping: { norm: 'clip_grad_norm_ global_norm', value: 'clip_by_value' },
  stopping: { early: 'EarlyStopping early_stopping' },
};

/** Arguments by entry: the parameter, and what elsewhere says for it. */
const args: readonly (readonly [Category, string, Readonly<Record<string, string>>])[] = [
  [
    'layer',
    'dense',
    {
      units: 'out_features features',
      activation: 'act',
      bias: 'use_bias',
      init: 'kernel_initializer',
      bias_init: 'bias_initializer',
    },
  ],
  [
    'layer',
    'conv',
    { filters: 'out_channels', kernel: 'kernel_size', stride: 'strides', dilation: 'dilation_rate', bias: 'use_bias' },
  ],
  ['layer', 'maxpool', { size: 'pool_size kernel_size', stride: 'strides' }],
  ['layer', 'dropout', { p: 'rate p prob' }],
  ['layer', 'batchnorm', { epsilon: 'eps' }],
  ['layer', 'leaky_relu', { alpha: 'negative_slope alpha' }],
  ['layer', 'embedding', { units: 'output_dim embedding_dim', classes: 'input_dim num_embeddings' }],
  ['layer', 'attention', { heads: 'num_heads' }],
  ['layer', 'upsample', { factor: 'size scale_factor' }],
  ['initializer', 'normal', { sigma: 'std stddev' }],
  ['corruption', 'gaussian', { sigma: 'std stddev' }],
  ['corruption', 'uniform', { limit: 'amplitude' }],
  ['corruption', 'mask', { p: 'fraction rate' }],
  ['corruption', 'dropout', { p: 'rate' }],
  ['corruption', 'salt_and_pepper', { p: 'fraction' }],
  ['likelihood', 'gaussian', { sigma: 'std', log_variance: 'logvar log_var' }],
  ['likelihood', 'huber', { limit: 'delta' }],
  ['penalty', 'kl_sparsity', { p: 'rho' }],
  ['distribution', 'normal', { sigma: 'std scale', mean: 'mu loc' }],
  ['optimizer', 'sgd', { lr: 'learning_rate lr' }],
  ['optimizer', 'adam', { lr: 'learning_rate', beta1: 'beta_1 b1', beta2: 'beta_2', epsilon: 'eps' }],
  ['optimizer', 'adamw', { decay: 'weight_decay' }],
  ['optimizer', 'rmsprop', { decay: 'rho alpha' }],
  ['schedule', 'exponential', { rate: 'gamma decay_rate' }],
  ['stopping', 'early', { min_delta: 'delta', after: 'start_from_epoch' }],
  ['clipping', 'norm', { limit: 'max_norm' }],
  ['expectation', 'relaxed', { temperature: 'tau temp' }],
  ['type', 'token', { vocab: 'vocab_size' }],
  ['type', 'sequence', { length: 'maxlen' }],
];

describe.each(categories)('%s', (category) => {
  const entries = builtins[category];

  it('leads from every alias to the one entry that lists it', () => {
    for (const { name, aliases = [] } of entries) {
      for (const alias of aliases) expect(answering(category, alias)?.name, alias).toBe(name);
    }
  });

  it('has every word once, in whatever spelling', () => {
    const forms = new Map<string, string>();
    for (const { name, aliases = [] } of entries) {
      for (const alias of aliases) {
        expect(forms.get(normalForm(alias)), `${alias} of ${name}`).toBeUndefined();
        forms.set(normalForm(alias), name);
        expect(
          entries.map((entry) => entry.name),
          alias,
        ).not.toContain(alias);
        // Spelling may tell an alias from a name, as it does PyTorch's Linear.
        const named = entries.find((entry) => normalForm(entry.name) === normalForm(alias));
        if (named !== undefined) expect([category, named.name, alias]).toEqual(['layer', 'linear', 'Linear']);
      }
    }
  });

  it('finds its entries by their own names', () => {
    for (const { name } of entries) {
      expect(answering(category, name)?.name).toBe(name);
      expect(answering(category, name.toUpperCase())?.name).toBe(name);
    }
  });
});

it('parameters of an entry have words of their own', () => {
  for (const { category, name, params } of definitions) {
    const forms = params.flatMap((param) => [param.name, ...(param.aliases ?? [])].map(normalForm));
    expect(
      forms.filter((form, i) => forms.indexOf(form) !== i),
      `${category} ${name}`,
    ).toEqual([]);
  }
});

const asked = Object.entries(words).flatMap(([category, byEntry]) =>
  Object.entries(byEntry).flatMap(([name, list]) =>
    list.split(' ').map((word) => [category as Category, word, name] as const),
  ),
);

it.each(asked)('%s: %s is %s', (category, word, name) => {
  expect(answering(category, word)?.name).toBe(name);
});

const askedArgs = args.flatMap(([category, entry, byParam]) =>
  Object.entries(byParam).flatMap(([param, list]) =>
    list.split(' ').map((word) => [category, entry, word, param] as const),
  ),
);

it.each(askedArgs)('%s %s: %s is %s', (category, entry, word, param) => {
  expect(aliased(answering(category, entry)!.params, word)?.name).toBe(param);
});

it('does not answer what nothing means', () => {
  expect(answering('layer', 'lambda')).toBeUndefined();
  expect(answering('optimizer', 'adagrad')).toBeUndefined();
  expect(aliased(answering('layer', 'dense')!.params, 'colour')).toBeUndefined();
});
