import { call, num } from '../arguments.js';
import type { LayerDefinition } from '../define.js';
import { initParam, unitsParam } from '../params.js';

export const embedding: LayerDefinition = {
  category: 'layer',
  name: 'embedding',
  aliases: ['embed', 'lookup', 'EmbeddingBag', 'embeddings'],
  summary: 'A learned vector for each category or word.',
  formula: 'y = E[x], E: classes×units',
  source: 'Bengio et al. 2003',
  params: [
    {
      ...unitsParam,
      aliases: ['embedding_dim', 'output_dim', 'features', 'dim', 'embed_dim', 'embedding_size'],
      summary: 'length of a vector',
      inferred: true,
    },
    {
      name: 'classes',
      aliases: ['input_dim', 'num_embeddings', 'vocab', 'vocab_size', 'num_classes'],
      type: { kind: 'int', min: 1 },
      summary: "number of categories; taken from the input's declaration where omitted",
      optional: true,
    },
    {
      ...initParam,
      aliases: ['embeddings_initializer', 'embedding_init', ...initParam.aliases!],
      summary: 'how the vectors are drawn',
      default: 'uniform',
    },
  ],
  examples: ['embedding(16, classes: 10)'],
  shape: ([input], args) => [...input!, num(args, 'units')],
  invert: (output) => output.slice(0, -1),
  solve: (_input, output, args) => (output.length > 0 ? { ...args, units: output.at(-1)! } : undefined),
  weights: (_input, args) => [
    {
      name: 'table',
      shape: [num(args, 'classes'), num(args, 'units')],
      axes: ['input', 'output'],
      initializer: call(args, 'init', 'initializer'),
      trainable: true,
      role: 'kernel',
    },
  ],
  readLabels: (args, classes) => ({ ...args, classes: args['classes'] ?? classes }),
  mirror: () => 'an embedding has no mirror; end the decoder with `dense(classes)`',
  lower: ({ b, weight }, x) => b.make('Gather', [weight('table'), x]),
};
