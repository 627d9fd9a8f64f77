/**
 * Weights with which a decoder answers with a wanted picture, whatever is fed in: its last kernel is 0, and the bias
 * behind it is what the last activation makes the picture of. A loss that can do what it says is at its
 * least then, and the reconstruction is the picture.
 */
import type { Arrays } from './interpret/forward.js';
import {
  callOf,
  layerOf,
  storedOf,
  type Layer,
  type Model,
  type Reconstruction,
  type TensorRef,
} from './interpret/model.js';

const inverses: Readonly<Record<string, (v: number) => number>> = {
  linear: (v) => v,
  sigmoid: (v) => Math.log(v / (1 - v)),
  tanh: (v) => Math.atanh(v),
};

export interface Ending {
  /** The last layer with weights. */
  readonly layer: Layer;
  /** What stands between its weights and the output. */
  readonly activation: string;
  /** A skip connection adds to it: it has nothing to add. */
  readonly added: boolean;
}

/** The last layer with weights, seen through layers that move values. */
export function ending(model: Model, ref: TensorRef, added = false): Ending {
  if (ref.kind !== 'layer') throw new Error('the output is no layer');
  const layer = layerOf(model, ref.id);
  const { name } = layer.definition;
  if (name === 'flatten' || name === 'reshape' || name === 'unpatches') return ending(model, layer.input, added);
  if (name === 'add') return ending(model, layer.input, true);
  if (layer.weights.length > 0) return { layer, activation: callOf(layer.args, 'activation').definition.name, added };
  const inner = ending(model, layer.input, added);
  return { ...inner, activation: name };
}

/** Whether the bias has a number for each element of the output, or the same ones at every place, or none. */
export const freedom = ({ layer }: Ending): 'elements' | 'channels' | 'none' =>
  !layer.weights.some((w) => w.name === 'bias')
    ? 'none'
    : layer.definition.name === 'dense' && layer.site === 'example'
      ? 'elements'
      : 'channels';

/** The weights with which the output is `picture`, a value for each element of the bias, in model space. */
export function answering(
  model: Model,
  weights: Arrays,
  { output }: Reconstruction,
  picture: readonly number[],
  isLogits: boolean,
): Arrays {
  const end = ending(model, output);
  const kernel = storedOf(model, `${end.layer.id}.kernel`).name;
  const bias = `${end.layer.id}.bias`;
  const invert = inverses[isLogits ? 'sigmoid' : end.activation];
  if (invert === undefined) throw new Error(`the inverse of ${end.activation} is not known`);
  const zero = { shape: weights[kernel]!.shape, data: new Float64Array(weights[kernel]!.data.length) };
  if (weights[bias] === undefined) return { ...weights, [kernel]: zero };
  const { shape, data: before } = weights[bias];
  const at = (i: number): number => picture[i % picture.length]!;
  const data = Float64Array.from(before, (_, i) => Math.fround(end.added ? 0 : invert(at(i))));
  return { ...weights, [kernel]: zero, [bias]: { shape, data } };
}
