/** Tensors of a model by where they come from. Shapes are of one example, without the batch. */
import type { Expression } from './expressions.js';

export type ExampleShape = readonly number[];

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
  /**
   * A tensor inside a network, or a layer, that is computed on other tensors than its own inputs:
   * `critic(generator).feat`.
   */
  | { readonly kind: 'applied'; readonly application: Application; readonly of: TensorRef };

/** A network or a layer computed on other tensors, with the same weights. Two of one `key` are one. */
export interface Application {
  /** `critic(generator)` */
  readonly key: string;
  readonly of: { readonly kind: 'network'; readonly name: string } | { readonly kind: 'layer'; readonly id: LayerId };
  /** In the place of the inputs that it reads otherwise. */
  readonly inputs: readonly Expression[];
}

/** A tensor by the name that users know it by. */
export function showRef(ref: TensorRef): string {
  switch (ref.kind) {
    case 'layer':
      return ref.output === 0 ? ref.id : `${ref.id}[${ref.output}]`;
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

const tensorKinds: ReadonlySet<string> = new Set<TensorRef['kind']>([
  'variable',
  'mask',
  'latent',
  'layer',
  'given',
  'previous',
  'applied',
]);

export const isTensor = (value: unknown): value is TensorRef =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  tensorKinds.has(value.kind);
