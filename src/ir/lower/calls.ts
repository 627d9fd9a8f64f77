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
import { measuredIn, type Model } from '../model/model.js';
import type { Source } from '../model/source.js';
import { partsOf, phasesOf } from '../model/training.js';

interface CallAt {
  readonly call: BuiltinCall;
  readonly source: Source;
}

/** Every call of the registry that the model makes. */
export function callsIn(model: Model): readonly CallAt[] {
  const { training } = model;
  const calls: CallAt[] = [];
  const corruptions = (all: readonly (BuiltinCall & { readonly source: Source })[]): void => {
    for (const call of all) calls.push({ call, source: call.source });
  };
  for (const { corruption } of model.variables) corruptions(corruption);
  for (const { layers } of model.networks)
    for (const { definition, args, source, corruption } of layers) {
      calls.push({ call: { kind: 'call', definition, args }, source });
      corruptions(corruption);
    }
  for (const { definition, by, through, source } of model.latents) {
    // A distribution answers for the ways that go with it, since one of them is its default.
    calls.push({ call: hasLowering(definition) ? by : { kind: 'call', definition, args: {} }, source });
    for (const call of through) calls.push({ call, source });
  }
  for (const { definition, args, source } of model.draws)
    calls.push({ call: { kind: 'call', definition, args }, source });
  for (const { value, source } of measuredIn(model))
    for (const one of everyExpression(value)) for (const call of callOf(one)) calls.push({ call, source });
  for (const { optimizer } of partsOf(training)) calls.push({ call: optimizer, source: optimizer.source });
  for (const phase of phasesOf(training)) for (const { corruption } of phase.corruptions) corruptions(corruption);
  return [...calls, ...model.figures];
}

/** What an expression calls of the registry. */
function callOf(expr: Expression): readonly BuiltinCall[] {
  switch (expr.kind) {
    case 'penalty':
    case 'schedule':
    case 'likelihood':
      return [expr.call];
    case 'function':
      return [{ kind: 'call', definition: expr.definition, args: {} }];
    case 'tensor':
      return applicationsIn(expr.ref);
    default:
      return none;
  }
}

/** What the inputs of applications call. */
const applicationsIn = (ref: TensorRef): readonly BuiltinCall[] =>
  ref.kind === 'applied'
    ? [...ref.application.inputs.flatMap((input) => everyExpression(input).flatMap(callOf)), ...applicationsIn(ref.of)]
    : none;

/** The entries without a lowering among a call and its arguments. */
export function unloweredIn({ definition, args }: BuiltinCall): readonly BuiltinCall['definition'][] {
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
