/** Figures of the report: what `figure` adds. How they are drawn stands in `src/runtime/figures`, under the same names. */
import { word, type Param } from './arguments.js';
import type { FigureDefinition } from './define.js';

type Text = Pick<FigureDefinition, 'name' | 'summary' | 'formula' | 'examples'>;

const define = (
  entry: Text &
    Partial<Pick<FigureDefinition, 'aliases' | 'params' | 'source' | 'showsLabels' | 'decodes' | 'ofDraws' | 'asks'>>,
): FigureDefinition => ({
  category: 'figure',
  source: 'convention',
  params: [],
  ...entry,
});

const variable: Param = { name: 'of', type: { kind: 'variable' }, summary: 'an observed variable' };
const tensor: Param = { name: 'of', type: { kind: 'tensor' }, summary: 'a code, a latent or another named tensor' };
const layer: Param = { name: 'of', type: { kind: 'layer' }, summary: 'a named layer' };
const latent: Param = { name: 'of', type: { kind: 'latent', orDraw: true }, summary: 'a latent or a draw' };

const whole = (name: string, aliases: readonly string[], summary: string, fallback: number): Param => ({
  name,
  aliases,
  type: { kind: 'int', min: 1 },
  summary,
  default: fallback,
});

const count = (summary: string, fallback: number): Param =>
  whole('count', ['n', 'num', 'examples', 'limit'], summary, fallback);
const steps = (summary: string, fallback: number): Param =>
  whole('steps', ['n', 'points', 'num_steps', 'size'], summary, fallback);

export const figures: readonly FigureDefinition[] = [
  define({
    name: 'reconstructions',
    aliases: ['reconstruction', 'comparison', 'images'],
    summary: 'Rows of examples: clean, corrupted, reconstructed; of words lines of text.',
    formula: 'x, x̃, x̂',
    examples: ['reconstructions(x)', 'reconstructions(x, corrupted: true)'],
    params: [
      variable,
      {
        name: 'corrupted',
        aliases: ['noisy', 'inputs'],
        type: { kind: 'bool' },
        summary: 'a row of what the networks read',
        default: false,
      },
      count('number of examples', 10),
    ],
  }),
  define({
    name: 'losses',
    aliases: ['loss', 'history', 'learning_curve', 'curves'],
    summary: 'Training and validation loss, split by term.',
    formula: 'J over epochs',
    examples: ['losses'],
  }),
  define({
    name: 'architecture',
    aliases: ['graph', 'plot_model', 'summary', 'model'],
    summary: 'The graph of the networks, with shapes and parameter counts.',
    formula: 'x → h → … → x̂',
    examples: ['architecture'],
  }),
  define({
    name: 'errors',
    aliases: ['worst', 'typical', 'extremes', 'hardest', 'residuals'],
    summary: 'The examples that are reconstructed worst, and typical ones; of pictures PSNR and SSIM too.',
    formula: '‖x − x̂‖² / d; 10 log₁₀(peak² / error)',
    source: 'Wang et al. 2004 (SSIM)',
    examples: ['errors(x)', 'errors(x, count: 5)'],
    params: [variable, count('number of examples', 10)],
  }),
  define({
    name: 'filters',
    aliases: ['weights', 'kernels', 'features', 'receptive_fields'],
    summary: 'Incoming weights of units as images.',
    formula: 'W[:, j]',
    source: 'lecture 3 (Scott)',
    examples: ['filters(h1)', 'filters(h1, count: 5)'],
    params: [layer, count('number of units', 64)],
  }),
  define({
    name: 'codes',
    aliases: ['code_table', 'encodings', 'embeddings'],
    summary: 'A table of the code of each example, words as a line of text; of maps a picture of each channel.',
    formula: 'x, h',
    source: 'lecture 3 (Scott), 8-3-8',
    examples: ['codes(code)'],
    params: [tensor, count('number of examples', 20)],
  }),
  define({
    name: 'pca',
    aliases: ['principal_components', 'principal_component_analysis'],
    summary: 'The same number of principal components beside the code: errors, and angles between the subspaces.',
    formula: '‖x − x̂‖², cos θᵢ',
    source: 'lecture 1 (Wells)',
    examples: ['pca(code)'],
    params: [tensor],
  }),
  define({
    name: 'scatter',
    aliases: ['scatterplot', 'latent_space', 'tsne', 'umap'],
    summary:
      'Two dimensions of the code, coloured by label; of more, their two principal components. Of trees a point for each phrase.',
    formula: '(h₁, h₂)',
    examples: ['scatter(code)'],
    showsLabels: true,
    params: [tensor],
  }),
  define({
    name: 'vector_field',
    aliases: ['quiver', 'flow_field'],
    summary: 'Where reconstruction moves each point of a grid over the range of the data, of a plane.',
    formula: 'dec(enc(x)) − x',
    source: 'lecture 0 (Bischl); Alain & Bengio 2014',
    examples: ['vector_field(x)'],
    params: [variable, steps('points along an axis', 20)],
  }),
  define({
    name: 'tangent_planes',
    asks: () => 'pullback',
    aliases: ['tangents', 'singular_vectors'],
    summary: "Leading singular vectors and values of the code's Jacobian.",
    formula: '∂h/∂x = UΣVᵀ',
    source: 'Rifai et al. 2011',
    examples: ['tangent_planes(code)'],
    params: [tensor, count('number of vectors', 8)],
  }),
  define({
    name: 'sparsity',
    aliases: ['activations', 'dead_units', 'histogram'],
    summary: 'Histograms of activations, and the units that are never active.',
    formula: 'hⱼ over the data',
    examples: ['sparsity(code)'],
    params: [tensor],
  }),
  define({
    name: 'divergence',
    asks: () => 'rate',
    aliases: ['kl', 'kl_by_dimension', 'active_units', 'collapse', 'posterior_collapse'],
    summary: 'What each number of a latent costs, and which of them are active.',
    formula: 'E[KL(q(zⱼ∣x) ‖ p(zⱼ))]; Var[E[zⱼ∣x]] > 0.01 σ²',
    source: 'Burda, Grosse & Salakhutdinov 2016, §5.2',
    examples: ['divergence(z)'],
    params: [{ ...latent, type: { kind: 'latent' }, summary: 'a latent' }],
  }),
  define({
    name: 'manifold',
    decodes: true,
    aliases: ['latent_grid', 'plot_latent_space'],
    summary: 'Decoded points of a grid over two dimensions, between the quantiles 1 % and 99 % of the prior.',
    formula: 'dec(z), z on a grid',
    source: 'Kingma & Welling 2014, figure 4',
    examples: ['manifold(z)', 'manifold(z, steps: 30)'],
    params: [tensor, steps('points along a dimension', 20)],
  }),
  define({
    name: 'traversal',
    decodes: true,
    aliases: ['traversals', 'latent_traversal'],
    summary: 'Decoded points along one dimension at a time, from −3σ to 3σ.',
    formula: 'dec(z + t·eᵢ)',
    source: 'Higgins et al. 2017',
    examples: ['traversal(z)'],
    params: [tensor, steps('points along a dimension', 7)],
  }),
  define({
    name: 'interpolation',
    decodes: true,
    aliases: ['interpolate', 'interpolations', 'morph'],
    summary: 'Decoded points of the straight path between the codes of two examples.',
    formula: 'dec((1 − t)·z₁ + t·z₂)',
    source: 'lecture 3 (Scott)',
    examples: ['interpolation(z, steps: 7)'],
    params: [tensor, steps('points of a path', 7)],
  }),
  define({
    name: 'arithmetic',
    decodes: true,
    aliases: ['analogy', 'vector_arithmetic'],
    summary: 'A difference of codes added to another.',
    formula: 'dec(a − b + c)',
    source: 'Radford, Metz & Chintala 2016',
    examples: ['arithmetic(z)'],
    params: [tensor],
  }),
  define({
    name: 'grid',
    decodes: true,
    aliases: ['style_grid', 'class_grid'],
    summary: 'One style in each row, one class in each column.',
    formula: 'dec(z, y)',
    source: 'Kingma et al. 2014, figure 1',
    examples: ['grid(z, y)'],
    params: [latent, { name: 'by', type: { kind: 'tensor' }, summary: 'a category' }, count('number of styles', 10)],
  }),
  define({
    name: 'samples',
    decodes: true,
    ofDraws: true,
    aliases: ['sample', 'generated', 'generate', 'draws'],
    summary: 'Decoded draws from the prior.',
    formula: 'dec(z), z ~ p(z)',
    examples: ['samples(z)'],
    params: [latent, count('number of draws', 64)],
  }),
  define({
    name: 'top_stimuli',
    aliases: ['top_activations', 'max_activating', 'best_stimuli'],
    summary: 'The examples that excite a unit most.',
    formula: 'the largest hⱼ(x) of the data',
    source: 'Le et al. 2012, §4',
    examples: ['top_stimuli(h, count: 48)'],
    params: [tensor, count('number of examples', 48)],
  }),
  define({
    name: 'optimal_stimulus',
    asks: () => 'pullback',
    aliases: ['activation_maximization', 'feature_visualization'],
    summary: "What excites a unit most, by ascent among all inputs of the data's mean norm.",
    formula: 'argmax hⱼ(x), ‖x‖ = the mean norm of the data',
    source: 'Le et al. 2012, §4.3',
    examples: ['optimal_stimulus(h)'],
    params: [tensor],
  }),
  define({
    name: 'neighbours',
    aliases: ['neighbors', 'nearest', 'retrieval', 'knn'],
    summary: 'The examples whose codes lie nearest; of trees the phrases whose vectors do.',
    formula: 'argmin ‖h − h′‖',
    examples: ['neighbours(code)'],
    params: [tensor, count('number of neighbours', 5)],
  }),
  define({
    name: 'trees',
    asks: () => 'score',
    aliases: ['tree', 'parse_tree', 'parse_trees', 'parse', 'dendrogram'],
    summary: 'Trees with their words, the labels of their nodes, and the error of each node.',
    formula: 'e(n) = J(n) − J(left of n) − J(right of n)',
    source: 'lecture 2 (Huang); Socher et al. 2011',
    examples: ['trees(t)', 'trees(t, count: 1)'],
    params: [{ name: 'of', type: { kind: 'variable', only: 'tree' }, summary: 'a tree' }, count('number of trees', 3)],
  }),
  define({
    name: 'anomalies',
    asks: () => 'score',
    aliases: ['outliers', 'anomaly', 'anomaly_scores', 'novelty'],
    summary: 'Examples by −log p, with the threshold that the given share of the training part exceeds.',
    formula: '−log p(x)',
    examples: ['anomalies(x)', 'anomalies(x, share: 0.05)'],
    params: [
      variable,
      count('number of examples', 20),
      {
        name: 'share',
        aliases: ['contamination', 'quantile'],
        type: { kind: 'float', above: 0, below: 1 },
        summary: 'of the training part that lies above the threshold',
        default: 0.01,
      },
    ],
  }),
  define({
    name: 'inpainting',
    aliases: ['inpaint', 'fill_in', 'imputation', 'completion'],
    summary: 'Missing parts filled in: decode, put back what is known, again.',
    formula: 'x ← x where it is known, else x̂, again and again',
    source: 'lecture 1 (Wells); Rezende, Mohamed & Wierstra 2014, appendix F',
    examples: ['inpainting(x)'],
    params: [
      variable,
      count('number of examples', 10),
      whole('rounds', ['iterations', 'steps'], 'how often they are filled in', 20),
    ],
  }),
  define({
    name: 'probe',
    aliases: ['linear_probe', 'classifier', 'classification'],
    summary: 'Classification of the code by k nearest neighbours, logistic regression and a linear SVM.',
    formula: 'accuracy of y given h',
    examples: ['probe(code)'],
    showsLabels: true,
    params: [tensor, whole('neighbours', ['k', 'n_neighbors'], 'k', 5)],
  }),
  define({
    name: 'confusion',
    aliases: ['confusion_matrix', 'per_class_error', 'accuracy'],
    summary: 'How often each class is taken for each, and the error of each class.',
    formula: 'argmax hⱼ beside y',
    examples: ['confusion(label, y)'],
    params: [
      { name: 'of', type: { kind: 'tensor' }, summary: 'a head with a number for each class' },
      {
        name: 'by',
        aliases: ['label', 'labels', 'target'],
        type: { kind: 'variable', only: 'category' },
        summary: 'a category',
      },
    ],
  }),
  define({
    name: 'rate_distortion',
    asks: () => 'rate',
    aliases: ['rd', 'rd_curve'],
    summary:
      'What the code costs in bits, against the error of what is decoded: a point an example, and of a sweep the curve.',
    formula: 'E[−log₂ p(z)] of what is coded as it is, else KL(q(z∣x) ‖ p(z)) / ln 2; E‖x − x̂‖²',
    source: 'Theis et al. 2017; Alemi et al. 2018',
    examples: ['rate_distortion'],
  }),
  define({
    name: 'baseline',
    aliases: ['classical', 'compare'],
    summary: 'A classical method beside the model.',
    formula: 'x̂ by the method',
    source: 'lecture 0 (Bischl), denoising and compression; lecture 1 (Wells), image upscaling',
    examples: ['baseline(median_filter)', 'baseline(pca)', 'baseline(bicubic)', 'baseline(jpeg)'],
    asks: (args) => (word(args, 'method') === 'jpeg' ? 'rate' : undefined),
    params: [
      {
        name: 'method',
        type: { kind: 'word', words: ['median_filter', 'pca', 'bicubic', 'jpeg'] },
        summary:
          'the median of 3 × 3 pixels, of noisy images; as many principal components as the code has numbers; cubic convolution, of images that the networks read in a smaller size; JPEG at the bits of the code, of a latent',
      },
    ],
  }),
];
