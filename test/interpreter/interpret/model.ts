/**
 * Reading a Model: bound arguments and parts by name. The interpreter takes the types of `src/ir/model.ts` and
 * nothing that computes, so that a fault there cannot be here as well.
 */
import type { Args, ArgValue, BuiltinCall, TensorRef } from '../../../src/builtins/arguments.js';
import type { Layer, Model } from '../../../src/ir/model.js';

export type { Args, ArgValue, BuiltinCall, TensorRef };
export type { Layer, Model };

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

export const isTensor = (value: ArgValue | undefined): value is TensorRef =>
  typeof value === 'object' && 'kind' in value && ['variable', 'latent', 'layer', 'parameter'].includes(value.kind);

export function tensor(args: Args, name: string): TensorRef {
  const value = args[name];
  return isTensor(value) ? value : misfit(name, 'a tensor');
}

/** The tensors of an argument that names several, or none. */
export function tensors(args: Args, name: string): readonly TensorRef[] {
  const value = args[name];
  if (value === undefined) return [];
  return typeof value === 'object' && 'kind' in value && value.kind === 'tensors' ? value.items : misfit(name, 'a list of tensors');
}

export function weightNames(args: Args, name: string): readonly string[] {
  const value = args[name];
  return typeof value === 'object' && 'kind' in value && value.kind === 'weights' ? value.names : misfit(name, 'a set of weights');
}

export function callOf(args: Args, name: string): BuiltinCall {
  const value = args[name];
  return typeof value === 'object' && 'kind' in value && value.kind === 'call' ? value : misfit(name, 'a call');
}

export const layersOf = (model: Model): readonly Layer[] => model.networks.flatMap((network) => network.layers);

export function layerOf(model: Model, id: string): Layer {
  return layersOf(model).find((layer) => layer.id === id) ?? misfit(id, 'a layer');
}

/** The stored weight behind a name, and whether an odd number of transpositions lies between. */
export function storedOf(model: Model, weight: string): { readonly name: string; readonly transposed: boolean } {
  const tie = model.ties.find((t) => t.weight === weight);
  if (tie === undefined) return { name: weight, transposed: false };
  const further = storedOf(model, tie.of);
  return { name: further.name, transposed: (tie.transform === 'transpose') !== further.transposed };
}

/** §6: the code is what the encoder gives, or the latents; a layer's name without its network's, where it has one. */
export function codes(model: Model): readonly { readonly name: string; readonly ref: TensorRef }[] {
  if (model.latents.length > 0) return model.latents.map(({ name }) => ({ name, ref: { kind: 'latent', name } }));
  return model.networks.filter((n) => n.role === 'encoder').map(({ name, output }) => ({ name: output.kind === 'layer' ? output.id.split('.').at(-1)! : name, ref: output }));
}
