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
  /** Another builtin of the given category, with or without arguments: `relu`, `glorot_uniform`. */
  | { readonly kind: 'builtin'; readonly category: Category }
  /** A named tensor, or a network applied to others; with `orWeights` weights will do too, with `orNumber` a number. */
  | { readonly kind: 'tensor'; readonly orWeights?: true; readonly orNumber?: true }
  | { readonly kind: 'tensors' }
  /** A named layer of which more than the output is needed. */
  | { readonly kind: 'layer' }
  | { readonly kind: 'latent' }
  /** An observed variable. */
  | { readonly kind: 'variable' }
  /** One weight (`code.kernel`), or all kernels of a layer or network (`encoder`, `all`). */
  | { readonly kind: 'weights' };

/** Where a tensor of the model comes from. */
export type TensorRef =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'latent'; readonly name: string }
  | { readonly kind: 'layer'; readonly id: string; readonly output: number }
  /** What a clause of a recursive network is given at each node: `encoder.compose.left`. */
  | { readonly kind: 'parameter'; readonly name: string };

/** A network computed on other tensors than its own inputs, with the same weights: `critic(generator)`. */
export interface Application {
  readonly kind: 'application';
  readonly network: string;
  readonly inputs: readonly TensorRef[];
}

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
  | BuiltinCall
  | TensorRef
  | Application
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
  typeof value === 'object' && 'kind' in value && (value.kind === 'variable' || value.kind === 'latent' || value.kind === 'layer' || value.kind === 'parameter');

/** The tensors among arguments. */
export const tensorsIn = (args: Args): readonly TensorRef[] =>
  Object.values(args).flatMap((value) => (isTensor(value) ? [value] : typeof value === 'object' && 'kind' in value && value.kind === 'tensors' ? value.items : []));

export const isApplication = (value: ArgValue | undefined): value is Application => typeof value === 'object' && 'kind' in value && value.kind === 'application';

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
