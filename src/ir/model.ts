/**
 * What the user meant: variables, networks, latents, corruptions, terms, weight relations and a
 * training program, with every name resolved, every block expanded and every shape known. Each node
 * keeps its origin, through block expansion too. Shapes are of one example, without the batch.
 */
import type {
  Args,
  BuiltinCall,
  DefinitionOf,
  DistributionDefinition,
  ExampleShape,
  LayerDefinition,
  TensorRef,
  WeightDeclaration,
} from '../builtins/define.js';
import { call } from '../builtins/define.js';
import type { Place } from '../diagnostics/diagnostic.js';
import type { LayerStatement } from '../parser/ast.js';
import type { Domain } from '../runtime/program.js';
import type { Origin } from './graph.js';

/** A place to point at, and what generated code and messages quote from it. */
export interface Source extends Origin {
  readonly place: Place;
  /** Uses of blocks that led here, innermost last. */
  readonly through: readonly Place[];
}

/** Observed on all rows. */
export interface Variable {
  readonly name: string;
  readonly role: 'input' | 'target';
  readonly shape: ExampleShape;
  readonly domain: Domain;
  readonly preprocessing?: BuiltinCall & { readonly definition: DefinitionOf<'preprocessing'> };
  readonly corruption: readonly (BuiltinCall & { readonly definition: DefinitionOf<'corruption'> })[];
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
  readonly weights: readonly WeightDeclaration[];
  readonly corruption: readonly (BuiltinCall & { readonly definition: DefinitionOf<'corruption'> })[];
  readonly source: Source;
  /** The statement that wrote it; absent for derived layers (mirrors, heads of latents). */
  readonly syntax?: LayerStatement;
}

export interface Network {
  readonly name: string;
  readonly role: 'encoder' | 'decoder' | 'head' | 'network' | 'posterior';
  readonly inputs: readonly TensorRef[];
  readonly layers: readonly Layer[];
  readonly output: TensorRef;
  readonly outputShape: ExampleShape;
  readonly derived: boolean;
  readonly doc: string;
  readonly source: Source;
}

export interface Latent {
  readonly name: string;
  readonly shape: ExampleShape;
  readonly posterior: { readonly definition: DistributionDefinition; readonly heads: Readonly<Record<string, TensorRef>> };
  readonly prior:
    | { readonly kind: 'fixed'; readonly definition: DistributionDefinition; readonly args: Args }
    /** A network's heads give the parameters: a conditional prior. */
    | { readonly kind: 'network'; readonly definition: DistributionDefinition; readonly heads: Readonly<Record<string, TensorRef>> };
  readonly by: string;
  readonly doc: string;
  readonly source: Source;
}

/** A weight by full name, `encoder.code.kernel`. */
export interface Weight {
  readonly name: string;
  readonly declaration: WeightDeclaration;
  readonly source: Source;
}

/** `weight` is not stored: it is `of`, transformed. */
export interface Tie {
  readonly weight: string;
  readonly of: string;
  readonly transform: 'same' | 'transpose';
  readonly source: Source;
}

export interface Constraint {
  readonly weight: string;
  readonly call: BuiltinCall & { readonly definition: DefinitionOf<'constraint'> };
  readonly source: Source;
}

/** Arithmetic over numbers, schedules and penalties. */
export type ScalarExpr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'schedule'; readonly call: BuiltinCall & { readonly definition: DefinitionOf<'schedule'> } }
  | { readonly kind: 'penalty'; readonly call: BuiltinCall & { readonly definition: DefinitionOf<'penalty'> }; readonly text: string }
  | { readonly kind: 'negate'; readonly operand: ScalarExpr }
  | { readonly kind: 'binary'; readonly op: '+' | '-' | '*' | '/' | '^'; readonly left: ScalarExpr; readonly right: ScalarExpr };

/** A summand of the loss. */
export type Term =
  | {
      readonly kind: 'reconstruction';
      readonly name: string;
      readonly variable: string;
      readonly output: TensorRef;
      readonly likelihood: BuiltinCall & { readonly definition: DefinitionOf<'likelihood'> };
      /** The output is the mean already (its last activation is the likelihood's own). */
      readonly linked: boolean;
      /** Only elements that the variable's corruption hides count. */
      readonly where: 'all' | 'hidden';
      readonly weight: ScalarExpr;
      readonly source: Source;
    }
  | { readonly kind: 'penalty'; readonly name: string; readonly value: ScalarExpr; readonly source: Source };

export interface Training {
  readonly optimizer: BuiltinCall & { readonly definition: DefinitionOf<'optimizer'> };
  readonly schedule?: BuiltinCall & { readonly definition: DefinitionOf<'schedule'> };
  readonly clip?: BuiltinCall & { readonly definition: DefinitionOf<'clipping'> };
  readonly stop?: BuiltinCall & { readonly definition: DefinitionOf<'stopping'> };
  readonly batch: number | 'full';
  readonly epochs: number;
  readonly validation: number;
  readonly seed: number;
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
  readonly source: Source;
}

export const layersOf = (model: Model): readonly Layer[] => model.networks.flatMap((network) => network.layers);

export const findLayer = (model: Model, id: string): Layer | undefined => layersOf(model).find((layer) => layer.id === id);

/** The activation that a layer ends with, where it has one. */
export function activationOf(layer: Pick<Layer, 'definition' | 'args'>): (BuiltinCall & { readonly definition: DefinitionOf<'activation'> }) | undefined {
  if (layer.definition.activation !== undefined) return { kind: 'call', definition: layer.definition.activation, args: layer.args };
  return layer.args['activation'] === undefined ? undefined : call(layer.args, 'activation', 'activation');
}

/** Shape of one example of a tensor as the networks see it. */
export function tensorShape(model: Model, ref: TensorRef): ExampleShape {
  switch (ref.kind) {
    case 'variable':
      return model.variables.find((v) => v.name === ref.name)!.corrupted;
    case 'latent':
      return model.latents.find((z) => z.name === ref.name)!.shape;
    case 'layer':
      return findLayer(model, ref.id)!.outputs[ref.output]!;
  }
}

/** Number of trained parameters: ties and state do not count. */
export const parameterCount = (model: Model): number =>
  model.weights
    .filter((w) => w.declaration.trainable && !model.ties.some((tie) => tie.weight === w.name))
    .reduce((sum, w) => sum + w.declaration.shape.reduce((a, c) => a * c, 1), 0);

/** What the decoder starts from: the latents, or the encoders' outputs where there is none. */
export function codeOf(model: Model): readonly { readonly name: string; readonly ref: TensorRef; readonly shape: ExampleShape; readonly source: Source }[] {
  if (model.latents.length > 0) {
    return model.latents.map((z) => ({ name: z.name, ref: { kind: 'latent', name: z.name }, shape: z.shape, source: z.source }));
  }
  return model.networks
    .filter((n) => n.role === 'encoder')
    .map((n) => ({ name: n.output.kind === 'layer' ? (n.output.id.split('.').at(-1) ?? n.name) : n.name, ref: n.output, shape: n.outputShape, source: n.source }));
}
