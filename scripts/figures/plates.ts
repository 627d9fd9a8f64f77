/** The pictures of the lectures that models make, slide by slide. */

export interface Plate {
  /** Of its files. */
  readonly id: string;
  /** What the slide shows. */
  readonly title: string;
  readonly lecture: 0 | 1 | 2 | 3 | 4;
  /** Items of docs/language.md, section 14. */
  readonly item: number;
  /** From the project's root. */
  readonly file: string;
  /** Which autoencoder of the file. */
  readonly name?: string;
  /** A procedural set. */
  readonly data: string;
  /** Whether MNIST may stand in its place. */
  readonly digits?: true;
  /** Values of what the file sweeps, a training each. */
  readonly points?: readonly (readonly string[])[];
  /** The figures that are shown, by name. */
  readonly figures: readonly string[];
  /** Those among them that the file does not ask for, as in a `figure` clause. */
  readonly more?: readonly string[];
}

export const plates: readonly Plate[] = [
  {
    id: 'code-sizes',
    title: 'as few dimensions as possible: z = 784 … 1',
    lecture: 0,
    item: 7,
    file: 'docs/models/lecture0/code-sizes.ae',
    data: 'strokes',
    digits: true,
    points: [784, 256, 64, 32, 16, 8, 4, 2, 1].map((z) => [`z=${z}`]),
    figures: ['reconstructions'],
  },
  {
    id: 'vector-field',
    title: 'the vector field dec(enc(x)) − x points to the manifold',
    lecture: 0,
    item: 11,
    file: 'docs/models/lecture0/vector-field.ae',
    data: 'circle',
    figures: ['vector_field'],
  },
  {
    id: 'uniform-noise',
    title: 'denoising, and a lot of noise',
    lecture: 0,
    item: 12,
    file: 'docs/models/lecture0/uniform-noise.ae',
    data: 'strokes',
    digits: true,
    points: [
      ['z=64', 'a=0.5'],
      ['z=64', 'a=1'],
    ],
    figures: ['reconstructions'],
  },
  {
    id: 'tangent-planes',
    title: 'tangent planes of the manifold',
    lecture: 0,
    item: 15,
    file: 'docs/models/lecture0/tangent-planes.ae',
    data: 'strokes',
    digits: true,
    figures: ['tangent_planes'],
  },
  {
    id: 'recolour',
    title: 'colours of grey pictures',
    lecture: 1,
    item: 9,
    file: 'docs/models/lecture1/recolour.ae',
    data: 'shapes:n=32,count=1500',
    figures: ['reconstructions'],
    more: ['reconstructions(x, corrupted: true)'],
  },
  {
    id: 'trivial',
    title: 'the trivial solution of binary units',
    lecture: 2,
    item: 5,
    file: 'docs/models/lecture2/trivial.ae',
    data: 'identity:n=3',
    figures: ['codes'],
  },
  {
    id: 'identity-838',
    title: 'what is special about the hidden values of 8-3-8?',
    lecture: 3,
    item: 2,
    file: 'docs/models/lecture3/identity-838.ae',
    data: 'identity:n=8',
    figures: ['codes'],
  },
  {
    id: 'filters',
    title: 'weights of five nodes as pictures',
    lecture: 3,
    item: 8,
    file: 'docs/models/lecture3/single-graph.ae',
    data: 'strokes',
    digits: true,
    figures: ['filters'],
  },
  {
    id: 'noise',
    title: 'original, noisy and output',
    lecture: 3,
    item: 13,
    file: 'docs/models/lecture3/noise.ae',
    name: 'GaussianNoise',
    data: 'strokes',
    digits: true,
    figures: ['reconstructions'],
  },
  {
    id: 'traversal',
    title: 'one dimension at a time',
    lecture: 3,
    item: 18,
    file: 'docs/models/lecture3/vae.ae',
    name: 'Vae',
    data: 'strokes',
    digits: true,
    figures: ['traversal', 'samples'],
  },
  {
    id: 'manifold',
    title: 'a uniform grid of z, decoded',
    lecture: 3,
    item: 23,
    file: 'docs/models/lecture3/vae.ae',
    name: 'Plane',
    data: 'strokes',
    digits: true,
    figures: ['manifold'],
  },
  {
    id: 'context',
    title: 'holes that are filled in',
    lecture: 4,
    item: 14,
    file: 'examples/lecture4/context.ae',
    data: 'shapes:count=1500',
    figures: ['reconstructions'],
    more: ['reconstructions(x, corrupted: true)'],
  },
];
