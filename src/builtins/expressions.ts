/** Expressions of terms: what the loss is written as. */
import type { CallOf } from './arguments.js';
import type { DefinitionOf } from './define.js';
import type { ExampleShape, TensorRef } from './tensors.js';

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

/**
 * Where a tensor has one value: once in an example, at each position of a sequence (its first axis), at each node of a
 * tree.
 */
export type Site = 'example' | 'positions' | 'nodes';

/** Arithmetic over tensors, numbers, schedules and what the registry measures. */
export type Expression = { readonly type: ExpressionType; readonly text: string } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'schedule'; readonly call: CallOf<'schedule'> }
  | { readonly kind: 'tensor'; readonly ref: TensorRef }
  | { readonly kind: 'weights'; readonly names: readonly string[] }
  /** A penalty of its arguments. `weights` is the name that those stand below which it learns. */
  | { readonly kind: 'penalty'; readonly call: CallOf<'penalty'>; readonly weights?: string }
  /** −log p(target ∣ output), element by element. */
  | {
      readonly kind: 'likelihood';
      readonly call: CallOf<'likelihood'>;
      readonly output: Expression;
      readonly target: Expression;
      /** The output is the mean already: its last activation is the likelihood's own. */
      readonly linked: boolean;
      /** The name that the weights stand below which it learns. */
      readonly weights?: string;
    }
  /** −log p of the vectors that a decoder gives of a tree, against those of its encoder; of each inner node. */
  | {
      readonly kind: 'tree';
      /** The two children of a node, or the leaves below it. */
      readonly compared: 'children' | 'leaves';
      /** Of the root alone, which stands for all nodes below it. */
      readonly fromRoot: boolean;
      readonly encoder: string;
      readonly decoder: string;
      readonly call: CallOf<'likelihood'>;
    }
  | {
      readonly kind: 'function';
      readonly definition: DefinitionOf<'function'>;
      readonly operands: readonly Expression[];
    }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/' | '^';
      readonly left: Expression;
      readonly right: Expression;
    }
);
