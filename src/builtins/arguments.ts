/**
 * Parameters of entries, and the arguments that are bound to them. Shapes here are of one example,
 * without the batch.
 */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { loweringOf, type Category, type Definition, type DefinitionOf } from './define.js';

export type ExampleShape = readonly number[];

// ──────────────────────────────────────────────────────────────────────── parameters

export type ParamType =
  /** At most `largestSize`, unless `max` says less. */
  | { readonly kind: 'int'; readonly min?: number; readonly max?: number }
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
  /** A list of texts: `["Bern", "Basel"]`. */
  | { readonly kind: 'texts' }
  /** Another builtin of the given category, with or without arguments: `relu`, `glorot_uniform`. */
  | { readonly kind: 'builtin'; readonly category: Category }
  /** An expression over tensors; with `orWeights` weights will do too. */
  | { readonly kind: 'expression'; readonly orWeights?: true }
  /** A named tensor, or a network applied to others. */
  | { readonly kind: 'tensor' }
  | { readonly kind: 'tensors' }
  /** A named layer of which more than the output is needed. */
  | { readonly kind: 'layer' }
  | { readonly kind: 'network' }
  | { readonly kind: 'latent' }
  /** An observed variable. */
  | { readonly kind: 'variable' }
  /** One weight (`code.kernel`), or all kernels of a layer or network (`encoder`, `all`). */
  | { readonly kind: 'weights' };

/** The path of a layer: `encoder.code`. A key, which nobody takes apart. */
export type LayerId = string & { readonly layer?: never };

/** A result of a layer. */
export interface LayerRef {
  readonly kind: 'layer';
  readonly id: LayerId;
  readonly output: number;
}

/** Where a tensor of the model comes from. */
export type TensorRef =
  | { readonly kind: 'variable'; readonly name: string }
  /** 1 where an element of a variable is known, else 0. */
  | { readonly kind: 'mask'; readonly name: string }
  /** A latent, or a draw. */
  | { readonly kind: 'latent'; readonly name: string }
  | LayerRef
  /** What a clause of a recursive network is given at each node: `encoder.compose.left`. */
  | { readonly kind: 'given'; readonly name: string }
  /** A sequence moved on by one position. */
  | { readonly kind: 'previous'; readonly of: TensorRef }
  /** A tensor inside a network, or a layer, that is computed on other tensors than its own inputs: `critic(generator).feat`. */
  | { readonly kind: 'applied'; readonly application: Application; readonly of: LayerRef };

/** A network or a layer computed on other tensors, with the same weights. Two of one `key` are one. */
export interface Application {
  /** `critic(generator)` */
  readonly key: string;
  readonly of: { readonly kind: 'network'; readonly name: string } | { readonly kind: 'layer'; readonly id: LayerId };
  readonly inputs: readonly TensorRef[];
}

/** A tensor by the name that users know it by. */
export function showRef(ref: TensorRef): string {
  switch (ref.kind) {
    case 'layer':
      return ref.id;
    case 'mask':
      return `${ref.name}.mask`;
    case 'previous':
      return `previous ${showRef(ref.of)}`;
    case 'applied':
      return ref.application.key;
    default:
      return ref.name;
  }
}

/** One string for each tensor. */
export const keyOf = (ref: TensorRef): string => {
  switch (ref.kind) {
    case 'layer':
      return `layer ${ref.id} ${ref.output}`;
    case 'previous':
      return `previous ${keyOf(ref.of)}`;
    case 'applied':
      return `applied ${ref.application.key} ${keyOf(ref.of)}`;
    default:
      return `${ref.kind} ${ref.name}`;
  }
};

export const sameRef = (a: TensorRef, b: TensorRef): boolean => keyOf(a) === keyOf(b);

// ─────────────────────────────────────────────────────────────────────── expressions of terms

/** What an expression has one value for. */
export type Rate =
  /** Nothing but numbers and schedules. */
  | 'constant'
  /** Each example. */
  | 'each'
  /** The whole batch, or the weights. */
  | 'whole';

/** What an expression is, for one example. */
export interface ExpressionType {
  readonly rate: Rate;
  readonly shape: ExampleShape;
  readonly site: Site;
}

/** Where a tensor has one value: once in an example, at each position of a sequence (its first axis), at each node of a tree. */
export type Site = 'example' | 'positions' | 'nodes';

/** Arithmetic over tensors, numbers, schedules and what the registry measures. */
export type Expression = { readonly type: ExpressionType; readonly text: string } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'schedule'; readonly call: CallOf<'schedule'> }
  | { readonly kind: 'tensor'; readonly ref: TensorRef }
  | { readonly kind: 'weights'; readonly names: readonly string[] }
  /** A penalty of its arguments. */
  | { readonly kind: 'penalty'; readonly call: CallOf<'penalty'> }
  /** −log p(target ∣ output), element by element. */
  | { readonly kind: 'likelihood'; readonly call: CallOf<'likelihood'>; readonly output: Expression; readonly target: Expression }
  | { readonly kind: 'function'; readonly definition: DefinitionOf<'function'>; readonly operands: readonly Expression[] }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly op: '+' | '-' | '*' | '/' | '^'; readonly left: Expression; readonly right: Expression }
);

export interface BuiltinCall {
  readonly kind: 'call';
  readonly definition: Definition;
  readonly args: Args;
}

/** A call of an entry of one category. */
export type CallOf<C extends Category> = BuiltinCall & { readonly definition: DefinitionOf<C> };

export type ArgValue =
  | number
  | boolean
  | string
  | readonly number[]
  | readonly string[]
  | BuiltinCall
  | TensorRef
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'network'; readonly name: string }
  | { readonly kind: 'tensors'; readonly items: readonly TensorRef[] }
  | { readonly kind: 'weights'; readonly names: readonly string[] }
  /** Left to inference. */
  | { readonly kind: 'infer' };

export type Args = Readonly<Record<string, ArgValue | undefined>>;

export interface Param {
  readonly name: string;
  /** What Keras, PyTorch and earlier editions call it. */
  readonly aliases?: readonly string[];
  readonly type: ParamType;
  readonly summary: string;
  /** As it would be written; absent where the argument is required, optional or inferred. */
  readonly default?: number | boolean | string | readonly number[];
  readonly optional?: true;
  /** May be omitted or `_` where the shapes around it leave one possibility. */
  readonly inferred?: true;
}

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

export function call<C extends Category>(args: Args, name: string, category: C): CallOf<C> {
  const value = args[name];
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'call' && value.definition.category === category) {
    return value as CallOf<C>;
  }
  throw new Error(`argument ${name} is not a ${category}`);
}

export function ref(args: Args, name: string): TensorRef {
  const value = args[name];
  if (isTensor(value)) return value;
  throw new Error(`argument ${name} is not a tensor`);
}

export const isTensor = (value: ArgValue | undefined): value is TensorRef =>
  typeof value === 'object' && 'kind' in value && tensorKinds.has(value.kind);

const tensorKinds: ReadonlySet<string> = new Set<TensorRef['kind']>(['variable', 'mask', 'latent', 'layer', 'given', 'previous', 'applied']);

/** The tensors among arguments. */
export const tensorsIn = (args: Args): readonly TensorRef[] =>
  Object.values(args).flatMap((value) => (isTensor(value) ? [value] : typeof value === 'object' && 'kind' in value && value.kind === 'tensors' ? value.items : []));

/** The expression that an argument of a penalty is. */
export function expression(args: Args, name: string): Expression {
  const value = args[name];
  if (typeof value === 'object' && 'kind' in value && value.kind === 'expression') return value.value;
  throw new Error(`argument ${name} is not an expression`);
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
  return loweringOf(definition).lower(b, x, own);
}
