/**
 * Parameters of entries, and the arguments that are bound to them. Shapes here are of one example,
 * without the batch.
 */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { loweringOf, type Category, type Definition, type DefinitionOf } from './define.js';
import type { Expression } from './expressions.js';
import { isTensor, showRef, type TensorRef } from './tensors.js';

export type * from './expressions.js';
export * from './tensors.js';

// ──────────────────────────────────────────────────────────────────────── parameters

export type ParamType =
  /** At most `largestSize`, unless `max` says less. */
  | { readonly kind: 'int'; readonly min?: number; readonly max?: number }
  | {
      readonly kind: 'float';
      readonly min?: number;
      readonly max?: number;
      readonly above?: number;
      readonly below?: number;
      /** A tensor with one number an example will do too: `corrupt x with gaussian(s)`. */
      readonly orTensor?: true;
      /** A schedule will do too: `relaxed(temperature: warmup(from: 1, to: 0.5))`. */
      readonly orSchedule?: true;
    }
  | { readonly kind: 'bool' }
  /** One of a few words. */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** `3` or `[3, 5]`: rows and columns; of a signal, which has positions alone, one number. */
  | { readonly kind: 'pair'; readonly min: number }
  /** All remaining positional integers: `reshape(28, 28, 1)`. */
  | { readonly kind: 'dims' }
  /** `same`, `valid`, `1` or `[1, 2]`. */
  | { readonly kind: 'padding' }
  /** A list of texts: `["Bern", "Basel"]`. */
  | { readonly kind: 'texts' }
  /** Another builtin of the given category, with or without arguments: `relu`, `glorot_uniform`. */
  | { readonly kind: 'builtin'; readonly category: Category }
  /** An expression over tensors; with `orWeights` weights will do too. `only` leaves out numbers, or all arithmetic. */
  | { readonly kind: 'expression'; readonly orWeights?: true; readonly only?: 'measured' | 'tensors' }
  /** A named tensor, or a network applied to others. */
  | { readonly kind: 'tensor' }
  | { readonly kind: 'tensors' }
  /** A named layer of which more than the output is needed. */
  | { readonly kind: 'layer' }
  | { readonly kind: 'network' }
  /** With `orDraw` what is only drawn, too. */
  | { readonly kind: 'latent'; readonly orDraw?: boolean }
  /** An observed variable; with `only` a tree, or one class an example. */
  | { readonly kind: 'variable'; readonly only?: 'tree' | 'category' }
  /** One weight (`code.kernel`), or all kernels of a layer or network (`encoder`, `all`). */
  | { readonly kind: 'weights' };

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
  /** What Keras, PyTorch and earlier editions call it, as they write it. */
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
  if (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'call' &&
    value.definition.category === category
  ) {
    return value as CallOf<C>;
  }
  throw new Error(`argument ${name} is not a ${category}`);
}

export function ref(args: Args, name: string): TensorRef {
  const value = args[name];
  if (isTensor(value)) return value;
  throw new Error(`argument ${name} is not a tensor`);
}

/** A number, or a tensor with one number an example. */
export function level(args: Args, name: string): number | TensorRef {
  const value = args[name];
  return isTensor(value) ? value : num(args, name);
}

/** A number, or a schedule that gives one at each step. */
export const scheduled = (args: Args, name: string): number | CallOf<'schedule'> =>
  typeof args[name] === 'number' ? args[name] : call(args, name, 'schedule');

/** The tensors among arguments. */
export function tensorsIn(args: Args): readonly TensorRef[] {
  const tensors: TensorRef[] = [];
  for (const name in args) {
    const value = args[name];
    if (typeof value !== 'object' || !('kind' in value)) continue;
    if (isTensor(value)) tensors.push(value);
    else if (value.kind === 'tensors') tensors.push(...value.items);
  }
  return tensors;
}

/** The expression that an argument of a penalty or a likelihood is. */
export function expression(args: Args, name: string): Expression {
  const value = args[name];
  if (typeof value === 'object' && 'kind' in value && value.kind === 'expression') return value.value;
  throw new Error(`argument ${name} is not an expression`);
}

/** The expressions among arguments. */
export function expressionsIn(args: Args): readonly Expression[] {
  const expressions: Expression[] = [];
  for (const name in args) {
    const value = args[name];
    if (typeof value === 'object' && 'kind' in value && value.kind === 'expression') expressions.push(value.value);
  }
  return expressions;
}

export function networkName(args: Args, name: string): string {
  const value = args[name];
  if (typeof value === 'object' && 'kind' in value && value.kind === 'network') return value.name;
  throw new Error(`argument ${name} is not a network`);
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
  return b.as(definition.name, () => loweringOf(definition).lower(b, x, own));
}

/** A call as it could be written: `adam(lr: 0.001)`; defaults are spelled out. */
export function showCall(call: BuiltinCall): string {
  const args = call.definition.params.flatMap((param) => {
    const value = call.args[param.name];
    return value === undefined || isInferred(value) ? [] : [`${param.name}: ${showArg(value)}`];
  });
  return args.length === 0 ? call.definition.name : `${call.definition.name}(${args.join(', ')})`;
}

/** A value as it could be written in a call. */
export function showArg(value: ArgValue): string {
  if (typeof value !== 'object') return String(value);
  if (!('kind' in value)) return `[${value.join(', ')}]`;
  switch (value.kind) {
    case 'call':
      return showCall(value);
    case 'tensors':
      return value.items.map(showRef).join(', ');
    case 'weights':
      return value.names.join(', ');
    case 'expression':
      return value.value.text;
    case 'network':
      return value.name;
    case 'infer':
      return '_';
    default:
      return showRef(value);
  }
}
