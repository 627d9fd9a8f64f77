/**
 * The registry's vocabulary. Everything that the language knows by name is declared once, in one
 * entry of this folder; parser, checker, code generator, editor and documentation read the entry.
 * Shapes here are of one example, without the batch, unless they are a Node's.
 */
import type { Builder } from '../ir/build.js';
import type { Node } from '../ir/graph.js';

export type ExampleShape = readonly number[];

// ──────────────────────────────────────────────────────────────────────── parameters

export type ParamType =
  | { readonly kind: 'int'; readonly min?: number }
  | { readonly kind: 'float'; readonly min?: number; readonly max?: number; readonly above?: number; readonly below?: number }
  | { readonly kind: 'bool' }
  /** One of a few words. */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** `3` or `[3, 5]`: rows and columns. */
  | { readonly kind: 'pair'; readonly min: number }
  /** All remaining positional integers: `reshape(28, 28, 1)`. */
  | { readonly kind: 'dims' }
  /** `same`, `valid`, `1` or `[1, 2]`. */
  | { readonly kind: 'padding' }
  /** Another builtin of the given category, with or without arguments: `relu`, `glorot_uniform`. */
  | { readonly kind: 'builtin'; readonly category: Category }
  /** A named tensor: a variable, a latent or a named layer; with `orWeights`, a weight will do too. */
  | { readonly kind: 'tensor'; readonly orWeights?: true }
  | { readonly kind: 'tensors' }
  /** A named layer of which more than the output is needed. */
  | { readonly kind: 'layer' }
  | { readonly kind: 'latent' }
  /** One weight (`code.kernel`), or all kernels of a layer or network (`encoder`, `all`). */
  | { readonly kind: 'weights' };

/** Where a tensor of the model comes from. */
export type TensorRef =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'latent'; readonly name: string }
  | { readonly kind: 'layer'; readonly id: string; readonly output: number };

export interface BuiltinCall {
  readonly kind: 'call';
  readonly definition: Definition;
  readonly args: Args;
}

export type ArgValue =
  | number
  | boolean
  | string
  | readonly number[]
  | BuiltinCall
  | TensorRef
  | { readonly kind: 'tensors'; readonly items: readonly TensorRef[] }
  | { readonly kind: 'weights'; readonly names: readonly string[] }
  /** Left to inference. */
  | { readonly kind: 'infer' };

export type Args = Readonly<Record<string, ArgValue | undefined>>;

export interface Param {
  readonly name: string;
  readonly type: ParamType;
  readonly summary: string;
  /** As it would be written; absent where the argument is required, optional or inferred. */
  readonly default?: number | boolean | string | readonly number[];
  readonly optional?: true;
  /** May be omitted or `_` where the shapes around it leave one possibility. */
  readonly inferred?: true;
}

// ────────────────────────────────────────────────────────────────────────── categories

export type Category =
  | 'layer'
  | 'activation'
  | 'initializer'
  | 'corruption'
  | 'preprocessing'
  | 'penalty'
  | 'constraint'
  | 'likelihood'
  | 'distribution'
  | 'optimizer'
  | 'schedule'
  | 'clipping'
  | 'stopping';

interface Entry {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** The mathematics, in plain Unicode. */
  readonly formula: string;
  /** Paper, equation, or where the convention comes from. */
  readonly source: string;
  readonly params: readonly Param[];
  /** Calls as a user writes them; each is compiled in the tests. */
  readonly examples: readonly string[];
}

/** Why a shape does not fit; the checker adds the place. */
export interface Misfit {
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}

export interface WeightDeclaration {
  /** Within its layer: `kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: BuiltinCall;
  readonly trainable: boolean;
  /** Kernels are what `weight_decay(all)` and `tied` speak of; biases and scales are not. */
  readonly role: 'kernel' | 'bias' | 'scale' | 'state';
}

/** A layer as its mirror sees it. */
export interface MirrorSource {
  readonly args: Args;
  readonly input: ExampleShape;
  readonly output: ExampleShape;
  /** The activation that produced `input` in the encoder: the mirrored layer produces it again. */
  readonly activation: BuiltinCall;
  /** The mirrored layer is to use this layer's kernel. */
  readonly tied: boolean;
}

export interface LayerCall {
  readonly layer: string;
  readonly args: Args;
}

export interface LayerContext {
  readonly b: Builder;
  readonly training: boolean;
  /** Shape of one example of the input and of the output. */
  readonly input: ExampleShape;
  readonly output: ExampleShape;
  readonly id: string;
  weight(name: string): Node;
  /** Sets the value that a weight which no gradient moves has after the step. */
  update(name: string, value: Node): void;
  tensor(ref: TensorRef): Node;
  /** The named layer's own input, output and arguments. */
  layer(ref: TensorRef): { readonly input: Node; readonly output: Node; readonly args: Args };
}

export interface LayerDefinition extends Entry {
  readonly category: 'layer';
  /** `inputs[0]` is the chain's tensor, then those of tensor arguments in order. */
  shape(inputs: readonly ExampleShape[], args: Args): ExampleShape | readonly ExampleShape[] | Misfit;
  /** The input shape for a wanted output where only one fits; for inferring omitted sizes. */
  invert?(output: ExampleShape, args: Args): ExampleShape | undefined;
  /** The input shape that it needs whatever it is to give; likewise for inferring. */
  demands?(args: Args): ExampleShape | undefined;
  /** The omitted argument for a wanted output. */
  solve?(input: ExampleShape, output: ExampleShape, args: Args): Args | undefined;
  weights?(input: ExampleShape, args: Args): readonly WeightDeclaration[];
  /** How `tied:` and `mirror(…, tied)` relate this layer's kernel to its partner's. */
  readonly tie?: 'transpose' | 'same';
  /** It stamps its kernel for every input element, so a stride that does not divide the kernel overlaps unevenly. */
  readonly stamps?: true;
  /** Affine in its input, but for its activation. */
  readonly affine?: true;
  /** It draws noise in training, which keeps a network from copying. */
  readonly stochastic?: true;
  /** Where the layer is nothing but an activation: mirrored together with the layer in front of it. */
  readonly activation?: ActivationDefinition;
  /** Set for layers that read category labels rather than their one-hot vectors; gives the arguments that the number of classes decides. */
  readLabels?(args: Args, classes: number): Args;
  /** Its counterpart in a mirrored decoder; a reason where there is none. */
  mirror(source: MirrorSource): readonly LayerCall[] | string;
  /** Several results where `shape` gives several. */
  lower(ctx: LayerContext, x: Node, args: Args): Node | readonly Node[];
}

export interface ActivationDefinition extends Entry {
  readonly category: 'activation';
  /** φ(x) = x: as if there were none. */
  readonly identity?: true;
  /** Open or closed range of its values, for checks against domains and penalties. */
  readonly range: readonly [number, number];
  lower(b: Builder, x: Node, args: Args): Node;
}

export interface InitializerDefinition extends Entry {
  readonly category: 'initializer';
  lower(b: Builder, shape: readonly number[], args: Args): Node;
}

export interface CorruptionContext {
  readonly b: Builder;
  /** A per-feature statistic of the corrupted variable, of its example shape. */
  statistic(kind: 'min' | 'max' | 'mean' | 'std'): Node;
}

export interface CorruptionDefinition extends Entry {
  readonly category: 'corruption';
  /** The shape after corruption; degradations change it. */
  shape(input: ExampleShape, args: Args): ExampleShape | Misfit;
  readonly statistics: readonly ('min' | 'max')[];
  /** A fixed loss of information rather than noise: it also stands in front of the networks outside training. */
  readonly degradation: boolean;
  lower(ctx: CorruptionContext, x: Node, args: Args): Node;
  /** Where given: 1 on the elements that it hides, of the clean variable's shape; for `where hole`. */
  hidden?(b: Builder, shape: ExampleShape, args: Args): Node;
}

export interface PreprocessingDefinition extends Entry {
  readonly category: 'preprocessing';
  readonly statistics: readonly ('min' | 'max' | 'mean' | 'std')[];
  forward(ctx: CorruptionContext, x: Node, args: Args): Node;
  backward(ctx: CorruptionContext, x: Node, args: Args): Node;
}

export interface PenaltyContext {
  readonly b: Builder;
  tensor(ref: TensorRef): Node;
  weight(name: string): Node;
  /** The posterior and prior of a latent in this forward pass. */
  latent(ref: TensorRef): LatentState;
  /** The units of the code and the Jacobian products that penalties on derivatives need. */
  jacobianNorm(ref: TensorRef): Node;
}

export interface PenaltyDefinition extends Entry {
  readonly category: 'penalty';
  /** Activations must lie in this open range for the formula to be defined. */
  readonly needsRange?: readonly [number, number];
  /** What it keeps the code from being, for the lint on overcomplete codes: true where identity is no longer a solution. */
  readonly regularises: boolean;
  /** The divergence of a latent's posterior from its prior: its weight against the likelihood is β. */
  readonly divergence?: true;
  /** A scalar: summed over units, averaged over the batch, unless the formula is on batch statistics or weights. */
  lower(ctx: PenaltyContext, args: Args): Node;
}

export interface ConstraintDefinition extends Entry {
  readonly category: 'constraint';
  /** Why the shape of a weight rules it out. */
  admits(shape: readonly number[]): Misfit | undefined;
  /** The projection or retraction that follows each step; idempotent on weights that satisfy it. */
  project(b: Builder, weight: Node, args: Args): Node;
}

export interface LikelihoodDefinition extends Entry {
  readonly category: 'likelihood';
  /** Domain kinds that it is a distribution over. */
  readonly domains: readonly ('real' | 'interval' | 'binary' | 'category')[];
  /** The activation that turns the decoder's last tensor into the mean, if the user wrote none. */
  readonly link: string;
  /** Activations that already give the mean, where the output is not the mean by itself. */
  readonly accepts: readonly string[];
  /** Shape that the decoder must give for a variable of this shape. */
  outputShape(variable: ExampleShape, classes: number | undefined): ExampleShape;
  /** 1/σ² of the normal distribution that it stands for; 1 where it is no normal, or σ is learned. */
  precision(args: Args): number;
  /** Parameters of the distribution itself that are learned. */
  weights?(args: Args): readonly WeightDeclaration[];
  /** −log p(x | output) element by element, of the output's shape (one value an example and label for categories). */
  negativeLogLikelihood(ctx: LikelihoodContext, output: Node, target: Node, args: Args): Node;
  /** E[x | output]. */
  mean(b: Builder, output: Node, linked: boolean): Node;
}

export interface LikelihoodContext {
  readonly b: Builder;
  /** True where the decoder's last activation is one of `accepts`, so that the output is the mean already. */
  readonly linked: boolean;
  weight(name: string): Node;
}

/** A latent in one forward pass: parameters by name, and the value that flows on. */
export interface LatentState {
  readonly definition: DistributionDefinition;
  readonly posterior: Readonly<Record<string, Node>>;
  readonly prior: { readonly definition: DistributionDefinition; readonly params: Readonly<Record<string, Node>> };
  readonly value: Node;
}

export interface DistributionDefinition extends Entry {
  readonly category: 'distribution';
  /** Ways of taking its expectation that compile today; the first is the default. */
  readonly by: readonly string[];
  /** Parameters that an encoder's head must give, each of the latent's shape. */
  readonly heads: readonly string[];
  /** A draw, differentiable in the parameters. */
  sample(b: Builder, params: Readonly<Record<string, Node>>, noise: (shape: Node['shape']) => Node): Node;
  /** What inference uses in place of a draw. */
  mean(b: Builder, params: Readonly<Record<string, Node>>): Node;
  /** Parameters of a fixed distribution, from `normal(0, 1)`. */
  fixed(b: Builder, args: Args, shape: Node['shape']): Readonly<Record<string, Node>>;
  /** KL(q ‖ p) for each example and dimension, where it has a closed form. */
  kl(b: Builder, q: Readonly<Record<string, Node>>, p: Readonly<Record<string, Node>>): Node;
}

export interface OptimizerDefinition extends Entry {
  readonly category: 'optimizer';
  /** State of each weight: name and first value. */
  slots(args: Args): readonly { readonly name: string; readonly initial: number }[];
  /** The new weight and the new slots. `rate` is the learning rate of this step, `step` counts from 1. */
  update(
    b: Builder,
    weight: Node,
    gradient: Node,
    slots: Readonly<Record<string, Node>>,
    rate: Node,
    step: Node,
    args: Args,
  ): { readonly weight: Node; readonly slots: Readonly<Record<string, Node>> };
}

export interface ScheduleDefinition extends Entry {
  readonly category: 'schedule';
  /** A host scalar from the step and the (fractional) epoch. */
  lower(b: Builder, args: Args): Node;
}

export interface ClippingDefinition extends Entry {
  readonly category: 'clipping';
  clip(b: Builder, gradients: readonly Node[], args: Args): readonly Node[];
}

export interface StoppingDefinition extends Entry {
  readonly category: 'stopping';
}

export type Definition =
  | LayerDefinition
  | ActivationDefinition
  | InitializerDefinition
  | CorruptionDefinition
  | PreprocessingDefinition
  | PenaltyDefinition
  | ConstraintDefinition
  | LikelihoodDefinition
  | DistributionDefinition
  | OptimizerDefinition
  | ScheduleDefinition
  | ClippingDefinition
  | StoppingDefinition;

export type DefinitionOf<C extends Category> = Extract<Definition, { readonly category: C }>;

// ─────────────────────────────────────────────────────────────────── reading arguments

/** Readers of bound arguments. The binder has checked the types, so a misfit is our own bug. */
export function num(args: Args, name: string): number {
  const value = args[name];
  if (typeof value !== 'number') throw new Error(`argument ${name} is not a number`);
  return value;
}

export function pair(args: Args, name: string): readonly [number, number] {
  const value = args[name];
  if (typeof value === 'number') return [value, value];
  if (Array.isArray(value) && value.length === 2) return value as unknown as readonly [number, number];
  throw new Error(`argument ${name} is not a pair`);
}

export function dims(args: Args, name: string): readonly number[] {
  const value = args[name];
  if (!Array.isArray(value)) throw new Error(`argument ${name} is not a list of sizes`);
  return value as readonly number[];
}

export function word(args: Args, name: string): string {
  const value = args[name];
  if (typeof value !== 'string') throw new Error(`argument ${name} is not a word`);
  return value;
}

export const bool = (args: Args, name: string): boolean => args[name] === true;

export function call<C extends Category>(args: Args, name: string, category: C): BuiltinCall & { readonly definition: DefinitionOf<C> } {
  const value = args[name];
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'call' && value.definition.category === category) {
    return value as BuiltinCall & { readonly definition: DefinitionOf<C> };
  }
  throw new Error(`argument ${name} is not a ${category}`);
}

export function ref(args: Args, name: string): TensorRef {
  const value = args[name];
  if (typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'variable' || value.kind === 'latent' || value.kind === 'layer')) return value;
  throw new Error(`argument ${name} is not a tensor`);
}

export function refs(args: Args, name: string): readonly TensorRef[] {
  const value = args[name];
  if (typeof value === 'object' && 'kind' in value && value.kind === 'tensors') return value.items;
  throw new Error(`argument ${name} is not a list of tensors`);
}

export function weightNames(args: Args, name: string): readonly string[] {
  const value = args[name];
  if (typeof value === 'object' && 'kind' in value && value.kind === 'weights') return value.names;
  throw new Error(`argument ${name} is not a set of weights`);
}

export const isInferred = (value: ArgValue | undefined): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'infer';

/** Applies the activation in `args.activation`. */
export function activate(b: Builder, x: Node, args: Args): Node {
  const { definition, args: own } = call(args, 'activation', 'activation');
  return definition.lower(b, x, own);
}
