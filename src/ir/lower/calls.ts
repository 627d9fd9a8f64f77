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
import { layersOf, measuredIn, type Model } from '../model/model.js';
import type { Source } from '../model/source.js';
import { partsOf, phasesOf } from '../model/training.js';

interface CallAt {
  readonly call: BuiltinCall;
  readonly source: Source;
}

/** Every call of the registry that the model makes. */
export function callsIn(model: Model): readonly CallAt[] {
  const { training } = model;
  return [
    ...model.variables.flatMap((v) => v.corruption.map((call) => ({ call, source: call.source }))),
    ...layersOf(model).flatMap((layer) => [
      { call: { kind: 'call', definition: layer.definition, args: layer.args } as const, source: layer.source },
      ...layer.corruption.map((call) => ({ call, source: call.source })),
    ]),
    // A distribution answers for the ways that go with it, since one of them is its default.
    ...model.latents.flatMap(({ definition, by, through, source }): readonly CallAt[] => [
      { call: hasLowering(definition) ? by : { kind: 'call', definition, args: {} }, source },
      ...through.map((call) => ({ call, source })),
    ]),
    ...model.draws.map(({ definition, args, source }): CallAt => ({
      call: { kind: 'call', definition, args },
      source,
    })),
    ...measuredIn(model).flatMap(({ value, source }) =>
      everyExpression(value)
        .flatMap(callOf)
        .map((call) => ({ call, source })),
    ),
    ...partsOf(training).map(({ optimizer }): CallAt => ({ call: optimizer, source: optimizer.source })),
    ...phasesOf(training).flatMap(({ corruptions }) =>
      corruptions.flatMap(({ corruption }) => corruption.map((call) => ({ call, source: call.source }))),
    ),
    ...model.figures,
  ];
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
      return [];
  }
}

/** What the inputs of applications call. */
const applicationsIn = (ref: TensorRef): readonly BuiltinCall[] =>
  ref.kind === 'applied'
    ? [...ref.application.inputs.flatMap((input) => everyExpression(input).flatMap(callOf)), ...applicationsIn(ref.of)]
    : [];

/** The entries without a lowering among a call and its arguments. */
export function unloweredIn({ definition, args }: BuiltinCall): readonly BuiltinCall['definition'][] {
  const inside = Object.values(args).flatMap((value) => (isCall(value) ? unloweredIn(value) : []));
  return hasLowering(definition) ? inside : [definition, ...inside];
}

const isCall = (value: ArgValue | undefined): value is BuiltinCall =>
  typeof value === 'object' && !isTensor(value) && 'kind' in value && value.kind === 'call';
