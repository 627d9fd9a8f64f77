/** Cases of terms of the loss. */
import { read, decoded, plain, variational, type Cases } from './models.js';

export const losses: Cases = {
  'a weight below 0': [
    ['a penalty', plain('penalty -1 * l2(code)'), 'turned-round'],
    [
      'a comparison, which may be pushed away',
      plain('target y: category(3)\npenalty -1 * cross_entropy(code, y)').replace('tanh', 'linear'),
    ],
    ['a likelihood', plain().replace('squared_error', 'squared_error weight -1'), 'turned-round'],
    ['a schedule that ends below 0', plain('penalty -1 * warmup(2) * l2(code)'), 'turned-round'],
    ['a network', plain('network n(x) { dense(1) }\npenalty -1 * n + n * n')],
  ],
  'a term that is counted twice': [
    ['a divergence', variational('penalty kl(z)'), 'counted-twice'],
    ['of other rows', variational('', 'input y: category(3)\npenalty kl(z) where y = 0\npenalty kl(z) where y = 1')],
    [
      'of the same rows',
      variational('', 'input y: category(3)\npenalty kl(z) where y = 1\npenalty kl(z) where y = 1'),
      'counted-twice',
    ],
    [
      'where it is known and where not',
      variational('', 'input y: category(3)?\npenalty kl(z) where y.known\npenalty kl(z) where y.missing'),
    ],
    ['another penalty', plain('penalty l2(code)\npenalty l2(code)')],
    ['decay by an optimiser', plain('penalty 1e-4 * weight_decay(all)\ntrain { optimizer adamw }'), 'decays-twice'],
    [
      'by an optimiser that decays nothing',
      plain('penalty 1e-4 * weight_decay(all)\ntrain { optimizer adamw(decay: 0) }'),
    ],
    ['by an optimiser without', plain('penalty 1e-4 * weight_decay(all)\ntrain { optimizer adam }')],
  ],
  'sparsity that scaling gives': [
    [
      'nothing bounds the decoder',
      `${read('code: dense(3, relu)')}\n${decoded()}\npenalty l1(code)`.replace('(3', '(5'),
      'scaled-away',
    ],
    [
      'a constraint',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code)\nconstrain out.kernel by unit_norm(per: input)`,
    ],
    [
      'on the other side',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code)\nconstrain out.kernel by unit_norm`,
      'wrong-side',
    ],
    [
      'on the encoder',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code)\nconstrain code.kernel by unit_norm`,
      'scaled-away',
    ],
    ['a penalty', `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code) + l2(out.kernel)`],
    [
      'a penalty of the encoder',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code) + l2(code.kernel)`,
      'scaled-away',
    ],
    [
      'a tie',
      `${read('code: dense(5, relu)')}\ndecoder mirror(encoder, tied)\nreconstruct x from decoder by squared_error\npenalty l1(code)`,
    ],
    ['no zeros', `${read('code: dense(5, sigmoid)')}\n${decoded()}\npenalty l1(code)`, 'no-zeros'],
    ['linear', `${read('code: dense(5)')}\n${decoded()}\npenalty l1(code)`, 'scaled-away'],
    ['another penalty', `${read('code: dense(5, relu)')}\n${decoded()}\npenalty l2(code)`],
    [
      'of what the decoder ends with',
      `${read('code: dense(5, relu)')}\n${decoded('dense(7, tanh); dense(6)')}\npenalty l1(decoder)`,
    ],
    ['few are kept', `${read('dense(5, relu); code: topk(2)')}\n${decoded()}\npenalty l1(code)`],
    ['turned round', `${read('code: dense(5, relu)')}\n${decoded()}\npenalty -1 * l1(code)`, 'turned-round'],
  ],
  derivatives: [
    ['behind no batch', plain('penalty contractive(code)')],
    [
      'behind a batch',
      `${read('dense(5); batchnorm; code: dense(3, tanh)')}\n${decoded()}\npenalty contractive(code)`,
      'derivative-of-batch',
    ],
    [
      'in front of a batch',
      `${read('code: dense(3, tanh)')}\n${decoded('dense(5); batchnorm; dense(6)')}\npenalty contractive(code)`,
    ],
    [
      'in what it is computed from',
      `${read('h: dense(4, tanh); code: dense(3, tanh)')}\n${decoded()}\npenalty contractive(code, in: h)`,
    ],
    [
      'in what is behind it',
      `${read('h: dense(4, tanh); code: dense(3, tanh)')}\n${decoded()}\npenalty contractive(h, in: code)`,
      'derivative-of-nothing',
    ],
    [
      'of classes',
      `input x: [6] in real\ninput c: category(4)\nencoder(x, c) { code: dense(3, tanh) }\n${decoded()}\nnetwork n(c) { dense(2, tanh) }\npenalty contractive(n)`,
      'derivative-of-nothing',
    ],
    [
      'in classes',
      `input x: [6] in real\ninput c: category(4)\nencoder(x, c) { code: dense(3, tanh) }\n${decoded()}\npenalty contractive(code, in: c)`,
      'derivative-of-nothing',
    ],
  ],
  'a batch of one': [
    ['without statistics', plain('train { batch 1 }')],
    [
      'a layer of statistics',
      `${read('dense(5); batchnorm; code: dense(3, tanh)')}\n${decoded()}\ntrain { batch 1 }`,
      'batch-of-one',
    ],
    ['of two', `${read('dense(5); batchnorm; code: dense(3, tanh)')}\n${decoded()}\ntrain { batch 2 }`],
    ['a penalty of the batch', plain('penalty uncorrelated(code)\ntrain { batch 1 }'), 'batch-of-one'],
    ['a penalty of weights', plain('penalty l2(code.kernel)\ntrain { batch 1 }')],
    ['fewer examples than units', plain('penalty uncorrelated(code)\ntrain { batch 2 }'), 'fewer-than-units'],
    ['as many', plain('penalty uncorrelated(code)\ntrain { batch 3 }')],
    ['all', plain('penalty uncorrelated(code)\ntrain { batch full }')],
  ],
};
