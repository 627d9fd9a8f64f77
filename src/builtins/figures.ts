/** Figures of the report: what `figure` adds. Declared, not drawn yet. */
import type { Param } from './arguments.js';
import type { FigureDefinition } from './define.js';

const define = (name: string, summary: string, formula: string, examples: readonly string[], params: readonly Param[] = [], source = 'convention'): FigureDefinition =>
  ({ category: 'figure', name, summary, formula, source, params, examples, lowered: false });

const variable: Param = { name: 'of', type: { kind: 'variable' }, summary: 'an observed variable' };
const tensor: Param = { name: 'of', type: { kind: 'tensor' }, summary: 'a code, a latent or another named tensor' };
const layer: Param = { name: 'of', type: { kind: 'layer' }, summary: 'a named layer' };
const latent: Param = { name: 'of', type: { kind: 'latent' }, summary: 'a latent' };
const whole = (name: string, summary: string, fallback: number): Param => ({ name, type: { kind: 'int', min: 1 }, summary, default: fallback });
const flag = (name: string, summary: string): Param => ({ name, type: { kind: 'bool' }, summary, default: false });

export const figures: readonly FigureDefinition[] = [
  define('reconstructions', 'Rows of examples: clean, corrupted, reconstructed; one row more for each further model of the report.', 'x, x̃, x̂', ['reconstructions(x)', 'reconstructions(x, corrupted: true)'],
    [variable, flag('corrupted', 'a row of what the networks read'), whole('count', 'number of examples', 10)]),
  define('losses', 'Training and validation loss, split by term.', 'J over epochs', ['losses']),
  define('architecture', 'The graph of the networks, with shapes.', 'x → h → … → x̂', ['architecture']),
  define('filters', 'Incoming weights of units as images.', 'W[:, j]', ['filters(h1)', 'filters(h1, count: 5)'], [layer, whole('count', 'number of units', 64)], 'lecture 3 (Scott)'),
  define('codes', 'A table of the code of each example.', 'x, h', ['codes(code)'], [tensor], 'lecture 3 (Scott), 8-3-8'),
  define('pca', 'The same number of principal components beside the code: errors, and angles between the subspaces.', '‖x − x̂‖², cos θᵢ', ['pca(code)'], [tensor], 'lecture 1 (Wells)'),
  define('scatter', 'Two dimensions of the code, coloured by label.', '(h₁, h₂)', ['scatter(code)'], [tensor]),
  define('vector_field', 'Where reconstruction moves each point of a grid.', 'dec(enc(x)) − x', ['vector_field(x)'], [variable], 'lecture 0 (Bischl); Alain & Bengio 2014'),
  define('tangent_planes', 'Leading singular vectors and values of the code\'s Jacobian.', '∂h/∂x = UΣVᵀ', ['tangent_planes(code)'], [tensor], 'Rifai et al. 2011'),
  define('sparsity', 'Histograms of activations, and the units that are never active.', 'hⱼ over the data', ['sparsity(code)'], [tensor]),
  define('manifold', 'Decoded points of a grid over two dimensions.', 'dec(z), z on a grid', ['manifold(z)'], [tensor], 'Kingma & Welling 2014, figure 4'),
  define('traversal', 'Decoded points along one dimension at a time.', 'dec(z + t·eᵢ)', ['traversal(z)'], [tensor, whole('steps', 'points along a dimension', 7)], 'Higgins et al. 2017'),
  define('interpolation', 'Decoded points between the codes of two examples.', 'dec((1 − t)·z₁ + t·z₂)', ['interpolation(z, steps: 7)'], [tensor, whole('steps', 'points of a path', 7)]),
  define('arithmetic', 'A difference of codes added to another.', 'dec(a − b + c)', ['arithmetic(z)'], [tensor], 'Radford, Metz & Chintala 2016'),
  define('grid', 'One style in each row, one class in each column.', 'dec(z, y)', ['grid(z, y)'], [latent, { name: 'by', type: { kind: 'tensor' }, summary: 'a category' }], 'Kingma et al. 2014, figure 1'),
  define('samples', 'Decoded draws from the prior.', 'dec(z), z ~ p(z)', ['samples(z)'], [latent, whole('count', 'number of draws', 64)]),
  define('top_stimuli', 'The examples that excite a unit most.', 'the largest hⱼ(x) of the data', ['top_stimuli(h, count: 48)'], [tensor, whole('count', 'number of examples', 48)], 'Le et al. 2012, §4'),
  define('optimal_stimulus', 'What excites a unit most among all inputs of norm 1.', 'argmax hⱼ(x), ‖x‖ = 1', ['optimal_stimulus(h)'], [tensor], 'Le et al. 2012, §4.3'),
  define('neighbours', 'The examples whose codes lie nearest.', 'argmin ‖h − h′‖', ['neighbours(code)'], [tensor, whole('count', 'number of neighbours', 5)]),
  define('anomalies', 'Examples by their reconstruction error.', '‖x − x̂‖²', ['anomalies(x)'], [variable, whole('count', 'number of examples', 20)]),
  define('inpainting', 'Missing parts filled in.', 'x̂ where x is hidden', ['inpainting(x)'], [variable]),
  define('probe', 'k-nearest-neighbour and logistic classification of the code.', 'accuracy of y given h', ['probe(code)'], [tensor, whole('neighbours', 'k', 5)]),
  define('rate_distortion', 'Bits against error.', 'E[−log₂ p(z)], E‖x − x̂‖²', ['rate_distortion'], [], 'Theis et al. 2017'),
  define('baseline', 'A classical method beside the model.', 'x̂ by the method', ['baseline(median_filter)'], [{ name: 'method', type: { kind: 'word', words: ['median_filter'] }, summary: 'the method' }], 'lecture 0 (Bischl), denoising'),
];
