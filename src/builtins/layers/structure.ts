/** Layers without weights: what moves elements about, and what joins tensors. */
import { productOf, sumOf } from '../ranges.js';
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, product } from '../../ir/graph/shape.js';
import { dims, num, refs, type ExampleShape } from '../arguments.js';
import type { LayerDefinition, Range } from '../define.js';
import { showExample, withoutPadding } from './shapes.js';

export const flatten: LayerDefinition = {
  category: 'layer',
  name: 'flatten',
  aliases: ['ravel', 'vec'],
  params: [],
  summary: 'All elements of an example in one vector, row-major.',
  formula: 'y = vec(x)',
  source: 'convention',
  examples: ['flatten'],
  positions: { reads: 'sequence', gives: () => 'example' },
  shape: ([input]) => [product(input!)],
  passes: () => 'moved',
  mirror: ({ input }) => [{ layer: 'reshape', args: { sizes: [...input] } }],
  lower: ({ b, mask }, x) => b.reshape(withoutPadding(b, x, mask), [x.shape[0]!, product(x.shape.slice(1).map(fixed))]),
};

export const reshape: LayerDefinition = {
  category: 'layer',
  name: 'reshape',
  aliases: ['Unflatten', 'view'],
  params: [
    {
      name: 'sizes',
      aliases: ['target_shape', 'shape', 'unflattened_size'],
      type: { kind: 'dims' },
      summary: 'the new sizes, without the batch',
    },
  ],
  summary: 'The same elements in another shape, row-major.',
  formula: 'y = reshape(x)',
  source: 'convention',
  examples: ['reshape(7, 7, 16)'],
  positions: { reads: 'sequence', gives: () => 'example' },
  shape: ([input], args) => {
    const sizes = dims(args, 'sizes');
    return product(sizes) === product(input!)
      ? sizes
      : {
          expected: `${product(input!)} elements, as in ${showExample(input!)}`,
          found: `${showExample(sizes)} = ${product(sizes)}`,
          hint: 'make the products of the sizes equal',
        };
  },
  // A vector is what mostly stands in front of a reshape.
  demands: (args) => [product(dims(args, 'sizes'))],
  passes: () => 'moved',
  mirror: ({ input }) =>
    input.length === 1 ? [{ layer: 'flatten', args: {} }] : [{ layer: 'reshape', args: { sizes: [...input] } }],
  lower: ({ b, mask }, x, args) => b.reshape(withoutPadding(b, x, mask), [x.shape[0]!, ...dims(args, 'sizes')]),
};

export const split: LayerDefinition = {
  category: 'layer',
  name: 'split',
  aliases: ['chunk', 'unstack'],
  params: [
    {
      name: 'parts',
      aliases: ['num_splits', 'num_or_size_splits', 'chunks', 'n'],
      type: { kind: 'int', min: 2, max: 4096 },
      summary: 'number of equal parts',
      default: 2,
    },
  ],
  summary: 'Equal parts along the last axis, one name for each: `a, b: split(2)`.',
  formula: 'x = [y₁; y₂; …]',
  source: 'convention',
  examples: ['a, c: split(2)'],
  shape: ([input], args) => {
    const [last, parts] = [input!.at(-1), num(args, 'parts')];
    return last !== undefined && last % parts === 0
      ? Array.from({ length: parts }, () => [...input!.slice(0, -1), last / parts])
      : {
          expected: `a last size that ${parts} divides`,
          found: showExample(input!),
          hint: 'change the number of parts',
        };
  },
  invert: (output, args) =>
    output.length === 0 ? undefined : [...output.slice(0, -1), output.at(-1)! * num(args, 'parts')],
  passes: () => 'moved',
  mirror: () => 'a split has no mirror',
  lower: ({ b }, x, args) => {
    const size = fixed(x.shape.at(-1)) / num(args, 'parts');
    const axis = x.shape.length - 1;
    return Array.from({ length: num(args, 'parts') }, (_, i) =>
      b.slice(
        x,
        x.shape.map((_, a) => (a === axis ? i * size : 0)),
        x.shape.map((_, a) => (a === axis ? size : -1)),
      ),
    );
  },
};

// ────────────────────────────────────────────────────────────────────────────── joins

export const concat: LayerDefinition = {
  category: 'layer',
  name: 'concat',
  aliases: ['concatenate', 'cat', 'merge', 'stack'],
  params: [
    {
      name: 'with',
      aliases: ['tensors', 'inputs'],
      type: { kind: 'tensors' },
      summary: 'tensors to append',
      optional: true,
    },
  ],
  summary: 'Tensors joined along the last axis: the current one, then those named.',
  formula: 'y = [x; a; b; …]',
  source: 'convention',
  examples: ['concat(h)'],
  shape: (inputs) => {
    const lead = (shape: ExampleShape): string => shape.slice(0, -1).join('×');
    const odd = inputs.find((shape) => lead(shape) !== lead(inputs[0]!));
    return odd === undefined
      ? [...inputs[0]!.slice(0, -1), inputs.reduce((sum, shape) => sum + (shape.at(-1) ?? 1), 0)]
      : {
          expected: `all sizes but the last as in ${showExample(inputs[0]!)}`,
          found: showExample(odd),
          hint: 'bring both to the same height and width first',
        };
  },
  passes: () => 'moved',
  mirror: () => 'what was joined cannot be told apart',
  lower: ({ b, tensor }, x, args) => {
    const others = args['with'] === undefined ? [] : refs(args, 'with').map(tensor);
    return b.concat([x, ...others], x.shape.length - 1);
  },
};

/** Joins tensors of one shape element by element. */
const elementwise = (
  text: Pick<LayerDefinition, 'name' | 'aliases' | 'summary' | 'formula' | 'source' | 'examples'>,
  what: string,
  range: (a: Range, b: Range) => Range,
  join: (b: Builder, x: Node, y: Node) => Node,
): LayerDefinition => ({
  category: 'layer',
  ...text,
  params: [{ name: 'with', aliases: ['tensors', 'inputs'], type: { kind: 'tensors' }, summary: what }],
  shape: (inputs) => {
    const odd = inputs.find((shape) => shape.join() !== inputs[0]!.join());
    return odd === undefined
      ? inputs[0]!
      : { expected: showExample(inputs[0]!), found: showExample(odd), hint: `\`${text.name}\` joins equal shapes` };
  },
  invert: (output) => output,
  range: (inputs) => inputs.reduce(range),
  mirror: () => 'what was joined cannot be told apart',
  lower: ({ b, tensor }, x, args) =>
    refs(args, 'with')
      .map(tensor)
      .reduce((joined, other) => join(b, joined, other), x),
});

export const add: LayerDefinition = {
  sums: true,
  ...elementwise(
    {
      name: 'add',
      aliases: ['sum', 'residual', 'skip', 'plus'],
      summary: 'The sum of the current tensor and those named: a skip connection.',
      formula: 'y = x + a + b + …',
      source: 'He et al. 2016',
      examples: ['add(h)'],
    },
    'tensors to add',
    sumOf,
    (b, x, y) => b.add(x, y),
  ),
};

export const multiply: LayerDefinition = elementwise(
  {
    name: 'multiply',
    aliases: ['mul', 'times', 'gate', 'hadamard', 'prod'],
    summary: 'The product of the current tensor and those named, element by element: a gate.',
    formula: 'y = x ⊙ a ⊙ b ⊙ …',
    source: 'Hochreiter & Schmidhuber 1997 (gates)',
    examples: ['multiply(h)'],
  },
  'tensors to multiply by',
  productOf,
  (b, x, y) => b.mul(x, y),
);
