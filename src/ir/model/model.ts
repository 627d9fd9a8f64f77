/**
 * What the user meant: variables, networks, latents, corruptions, terms, weight relations and a
 * training program, with every name resolved, every block expanded and every shape known. Each node
 * keeps its origin, through block expansion too. Shapes are of one example, without the batch.
 */
import { call, type Application, type Args, type CallOf, type ExampleShape, type TensorRef } from '../../builtins/arguments.js';
import type { DistributionDefinition, LayerDefinition, WeightDeclaration } from '../../builtins/define.js';
import type { Place } from '../../diagnostics/diagnostic.js';
import type { LayerStatement } from '../../parser/ast.js';
import type { Domain } from '../../runtime/program.js';
import type { Origin } from '../graph/graph.js';
import type { Training } from './training.js';

/** A place to point at, and what generated code and messages quote from it. */
export interface Source extends Origin {
  readonly place: Place;
  /** Uses of blocks that led here, innermost last. */
  readonly through: readonly Place[];
}

/** What one value of a variable is. */
export type ElementType =
  | { readonly kind: 'array'; readonly shape: ExampleShape }
  | { readonly kind: 'category'; readonly classes: number }
  /** Numbers ≥ 0 whose sum is 1. */
  | { readonly kind: 'distribution'; readonly classes: number }
  | { readonly kind: 'token'; readonly vocab: number };

/** What one example of a variable is. */
export type Structure =
  | ElementType
  | { readonly kind: 'sequence'; readonly of: ElementType; readonly length: number }
  /** A binary tree with such an element at each leaf. */
  | { readonly kind: 'tree'; readonly leaf: ElementType }
  /** `t.label`: what stands at every node of the tree `t`; a variable of its own. */
  | { readonly kind: 'label'; readonly tree: string; readonly of: ElementType };

/** Where a tensor has one value: once in an example, at each position of a sequence (its first axis), at each node of a tree. */
export type Site = 'example' | 'positions' | 'nodes';

/** A corruption with its place. */
export type Corruption = CallOf<'corruption'> & { readonly source: Source };

/** Noise behind one of a layer's results. Networks read what it gives; terms read the result itself. */
export type LayerCorruption = Corruption & { readonly output: number };

/** An observed variable: a label of a tree is one beside the tree. */
export interface Variable {
  readonly name: string;
  readonly role: 'input' | 'target';
  /** On all rows (nodes, for a label of a tree), or where it is not missing. */
  readonly observed: 'always' | 'sometimes';
  readonly structure: Structure;
  /** Shape of one example; of one leaf or node, where it belongs to a tree. */
  readonly shape: ExampleShape;
  /** Of the elements; tokens are labels 0 … vocab − 1. */
  readonly domain: Domain;
  readonly preprocessing?: CallOf<'preprocessing'>;
  readonly corruption: readonly Corruption[];
  /** Shape after corruption: what the networks read. */
  readonly corrupted: ExampleShape;
  readonly doc: string;
  readonly source: Source;
}

export interface Layer {
  /** Unique path: `encoder.code`, `encoder.stage.conv`. */
  readonly id: string;
  /** True where the user gave the name. */
  readonly named: boolean;
  readonly definition: LayerDefinition;
  readonly args: Args;
  /** The tensor that it reads first. */
  readonly input: TensorRef;
  readonly inputShape: ExampleShape;
  /** One shape for each result. */
  readonly outputs: readonly ExampleShape[];
  /** Where it gives one value of these shapes; the positions of a sequence are part of the shape. */
  readonly site: Site;
  readonly weights: readonly WeightDeclaration[];
  readonly corruption: readonly LayerCorruption[];
  readonly source: Source;
  /** The statement that wrote it; absent for derived layers (mirrors, heads of latents). */
  readonly syntax?: LayerStatement;
}

/** `compose(left, right) { … }`: a network that is applied at each node of a tree. */
export interface Clause {
  readonly role: 'leaf' | 'compose' | 'decompose';
  /** What it is given: `encoder.compose.left`, and the tensor or the network whose vectors those are. */
  readonly parameters: readonly { readonly name: string; readonly of: TensorRef }[];
  readonly layers: readonly Layer[];
  /** One vector, or those of two children. */
  readonly outputs: readonly TensorRef[];
  readonly source: Source;
}

/** How a network is applied. */
export type NetworkForm =
  /** Once to an example. */
  | { readonly kind: 'chain' }
  /** To the vector of every node. */
  | { readonly kind: 'nodes'; readonly tree: string }
  /** From the leaves to the root; its output is the vector of the root. */
  | { readonly kind: 'fold'; readonly tree: string; readonly leaf: Clause; readonly compose: Clause }
  /** From the root to the leaves. */
  | { readonly kind: 'unfold'; readonly tree: string; readonly decompose: Clause };

export interface Network {
  readonly name: string;
  readonly role: 'encoder' | 'decoder' | 'head' | 'network' | 'posterior';
  readonly form: NetworkForm;
  readonly inputs: readonly TensorRef[];
  /** All layers, those of clauses too. */
  readonly layers: readonly Layer[];
  readonly output: TensorRef;
  readonly outputShape: ExampleShape;
  readonly derived: boolean;
  readonly doc: string;
  readonly source: Source;
}

/** Tensors by the parameter of the distribution that they give. */
type Heads = Readonly<Record<string, TensorRef>>;

export interface Latent {
  readonly name: string;
  readonly shape: ExampleShape;
  /** The number of its statement: dimensions, classes or components, as its distribution says. */
  readonly size: number;
  readonly definition: DistributionDefinition;
  readonly posterior:
    | { readonly kind: 'computed'; readonly from: TensorRef; readonly heads: Heads }
    /** No encoder stands above it: it is drawn from the prior. */
    | { readonly kind: 'none' };
  readonly prior:
    | { readonly kind: 'fixed'; readonly definition: DistributionDefinition; readonly args: Args; readonly source: Source }
    /** A network's heads give the parameters: a conditional prior. */
    | { readonly kind: 'network'; readonly definition: DistributionDefinition; readonly heads: Heads; readonly source: Source };
  readonly by: CallOf<'expectation'>;
  /** `sometimes`: a variable of its name is its value on the rows where that is known. */
  readonly observed: 'never' | 'sometimes';
  readonly doc: string;
  readonly source: Source;
}

/** A weight by full name, `encoder.code.kernel`. */
export interface Weight {
  readonly name: string;
  readonly declaration: WeightDeclaration;
  readonly source: Source;
}

/** `weight` is not stored: it is `of`, its axes in another order. */
export interface Tie {
  readonly weight: string;
  readonly of: string;
  /** Axis i of `weight` is axis `order[i]` of `of`. */
  readonly order: readonly number[];
  readonly source: Source;
}

export interface Constraint {
  readonly weight: string;
  readonly call: CallOf<'constraint'>;
  readonly source: Source;
}

/** Arithmetic over numbers, schedules, penalties and tensors of one number an example. */
export type ScalarExpr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'schedule'; readonly call: CallOf<'schedule'> }
  | { readonly kind: 'penalty'; readonly call: CallOf<'penalty'>; readonly text: string }
  /** Its mean over the batch: `critic(x)`. */
  | { readonly kind: 'mean'; readonly of: TensorRef | Application; readonly text: string }
  | { readonly kind: 'negate'; readonly operand: ScalarExpr }
  | { readonly kind: 'binary'; readonly op: '+' | '-' | '*' | '/' | '^'; readonly left: ScalarExpr; readonly right: ScalarExpr };

/** The rows where a term holds. */
export type Rows =
  | { readonly kind: 'all' }
  /** Where the variable is there, or where it is not. */
  | { readonly kind: 'known' | 'missing'; readonly variable: string; readonly source: Source };

/** A summand of the loss. */
export type Term =
  | {
      readonly kind: 'reconstruction';
      readonly name: string;
      /** Its result and its weights: the variable's name, with the network's behind it where the variable is reconstructed before. */
      readonly label: string;
      readonly variable: string;
      readonly output: TensorRef;
      readonly likelihood: CallOf<'likelihood'>;
      /** The output is the mean already (its last activation is the likelihood's own). */
      readonly linked: boolean;
      /** All elements, or those alone that a corruption of the variable hides. */
      readonly elements: { readonly kind: 'all' } | { readonly kind: 'hidden'; readonly by: CallOf<'corruption'>; readonly source: Source };
      readonly rows: Rows;
      readonly weight: ScalarExpr;
      readonly source: Source;
    }
  /** Over a tree: decoded vectors against encoded ones, of the two children of each inner node, or of the leaves once the whole tree is decoded. */
  | {
      readonly kind: 'tree';
      readonly name: string;
      readonly compared: 'children' | 'leaves';
      readonly encoder: string;
      readonly decoder: string;
      readonly likelihood: CallOf<'likelihood'>;
      readonly rows: Rows;
      readonly weight: ScalarExpr;
      readonly source: Source;
    }
  | { readonly kind: 'penalty'; readonly name: string; readonly value: ScalarExpr; readonly rows: Rows; readonly source: Source };

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

export interface Model {
  readonly name: string;
  readonly file: string;
  readonly doc: string;
  /** Hyperparameters with the values of this elaboration. */
  readonly parameters: readonly { readonly name: string; readonly value: number | boolean | string }[];
  readonly variables: readonly Variable[];
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
  readonly source: Source;
}

type LayerOf<M extends Model> = M['networks'][number]['layers'][number];

export const layersOf = <M extends Model>(model: M): readonly LayerOf<M>[] => model.networks.flatMap((network) => network.layers);

export const findLayer = <M extends Model>(model: M, id: string): LayerOf<M> | undefined => layersOf(model).find((layer) => layer.id === id);

/** The activation that a layer ends with, where it has one. */
export function activationOf(layer: Pick<Layer, 'definition' | 'args'>): CallOf<'activation'> | undefined {
  if (layer.definition.activation !== undefined) return { kind: 'call', definition: layer.definition.activation, args: layer.args };
  return layer.args['activation'] === undefined ? undefined : call(layer.args, 'activation', 'activation');
}

/** The weight that is stored in the place of this one: itself, unless it is tied. */
export function storedName(model: Pick<Model, 'ties'>, name: string): string {
  const tie = model.ties.find((t) => t.weight === name);
  return tie === undefined ? name : storedName(model, tie.of);
}

/** Number of trained parameters: ties and state do not count. */
export const parameterCount = (model: Model): number =>
  model.weights
    .filter((w) => w.declaration.trainable && !model.ties.some((tie) => tie.weight === w.name))
    .reduce((sum, w) => sum + w.declaration.shape.reduce((a, c) => a * c, 1), 0);

/** What the decoder starts from: the latents that are computed, else the encoders' outputs, else the latents that are drawn. */
export function codeOf(model: Model): readonly { readonly name: string; readonly ref: TensorRef; readonly shape: ExampleShape; readonly source: Source }[] {
  const latents = (kind: Latent['posterior']['kind']) =>
    model.latents.filter((z) => z.posterior.kind === kind).map((z) => ({ name: z.name, ref: { kind: 'latent', name: z.name } as const, shape: z.shape, source: z.source }));
  const encoders = model.networks
    .filter((n) => n.role === 'encoder')
    .map((n) => ({ name: n.output.kind === 'layer' ? (n.output.id.split('.').at(-1) ?? n.name) : n.name, ref: n.output, shape: n.outputShape, source: n.source }));
  return [latents('computed'), encoders, latents('none')].find((found) => found.length > 0) ?? [];
}
