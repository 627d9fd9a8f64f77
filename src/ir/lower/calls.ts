/** What a model calls of the registry, and which entries of it have no lowering. */
import {
  isTensor,
  type ArgValue,
  type BuiltinCall,
  type Expression,
  type TensorRef,
} from '../../builtins/arguments.js';
import { hasLowering } from '../../builtins/define.js';
import { everyExpression } from '../model/expressions.js';
import type { Model } from '../model/model.js';
import type { Source } from '../model/source.js';
import { partsOf, phasesOf } from '../model/training.js';

type Call = Pick<BuiltinCall, 'definition' | 'args'>;

/**
 * Tells every call of the registry that a model makes.
 *
 * @param measured what it measures, with all expressions in each
 */
export function hearCalls(
  model: Model,
  measured: readonly { readonly source: Source; readonly all: readonly Expression[] }[],
  hear: (call: Call, source: Source) => void,
): void {
  const { training } = model;
  const corruptions = (all: readonly (BuiltinCall & { readonly source: Source })[]): void => {
    for (const call of all) hear(call, call.source);
  };
  for (const { corruption } of model.variables) corruptions(corruption);
  for (const { layers } of model.networks)
    for (const layer of layers) {
      hear(layer, layer.source);
      corruptions(layer.corruption);
    }
  for (const { definition, by, through, source } of model.latents) {
    // A distribution answers for the ways that go with it, since one of them is its default.
    hear(hasLowering(definition) ? by : { definition, args: {} }, source);
    for (const call of through) hear(call, source);
  }
  for (const draw of model.draws) hear(draw, draw.source);
  for (const { all, source } of measured) for (const one of all) for (const call of callOf(one)) hear(call, source);
  for (const { optimizer } of partsOf(training)) hear(optimizer, optimizer.source);
  for (const phase of phasesOf(training)) for (const { corruption } of phase.corruptions) corruptions(corruption);
  for (const { call, source } of model.figures) hear(call, source);
}

/** What an expression calls of the registry. */
function callOf(expr: Expression): readonly Call[] {
  switch (expr.kind) {
    case 'penalty':
    case 'schedule':
    case 'likelihood':
      return [expr.call];
    case 'function':
      return [{ definition: expr.definition, args: {} }];
    case 'tensor':
      return applicationsIn(expr.ref);
    default:
      return none;
  }
}

/** What the inputs of applications call. */
const applicationsIn = (ref: TensorRef): readonly Call[] =>
  ref.kind === 'applied'
    ? [...ref.application.inputs.flatMap((input) => everyExpression(input).flatMap(callOf)), ...applicationsIn(ref.of)]
    : none;

/** The entries without a lowering among a call and its arguments. */
export function unloweredIn({ definition, args }: Call): readonly BuiltinCall['definition'][] {
  let found: readonly BuiltinCall['definition'][] = hasLowering(definition) ? none : [definition];
  for (const name in args) {
    const value = args[name];
    const inside = isCall(value) ? unloweredIn(value) : none;
    if (inside.length > 0) found = [...found, ...inside];
  }
  return found;
}

const none: readonly never[] = [];

const isCall = (value: ArgValue | undefined): value is BuiltinCall =>
  typeof value === 'object' && !isTensor(value) && 'kind' in value && value.kind === 'call';
