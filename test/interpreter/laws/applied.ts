/** Models written by hand for terms over tensors, applied networks, draws, chains of transforms and signals. */

const vector = (
  more: string,
  encoder = 'h: dense(4, tanh); code: dense(2, tanh)',
  decoder = 'out: dense(4)',
): string => `input x: [4] in [0, 1]
encoder(x) { ${encoder} }
decoder(code) { ${decoder} }
reconstruct x by squared_error
${more}`;

const counts = (likelihood: string, decoder: string, more = ''): string => `input x: [4] in counts
encoder { dense(4, tanh); code: dense(3, tanh) }
decoder { ${decoder} }
reconstruct x from out by ${likelihood}
${more}`;

const unit = (likelihood: string, end: string): string =>
  vector('', 'code: dense(2, tanh)', `out: dense(4${end})`).replace('squared_error', likelihood);

const picture = (
  more: string,
  encoder = 'flatten; code: dense(3, tanh)',
  decoder = 'dense(16); reshape(4, 4, 1)',
): string => `input x: [4, 4, 1] in [0, 1]
encoder(x) { ${encoder} }
decoder(code) { ${decoder} }
reconstruct x by squared_error
${more}`;

const signal = (encoder: string, decoder = 'dense(12); reshape(6, 2)'): string => `input x: [6, 2] in [-1, 1]
encoder { ${encoder} }
decoder { ${decoder} }
reconstruct x by squared_error`;

const variational = (more: string): string => `input x: [4] in [0, 1]
encoder { dense(4, tanh) }
latent z ~ normal(2)
decoder { dense(4, sigmoid) }
reconstruct x by bernoulli
${more}`;

const measured = (transforms: string, more = '', domain = 'real'): string => `input x: [4] in ${domain}
preprocess x with ${transforms}
encoder(x) { code: dense(3, tanh) }
decoder { dense(4) }
reconstruct x by squared_error
${more}`;

/** Items by what they show. */
export const applied: Readonly<Record<string, string>> = {
  'a network applied to the decoder': vector(
    'network critic(x) { f: dense(3, tanh); dense(1) }\npenalty 0.1 * critic(decoder) + 0.2 * l2(critic(decoder).f)',
  ),
  'a network applied to data': vector('penalty squared_error(encoder(decoder), stop(code))'),
  'a network applied twice': vector('network n(code) { dense(2, tanh) }\npenalty squared_error(n(n(code)), code)'),
  'a named layer applied to another tensor': vector(
    'penalty squared_error(out(h2), x)',
    'h: dense(4, tanh); h2: dense(2, tanh); code: dense(2, tanh)',
  ),
  'a network in the body of another': vector('', 'first; code: dense(2)').replace(
    'reconstruct',
    'network first(x) { dense(3, tanh); dense(4, relu) }\nreconstruct',
  ),
  'a network applied behind take': vector('', 'h: dense(4, tanh); take first(h); code: dense(2)').replace(
    'reconstruct',
    'network first(x) { dense(3, tanh); dense(4, tanh) }\nreconstruct',
  ),
  'further inputs of a network in a body': `input x: [4] in [0, 1]
    input c: category(3)
    network mixed(x, c) { dense(4, tanh) }
    encoder(x) { dense(4); mixed(c); code: dense(2) }
    decoder(code) { dense(4) }
    reconstruct x by squared_error
    penalty l2(mixed)`,
  'batch statistics where it is applied': vector('penalty squared_error(other(stop(out)), stop(code))').replace(
    'reconstruct',
    'network other(x) { dense(3); batchnorm; dense(2) }\nreconstruct',
  ),
  'dropout where it is applied': vector('penalty squared_error(other(out), other)').replace(
    'reconstruct',
    'network other(x) { dense(3, tanh); dropout(0.4); dense(2) }\nreconstruct',
  ),
  'noise in front of what is applied': vector(
    'corrupt x with gaussian(0.3)\ncorrupt h with mask(0.3)\npenalty l2(encoder(x)) + squared_error(encoder(decoder), code)',
  ),
  'likelihoods of two tensors': vector(
    'penalty squared_error(h, stop(out)) + 0.5 * laplace(out, x) + gaussian(out, x, sigma: 0.7) + huber(h, x, limit: 0.3)',
  ),
  'a bernoulli of a stopped mean': vector(
    'penalty bernoulli(side(h), stop(p))',
    'h: dense(4, tanh); p: dense(4, sigmoid); code: dense(2)',
  ).replace('reconstruct', 'network side(h) { dense(4, sigmoid) }\nreconstruct'),
  'a gaussian with a σ of its own': vector(
    'penalty gaussian(h, stop(out), learned: true) + gaussian(out, x, learned: true)',
  ),
  'a width for each feature': vector(
    'reconstruct x from out by gaussian(log_variance: s)',
    'h: dense(4, tanh); code: dense(2, tanh)',
    'h3: dense(4, tanh); s: dense(4); take h3; out: dense(4)',
  ).replace('reconstruct x by squared_error\n', ''),
  'a width for each example': vector(
    'penalty gaussian(out, x, log_variance: w)',
    'h: dense(4, tanh); w: dense(1); take h; code: dense(2, tanh)',
  ),
  'arithmetic of numbers for each example': vector(
    'penalty abs(l2(code) - 1) + max(l1(h), 2) + min(l2(h), 1.5, l1(code)) + l1(code) * l2(h) / (1 + l1(h))',
  ),
  'exponentials, logarithms and powers': vector(
    'penalty 0.1 * exp(l1(code)) + log(1 + l2(h)) + l2(h) ^ 1.5 + (1 + l1(h)) ^ (0.1 * l2(code))',
  ),
  'functions of tensors': vector('penalty l2(max(h, out)) + l1(abs(h) * exp(out)) + l2(min(h, 0.1) - 2 * out / 3)'),
  'a number for each example beside a tensor': vector(
    'penalty l2(w * h) + squared_error(h / (2 + abs(w)), x)',
    'h: dense(4, tanh); w: dense(1, tanh); take h; code: dense(2, tanh)',
  ),
  'the mean of a batch': variational('penalty abs(mean(kl(z)) - 0.3) + max(mean(l2(z)), 0.1)'),
  'free nats': variational('penalty max(kl(z), 0.4)'),
  'names of terms': variational('first: penalty 2 * kl(z)\nsecond: penalty l2(z)'),
  'rows of a class': `input x: [4] in [0, 1]
    input c: category(3)
    encoder(x) { code: dense(2, tanh) }
    decoder { dense(4, sigmoid) }
    reconstruct x by bernoulli where c = 1 weight 2
    penalty l2(code) where c = 2
    penalty max(l1(code), 0.5) - 0.75 where c = 0
    penalty 2 * l2(code) + warmup(from: 0.5, to: 1, epochs: 3) where c = 1`,
  'elements that are masked': vector('corrupt x with gaussian(0.1) then mask(0.5)').replace(
    'squared_error',
    'squared_error where mask',
  ),
  'elements of patches that are masked': picture('corrupt x with mask(0.5, patch: 2)').replace(
    'squared_error',
    'squared_error where mask',
  ),
  'elements with salt': vector('corrupt x with salt_and_pepper(0.5)').replace(
    'squared_error',
    'squared_error where salt_and_pepper',
  ),
  'elements that are dropped, of one class': `input x: [4] in real
    input c: category(2)
    corrupt x with dropout(0.5)
    encoder(x) { code: dense(2, tanh) }
    decoder { dense(4) }
    reconstruct x by laplace where dropout and c = 1`,
  'patches of rows and columns': picture('corrupt x with mask(0.5, patch: [1, 2])'),
  'a hole behind a layer': picture('corrupt h with hole(2)', 'h: conv(2, tanh); flatten; code: dense(3, tanh)'),
  'two corruptions of a split': vector(
    'corrupt a with gaussian(0.2)\ncorrupt b with mask(0.3)\npenalty l2(a) + l1(b)',
    'dense(6, tanh); a, b: split(2); dense(3); concat(b); code: dense(2)',
  ),
  'a noise level that is data': `input x: [4] in [0, 1]
    input s: [1] in [0, 1]
    corrupt x with gaussian(s) then mask(s) then uniform(s)
    encoder(x, s) { code: dense(2) }
    decoder { dense(4) }
    reconstruct x by squared_error`,
  'a noise level that is drawn': `input x: [4] in real
    draw s ~ normal(1, mean: 0.5, sigma: 0.1)
    corrupt x with gaussian(s)
    encoder(x) { h: dense(4, tanh); code: dense(2) }
    corrupt h with gaussian(s)
    decoder(code) { dense(4) }
    reconstruct x by squared_error`,
  'levels of patches and of salt': `input x: [4, 4, 1] in [0, 1]
    input s: [1] in [0, 1]
    corrupt x with mask(s, patch: 2) then salt_and_pepper(s)
    encoder(x) { flatten; code: dense(2) }
    decoder { dense(16); reshape(4, 4, 1) }
    reconstruct x by squared_error`,
  'a draw beside the code': vector('', 'code: dense(2)', 'dense(4)').replace(
    'decoder(code)',
    'draw e ~ normal(2)\ndecoder(code, e)',
  ),
  'a generator': `input x: [4] in [0, 1]
    draw e ~ normal(3, mean: 0.2, sigma: 2)
    encoder { code: dense(2, tanh) }
    decoder(code) { dense(4, sigmoid) }
    network maker(e) { dense(4, sigmoid) }
    network critic(x) { dense(3, tanh); dense(1) }
    reconstruct x by bernoulli
    penalty cross_entropy(critic(x), 1) + cross_entropy(critic(maker), 0)`,
  'codes that are to be like a draw': `input x: [4] in [0, 1]
    draw p ~ normal(2, sigma: 2)
    encoder { dense(3, tanh); code: dense(2) }
    decoder(code) { dense(4, sigmoid) }
    network critic(code) { dense(3, tanh); dense(1) }
    reconstruct x by bernoulli
    penalty cross_entropy(critic(code), 0) + cross_entropy(critic(p), 1)`,
  'codes that a generator makes': `input s: sequence(token(vocab: 4), length: 3)
    draw e ~ normal(2)
    encoder { embedding(3); lstm(2, last: true); code: normalise }
    decoder(previous s) { embedding(3); concat(code); dense(5) }
    network generator(e) { dense(3, tanh); dense(2); normalise }
    network critic(code) { dense(3, tanh); dense(1) }
    reconstruct s by categorical
    penalty critic(generator) - critic(code)`,
  'labels, soft and hard': `input x: [4] in [0, 1]
    target y: category(3)
    target d: distribution(3)
    target w: [1] in [0, 1]
    encoder { code: dense(3, tanh) }
    decoder { dense(4) }
    head a(code) { dense(3) }
    head b(code) { dense(1) }
    reconstruct x by squared_error
    reconstruct y from a by categorical
    penalty cross_entropy(a, y) + cross_entropy(a, d) + cross_entropy(b, w) + cross_entropy(b, 0.3)`,
  'categories at many places': `input y: [2, 3] of category(4)
    encoder { flatten; code: dense(3, tanh) }
    decoder { dense(24); reshape(2, 3, 4) }
    reconstruct y by categorical`,
  'a distribution as an input': `input x: distribution(4)
    encoder { code: dense(2, tanh) }
    decoder { dense(4, softmax) }
    reconstruct x by squared_error`,
  poisson: counts('poisson', 'out: dense(4, softsign)'),
  multinomial: counts('multinomial', 'out: dense(4)'),
  'multinomial of shares': counts('multinomial', 'out: dense(4, softmax)'),
  'counts with a dispersion': counts(
    'negative_binomial(log_dispersion: r)',
    'h3: dense(4, tanh); r: dense(4, tanh); take h3; out: dense(4, softsign)',
  ),
  'counts with one dispersion': counts('negative_binomial(log_dispersion: 0.5)', 'out: dense(4, softsign)'),
  'corrupted counts': counts('poisson', 'out: dense(4, softsign)', 'corrupt x with salt_and_pepper(0.4)'),
  huber: unit('huber(limit: 0.4)', ''),
  'continuous bernoulli from logits': unit('continuous_bernoulli', ''),
  'continuous bernoulli of means': unit('continuous_bernoulli', ', sigmoid'),
  'two reconstructions of one variable': vector(
    'decoder second(code) { dense(4, tanh) }\nreconstruct x from second by gaussian(learned: true)',
    undefined,
    'out: dense(4)',
  ).replace('reconstruct x by squared_error', 'reconstruct x from out by gaussian(learned: true)'),
  mmd: vector('penalty mmd(code, normal(0.3, 2)) + mmd(h)'),
  'mmd of a feature map': picture('penalty mmd(h)', 'h: conv(2, tanh); flatten; code: dense(3, tanh)'),
  'a jump, and how many there are': vector(
    'penalty 0.1 * l0(j)',
    'h: dense(4); j: jump_relu(threshold: 0.2, bandwidth: 0.8); code: dense(2)',
  ),
  'a jump behind noise': vector(
    'corrupt h with gaussian(0.3)\npenalty 0.1 * l0(j)',
    'h: dense(4); j: jump_relu(threshold: 0.2, bandwidth: 0.8); code: dense(2)',
  ),
  'gates, lengths and centres': vector(
    'tie pre.bias = negate(out.bias)',
    'pre: shift; h: dense(4, sigmoid); g: dense(4, tanh); multiply(h, pre); normalise; code: dense(2)',
  ),
  'growth, as an argument and as a layer': vector(
    '',
    'dense(3, exponential); dense(3, tanh); exponential; code: dense(2, tanh)',
  ),
  'binary units': vector('', 'dense(4, threshold); code: dense(2)'),
  'sparsity of a feature map': picture(
    'penalty kl_sparsity(h, p: 0.3) + squared_sparsity(h) + uncorrelated(t)',
    'h: conv(3, sigmoid); t: conv(2, tanh); flatten; code: dense(3, tanh)',
  ),
  'contractive in a tensor': vector('penalty contractive(code, in: h) + contractive(out, in: code)'),
  'contractive of what noise and dropout stand in front of': vector(
    'corrupt x with gaussian(0.3)\ncorrupt h with mask(0.3)\npenalty contractive(code)',
    'h: dense(4, tanh); dropout(0.3); batchnorm; code: dense(2, tanh)',
  ).replace('batchnorm; ', ''),
  'contractive of what is applied': vector(
    'network n(x) { dense(3, tanh); dense(2, tanh) }\npenalty contractive(n(decoder))',
  ),
  'contractive of a latent': variational('penalty contractive(z) + kl(z)'),
  'contractive of a downsampled picture': picture('corrupt x with downsample(2)\npenalty contractive(code)').replace(
    '[4, 4, 1] in [0, 1]',
    '[4, 4, 1] in real',
  ),
  scaled: measured('scale'),
  'scaled, whatever the domain says': measured('scale', '', '[0, 255]'),
  'chains of transforms': measured('center then scale then standardize', 'corrupt x with salt_and_pepper(0.4)'),
  'chains of transforms of a bounded domain': measured(
    'scale then center',
    'corrupt x with salt_and_pepper(0.4)',
    '[-3, 3]',
  ),
  'bits by a threshold': measured('scale then binarise(threshold: 0.4)', 'corrupt x with salt_and_pepper(0.4)')
    .replace('dense(4)', 'dense(4, sigmoid)')
    .replace('squared_error', 'bernoulli'),
  'bits that are drawn': measured(
    'binarise(drawn: true)',
    'corrupt x with salt_and_pepper(0.4)\npenalty contractive(code)',
    '[0, 1]',
  ).replace('squared_error', 'bernoulli'),
  'a half-open domain': measured('center', 'corrupt x with salt_and_pepper(0.3)', '[0, _]'),
  'a tie of filters': picture(
    'tie t.kernel = transpose(c.kernel)',
    'c: conv(2, kernel: 2, stride: 2, tanh); flatten; code: dense(3, tanh)',
    'dense(8); reshape(2, 2, 2); t: conv_transpose(1, kernel: 2, stride: 2)',
  ),
  'constraints per input, and of a tie': vector(
    'constrain out.kernel by unit_norm(per: input)\nconstrain h.kernel by unit_norm(per: unit)',
    'h: dense(3, tanh); code: dense(3, tanh)',
    'out: dense(4, tied: h)',
  ),
  'bounds of all weights': vector('constrain encoder by clip(0.2)\nconstrain decoder by max_norm(0.5)'),
  'constraints on filters that are stamped': picture(
    'constrain t.kernel by unit_norm\nconstrain c.kernel by unit_norm(per: input)\npenalty orthogonal(t.kernel)',
    'c: conv(3, kernel: 2, stride: 2, tanh); flatten; code: dense(3, tanh)',
    'dense(12); reshape(2, 2, 3); t: conv_transpose(1, kernel: 2, stride: 2)',
  ),
  'orthonormal filters that are stamped': picture(
    'constrain t.kernel by orthogonal',
    'flatten; code: dense(3, tanh)',
    'dense(12); reshape(2, 2, 3); t: conv_transpose(1, kernel: 2, stride: 2)',
  ),
  'a signal convolved': signal(
    'conv(3, kernel: 2, stride: 2, tanh); p: maxpool(2, padding: same); avgpool(2); flatten; code: dense(3)',
  ),
  'a signal with channels in groups': signal(
    'conv(4, kernel: 3, dilation: 2, groups: 2, padding: 2); l2pool(2); flatten; code: dense(3)',
  ),
  'a signal made longer': signal(
    'flatten; code: dense(3)',
    'dense(6); reshape(3, 2); upsample(2, bilinear); conv_transpose(2, kernel: 3, padding: 1)',
  ),
  'a signal with switches': signal(
    'p: maxpool(2); conv(2, tanh); unpool(p); flatten; code: dense(3)',
    'dense(6); reshape(3, 2); upsample_zero(2); conv(2)',
  ),
  'a signal, mirrored': signal(
    'conv(3, tanh); maxpool(2); conv(2, kernel: 3, stride: 3, tanh); flatten; code: dense(3, tanh)',
    '',
  ).replace('decoder {  }', 'decoder mirror(encoder)'),
  'patches in a row': picture(
    '',
    'patches(2); dense(3, tanh); positions; h: dense(3, tanh); positions(learned: true); flatten; code: dense(3)',
    'repeat_vector(4); positions(learned: true); dense(4); unpatches(2)',
  ),
  'patches, mirrored': picture('', 'patches([2, 1]); layernorm; flatten; code: dense(3, tanh)').replace(
    /decoder.*/,
    'decoder mirror(encoder)',
  ),
  'learned vectors of categories': `input x: [3] in real
    input c: category(3)
    encoder(x) { code: dense(2) }
    network e(c) { t: embedding(2); dense(2, tanh) }
    decoder(code, e) { dense(3) }
    reconstruct x by squared_error
    penalty squared_error(e, stop(code)) where c = 1`,
  'samples of what is given': `input x: [4] in [0, 1]
    input c: category(3)
    encoder(x, c) { dense(3, tanh) }
    latent z ~ normal(2)
    network p(c) { dense(2, tanh) }
    prior z ~ normal(from: p)
    decoder(z, c) { dense(4, sigmoid) }
    reconstruct x by bernoulli
    penalty kl(z)`,
  'schedules over the phase': vector(
    'penalty warmup * l2(code) + cosine(floor: 0.2) * l1(h)\ntrain { epochs 7; schedule exponential(rate: 0.3) }',
  ),
  'a schedule in arithmetic': vector(
    'penalty max(l2(code), warmup(from: 0.2, epochs: 2)) + l2(h) ^ warmup(from: 1, to: 2, epochs: 3)',
  ),
};
