/** What a generated program says of itself: plain data. */

/** The values that a variable's elements may take; checked against data before the first step. */
export type Domain =
  | { readonly kind: 'real' }
  /** Open on a side without a bound. */
  | { readonly kind: 'interval'; readonly low?: number; readonly high?: number }
  | { readonly kind: 'binary' }
  /** Whole numbers from 0 on. */
  | { readonly kind: 'counts' }
  /** Numbers ≥ 0 whose sum along the last axis is 1. */
  | { readonly kind: 'distribution' }
  /** Integer labels 0 … classes−1, fed as int32 of shape [batch, …shape]. */
  | { readonly kind: 'category'; readonly classes: number };

/** The smallest and the largest value of a domain of numbers, either of which may be infinite. */
export function boundsOf(domain: Domain): readonly [low: number, high: number] {
  switch (domain.kind) {
    case 'interval':
      return [domain.low ?? -Infinity, domain.high ?? Infinity];
    case 'binary':
    case 'distribution':
      return [0, 1];
    case 'counts':
      return [0, Infinity];
    default:
      return [-Infinity, Infinity];
  }
}

/** An observed variable of the model: what a data set must provide. */
export interface VariableSpec {
  readonly name: string;
  /** `input` is read by a network, `target` only by the loss; a `mask` says where `of` is there. */
  readonly role: 'input' | 'target' | 'mask';
  /** Of a mask: the variable that it belongs to. */
  readonly of?: string;
  /** Shape of one example, without the batch. */
  readonly shape: readonly number[];
  /** Shape of one example as the networks read it, where a degradation changes it. */
  readonly degraded?: readonly number[];
  readonly domain: Domain;
  /** A label that may be missing: −1 then. */
  readonly optional?: true;
  /** Labels some of which may be missing, −1 then: elements one by one, or positions behind the end of a sequence. */
  readonly partial?: 'elements' | 'positions';
  /** Labels are words, of a vocabulary of their own: 1 and more; 0 is a word that it does not hold. */
  readonly words?: true;
  /** Of a variable of a tree: which tree, and where its values stand; `below` where the subtrees of its inner nodes are fed too. */
  readonly tree?: { readonly of: string; readonly at: 'leaves' | 'nodes'; readonly below: boolean };
  /** Place of the declaration, for messages: `model.ae:3:9`. */
  readonly origin: string;
}

/** Trees that are built of the sequences of a batch. */
export interface GrownSpec {
  /** The encoder that walks them: their arrays have its name. */
  readonly name: string;
  /** How they are built, by the language's name of it. */
  readonly by: string;
  /** Whether the subtrees of their inner nodes are wanted too. */
  readonly below: boolean;
}

/** A tensor that belongs to the model: trained, or kept beside what is trained. */
export interface WeightSpec {
  /** `encoder.code.kernel` */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for moving averages, data statistics and frozen constants. */
  readonly trainable: boolean;
  /** Set where the value is measured on the training set before the first step. */
  readonly statistic?: StatisticSpec;
}

/**
 * A statistic of a variable over the training set: of each feature, of the variable's shape, or the whitening of all n
 * features, [n, n].
 */
export interface StatisticSpec {
  readonly variable: string;
  readonly kind: 'min' | 'max' | 'mean' | 'std' | 'whitening';
}

/** One summand of the objective, as reported: already weighted, in nats or squared units. */
export interface TermSpec {
  readonly name: string;
  readonly formula: string;
  readonly origin: string;
  /** Who minimises it, in a phase of players. */
  readonly player?: string;
  /** Nothing in the phase can change it: it is shown and not summed. */
  readonly idle?: true;
}

/** Rows where a label is known, is missing, or is of one class. */
export interface CompositionSpec {
  readonly variable: string;
  readonly is: 'known' | 'missing' | number;
  readonly count: number;
}

/** Steps of one player, who takes turns with others. */
export interface TurnSpec {
  readonly player: string;
  /** Key of its step in `trainStep`. */
  readonly step: string;
  /** Steps before it is another's turn. */
  readonly count: number;
  readonly trains: readonly string[];
  /** Which of the phase's terms the step measures, in the order of its result. */
  readonly terms: readonly number[];
}

/** What a figure needs to know of a tensor that the program can return by name. */
export interface ActivationSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly origin: string;
}

/** A code: what `encode` gives and `decode` takes under its name. */
export interface CodeSpec extends ActivationSpec {
  /** The distribution that it is drawn from, where that is a fixed one. */
  readonly prior?: PriorSpec;
  /** Every value that it can have, where there are few: the classes of a category as one-hot vectors. */
  readonly values?: readonly (readonly number[])[];
}

/** Of each number of a code by itself. */
export type PriorSpec =
  | { readonly kind: 'normal'; readonly mean: number; readonly sigma: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number };

/** A tensor that a figure is of, and which function of the program gives it: none, `encode` or `activations`. */
export interface SubjectSpec {
  readonly kind: 'variable' | 'code' | 'activation';
  /** What that function calls it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Of a layer: the weights that come into its units. */
  readonly kernel?: KernelSpec;
}

/** A kernel as its layer reads it, made of a stored weight: axis i is axis `order[i]` of that. */
export interface KernelSpec {
  readonly weight: string;
  readonly order: readonly number[];
  readonly sign: 1 | -1;
  /** What each axis runs along. */
  readonly axes: readonly ('input' | 'output' | 'window' | 'place')[];
  /** Shape of what the layer reads. */
  readonly reads: readonly number[];
}

/** A `figure` clause. */
export interface FigureSpec {
  readonly name: string;
  /** As it could be written. */
  readonly text: string;
  readonly origin: string;
  readonly args: FigureArgs;
  /** The program's `pullback` takes a cotangent for its tensors. */
  readonly differentiates?: true;
}

export type FigureArgs = Readonly<Record<string, number | boolean | string | SubjectSpec>>;

/** A reconstruction: its name (the variable's, mostly), and the shape of one example: probabilities along the last axis for a category. */
export interface OutputSpec {
  /** Made in the likeness of the variable, and compared with no example of it. */
  readonly generated?: true;
  readonly name: string;
  readonly variable: string;
  readonly shape: readonly number[];
}

/** One stage of training; a model without phases has a single phase named `train`. */
export interface PhaseSpec {
  readonly name: string;
  readonly epochs: number;
  readonly batch: number | 'full';
  /** How many examples of a batch are ones where a label is as it says; the others are ones where it is not. */
  readonly composition?: CompositionSpec;
  /** Names of the weights that this phase moves. */
  readonly trains: readonly string[];
  /** Weights that others are set to before the first step. */
  readonly copies?: readonly { readonly from: string; readonly to: string }[];
  /** Whose steps go round, in their order. Absent: every step moves all of `trains` and measures all terms. */
  readonly turns?: readonly TurnSpec[];
  /** Optimiser state by name (`encoder.code.kernel/m`), zero at the phase's start unless `initial` says otherwise. */
  readonly slots: readonly { readonly name: string; readonly shape: readonly number[]; readonly initial: number }[];
  readonly terms: readonly TermSpec[];
  /** Of an optimiser that sees all weights at once. */
  readonly method?: MethodSpec;
  /** Human-readable optimiser, for logs: `adam(lr: 0.001)`. */
  readonly optimizer: string;
  readonly earlyStopping?: {
    readonly patience: number;
    /** Smallest decrease of the validation loss that counts as progress. */
    readonly minDelta: number;
    /** Epochs before the first that counts; absent: until the weights of the terms no longer change. */
    readonly after?: number;
  };
  /** The moment from which the weights of the terms no longer change; absent where they never do. */
  readonly settled?: { readonly epochs: number; readonly steps: number };
}

/** An optimiser that chooses directions and lengths by itself, by the language's name of it. */
export interface MethodSpec {
  readonly name: string;
  readonly args: Readonly<Record<string, number>>;
  /** What is minimised is of all examples at once: no mean over parts of them. */
  readonly together?: true;
}

/** A box of the picture of a model. */
export interface BoxSpec {
  readonly id: string;
  readonly kind: 'input' | 'target' | 'noise' | 'layer' | 'latent' | 'draw' | 'application';
  readonly label: string;
  /** What goes in and what comes out: `784 → 64`. */
  readonly shape: string;
  /** Numbers that training moves, where there are some. */
  readonly parameters?: number;
  /** The network that it is in. */
  readonly group?: string;
}

export interface EdgeSpec {
  readonly from: string;
  readonly to: string;
  /** A shape, or what is compared. */
  readonly label: string;
  readonly kind: 'flow' | 'term';
}

/** The networks of a model as a picture. */
export interface GraphSpec {
  readonly boxes: readonly BoxSpec[];
  readonly edges: readonly EdgeSpec[];
}

export interface ProgramSpec {
  readonly name: string;
  /** The user's `///` text. */
  readonly doc: string;
  /** SHA-256 of the .ae source and of every import, hexadecimal. */
  readonly sourceHash: string;
  /** Hyperparameters, with the values that the program was made with. */
  readonly parameters: readonly { readonly name: string; readonly value: number | boolean | string }[];
  readonly compiler: string;
  readonly variables: readonly VariableSpec[];
  /** Absent where no tree is built of a sequence. */
  readonly grown?: readonly GrownSpec[];
  readonly weights: readonly WeightSpec[];
  readonly phases: readonly PhaseSpec[];
  readonly seed: number;
  /** Share of the examples held out for validation, in [0, 1). */
  readonly validation: number;
  /** Named layers that `activations` returns, in the order of the forward pass. */
  readonly activations: readonly ActivationSpec[];
  /** The code or latent by name and per-example shape. */
  readonly code: readonly CodeSpec[];
  /** What `reconstruct`, `decode` and `sample` return, with the variable that each is a reconstruction of. */
  readonly outputs: readonly OutputSpec[];
  /** Variables of which examples are needed to encode, and to reconstruct: targets are not among them. */
  readonly encodeReads: readonly string[];
  readonly reconstructReads: readonly string[];
  /** Variables that the decoder reads beside the code: conditions, switches, skip connections. */
  readonly decodeReads: readonly string[];
  /** True where there is a prior to sample from. */
  readonly generative: boolean;
  /** Variables that must be given to sample: what priors and decoders read beside the latents. */
  readonly sampleReads: readonly string[];
  readonly architecture: GraphSpec;
  /** What its report shows beside what it always shows. */
  readonly figures: readonly FigureSpec[];
  /** What stands in front of the encoder in training, or '' where nothing does: `mask(0.25)`. */
  readonly corruption: string;
}
