/** What may be missing, and what is computed position by position: docs/language.md §4 and §10. */
import { broadcast, mask, reshape } from './arrays.js';
import type { Forward } from './forward.js';
import { isTensor, layerOf, type Args, type Expression, type Model, type TensorRef, type Variable } from './model.js';
import { constant, mul, type Shape, type Value } from './tape.js';

/** The axes that a mask has; undefined where nothing is missing. */
export function maskShape({ structure: { kind }, observed, shape }: Variable): Shape | undefined {
  if (kind === 'sequence') return shape.slice(0, 1);
  if (observed === 'always' || kind === 'tree' || kind === 'label') return undefined;
  return observed === 'sometimes' ? [1] : shape;
}

/** 1 where a variable is there. Labels say it themselves: −1 is none. */
export function maskOf(forward: Forward, variable: Variable): Value | undefined {
  const shape = maskShape(variable);
  if (shape === undefined) return undefined;
  if (variable.domain.kind !== 'category') return forward.fed(`${variable.name}.mask`);
  const labels = forward.fed(variable.name);
  return mask([labels.shape[0]!, ...shape], (i) => labels.data[i]! >= 0);
}

/** A value without what is missing; the mask has its first axes, or one number a row. */
export function present(x: Value, by: Value | undefined): Value {
  if (by === undefined) return x;
  const own = by.shape.length === 2 && by.shape[1] === 1 ? by.shape.slice(0, 1) : by.shape;
  return mul(x, broadcast(reshape(by, [...own, ...x.shape.slice(own.length).map(() => 1)]), x.shape));
}

export function atPositions(model: Model, ref: TensorRef): boolean {
  switch (ref.kind) {
    case 'variable':
      return model.variables.find(({ name }) => name === ref.name)!.structure.kind === 'sequence';
    case 'layer':
      return layerOf(model, ref.id).site === 'positions';
    case 'previous':
    case 'applied':
      return atPositions(model, ref.of);
    default:
      return false;
  }
}

const tensorsIn = (args: Args): readonly TensorRef[] =>
  Object.values(args).flatMap((value) =>
    isTensor(value)
      ? [value]
      : typeof value === 'object' && 'kind' in value && value.kind === 'tensors'
        ? value.items
        : [],
  );

/** 1 at the positions of a tensor that are there; undefined where all of them are. */
export function positionsOf(forward: Forward, ref: TensorRef): Value | undefined {
  if (!atPositions(forward.model, ref)) return undefined;
  switch (ref.kind) {
    case 'variable':
      return maskOf(forward, forward.variable(ref.name));
    case 'previous':
      // What was written has no end.
      return ref.of.kind === 'variable' && forward.written(ref.of.name) !== undefined
        ? undefined
        : positionsOf(forward, ref.of);
    case 'layer': {
      const { definition, input, args } = layerOf(forward.model, ref.id);
      if (definition.positions?.reads === 'example') return undefined;
      for (const one of [input, ...tensorsIn(args)]) {
        const found = positionsOf(forward, one);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

/** What stands at each position is what stood at the one before; zeros at the first. */
export function movedOn(x: Value): Value {
  const [rows, length, ...rest] = x.shape as readonly [number, number, ...number[]];
  const width = rest.reduce((a, b) => a * b, 1);
  const data = Float64Array.from(x.data, (_, i) => (Math.floor(i / width) % length === 0 ? 0 : x.data[i - width]!));
  return constant([rows, length, ...rest], data);
}

/** The variables that an expression names itself, whose rows or elements may be missing. */
export const comparedWith = (forward: Forward, all: readonly Expression[]): readonly Value[] =>
  all.flatMap((one) => {
    if (one.kind !== 'tensor') return [];
    const of = one.ref.kind === 'variable' ? forward.variable(one.ref.name) : undefined;
    const found =
      of !== undefined && of.structure.kind !== 'sequence' ? maskOf(forward, of) : positionsOf(forward, one.ref);
    return found === undefined ? [] : [found];
  });
