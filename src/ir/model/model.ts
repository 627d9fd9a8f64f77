/**
 * What the user meant: variables, networks, latents, corruptions, terms, weight relations and a
 * training program, with every name resolved, every block expanded and every shape known. Each part
 * keeps its source, through block expansion too. Shapes are of one example, without the batch.
 */
import type { CallOf, ExampleShape, Expression, LayerId, TensorRef } from '../../builtins/arguments.js';
import type { WeightDeclaration } from '../../builtins/define.js';
import type { Draw, Latent } from './latents.js';
import type { Layer, Network } from './networks.js';
import type { Source } from './source.js';
import type { Reconstruction, Term } from './terms.js';
import { partsOf, type Training } from './training.js';
import type { Variable } from './variables.js';

/** A weight by full name, `encoder.code.kernel`. */
export interface Weight {
  readonly name: string;
  readonly declaration: WeightDeclaration;
  /** The layer that it is of; absent for those of likelihoods, priors, flows and penalties. */
  readonly layer?: LayerId;
  readonly source: Source;
}

/** `weight` is not stored: it is `of`, its axes in another order, or with the other sign. */
export interface Tie {
  readonly weight: string;
  readonly of: string;
  /** Axis i of `weight` is axis `order[i]` of `of`. */
  readonly order: readonly number[];
  readonly sign: 1 | -1;
  readonly source: Source;
}

export interface Constraint {
  readonly weight: string;
  readonly call: CallOf<'constraint'>;
  readonly source: Source;
}

/** Trains the model once for each value of a parameter. */
export interface Sweep {
  readonly parameter: string;
  readonly values: readonly (number | boolean | string)[];
  readonly source: Source;
}

export interface Figure {
  readonly call: CallOf<'figure'>;
  readonly source: Source;
}

/** All that an autoencoder consists of. */
export interface Parts {
  readonly variables: readonly Variable[];
  readonly draws: readonly Draw[];
  readonly networks: readonly Network[];
  readonly latents: readonly Latent[];
  readonly weights: readonly Weight[];
  readonly ties: readonly Tie[];
  readonly constraints: readonly Constraint[];
  readonly terms: readonly Term[];
  readonly training: Training;
  /** Together they form a grid. */
  readonly sweeps: readonly Sweep[];
  readonly figures: readonly Figure[];
}

export interface Model extends Parts {
  readonly name: string;
  readonly doc: string;
  /** Hyperparameters with the values of this elaboration. */
  readonly parameters: readonly { readonly name: string; readonly value: number | boolean | string }[];
  readonly source: Source;
}

type LayerOf<M extends Pick<Model, 'networks'>> = M['networks'][number]['layers'][number];

export const layersOf = <M extends Pick<Model, 'networks'>>(model: M): readonly LayerOf<M>[] =>
  model.networks.flatMap((network) => network.layers);

/** An expression that is minimised or maximised, and where it is written. */
export interface Measured {
  readonly value: Expression;
  readonly source: Source;
}

/** Every term, and every objective of a phase or a player. */
export const measuredIn = ({ terms, training }: Pick<Model, 'terms' | 'training'>): readonly Measured[] => [
  ...terms,
  ...partsOf(training).flatMap(({ objective }) => (objective.kind === 'loss' ? [] : [objective])),
];

/** The reconstructions that the program returns, in the order of the terms. */
export const reconstructionsOf = ({ terms }: Pick<Model, 'terms'>): readonly Reconstruction[] =>
  terms.flatMap(({ reconstruction }) => (reconstruction === undefined ? [] : [reconstruction]));

/** The weight that is stored in the place of this one: itself, unless it is tied. */
export function storedName(model: Pick<Model, 'ties'>, name: string): string {
  const tie = model.ties.find((t) => t.weight === name);
  return tie === undefined ? name : storedName(model, tie.of);
}

/** Number of trained parameters: ties and state do not count. */
export function parameterCount(model: Pick<Model, 'weights' | 'ties'>): number {
  const tied = new Set(model.ties.map(({ weight }) => weight));
  return model.weights
    .filter((w) => w.declaration.trainable && !tied.has(w.name))
    .reduce((sum, w) => sum + w.declaration.shape.reduce((a, c) => a * c, 1), 0);
}

/** Whether there is a code of an example: what is drawn alone has none. */
export const encodes = ({ latents, networks }: Pick<Model, 'latents' | 'networks'>): boolean =>
  latents.length > 0 || networks.some(({ role }) => role === 'encoder');

/** What decoders start from. */
export interface Code {
  readonly name: string;
  readonly ref: TensorRef;
  readonly shape: ExampleShape;
  readonly source: Source;
}

/**
 * The latents; else the outputs of those encoders that no other encoder reads; else the draws that are decoded.
 */
export function codeOf({ latents, draws, networks }: Pick<Model, 'latents' | 'draws' | 'networks'>): readonly Code[] {
  if (latents.length > 0)
    return latents.map(({ name, shape, source }) => ({ name, ref: { kind: 'latent', name }, shape, source }));
  const encoders = networks.filter((n) => n.role === 'encoder');
  const own = encoders.filter((n) => !encoders.some((other) => other !== n && reads(other, n)));
  if (own.length > 0) {
    return own.map((n) => ({ name: lastNameOf(n), ref: n.output, shape: n.outputShape, source: n.source }));
  }
  return draws.map(({ name, shape, source }) => ({ name, ref: { kind: 'latent', name }, shape, source }));
}

/** Whether a network's inputs are what another gives. */
const reads = (reader: Network, { layers }: Network): boolean => {
  const ids = new Set(layers.map(({ id }) => id));
  return reader.inputs.some((ref) => ref.kind === 'layer' && ids.has(ref.id));
};

/** The name that the user gave the last layer of a network, or the network's. */
function lastNameOf({ name, output, layers }: Network): string {
  const layer: Layer | undefined = output.kind === 'layer' ? layers.find(({ id }) => id === output.id) : undefined;
  const given =
    layer?.named === true ? layer.syntax?.names[output.kind === 'layer' ? output.output : 0]?.text : undefined;
  return given ?? name;
}
