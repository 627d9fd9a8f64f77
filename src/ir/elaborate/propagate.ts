/**
 * Shapes through a list of drafts, forward; and back, for sizes that were left out. Pure: the same
 * drafts can be tried with other arguments, which is how fixes are found.
 */
import { isInferred, type Args, type ExampleShape, type TensorRef } from '../../builtins/arguments.js';
import type { Misfit } from '../../builtins/define.js';
import { isMisfit } from '../../builtins/layers/shapes.js';
import { largestTensor } from '../limits.js';
import type { Layer, Site } from '../model/model.js';
import { product } from '../graph/shape.js';
import type { Draft } from './drafts.js';

export interface Surroundings {
  /** Shape of a tensor outside this list; undefined where it has none because of an earlier error. */
  shapeOf(ref: TensorRef): ExampleShape | undefined;
  siteOf(ref: TensorRef): Site;
  /** Number of classes of a category variable. */
  classesOf(ref: TensorRef): number | undefined;
  layerOf(id: string): Layer | undefined;
}

export interface Propagation {
  readonly layers: readonly Layer[];
  readonly output: ExampleShape;
  /** The first draft that does not fit, and why. */
  readonly failure?:
    | { readonly draft: Draft; readonly from: TensorRef; readonly input: ExampleShape; readonly misfit: Misfit; readonly args: Args }
    /** `unsolved` was left out; `wanted` is what the network must produce. */
    | { readonly draft: Draft; readonly unsolved: string; readonly wanted: ExampleShape | undefined }
    /** A tensor of more elements than any can have: the output, or a weight by its name. */
    | { readonly draft: Draft; readonly tooLarge: ExampleShape; readonly weight?: string };
}

/** @param place where the network is applied; where its input has its values unless it says so, as at the nodes of a tree */
export function propagate(drafts: readonly Draft[], start: TensorRef, input: ExampleShape, wanted: ExampleShape | undefined, around: Surroundings, place?: Site): Propagation {
  const layers: Layer[] = [];
  const inner = new Map<string, Layer>();
  let chain: TensorRef = start;
  let shape = input;
  const siteOf = (ref: TensorRef): Site => (ref.kind === 'layer' ? inner.get(ref.id)?.site : undefined) ?? place ?? around.siteOf(ref);
  const shapeOf = (ref: TensorRef): ExampleShape | undefined =>
    ref.kind === 'layer' && inner.has(ref.id) ? inner.get(ref.id)!.outputs[ref.output] : around.shapeOf(ref);
  for (const [index, draft] of drafts.entries()) {
    const from = draft.input === 'chain' ? chain : draft.input;
    let at = draft.input === 'chain' ? shape : (shapeOf(draft.input) ?? shape);
    const { definition } = draft;
    let args = draft.args;
    if (definition.readLabels !== undefined) {
      const classes = around.classesOf(from);
      if (classes === undefined) return { layers, output: shape, failure: { draft, from, input: at, args, misfit: { expected: 'a category variable', found: from.kind === 'variable' ? 'numbers' : 'what a layer gives', hint: from.kind === 'variable' ? 'declare the input as `category(n)`' : 'let a network read the category first of all' } } };
      args = definition.readLabels(args, classes);
      at = at.slice(0, -1);
    }
    // Position by position, a layer sees the shape of one.
    const across = siteOf(from) === 'positions' && definition.positions === undefined;
    const ofOne = (whole: ExampleShape): ExampleShape => (across ? whole.slice(1) : whole);
    const open = Object.keys(args).find((name) => isInferred(args[name]));
    if (open !== undefined) {
      const needed = backwards(drafts, index + 1, wanted);
      const solved = needed === undefined ? undefined : definition.solve?.(ofOne(at), ofOne(needed), args);
      if (solved === undefined) return { layers, output: shape, failure: { draft, unsolved: open, wanted } };
      args = solved;
    }
    const others = tensorArguments(args, (ref) => {
      const other = shapeOf(ref);
      return other !== undefined && siteOf(ref) === 'positions' ? ofOne(other) : other;
    }, (id) => inner.get(id) ?? around.layerOf(id));
    const result = definition.shape([ofOne(at), ...others], args);
    if (isMisfit(result)) return { layers, output: shape, failure: { draft, from, input: at, args, misfit: result } };
    const outputs = ((Array.isArray(result[0]) ? result : [result]) as readonly ExampleShape[]).map((one) => (across ? [at[0]!, ...one] : one));
    const layer: Layer = {
      id: draft.id,
      named: draft.named,
      definition,
      args,
      input: from,
      inputShape: at,
      outputs,
      site: siteBehind(definition, args, siteOf(from)),
      weights: definition.weights?.(ofOne(at), args) ?? [],
      corruption: [],
      source: draft.source,
      ...(draft.syntax === undefined ? {} : { syntax: draft.syntax }),
    };
    const large = outputs.find(isTooLarge);
    const heavy = layer.weights.find((weight) => isTooLarge(weight.shape));
    if (heavy !== undefined) return { layers, output: shape, failure: { draft, tooLarge: heavy.shape, weight: heavy.name } };
    if (large !== undefined) return { layers, output: shape, failure: { draft, tooLarge: large } };
    layers.push(layer);
    inner.set(layer.id, layer);
    chain = { kind: 'layer', id: layer.id, output: 0 };
    shape = outputs[0]!;
  }
  return { layers, output: shape };
}

const isTooLarge = (shape: ExampleShape): boolean => product(shape) > largestTensor;

/** Where a layer gives its values: at positions where it makes or keeps a sequence. */
function siteBehind({ positions }: Draft['definition'], args: Args, site: Site): Site {
  if (positions === undefined || site === 'nodes') return site;
  return positions.gives(args) === 'sequence' ? 'positions' : 'example';
}

/** Shapes of tensor arguments, in the order of the parameters: outputs of layers, then their inputs. */
function tensorArguments(args: Args, shapeOf: (ref: TensorRef) => ExampleShape | undefined, layerOf: (id: string) => Layer | undefined): readonly ExampleShape[] {
  const shapes: ExampleShape[] = [];
  for (const value of Object.values(args)) {
    if (typeof value !== 'object' || !('kind' in value)) continue;
    if (value.kind === 'tensors') {
      for (const ref of value.items) {
        const shape = shapeOf(ref);
        if (shape !== undefined) shapes.push(shape);
      }
    }
    if (value.kind === 'layer') {
      const layer = layerOf(value.id);
      if (layer !== undefined) shapes.push(layer.outputs[value.output]!, layer.inputShape);
    }
  }
  return shapes;
}

/** The shape that must enter the drafts from `first` on, for `wanted` to leave them or for one of them to work. */
function backwards(drafts: readonly Draft[], first: number, wanted: ExampleShape | undefined): ExampleShape | undefined {
  // Forward as far as a demand can be carried back, to the end or to a draft that makes one itself.
  let last = first;
  while (last < drafts.length && drafts[last]!.input === 'chain' && drafts[last]!.definition.demands?.(drafts[last]!.args) === undefined && drafts[last]!.definition.invert !== undefined) last += 1;
  const stop = drafts[last];
  let shape = stop === undefined ? wanted : stop.input === 'chain' ? stop.definition.demands?.(stop.args) : undefined;
  for (let i = last - 1; i >= first && shape !== undefined; i--) shape = drafts[i]!.definition.invert?.(shape, drafts[i]!.args);
  return shape;
}
