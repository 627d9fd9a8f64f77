/**
 * What an output ends with, by docs/language.md §7: likelihoods of probabilities take what the
 * decoder gives as x̂ where it ends with the activation that they imply, and as logits where it may be any
 * number. The ending is seen through layers that only move values (flatten, reshape, split, concat,
 * upsample, patches), and for sigmoid through those that average them or take maxima.
 */
import { activations } from './activations.js';
import type { Forward } from './forward.js';
import { callOf, keyOf, layerOf, tensors, type Args, type Model, type TensorRef } from './model.js';
import type { Value } from './tape.js';

const moves = new Set(['flatten', 'reshape', 'split', 'concat', 'upsample', 'patches', 'unpatches', 'repeat_vector']);
const mixes = new Set(['avgpool', 'maxpool']);

const implied: Readonly<Record<string, string>> = {
  bernoulli: 'sigmoid',
  continuous_bernoulli: 'sigmoid',
  categorical: 'softmax',
  multinomial: 'softmax',
};

/** True where the output is the mean itself: a probability, or a vector of them. */
export function isMean(model: Model, output: TensorRef, likelihood: string): boolean {
  const wanted = implied[likelihood];
  if (wanted === undefined) return true;
  return endings(model, output, wanted === 'sigmoid').every((name) => name === wanted);
}

/** The names of the activations, one for each tensor whose values reach the output; linear where there is none. */
function endings(model: Model, ref: TensorRef, mixed: boolean): readonly string[] {
  // What is applied ends as it does in its own place.
  if (ref.kind === 'applied') return endings(model, ref.of, mixed);
  if (ref.kind !== 'layer') return ['linear'];
  const layer = layerOf(model, ref.id);
  const { name } = layer.definition;
  const inner = (of: TensorRef): readonly string[] => endings(model, of, mixed);
  // Interpolation averages; nearest neighbours move.
  const averages = mixes.has(name) || (name === 'upsample' && layer.args['method'] === 'bilinear');
  if (averages ? mixed : moves.has(name)) return [...inner(layer.input), ...tensors(layer.args, 'with').flatMap(inner)];
  // The identity changes nothing.
  if (name === 'linear') return inner(layer.input);
  if (name in activations) return [name];
  return layer.args['activation'] === undefined ? ['linear'] : [callOf(layer.args, 'activation').definition.name];
}

/**
 * The output without its last activation, for probabilities that float64 rounds to 0 or 1: the logits behind
 * the layers that only move values. Undefined where values are averaged on the way, which has none.
 */
export function logitsOf(forward: Forward, ref: TensorRef): Value | undefined {
  if (ref.kind === 'applied') return logitsOf(forward.at(ref.application), ref.of);
  if (ref.kind !== 'layer') return undefined;
  const layer = layerOf(forward.model, ref.id);
  const { name } = layer.definition;
  if (name === 'sigmoid') return forward.tensor(layer.input);
  if (name === 'linear') return logitsOf(forward, layer.input);
  if (moves.has(name) && layer.args['method'] !== 'bilinear') {
    const inner = new Map(
      [layer.input, ...tensors(layer.args, 'with')].map((of) => [keyOf(of), logitsOf(forward, of)] as const),
    );
    if ([...inner.values()].includes(undefined)) return undefined;
    return forward.apply(layer, (of) => inner.get(keyOf(of))!)[ref.output];
  }
  if (layer.args['activation'] === undefined) return undefined;
  const linear = {
    ...callOf(layer.args, 'activation'),
    definition: { ...callOf(layer.args, 'activation').definition, name: 'linear' },
  } as Args[string];
  return forward.apply({ ...layer, args: { ...layer.args, activation: linear } }, (of) => forward.tensor(of))[
    ref.output
  ];
}
