/** Models written by hand for what random ones rarely hold. */

/** A head with a label beside a small model. */
const labelled = (head: string): string => `input x: [4] in real
target y: category(3)
encoder { code: dense(3) }
decoder { dense(4) }
head label(code) { ${head} }
reconstruct x by squared_error
reconstruct y from label by categorical`;

/** A decoder of probabilities, for a small picture. */
const probable = (decoder: string, shape = '2, 2, 1'): string => `input x: [${shape}] in [0, 1]
encoder { flatten; code: dense(3) }
decoder { ${decoder} }
reconstruct x by bernoulli`;

const vector = (encoder: string, more = '', decoder = 'dense(4)'): string => `input x: [4] in real
encoder { ${encoder} }
decoder { ${decoder} }
reconstruct x by squared_error
${more}`;

/** Items by what they show. */
export const written: Readonly<Record<string, string>> = {
  'a transposed convolution tied to the convolution': `input x: [4, 4, 1] in [0, 1]
    encoder { code: conv(2, kernel: 2, stride: 2, tanh) }
    decoder { conv_transpose(1, kernel: 2, stride: 2, sigmoid, tied: code) }
    reconstruct x by bernoulli`,
  'two of them': `input x: [5, 4, 2] in [0, 1]
    encoder { c: conv(3, kernel: 3, tanh); code: conv(2, kernel: 1) }
    decoder { conv_transpose(3, kernel: 1, tied: code); conv_transpose(2, kernel: 3, tied: c) }
    reconstruct x by squared_error`,
  'a tied mirror of convolutions and pools': `input x: [7, 5, 2] in [0, 1]
    encoder { conv(3, relu); maxpool(2); conv(2, kernel: 2, stride: 2, tanh); flatten; code: dense(3) }
    decoder mirror(encoder, tied)
    reconstruct x by bernoulli`,
  'several tensors joined and added': vector(
    'a: dense(2); b: dense(3); c: dense(4); concat(a, b); code: dense(3)',
    '',
    'd: dense(4); e: dense(4); dense(4); add(d, e); dense(4)',
  ),
  'a split without names': vector('dense(6); split(3); dense(2)'),
  'a split of channels': `input x: [3, 3, 2] in real
    encoder { conv(4); a, b: split; conv(1); concat(b); flatten; code: dense(3) }
    decoder { dense(18); reshape(3, 3, 2) }
    reconstruct x by squared_error`,
  'a category read as vectors and given back':
    'input c: category(4)\nencoder { embedding(3); code: dense(2) }\ndecoder { dense(4, softmax) }\nreconstruct c by categorical',
  'vectors of a category that may be missing, and of classes some of which are': `input x: [4] in real
    input y: category(3)?
    input c: [2, 2] of category(3)?
    network e(y) { embedding(2); dense(2, tanh) }
    network f(c) { embedding(2); flatten; dense(2) }
    encoder(x) { code: dense(2) }
    decoder(encoder, e, f) { dense(4) }
    reconstruct x by squared_error`,
  'a category read one-hot':
    'input c: category(4)\nencoder { code: dense(2) }\ndecoder { dense(4) }\nreconstruct c by categorical',
  'softmax behind a reshape': labelled('dense(3, softmax); reshape(3)'),
  'softmax as a layer': labelled('dense(3); softmax'),
  'gated units along the rows of an image': `input x: [5, 3] in real
    encoder { gru(4); code: gru(3, last: true, bidirectional: true) }
    decoder { repeat_vector(5); lstm(4, bidirectional: true); dense(3) }
    reconstruct x by squared_error
    penalty 0.1 * l2(code)`,
  'a long short-term memory with a derivative in a penalty': `input x: [3, 2] in real
    encoder { code: lstm(2, last: true) }
    decoder { repeat_vector(3); lstm(2) }
    reconstruct x by squared_error
    penalty 0.1 * contractive(code)`,
  'attention between the rows of an image': `input x: [4, 6] in real
    encoder { positions; a: attention(heads: 3); layernorm; attention(heads: 2, causal: true, bias: false); code: flatten }
    decoder { reshape(4, 6); attention; dense(6) }
    reconstruct x by squared_error`,
  'words with gaps, and a decoder that reads the word before': `input s: sequence(token(vocab: 6), length: 4)
    encoder { embedding(3); gru(4, last: true, bidirectional: true); dense(3) }
    latent z ~ normal(2)
    decoder(previous s) { e: embedding(3); concat(z); lstm(4); h: dense(3, tanh); dense(7) }
    reconstruct s by categorical
    penalty kl(z) + 0.1 * l1(h) + 0.1 * squared_error(h, e)`,
  'words that are hidden': `input s: sequence(token(vocab: 6), length: 5)
    corrupt s with token_mask(mask: 0.4, random: 0.2, keep: 0.2)
    encoder { embedding(4); positions(learned: true); r: linear; attention(heads: 2); add(r); layernorm; dropout(0.2) }
    decoder { dense(7) }
    reconstruct s by categorical where token_mask`,
  'vectors of a sequence with an end': `input x: sequence([3], length: 4)
    corrupt x with gaussian(0.2)
    encoder { lstm(3); code: flatten }
    decoder { dense(12); reshape(4, 3) }
    reconstruct x by squared_error`,
  'statistics of a batch over the positions that are there': `input s: sequence(token(vocab: 6), length: 5)
    encoder { embedding(4); batchnorm(momentum: 0.6); dense(3, tanh); batchnorm; code: gru(3, last: true) }
    decoder { repeat_vector(5); gru(4); batchnorm; dense(7) }
    reconstruct s by categorical`,
  'statistics of a batch of vectors with an end': `input x: sequence([3], length: 4)
    encoder { dense(4); batchnorm; tanh; code: flatten }
    decoder { dense(12); reshape(4, 3) }
    reconstruct x by squared_error`,
  'penalties over the batch of what is at positions': `input s: sequence(token(vocab: 6), length: 5)
    encoder { embedding(4); h: dense(4, sigmoid); code: gru(3, last: true) }
    decoder { repeat_vector(5); g: gru(4); dense(7) }
    reconstruct s by categorical
    penalty kl_sparsity(h, p: 0.2) + 0.3 * squared_sparsity(g) + 0.1 * uncorrelated(h)`,
  'numbers and rows that are missing': `input x: [3] of real?
    input y: [2]? in real
    input c: category(3)?
    preprocess x with standardize
    corrupt x with mask(0.3)
    encoder(x, x.mask, y, y.mask, c, c.mask) { code: dense(3, tanh) }
    decoder a(code) { dense(3) }
    head b(code) { dense(2) }
    head k(code) { dense(3) }
    reconstruct x from a by gaussian
    reconstruct y from b by huber where c.known
    reconstruct c from k by categorical
    penalty 0.1 * squared_error(b, y) where y.missing
    penalty 0.1 * contractive(code)`,
  'a clean pass beside a noisy one': `input x: [4] in real
    corrupt x with gaussian(0.3)
    corrupt z1 with gaussian(0.2)
    encoder { dense(3, bias: false); z1: batchnorm; h1: tanh; dropout(0.3); code: dense(2) }
    decoder { d1: dense(3); dense(4) }
    reconstruct x by squared_error
    penalty 0.5 * squared_error(d1, stop(clean(z1))) + 0.1 * squared_error(code, clean(code))`,
  'codes that gather around centroids': vector('code: dense(2)', 'penalty 0.5 * cluster(code, centroids: 3)'),
  'a critic of a slope of 1': vector(
    'code: dense(2)',
    'network critic(x) { dense(5, tanh); dense(1) }\npenalty 0.1 * gradient_penalty(critic, x, decoder)',
  ),
  'repetitions in repetitions': vector(
    'repeat 2 { h: dense(4, tanh); repeat 2 { g: dense(4, tanh) } }; add(h); add(g); code: dense(2)',
    'penalty l1(h) + l2(g)',
  ),
  'earlier turns of a repetition': vector(
    'repeat 3 as i { h: dense(4 - i, tanh) }; code: dense(2); concat(h_1, h_2, h)',
    'penalty l1(h_2)',
  ),
  'a penalty on a latent':
    'input x: [4] in real\nencoder { dense(3) }\nlatent z ~ normal(2)\ndecoder { dense(4) }\nreconstruct x by squared_error\npenalty l2(z) + kl(z)',
  'two latents': `input x: [4] in real
    encoder { h: dense(3); g: dense(3) }
    network other(h) { dense(2, tanh) }
    latent z ~ normal(2)
    latent w ~ normal(3, from: other)
    decoder(z, w) { dense(4) }
    reconstruct x by squared_error
    penalty kl(z) + 0.5 * kl(w)`,
  'a hierarchy from the top': `input x: [4] in real
    encoder { h: dense(3) }
    latent w ~ normal(2)
    network down(w) { dense(3, tanh) }
    network both(h, w) { dense(3, tanh) }
    latent z ~ normal(2, from: both)
    prior z ~ normal(from: down)
    decoder(z) { dense(4) }
    reconstruct x by squared_error
    penalty kl(z) + kl(w)`,
  'sizes of rows and columns': `input x: [5, 6, 2] in real
    corrupt x with hole([2, 3])
    encoder { conv(2, kernel: [2, 3], stride: [1, 2], padding: [1, 0]); maxpool([1, 2], stride: [2, 1]); flatten; code: dense(3) }
    decoder { dense(60); reshape(5, 6, 2) }
    reconstruct x by squared_error`,
  'dilation of columns, in groups': `input x: [6, 6, 2] in real
    encoder { conv(4, kernel: 2, dilation: [1, 2], groups: 2); flatten; code: dense(3) }
    decoder { dense(72); reshape(6, 6, 2) }
    reconstruct x by squared_error`,
  'cells that are no squares': probable('dense(24, sigmoid); reshape(4, 6, 1)', '4, 6, 1').replace(
    'encoder',
    'corrupt x with downsample([2, 3])\nencoder',
  ),
  'a hole in a grey picture chooses elements of the coloured one': `input x: [4, 6, 3] in [0, 1]
    corrupt x with grayscale then hole(2)
    encoder { flatten; code: dense(3) }
    decoder { dense(72, sigmoid); reshape(4, 6, 3) }
    reconstruct x by bernoulli where hole`,
  'a smaller picture, transformed': `input x: [4, 6, 1] in [0, 1]
    preprocess x with standardize
    corrupt x with downsample(2) then gaussian(0.2)
    encoder { flatten; code: dense(3) }
    decoder { dense(24); reshape(4, 6, 1) }
    reconstruct x by squared_error`,
  'probabilities behind maxima': probable('dense(16, sigmoid); reshape(4, 4, 1); maxpool(2)'),
  'probabilities behind means': probable('dense(16, sigmoid); reshape(4, 4, 1); avgpool(2)'),
  'probabilities interpolated': probable('dense(4, sigmoid); reshape(2, 2, 1); upsample(2, bilinear)', '4, 4, 1'),
  'probabilities repeated': probable('dense(4, sigmoid); reshape(2, 2, 1); upsample(2)', '4, 4, 1'),
  'probabilities joined':
    'input x: [6] in [0, 1]\nencoder { code: dense(3) }\ndecoder { a: dense(2, sigmoid); dense(4, sigmoid); concat(a) }\nreconstruct x by bernoulli',
  'probabilities split':
    'input x: [3] in [0, 1]\nencoder { code: dense(2) }\ndecoder { dense(6, sigmoid); split(2) }\nreconstruct x by bernoulli',
  'logits behind a reshape': probable('dense(4); reshape(2, 2, 1)'),
  'probabilities, and nothing behind them': probable('dense(4); sigmoid; linear; reshape(2, 2, 1)'),
  'a target that is transformed': `input x: [3] in real
    target t: [2] in real
    preprocess t with standardize
    encoder { code: dense(2) }
    decoder { dense(3) }
    head g(code) { dense(2) }
    reconstruct x by squared_error
    reconstruct t from g by squared_error`,
  'penalties on all kernels, on one, and on a bias': vector(
    'h: dense(4); code: dense(2)',
    'penalty orthogonal(all) + l1(encoder.h.kernel) + l2(h.bias)',
  ),
  'decay of learned vectors': `input x: [3] in real
    input c: category(3)
    encoder(x) { code: dense(2) }
    network e(c) { t: embedding(2) }
    decoder(code, c) { concat(t); dense(3) }
    reconstruct x by squared_error
    penalty weight_decay(all)`,
  'two constraints, one after the other': vector(
    'code: dense(2)',
    'constrain code.kernel by non_negative\nconstrain code.kernel by unit_norm',
  ),
  'a constraint on filters': `input x: [4, 4, 2] in real
    encoder { c: conv(3, kernel: 2); flatten; code: dense(2) }
    decoder { dense(32); reshape(4, 4, 2) }
    reconstruct x by squared_error
    constrain c.kernel by unit_norm`,
  'orthonormal filters': `input x: [4, 4, 2] in real
    encoder { c: conv(3, kernel: 2); flatten; code: dense(2) }
    decoder { dense(32); reshape(4, 4, 2) }
    reconstruct x by squared_error
    constrain c.kernel by orthogonal`,
  'a reconstruction from a layer': vector('code: dense(2)', '', 'o: dense(4); dense(4, tanh)').replace(
    'reconstruct x by',
    'reconstruct x from o by',
  ),
  'powers, from right to left, behind signs': vector(
    'code: dense(2)',
    'penalty (5 + -2 ^ 2) * l2(code) + 2 ^ 3 ^ 0 * l1(code) + l2(code) ^ 0.5 + 2 ^ l2(code)',
  ),
  'a chain of ties': vector('a: dense(4); code: dense(4, tied: a)', '', 'dense(4, tied: code)'),
  'a decoder that reads past the code': vector('code: dense(2)', '', 'take x; dense(4)'),
  'contractive through another network': `input x: [3] in real
    encoder { code: dense(2, tanh) }
    network n(code) { g: dense(2, tanh) }
    decoder(g) { dense(3) }
    reconstruct x by squared_error
    penalty contractive(g)`,
  'the k largest': vector('h: dense(6); code: topk(2)', 'penalty l2(h)', 'dense(4, tied: h)'),
  'the k largest of a batch': vector('dense(6); code: batch_topk(2, momentum: 0.8)'),
  'local fields': `input x: [5, 4, 2] in real
    encoder { h: local(2, kernel: [3, 2], stride: [2, 1], padding: valid, tanh); flatten; code: dense(3) }
    decoder { dense(40); reshape(5, 4, 2); local(2, bias: false) }
    reconstruct x by squared_error
    penalty weight_decay(all)`,
  'local fields along a signal': `input x: [6, 2] in real
    encoder { local(2, kernel: 3, stride: 2); flatten; code: dense(3) }
    decoder { dense(12); reshape(6, 2) }
    reconstruct x by squared_error`,
  'normalised contrast': `input x: [5, 4, 2] in real
    encoder { conv(2, kernel: 2); lcn(kernel: 3); flatten; code: dense(3) }
    decoder { dense(40); reshape(5, 4, 2); lcn; conv(2, kernel: 1) }
    reconstruct x by squared_error`,
  'contractive beside a category': `input x: [3] in real
    input c: category(2)
    encoder(x, c) { code: dense(2, tanh) }
    decoder { dense(3) }
    reconstruct x by squared_error
    penalty contractive(code)`,
  'a sequence of one word, read by its decoder': `input s: sequence(token(vocab: 5), length: 1)
    encoder { embedding(3); gru(3, last: true) }
    latent z ~ normal(2)
    decoder(previous s) { embedding(2); concat(z); gru(4); dense(6) }
    reconstruct s by categorical
    penalty kl(z)`,
  'contractive of the decoder': vector('code: dense(2, tanh)', 'penalty contractive(o)', 'o: dense(4, tanh)'),
  'contractive of a feature map': `input x: [4, 4, 1] in real
    encoder { code: conv(2, kernel: 2, stride: 2, tanh) }
    decoder { flatten; dense(16); reshape(4, 4, 1) }
    reconstruct x by squared_error
    penalty contractive(code)`,
  'contractive through switches': `input x: [4, 4, 1] in real
    encoder { c: conv(2, tanh); p: maxpool(2); conv(2, tanh); unpool(p); flatten; code: dense(2) }
    decoder { dense(16); reshape(4, 4, 1) }
    reconstruct x by squared_error
    penalty contractive(code)`,
  'switches of windows that reach beyond the picture': `input x: [5, 3, 1] in real
    encoder { conv(2, tanh); p: maxpool(2, padding: same); conv(2, tanh); unpool(p); flatten; code: dense(2) }
    decoder { dense(15); reshape(5, 3, 1) }
    reconstruct x by squared_error`,
  'contractive through layer normalisation and softmax': vector(
    'dense(4, tanh); layernorm; code: dense(2, softmax)',
    'penalty contractive(code)',
  ),
  'windows over the edges of a picture': `
input x: [5, 6, 2] in real
encoder {
  a: l2pool(3, stride: 2, padding: 1)
  take x
  b: maxpool(3, stride: 2, padding: 1)
  take x
  c: avgpool(3, stride: 2, padding: 1)
  take x
  l2pool(3, stride: 2, padding: same)
  concat(a)
  concat(b)
  concat(c)
  flatten
  code: dense(4, tanh)
}
decoder { dense(60); reshape(5, 6, 2) }
reconstruct x by squared_error
`,
};
