/**
 * Reading a Model: bound arguments and parts by name. The interpreter takes the types of `src/ir/model` and
 * nothing that computes, so that a fault there cannot be here as well.
 */
import type { Args, ArgValue, BuiltinCall, CallOf, Expression, TensorRef } from '../../../src/builtins/arguments.js';
import type { Latent } from '../../../src/ir/model/latents.js';
import type { Model } from '../../../src/ir/model/model.js';
import type { Layer, Network } from '../../../src/ir/model/networks.js';
import type { Condition, Reconstruction, Term } from '../../../src/ir/model/terms.js';
import type { Variable } from '../../../src/ir/model/variables.js';

export type {
  Args,
  ArgValue,
  BuiltinCall,
  CallOf,
  Condition,
  Expression,
  Latent,
  Layer,
  Model,
  Network,
  Reconstruction,
  TensorRef,
  Term,
  Variable,
};

export type Application = Extract<TensorRef, { readonly kind: 'applied' }>['application'];

type Pair = readonly [number, number];

const misfit = (name: string, wanted: string): never => {
  throw new Error(`argument ${name} is not ${wanted}`);
};

export function num(args: Args, name: string): number {
  const value = args[name];
  return typeof value === 'number' ? value : misfit(name, 'a number');
}

export function word(args: Args, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : misfit(name, 'a word');
}

export const bool = (args: Args, name: string): boolean => args[name] === true;

/** `3`, or `[3, 5]`: rows and columns. */
export function pair(args: Args, name: string): Pair {
  const value = args[name];
  if (typeof value === 'number') return [value, value];
  return Array.isArray(value) && value.length === 2 ? (value as unknown as Pair) : misfit(name, 'a pair');
}

export function sizes(args: Args, name: string): readonly number[] {
  const value = args[name];
  return Array.isArray(value) ? (value as readonly number[]) : misfit(name, 'a list of sizes');
}

const tensorKinds: Readonly<Record<TensorRef['kind'], true>> = {
  variable: true,
  mask: true,
  latent: true,
  layer: true,
  given: true,
  previous: true,
  applied: true,
};

export const isTensor = (value: ArgValue | undefined): value is TensorRef =>
  typeof value === 'object' && 'kind' in value && value.kind in tensorKinds;

export function tensor(args: Args, name: string): TensorRef {
  const value = args[name];
  return isTensor(value) ? value : misfit(name, 'a tensor');
}

/** The tensors of an argument that names several, or none. */
export function tensors(args: Args, name: string): readonly TensorRef[] {
  const value = args[name];
  if (value === undefined) return [];
  return typeof value === 'object' && 'kind' in value && value.kind === 'tensors'
    ? value.items
    : misfit(name, 'a list of tensors');
}

export function expression(args: Args, name: string): Expression {
  const value = args[name];
  return typeof value === 'object' && 'kind' in value && value.kind === 'expression'
    ? value.value
    : misfit(name, 'an expression');
}

/** Weights that an argument names, as such or as an expression. */
export function weightNames(args: Args, name: string): readonly string[] | undefined {
  const value = args[name];
  if (typeof value !== 'object' || !('kind' in value)) return undefined;
  if (value.kind === 'weights') return value.names;
  return value.kind === 'expression' && value.value.kind === 'weights' ? value.value.names : undefined;
}

export function callOf(args: Args, name: string): BuiltinCall {
  const value = args[name];
  return typeof value === 'object' && 'kind' in value && value.kind === 'call' ? value : misfit(name, 'a call');
}

export const layersOf = (model: Pick<Model, 'networks'>): readonly Layer[] =>
  model.networks.flatMap((network) => network.layers);

export function layerOf(model: Model, id: string): Layer {
  return layersOf(model).find((layer) => layer.id === id) ?? misfit(id, 'a layer');
}

/** One text for each tensor. */
export function keyOf(ref: TensorRef): string {
  switch (ref.kind) {
    case 'layer':
      return `layer ${ref.id} ${ref.output}`;
    case 'applied':
      return `${ref.application.key} ${keyOf(ref.of)}`;
    case 'previous':
      return `previous ${keyOf(ref.of)}`;
    default:
      return `${ref.kind} ${ref.name}`;
  }
}

/** The stored weight behind a name: axis i of the weight is axis `order[i]` of that one, and has its sign or the other. */
export interface Stored {
  readonly name: string;
  readonly order: readonly number[];
  readonly sign: number;
}

/** §8: a chain of ties leads to one weight that is stored. */
export function storedOf(model: Model, weight: string): Stored {
  const axes = model.weights.find((w) => w.name === weight)?.declaration.shape ?? [];
  const tie = model.ties.find((t) => t.weight === weight);
  if (tie === undefined) return { name: weight, order: axes.map((_, i) => i), sign: 1 };
  const below = storedOf(model, tie.of);
  return { name: below.name, order: tie.order.map((axis) => below.order[axis]!), sign: below.sign * tie.sign };
}

/** What each expression is made of, itself included. */
export function within(expr: Expression): readonly Expression[] {
  const arguments_ = (args: Args): readonly Expression[] =>
    Object.values(args).flatMap((value) =>
      typeof value === 'object' && 'kind' in value && value.kind === 'expression' ? [value.value] : [],
    );
  const parts = (): readonly Expression[] => {
    switch (expr.kind) {
      case 'negate':
        return [expr.operand];
      case 'binary':
        return [expr.left, expr.right];
      case 'function':
        return expr.operands;
      case 'likelihood':
        return [expr.output, expr.target, ...arguments_(expr.call.args)];
      case 'penalty':
        return arguments_(expr.call.args);
      default:
        return [];
    }
  };
  return [expr, ...parts().flatMap(within)];
}

export const reconstructionsOf = ({ terms }: Model): readonly Reconstruction[] =>
  terms.flatMap(({ reconstruction }) => (reconstruction === undefined ? [] : [reconstruction]));

/** §6: the code is the latents, or what encoders give that no other encoder reads, or the draws; a layer's name where the file gives it one. */
export function codes(model: Model): readonly { readonly name: string; readonly ref: TensorRef }[] {
  const named = ({ name }: { readonly name: string }) => ({ name, ref: { kind: 'latent', name } as const });
  if (model.latents.length > 0) return model.latents.map(named);
  const encoders = model.networks.filter((n) => n.role === 'encoder');
  const last = encoders.filter(
    (n) =>
      !encoders.some(
        (other) =>
          other !== n &&
          other.inputs.some((input) => n.layers.some((layer) => input.kind === 'layer' && input.id === layer.id)),
      ),
  );
  if (last.length === 0) return model.draws.map(named);
  return last.map(({ name, output }) => {
    const layer = output.kind === 'layer' ? layerOf(model, output.id) : undefined;
    const given =
      layer?.named === true && output.kind === 'layer' ? layer.syntax?.names[output.output]?.text : undefined;
    return { name: given ?? name, ref: output };
  });
}

/** Whether a tensor is a draw, or what a network makes of draws alone. */
const isDrawn = (model: Model, ref: TensorRef): boolean => {
  if (ref.kind === 'latent') return model.draws.some(({ name }) => name === ref.name);
  const network = model.networks.find(({ layers }) => layers.some(({ id }) => ref.kind === 'layer' && id === ref.id));
  return network !== undefined && network.inputs.every((input) => isDrawn(model, input));
};

/** §6: what is drawn and a network is given, somewhere in what is minimised, where it reads this tensor by itself. */
export function inPlaceOf(model: Model, own: TensorRef): TensorRef | undefined {
  const seen = new Set<object>();
  const search = (value: unknown): TensorRef | undefined => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
    seen.add(value);
    if ('kind' in value && value.kind === 'applied') {
      const { application } = value as Extract<TensorRef, { readonly kind: 'applied' }>;
      const { of, inputs } = application;
      const reads = of.kind === 'network' ? model.networks.find(({ name }) => name === of.name)?.inputs : undefined;
      for (const [i, input] of inputs.entries()) {
        const place = reads?.[i];
        if (place === undefined || input.kind !== 'tensor' || keyOf(place) !== keyOf(own)) continue;
        if (isDrawn(model, input.ref)) return input.ref;
      }
    }
    for (const part of Object.values(value)) {
      const found = search(part);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search([model.terms, model.training]);
}
