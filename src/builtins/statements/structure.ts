/** How tied weights are made of others, and how trees over sequences are built. */
import type { BracketingDefinition, TransformDefinition } from '../define.js';

export const transforms: readonly TransformDefinition[] = [
  {
    category: 'transform',
    name: 'transpose',
    aliases: ['transposed', 't', 'adjoint'],
    params: [],
    adjoint: true,
    sign: 1,
    summary: 'Inputs and units change places; the kernel of a convolution stays as it is for its adjoint.',
    formula: 'W ← Vᵀ',
    source: 'lecture 4, constraint 1',
    examples: ['tie decoder.out.kernel = transpose(encoder.code.kernel)'],
  },
  {
    category: 'transform',
    name: 'negate',
    aliases: ['negative', 'minus', 'neg'],
    params: [],
    adjoint: false,
    sign: -1,
    summary: 'The other sign.',
    formula: 'b ← −c',
    source: 'Bricken et al. 2023, sparse autoencoders with a shared bias',
    examples: ['tie encoder.pre.bias = negate(decoder.out.bias)'],
  },
];

const bracketing = (
  entry: Pick<BracketingDefinition, 'name' | 'summary' | 'formula'> & Partial<BracketingDefinition>,
): BracketingDefinition => ({
  category: 'bracketing',
  source: 'convention',
  params: [],
  examples: [
    `encoder(s) by ${entry.name} { leaf { embedding(50) }; compose(left, right) { concat; dense(50, tanh) } }`,
  ],
  ...entry,
});

export const bracketings: readonly BracketingDefinition[] = [
  bracketing({
    name: 'greedy',
    aliases: ['reconstruction', 'best_first'],
    summary: 'The neighbours that the decoder reconstructs best are joined first.',
    formula: 'argmin ‖[c₁; c₂] − [c₁′; c₂′]‖²',
    source: 'Socher et al. 2011, §3.2',
    reconstructs: true,
  }),
  bracketing({
    name: 'left',
    aliases: ['left_branching', 'from_left'],
    summary: 'From the left: ((a b) c).',
    formula: '((a b) c)',
  }),
  bracketing({
    name: 'right',
    aliases: ['right_branching', 'from_right'],
    summary: 'From the right: (a (b c)).',
    formula: '(a (b c))',
  }),
  bracketing({ name: 'balanced', aliases: ['halves'], summary: 'Halves of halves.', formula: '((a b) (c d))' }),
];
