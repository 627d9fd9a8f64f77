/**
 * What gives a tensor its values, once layers that only move or average them are looked through. A
 * likelihood reads a network's output by this: as its mean, as logits, or not at all.
 */
import { tensorsIn, type CallOf, type Expression, type TensorRef } from '../../builtins/arguments.js';
import type { LikelihoodDefinition, Range } from '../../builtins/define.js';
import { anything, hull, negated, powerOf, productOf, quotientOf, sumOf } from '../../builtins/ranges.js';
import { activationOf, type Layer } from './networks.js';

export interface Ending {
  /** The last layer that makes values of its own; absent where none does (a variable, a latent). */
  readonly layer?: Layer;
  /** Its activation, unless that is the identity. */
  readonly activation?: CallOf<'activation'>;
  readonly range: Range;
  /** Whether every value is one of the layer's own: nothing behind it takes means. */
  readonly moved: boolean;
  /** Whether the vectors along the last axis are the layer's own, so that a softmax still sums to 1. */
  readonly vectors: boolean;
}

type FindLayer = (id: string) => Layer | undefined;

/** How an expression ends: a tensor as it ends itself, stopped or not; what is computed of tensors, with a range alone. */
export function endingsOfExpression(find: FindLayer, expr: Expression): readonly Ending[] {
  if (expr.kind === 'tensor') return endingsOf(find, expr.ref);
  if (expr.kind === 'function' && expr.definition.stops === true) return endingsOfExpression(find, expr.operands[0]!);
  return [{ range: rangeOfExpression(find, expr), moved: false, vectors: false }];
}

function rangeOfExpression(find: FindLayer, expr: Expression): Range {
  const of = (operand: Expression): Range => rangeOfExpression(find, operand);
  switch (expr.kind) {
    case 'number':
      return [expr.value, expr.value];
    case 'tensor':
      return hull(endingsOf(find, expr.ref).map(({ range }) => range));
    case 'function':
      return expr.definition.range(expr.operands.map(of));
    case 'negate':
      return negated(of(expr.operand));
    case 'binary': {
      const [left, right] = [of(expr.left), of(expr.right)];
      const ranges = {
        '+': () => sumOf(left, right),
        '-': () => sumOf(left, negated(right)),
        '*': () => productOf(left, right),
        '/': () => quotientOf(left, right),
        '^': () => powerOf(left, right),
      };
      return ranges[expr.op]();
    }
    default:
      return anything;
  }
}

/** Several where tensors with endings of their own are joined. */
export function endingsOf(find: FindLayer, ref: TensorRef): readonly Ending[] {
  const found: Ending[] = [];
  const seen = new Set<string>();
  const waiting = [{ ref, moved: true, vectors: true }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { ref: at, moved, vectors } = next;
    // What is applied ends as it does in its own place.
    if (at.kind === 'applied') {
      waiting.push({ ref: at.of, moved, vectors });
      continue;
    }
    const layer = at.kind === 'layer' ? find(at.id) : undefined;
    if (at.kind !== 'layer' || layer === undefined) {
      found.push({ range: anything, moved, vectors });
      continue;
    }
    const path = `${layer.id} ${String(moved)} ${String(vectors)}`;
    if (seen.has(path)) continue;
    seen.add(path);
    const passes =
      layer.definition.passes?.(layer.args) ??
      (activationOf(layer)?.definition.identity === true && layer.definition.activation !== undefined
        ? 'moved'
        : undefined);
    if (passes === undefined || layer.corruption.length > 0) {
      const activation = activationOf(layer);
      found.push({
        layer,
        ...(activation === undefined || activation.definition.identity === true ? {} : { activation }),
        range: rangeOf(find, layer),
        moved,
        vectors,
      });
      continue;
    }
    const kept = vectors && layer.outputs[at.output]?.at(-1) === layer.inputShape.at(-1);
    for (const input of [layer.input, ...tensorsIn(layer.args)])
      waiting.push({ ref: input, moved: moved && passes === 'moved', vectors: kept });
  }
  return found;
}

/** Where the values of a layer's output lie, in front of the noise that stands behind it. */
export const rangeInFront = (find: FindLayer, ref: Extract<TensorRef, { readonly kind: 'layer' }>): Range => {
  const clean: FindLayer = (id) => {
    const layer = find(id);
    return layer === undefined || id !== ref.id ? layer : { ...layer, corruption: [] };
  };
  return hull(endingsOf(clean, ref).map(({ range }) => range));
};

/** The range of a layer's values: its activation's, or what it makes of those that it reads. */
function rangeOf(find: FindLayer, layer: Layer): Range {
  const activation = activationOf(layer);
  if (activation !== undefined && activation.definition.identity !== true) return activation.definition.range;
  const { range } = layer.definition;
  if (range === undefined) return anything;
  const inputs = [layer.input, ...tensorsIn(layer.args)].map((input) =>
    hull(endingsOf(find, input).map((ending) => ending.range)),
  );
  return range(inputs, layer.args);
}

/**
 * How a likelihood reads an output with these endings: as its mean, where each ends in an activation of its own; as
 * logits, where each may be any number; undefined where it can be neither.
 */
export function readingOf(likelihood: LikelihoodDefinition, endings: readonly Ending[]): 'mean' | 'logits' | undefined {
  if (likelihood.link === 'linear') return 'mean';
  if (
    endings.every(
      ({ activation, vectors, moved }) =>
        activation !== undefined &&
        likelihood.accepts.includes(activation.definition.name) &&
        (likelihood.ofVectors !== true || (vectors && moved)),
    )
  )
    return 'mean';
  return endings.every(({ range: [low, high] }) => low === -Infinity && high === Infinity) ? 'logits' : undefined;
}
