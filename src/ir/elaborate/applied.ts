/** Networks and layers on other tensors than those that they read in their own places. */
import { showRef, type Application, type Expression, type TensorRef } from '../../builtins/arguments.js';
import type { Context, TensorType } from './context.js';
import type { Named } from './names.js';

/** A network or a layer on other tensors. */
export interface Applied {
  readonly tensor: TensorRef;
  readonly application: Application;
  readonly named: Named;
  /** What it reads in its own place. */
  readonly expected: readonly TensorRef[];
}

/** Undefined where an earlier mistake leaves it open what is applied. */
export function applicationOf(context: Context, named: Named, inputs: readonly Expression[]): Applied | undefined {
  const network = named.kind === 'network' ? context.network(named.name) : undefined;
  const of: Application['of'] | undefined = network
    ? { kind: 'network', name: network.name }
    : named.layer && { kind: 'layer', id: named.layer };
  const result = network?.output ?? named.tensor;
  const expected = network?.inputs ?? (named.reads && [named.reads]);
  if (of === undefined || result === undefined || expected === undefined) return undefined;
  const given = inputs.map((input) => (input.kind === 'tensor' ? showRef(input.ref) : input.text));
  const application: Application = { key: `${named.path}(${given.join(', ')})`, of, inputs };
  return { tensor: { kind: 'applied', application, of: result }, application, named, expected };
}

/** Whether one tensor can stand in the place of another, as far as is known. */
export const fitTogether = (a: TensorType, b: Pick<TensorType, 'shape' | 'site'>): boolean =>
  a.shape === undefined ||
  b.shape === undefined ||
  (a.shape.join() === b.shape.join() && (a.site === 'nodes') === (b.site === 'nodes'));
