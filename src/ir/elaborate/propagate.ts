/**
 * Shapes through a list of steps, forward; and back, for sizes that were left out. Pure: the same
 * steps can be tried with other arguments, which is how fixes are found. What cannot be computed
 * leaves the shapes behind it unknown, and the other steps are computed all the same.
 */
import {
  isInferred,
  keyOf,
  sameRef,
  type Args,
  type ExampleShape,
  type LayerId,
  type Site,
  type TensorRef,
} from '../../builtins/arguments.js';
import type { Misfit } from '../../builtins/define.js';
import { isMisfit } from '../../builtins/define.js';
import { product } from '../graph/shape.js';
import { largestTensor } from '../limits.js';
import type { Layer } from '../model/networks.js';
import type { ApplyStep, LayerStep, Step } from './steps.js';
import type { TensorType } from './context.js';
import { fitTogether } from './applied.js';

export interface Surroundings {
  typeOf(ref: TensorRef): TensorType;
  /** Number of classes of a category variable. */
  classesOf(ref: TensorRef): number | undefined;
  layer(id: LayerId): Layer | undefined;
  /** What an applied network or layer reads in its own place. */
  readsOf(step: ApplyStep): readonly TensorRef[];
}

export type Failure =
  /** A layer that does not take what it reads. */
  | {
      readonly kind: 'misfit';
      readonly step: LayerStep;
      readonly from: TensorRef;
      readonly input: ExampleShape;
      readonly misfit: Misfit;
      readonly args: Args;
    }
  /** `param` was left out. */
  | { readonly kind: 'unsolved'; readonly step: LayerStep; readonly param: string }
  /** A tensor of more elements than any can have: the output, or a weight by its name. */
  | { readonly kind: 'too large'; readonly step: LayerStep; readonly shape: ExampleShape; readonly weight?: string }
  /** A network that does not take what it is applied to. */
  | {
      readonly kind: 'cannot apply';
      readonly step: ApplyStep;
      readonly expected: readonly ExampleShape[];
      readonly found: readonly ExampleShape[];
    };

export interface Propagation {
  /** Those whose shapes are known. */
  readonly layers: readonly Layer[];
  /** Of the chain's end. */
  readonly output: TensorType;
  readonly failures: readonly Failure[];
}

/** Where a network computes. */
export interface Run {
  /** What the chain begins with. */
  readonly start: TensorRef | undefined;
  /** What it must produce. */
  readonly wanted: ExampleShape | undefined;
  /** Where all of it is computed, where it is not where its input is: at the nodes of a tree. */
  readonly site?: Site;
}

export const propagate = (steps: readonly Step[], run: Run, around: Surroundings): Propagation =>
  new Propagator(steps, run, around).run();

const unknown: TensorType = { site: 'example' };
const noShapes: readonly ExampleShape[] = [];
const noWeights: Layer['weights'] = [];
const noCorruption: Layer['corruption'] = [];

class Propagator {
  readonly #layers: Layer[] = [];
  /** The layers of this list: what is made of each, once it is; steps that failed give what is unknown. */
  readonly #byId = new Map<LayerId, Layer | undefined>();
  /** What is known of what this list applies. */
  #applied?: Map<string, TensorType>;
  readonly #failures: Failure[] = [];

  constructor(
    private readonly steps: readonly Step[],
    private readonly place: Run,
    private readonly around: Surroundings,
  ) {}

  run(): Propagation {
    // What a step that is not reached yet gives is unknown.
    for (const step of this.steps) if (step.kind === 'layer') this.#byId.set(step.id, undefined);
    for (const [index, step] of this.steps.entries()) {
      if (step.kind === 'layer') this.#layer(step, index);
      else this.#apply(step);
    }
    const last = this.steps.at(-1);
    const end =
      last === undefined
        ? this.place.start
        : last.kind === 'layer'
          ? ({ kind: 'layer', id: last.id, output: 0 } as const)
          : last.result;
    return { layers: this.#layers, output: end === undefined ? unknown : this.#typeOf(end), failures: this.#failures };
  }

  #typeOf(ref: TensorRef): TensorType {
    const own = this.#ownType(ref);
    if (own !== undefined) return own;
    const type = this.around.typeOf(ref);
    return this.place.site === undefined ? type : { ...type, site: this.place.site };
  }

  /** Of a tensor that this list makes. */
  #ownType(ref: TensorRef): TensorType | undefined {
    if (ref.kind !== 'layer') return this.#applied?.get(keyOf(ref));
    const layer = this.#byId.get(ref.id);
    if (layer === undefined) return ref.output === 0 && this.#byId.has(ref.id) ? unknown : undefined;
    const shape = layer.outputs[ref.output];
    return shape && { shape, site: layer.site };
  }

  #apply(step: ApplyStep): void {
    const expected = this.around.readsOf(step).map((ref) => this.around.typeOf(ref));
    const found = step.inputs.map((input) => (input.kind === 'tensor' ? this.#typeOf(input.ref) : input.type));
    // A layer of this list gives what it gives in its own place.
    const own = step.result.kind === 'applied' ? this.#ownType(step.result.of) : undefined;
    const result = own ?? this.#typeOf(step.result);
    const fits =
      expected.length === found.length &&
      expected.every((type, i) =>
        fitTogether(this.place.site === undefined ? type : { ...type, site: this.place.site }, found[i]!),
      );
    if (!fits)
      this.#failures.push({
        kind: 'cannot apply',
        step,
        expected: expected.map(({ shape }) => shape ?? []),
        found: found.map(({ shape }) => shape ?? []),
      });
    (this.#applied ??= new Map()).set(keyOf(step.result), result);
  }

  #layer(step: LayerStep, index: number): void {
    const { definition, input } = step;
    const from = input === undefined ? unknown : this.#typeOf(input);
    if (input === undefined || from.shape === undefined) return;
    const read = definition.readLabels === undefined ? step.args : this.#labels(step, input);
    if (read === undefined) return;
    const inputShape = definition.readLabels === undefined ? from.shape : from.shape.slice(0, -1);
    // Position by position, a layer sees the shape of one.
    const across = from.site === 'positions' && definition.positions === undefined;
    const one = across ? inputShape.slice(1) : inputShape;
    const args = this.#solved(step, index, read, one, across);
    const others = args && this.#others(args, across);
    if (args === undefined || others === undefined) return;
    const result = definition.shape(others.length === 0 ? [one] : [one, ...others], args);
    if (isMisfit(result)) {
      this.#failures.push({ kind: 'misfit', step, from: input, input: inputShape, args, misfit: result });
      return;
    }
    const each = (Array.isArray(result[0]) ? result : [result]) as readonly ExampleShape[];
    const layer: Layer = {
      id: step.id,
      named: step.given,
      definition,
      args,
      input,
      inputShape,
      outputs: across ? each.map((shape) => [inputShape[0]!, ...shape]) : each,
      site: siteBehind(step, args, from.site),
      weights: definition.weights?.(one, args) ?? noWeights,
      corruption: noCorruption,
      source: step.source,
      syntax: step.syntax,
    };
    if (this.#isTooLarge(step, layer)) return;
    this.#layers.push(layer);
    this.#byId.set(layer.id, layer);
  }

  /** The arguments of a layer that reads labels, which is told of them, and whose input is the labels themselves. */
  #labels(step: LayerStep, input: TensorRef): Args | undefined {
    const { definition, args } = step;
    const classes = this.around.classesOf(input);
    if (classes !== undefined) return definition.readLabels!(args, classes);
    const ofVariable = input.kind === 'variable';
    const misfit: Misfit = {
      expected: 'a category or a token',
      found: ofVariable ? 'numbers' : 'what a layer gives',
      hint: ofVariable
        ? 'declare the input as `category(n)`'
        : 'let a network read the category alone, and join others behind it: `embedding(…); concat(…)`',
    };
    this.#failures.push({ kind: 'misfit', step, from: input, input: this.#typeOf(input).shape!, args, misfit });
    return undefined;
  }

  /** The arguments with those that were left out. */
  #solved(step: LayerStep, index: number, args: Args, input: ExampleShape, across: boolean): Args | undefined {
    const open = inferredIn(args);
    if (open === undefined) return args;
    const needed = backwards(this.steps, index + 1, this.place.wanted);
    const solved =
      needed === undefined ? undefined : step.definition.solve?.(input, across ? needed.slice(1) : needed, args);
    if (solved === undefined) this.#failures.push({ kind: 'unsolved', step, param: open });
    return solved;
  }

  /** Shapes of tensor arguments, in the order of the parameters: outputs of layers, then their inputs. */
  #others(args: Args, across: boolean): readonly ExampleShape[] | undefined {
    let shapes: ExampleShape[] | undefined;
    for (const name in args) {
      const value = args[name];
      if (typeof value !== 'object' || !('kind' in value)) continue;
      if (value.kind === 'tensors') {
        for (const ref of value.items) {
          const { shape, site } = this.#typeOf(ref);
          if (shape === undefined) return undefined;
          (shapes ??= []).push(across && site === 'positions' ? shape.slice(1) : shape);
        }
      }
      if (value.kind === 'layer') {
        const layer = this.#byId.get(value.id) ?? this.around.layer(value.id);
        if (layer === undefined) return undefined;
        (shapes ??= []).push(layer.outputs[value.output]!, layer.inputShape);
      }
    }
    return shapes ?? noShapes;
  }

  #isTooLarge(step: LayerStep, { outputs, weights }: Layer): boolean {
    const heavy = weights.find(hasTooMany);
    const large = outputs.find(isTooMuch);
    if (heavy !== undefined) this.#failures.push({ kind: 'too large', step, shape: heavy.shape, weight: heavy.name });
    else if (large !== undefined) this.#failures.push({ kind: 'too large', step, shape: large });
    return heavy !== undefined || large !== undefined;
  }
}

const isTooMuch = (shape: ExampleShape): boolean => product(shape) > largestTensor;
const hasTooMany = ({ shape }: Layer['weights'][number]): boolean => isTooMuch(shape);

/** The first argument that is left out. */
function inferredIn(args: Args): string | undefined {
  for (const name in args) if (isInferred(args[name])) return name;
  return undefined;
}

/** Where a layer gives its values: at positions where it makes or keeps a sequence. */
function siteBehind({ definition: { positions } }: LayerStep, args: Args, site: Site): Site {
  if (positions === undefined || site === 'nodes') return site;
  return positions.gives(args) === 'sequence' ? 'positions' : 'example';
}

/** The shape that must enter the steps from `first` on, for `wanted` to leave them or for one of them to work. */
function backwards(steps: readonly Step[], first: number, wanted: ExampleShape | undefined): ExampleShape | undefined {
  // Forward as far as a demand can be carried back, to the end or to a step that makes one itself.
  let last = first;
  while (last < steps.length && carriesBack(steps, last)) last += 1;
  const stop = steps[last];
  let shape =
    stop === undefined
      ? wanted
      : follows(steps, last) && stop.kind === 'layer'
        ? stop.definition.demands?.(stop.args)
        : undefined;
  for (let i = last - 1; i >= first && shape !== undefined; i--) {
    const step = steps[i] as LayerStep;
    shape = step.definition.invert?.(shape, step.args);
  }
  return shape;
}

/** Whether a step reads what the one before it gives. */
const follows = (steps: readonly Step[], index: number): boolean => {
  const [step, before] = [steps[index]!, steps[index - 1]];
  const given: TensorRef | undefined =
    before?.kind === 'layer' ? { kind: 'layer', id: before.id, output: 0 } : before?.result;
  return step.input !== undefined && given !== undefined && sameRef(step.input, given);
};

function carriesBack(steps: readonly Step[], index: number): boolean {
  const step = steps[index]!;
  return (
    step.kind === 'layer' &&
    follows(steps, index) &&
    step.definition.demands?.(step.args) === undefined &&
    step.definition.invert !== undefined
  );
}
