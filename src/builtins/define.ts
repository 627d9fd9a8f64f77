/**
 * The registry's vocabulary. Everything that the language knows by name is declared once, in one
 * entry of this folder; parser, checker, code generator, editor and documentation read the entry.
 * Shapes here are of one example, without the batch, unless they are a Node's.
 */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import type { Args, BuiltinCall, ExampleShape, Expression, ExpressionType, Param, TensorRef } from './arguments.js';

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
  | 'prior'
  | 'flow'
  | 'expectation'
  | 'function'
  | 'transform'
  | 'bracketing'
  | 'type'
  | 'domain'
  | 'setting'
  | 'update'
  | 'optimizer'
  | 'schedule'
  | 'clipping'
  | 'stopping'
  | 'figure';

interface Entry {
  readonly name: string;
  /** What Keras, PyTorch, the literature and earlier editions call it; each is answered with this name. */
  readonly aliases?: readonly string[];
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

/** Of a category whose entries all compile. */
interface CompiledEntry extends Entry {
  readonly lowered?: true;
}

/**
 * An entry is a declaration, which checker, editor and documentation read, and what compiles it. With
 * `lowered: false` it is a declaration alone: the language has the name, models hold it with its shapes
 * and weights, and `src/ir/compiled.ts` refuses to lower them.
 */
type Lowerable<Declaration, Lowering> =
  | (Declaration & Lowering & { readonly lowered?: true })
  | (Declaration & { readonly lowered: false });

/** Those entries of a kind that this version compiles. */
export type WithLowering<D> = Exclude<D, { readonly lowered: false }>;

export const hasLowering = <D extends Definition>(definition: D): definition is WithLowering<D> => definition.lowered !== false;

/** What compiles an entry. Models that hold one without it are never lowered, so not to find it is our own bug. */
export function loweringOf<D extends Definition>(definition: D): WithLowering<D> {
  if (!hasLowering(definition)) throw new Error(`${definition.name} has no lowering`);
  return definition;
}

/** Why a shape does not fit; the checker adds the place. */
export interface Misfit {
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}

/**
 * What an axis of a weight runs along: the inputs of a unit, the units themselves, the taps of a window over
 * inputs, or the places that have weights of their own.
 */
export type Axis = 'input' | 'output' | 'window' | 'place';

/** A weight as initialisers and constraints see it. */
export interface WeightLayout {
  readonly shape: readonly number[];
  /** One for each axis of the shape. */
  readonly axes: readonly Axis[];
}

export interface WeightDeclaration extends WeightLayout {
  /** Within its layer: `kernel`. */
  readonly name: string;
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

/** The smallest and the largest value, either of which may be infinite. */
export type Range = readonly [low: number, high: number];

interface LayerDeclaration extends Entry {
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
  /**
   * Its values are those that it reads, moved about, or means and maxima of them (`mixed`), which stay in their range.
   * Absent: values of its own.
   */
  passes?(args: Args): 'moved' | 'mixed';
  /** The range of values of its own, from the ranges of what it reads; absent where its activation says it, or any number may come out. */
  range?(inputs: readonly Range[], args: Args): Range;
  /** In training its values depend on the whole batch. */
  readonly ofBatch?: true;
  /** It draws noise in training, which keeps a network from copying. */
  readonly stochastic?: true;
  /** Where the layer is nothing but an activation: mirrored together with the layer in front of it. */
  readonly activation?: ActivationDefinition;
  /** Set for layers that read category labels rather than their one-hot vectors; gives the arguments that the number of classes decides. */
  readLabels?(args: Args, classes: number): Args;
  /** Its counterpart in a mirrored decoder; a reason where there is none. */
  mirror(source: MirrorSource): readonly LayerCall[] | string;
  /**
   * What it makes of a sequence, whose positions are the first axis. Where it says nothing, it
   * computes position by position, and its rules see the shape of one.
   */
  readonly positions?: {
    /** What it reads: the whole sequence, or one value an example. */
    readonly reads: 'sequence' | 'example';
    gives(args: Args): 'sequence' | 'example';
  };
}

interface LayerLowering {
  /** Several results where `shape` gives several. */
  lower(ctx: LayerContext, x: Node, args: Args): Node | readonly Node[];
}

export type LayerDefinition = Lowerable<LayerDeclaration, LayerLowering>;

interface ActivationDeclaration extends Entry {
  readonly category: 'activation';
  /** φ(x) = x: as if there were none. */
  readonly identity?: true;
  /** Open or closed range of its values, for checks against domains and penalties. */
  readonly range: Range;
}

interface ActivationLowering {
  lower(b: Builder, x: Node, args: Args): Node;
}

export type ActivationDefinition = Lowerable<ActivationDeclaration, ActivationLowering>;

export interface InitializerDefinition extends CompiledEntry {
  readonly category: 'initializer';
  lower(b: Builder, weight: WeightLayout, args: Args): Node;
}

export interface CorruptionContext {
  readonly b: Builder;
  /** A per-feature statistic of the variable, of its example shape. `min` and `max` are the bounds of its domain where that has some. */
  statistic(kind: 'min' | 'max' | 'mean' | 'std'): Node;
}

interface CorruptionDeclaration extends Entry {
  readonly category: 'corruption';
  /** What it changes: numbers, or the labels of categories and tokens. */
  readonly of: 'numbers' | 'labels';
  /** It takes elements away, so that `where` can name those. */
  readonly hides: boolean;
  /** The shape after corruption; degradations change it. */
  shape(input: ExampleShape, args: Args): ExampleShape | Misfit;
  readonly statistics: readonly ('min' | 'max')[];
  /** A fixed loss of information rather than noise: it also stands in front of the networks outside training. */
  readonly degradation: boolean;
}

interface CorruptionLowering {
  lower(ctx: CorruptionContext, x: Node, args: Args): Node;
  /** Where given: 1 on the elements that it hides, of the clean variable's shape; for `where hole`. */
  hidden?(b: Builder, shape: ExampleShape, args: Args): Node;
}

export type CorruptionDefinition = Lowerable<CorruptionDeclaration, CorruptionLowering>;

export interface PreprocessingDefinition extends CompiledEntry {
  readonly category: 'preprocessing';
  readonly statistics: readonly ('min' | 'max' | 'mean' | 'std')[];
  forward(ctx: CorruptionContext, x: Node, args: Args): Node;
  backward(ctx: CorruptionContext, x: Node, args: Args): Node;
}

export interface PenaltyContext {
  readonly b: Builder;
  /** The value of an argument. */
  value(of: Expression): Node;
  weight(name: string): Node;
  /** What the axes of a weight run along. */
  axes(name: string): readonly Axis[];
  /** The posterior and prior of a latent in this forward pass. */
  latent(ref: TensorRef): LatentState;
  /** E_batch ‖∂of/∂from‖²_F at clean data; `from` is all observed numbers unless given. */
  jacobianNorm(of: Expression, from?: Expression): Node;
}

/** Types of a penalty's arguments by parameter; a number has its value. */
export type ArgumentTypes = Readonly<Record<string, ExpressionType & { readonly number?: number }>>;

/** How the values of a penalty come about. */
export type Measured =
  /** For each example: [rows, …], summed by the caller over all that follows the rows. */
  | { readonly each: Node }
  /** One number, of the batch or of weights. */
  | { readonly whole: Node };

interface PenaltyDeclaration extends Entry {
  readonly category: 'penalty';
  /** It compares a tensor with what is observed, as a reconstruction does. */
  readonly compares?: true;
  /** Why its arguments do not fit each other. */
  fits?(types: ArgumentTypes): Misfit | undefined;
  /** What it is one number for; each example, unless it says otherwise. Of weights alone it is `whole` in any case. */
  readonly rate?: 'whole';
  /** Parameters that it learns beside its arguments. */
  weights?(types: ArgumentTypes, args: Args): readonly WeightDeclaration[];
  /** Activations must lie in this open range for the formula to be defined. */
  readonly needsRange?: readonly [number, number];
  /** It is a penalty on a derivative, for which an example's result must depend on that example alone. */
  readonly differentiates?: true;
  /** What it keeps the code from being, for the lint on overcomplete codes: true where identity is no longer a solution. */
  readonly regularises: boolean;
  /** The divergence of a latent's posterior from its prior: its weight against the likelihood is β. */
  readonly divergence?: true;
}

interface PenaltyLowering {
  lower(ctx: PenaltyContext, args: Args): Measured;
}

export type PenaltyDefinition = Lowerable<PenaltyDeclaration, PenaltyLowering>;

export interface ConstraintDefinition extends CompiledEntry {
  readonly category: 'constraint';
  /** What it holds for where a layer or a network is constrained. */
  readonly of: 'kernels' | 'weights';
  /** Why the shape of a weight rules it out. */
  admits(weight: WeightLayout): Misfit | undefined;
  /** The projection or retraction that follows each step; idempotent on weights that satisfy it. */
  project(b: Builder, weight: Node, args: Args, axes: readonly Axis[]): Node;
}

interface LikelihoodDeclaration extends Entry {
  readonly category: 'likelihood';
  /** Domain kinds that it is a distribution over. */
  readonly domains: readonly DomainKind[];
  /** The activation that turns the decoder's last tensor into the mean, if the user wrote none. */
  readonly link: string;
  /** Activations that already give the mean, where the output is not the mean by itself. */
  readonly accepts: readonly string[];
  /** Its mean is a vector along the last axis, not a number an element. */
  readonly ofVectors?: true;
  /** Shape that the decoder must give for a variable of this shape. */
  outputShape(variable: ExampleShape, classes: number | undefined): ExampleShape;
  /** 1/σ² of the normal distribution that it stands for without its constant; 1 where its density is normalised. */
  readonly precision: number;
  /** Parameters of the distribution itself that are learned. */
  weights?(args: Args): readonly WeightDeclaration[];
}

interface LikelihoodLowering {
  /** −log p(x | output) element by element, of the output's shape (one value an example and label for categories). */
  negativeLogLikelihood(ctx: LikelihoodContext, output: Node, target: Node, args: Args): Node;
  /** E[x | output]. */
  mean(b: Builder, output: Node, linked: boolean): Node;
}

export type LikelihoodDefinition = Lowerable<LikelihoodDeclaration, LikelihoodLowering>;

export interface LikelihoodContext {
  readonly b: Builder;
  /** True where the decoder's last activation is one of `accepts`, so that the output is the mean already. */
  readonly linked: boolean;
  weight(name: string): Node;
  /** The value of a parameter that is a tensor. */
  value(of: Expression): Node;
}

/** A latent in one forward pass: parameters by name, and the value that flows on. */
export interface LatentState {
  readonly definition: WithLowering<DistributionDefinition>;
  readonly posterior: Readonly<Record<string, Node>>;
  /** On demand: a prior may be computed from what is computed from this latent's posterior. */
  prior(): { readonly definition: WithLowering<DistributionDefinition>; readonly params: Readonly<Record<string, Node>> };
  readonly value: Node;
}

interface DistributionDeclaration extends Entry {
  readonly category: 'distribution';
  /** What the number of a `latent` or `draw` statement counts; the other parameters are those of a draw. */
  readonly size: Param & { readonly type: { readonly kind: 'int'; readonly min: number } };
  /** Shape of the latent, from its number and the tensor that it is computed from; of a draw, from nothing. */
  shape(size: number, from: ExampleShape): ExampleShape;
  /** Its posterior, where it can be a latent's. */
  readonly posterior?: {
    /** Ways of taking its expectation, entries of `expectation`; the first is the default. */
    readonly by: readonly string[];
    /** Parameters, each of the latent's shape; none where it is the encoder's tensor itself. */
    readonly heads: readonly string[];
    /** The entry of `prior` that holds where none is written. */
    readonly prior: string;
    /** Posteriors of several encoders can be multiplied. */
    readonly multiplies?: true;
    /** Values that are counted: more than one dimension stands for one choice. */
    readonly discrete?: true;
    /** Parameters that are learned beside the encoder's. */
    weights?(size: number, shape: ExampleShape): readonly WeightDeclaration[];
  };
  /** Whether `draw` can draw from it. */
  readonly drawn: boolean;
}

interface DistributionLowering {
  /** A draw, differentiable in the parameters. */
  sample(b: Builder, params: Readonly<Record<string, Node>>, noise: (shape: Node['shape']) => Node): Node;
  /** What inference uses in place of a draw. */
  mean(b: Builder, params: Readonly<Record<string, Node>>): Node;
  /** Parameters of a fixed distribution, from `normal(0, 1)`. */
  fixed(b: Builder, args: Args, shape: Node['shape']): Readonly<Record<string, Node>>;
  /** KL(q ‖ p) for each example and dimension, where it has a closed form. */
  kl(b: Builder, q: Readonly<Record<string, Node>>, p: Readonly<Record<string, Node>>): Node;
}

export type DistributionDefinition = Lowerable<DistributionDeclaration, DistributionLowering>;

interface ExpectationDeclaration extends Entry {
  readonly category: 'expectation';
  /** Its values are drawn from the posterior, whose width only a KL term keeps from shrinking. */
  readonly draws: boolean;
  /** Several values stand for one example. */
  readonly several?: true;
}

interface PriorDeclaration extends Entry {
  readonly category: 'prior';
  /** Entries of `distribution` whose latents it can be of. */
  readonly of: readonly string[];
  /** Its parameters may be computed: `prior z ~ normal(from: network)`. */
  readonly computed?: true;
  /** Its divergence from the posterior has a closed form. */
  readonly closed: boolean;
  /** Parameters that are learned. */
  weights?(args: Args, shape: ExampleShape): readonly WeightDeclaration[];
}

export type PriorDefinition = Lowerable<PriorDeclaration, object>;

interface FlowDeclaration extends Entry {
  readonly category: 'flow';
  weights(args: Args, shape: ExampleShape): readonly WeightDeclaration[];
}

/** An invertible transformation of a draw: what stands behind `through`. */
export type FlowDefinition = Lowerable<FlowDeclaration, object>;

interface FunctionDeclaration extends Entry {
  readonly category: 'function';
  /** The fewest and the most operands. */
  readonly arity: readonly [number, number];
  type(operands: readonly ExpressionType[]): ExpressionType | Misfit;
  /** No gradient flows through it. */
  readonly stops?: true;
}

/** What an expression of a term may be put through: `stop(h)`, `max(a, b)`. */
export type FunctionDefinition = Lowerable<FunctionDeclaration, object>;

/** How a tied weight is made of another: `tie a.kernel = transpose(b.kernel)`. */
export interface TransformDefinition extends CompiledEntry {
  readonly category: 'transform';
  /** Inputs and units change places. */
  readonly adjoint: boolean;
  readonly sign: 1 | -1;
}

/** How the tree of a fold over a sequence is built. */
export type BracketingDefinition = Lowerable<Entry & { readonly category: 'bracketing'; /** A decoder says which neighbours are joined. */ readonly reconstructs?: true }, object>;

/** A type of variables that is written as a call. */
export interface TypeDefinition extends CompiledEntry {
  readonly category: 'type';
  /** What holds elements of another type cannot be one itself. */
  readonly holds: boolean;
}

export type DomainKind = 'real' | 'interval' | 'binary' | 'counts' | 'category' | 'distribution';

/** A domain of numbers that has a name. */
export interface DomainDefinition extends CompiledEntry {
  readonly category: 'domain';
  readonly kind: DomainKind;
  readonly range: Range;
}

/** What stands around a training statement. */
export type TrainingLevel = 'training' | 'phase' | 'player';

/** A line of `train { … }` that sets something. */
export interface SettingDefinition extends CompiledEntry {
  readonly category: 'setting';
  /** Where it can be set; elsewhere it is inherited. */
  readonly levels: readonly TrainingLevel[];
  readonly value:
    | { readonly kind: 'builtin'; readonly category: 'optimizer' | 'schedule' | 'clipping' | 'stopping' }
    | { readonly kind: 'integer'; readonly min: number; readonly max: number }
    | { readonly kind: 'batch' }
    | { readonly kind: 'share' }
    | { readonly kind: 'data' };
  /** As it would be written. */
  readonly default?: string | number;
}

export interface UpdateDefinition extends CompiledEntry {
  readonly category: 'update';
  /** It names players with numbers of steps. */
  readonly counts: boolean;
}

/** How the expectation over a latent is taken: what stands behind `by`. */
export type ExpectationDefinition = Lowerable<ExpectationDeclaration, object>;

/** A TensorFlow kernel that updates variables in place. */
export interface KernelCall {
  readonly op: string;
  /** The variables that it takes first: `weight`, or a slot by name. */
  readonly variables: readonly string[];
  /** Float32 operands after them. */
  readonly operands: readonly Node[];
  readonly attributes?: Readonly<Record<string, boolean>>;
}

interface OptimizerDeclaration extends Entry {
  readonly category: 'optimizer';
  /** It compares values of the loss between steps, so it needs all examples at once and no noise, and takes its own steps. */
  readonly deterministic?: true;
}

interface OptimizerLowering {
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
  /** The same update by TensorFlow's own kernels, in order; undefined where it has none for these arguments. */
  kernels(b: Builder, weight: Node, gradient: Node, rate: Node, step: Node, args: Args): readonly KernelCall[] | undefined;
}

export type OptimizerDefinition = Lowerable<OptimizerDeclaration, OptimizerLowering>;

export interface ScheduleDefinition extends CompiledEntry {
  readonly category: 'schedule';
  /** A host scalar from the step and the (fractional) epoch. `phase` is what the schedule runs over unless its arguments say otherwise. */
  lower(b: Builder, args: Args, phase: { readonly epochs: number }): Node;
  /** The value from its end on; undefined where it goes on changing. */
  last(args: Args): number | undefined;
}

export interface ClippingDefinition extends CompiledEntry {
  readonly category: 'clipping';
  clip(b: Builder, gradients: readonly Node[], args: Args): readonly Node[];
}

export interface StoppingDefinition extends CompiledEntry {
  readonly category: 'stopping';
}

interface FigureDeclaration extends Entry {
  readonly category: 'figure';
}

export type FigureDefinition = Lowerable<FigureDeclaration, object>;

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
  | PriorDefinition
  | FlowDefinition
  | FunctionDefinition
  | TransformDefinition
  | BracketingDefinition
  | TypeDefinition
  | DomainDefinition
  | SettingDefinition
  | UpdateDefinition
  | ExpectationDefinition
  | OptimizerDefinition
  | ScheduleDefinition
  | ClippingDefinition
  | StoppingDefinition
  | FigureDefinition;

export type DefinitionOf<C extends Category> = Extract<Definition, { readonly category: C }>;
