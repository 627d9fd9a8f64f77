import type { LayerDefinition } from '../define.js';
import { call, num } from '../arguments.js';

export const embedding: LayerDefinition = {
  category: 'layer',
  name: 'embedding',
  summary: 'A learned vector for each category of the input.',
  formula: 'y = E[x], E: classes×units',
  source: 'Bengio et al. 2003',
  params: [
    { name: 'units', type: { kind: 'int', min: 1 }, summary: 'length of a vector' },
    { name: 'classes', type: { kind: 'int', min: 1 }, summary: 'number of categories; taken from the input\'s declaration where omitted', optional: true },
    { name: 'init', type: { kind: 'builtin', category: 'initializer' }, summary: 'how the vectors are drawn', default: 'uniform' },
  ],
  examples: ['embedding(16, classes: 10)'],
  shape: ([input], args) => [...input!, num(args, 'units')],
  weights: (_input, args) => [
    { name: 'table', shape: [num(args, 'classes'), num(args, 'units')], axes: ['input', 'output'], initializer: call(args, 'init', 'initializer'), trainable: true, role: 'kernel' },
  ],
  readLabels: (args, classes) => ({ ...args, classes: args['classes'] ?? classes }),
  mirror: () => 'an embedding has no mirror; end the decoder with `dense(classes)`',
  lower: ({ b, weight }, x) => b.make('Gather', [weight('table'), x]),
};
