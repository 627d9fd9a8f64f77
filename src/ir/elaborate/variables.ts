/** Declarations of observed variables, and what stands between them and the networks. */
import { isTensor, showRef, type ExampleShape } from '../../builtins/arguments.js';
import { isMisfit } from '../../builtins/define.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { exampleTooLarge } from '../../diagnostics/messages/limits.js';
import * as say from '../../diagnostics/messages/variables.js';
import { isMissing, type CorruptItem, type PreprocessItem, type VariableItem } from '../../parser/ast.js';
import { product } from '../graph/shape.js';
import { largestTensor } from '../limits.js';
import type { Corruption, Structure, Transform, Variable } from '../model/variables.js';
import { bindCall, type Binding } from './bind.js';
import type { Context } from './context.js';
import { sourceAt, type Scope } from './scope.js';
import { shapeOfType, Types } from './types.js';

/** The statements of a variable. */
export interface VariableItems {
  readonly declaration: VariableItem;
  /** Those of its name, in source order. */
  readonly preprocess: readonly PreprocessItem[];
  readonly corrupt: readonly CorruptItem[];
}

/**
 * The variable of a name, and beside a tree the label of its nodes; none where there is an error.
 *
 * @param binding for corruptions, whose arguments may be tensors
 */
export function variablesOf(
  context: Context,
  scope: Scope,
  binding: Binding,
  name: string,
  items: VariableItems,
): readonly Variable[] {
  const { reporter } = context;
  const { declaration: item } = items;
  for (const { target } of [...items.preprocess, ...items.corrupt])
    reporter.refer(scope, target.span, context.symbol(name));
  if (isMissing(item.type)) return [];
  const types = new Types(scope, reporter);
  const type = types.of(item.type);
  if (type === undefined) return [];
  const { structure, label } = type;
  const domain = types.domain(structure, item.domain);
  if (domain === undefined) return [];
  const shape = shapeOfType(structure);
  const count = product(shape) * (domain.kind === 'category' ? domain.classes : 1);
  if (count > largestTensor) {
    reporter.report(scope, exampleTooLarge, item.type.span, { name, shape, count, most: largestTensor });
    return [];
  }
  const preprocessing = items.preprocess.flatMap((one) => transformsOf(binding, one, name, domain.kind));
  const bare: Variable = {
    name,
    role: item.role,
    observed: type.observed,
    structure,
    shape,
    domain,
    declaresDomain: item.domain !== undefined,
    preprocessing,
    corruption: [],
    corrupted: shape,
    doc: item.doc,
    source: sourceAt(scope, item.span),
  };
  const own = items.corrupt.reduce((variable, one) => corrupted(context, scope, binding, one, variable), bare);
  if (label === undefined) return [own];
  const labelled: Structure = { kind: 'label', tree: name, of: label.of };
  const labelShape = shapeOfType(labelled);
  return [
    own,
    {
      name: `${name}.label`,
      role: item.role,
      observed: label.observed,
      structure: labelled,
      shape: labelShape,
      domain: types.domain(labelled, undefined)!,
      declaresDomain: false,
      preprocessing: [],
      corruption: [],
      corrupted: labelShape,
      doc: '',
      source: sourceAt(scope, label.span),
    },
  ];
}

function transformsOf(
  binding: Binding,
  item: PreprocessItem,
  variable: string,
  domain: Variable['domain']['kind'],
): readonly Transform[] {
  const calls = item.transforms.flatMap((expr): readonly Transform[] => {
    const call = bindCall(binding, 'preprocessing', expr);
    return call === undefined ? [] : [{ ...call, source: sourceAt(binding.scope, expr.span) }];
  });
  if (domain !== 'category' && domain !== 'distribution') return calls;
  const [first] = calls;
  if (first !== undefined)
    binding.reporter.report(binding.scope, say.cannotTransform, item.transforms[0]!.span, {
      transform: first.definition.name,
      variable,
      found: domain === 'category' ? 'labels' : 'a distribution',
    });
  return [];
}

function corrupted(context: Context, scope: Scope, binding: Binding, item: CorruptItem, variable: Variable): Variable {
  const labelled = variable.domain.kind === 'category';
  let shape = variable.corrupted;
  const corruption: Corruption[] = [];
  for (const [i, call] of corruptionsOf(context, scope, binding, item).entries()) {
    if (call === undefined) continue;
    const { definition, args } = call;
    const beside = { related: [{ place: variable.source.place, message: labels.declaredHere }] };
    const span = item.corruptions[i]!.span;
    if ((definition.of === 'labels') !== labelled) {
      context.reporter.report(
        scope,
        say.cannotCorrupt,
        span,
        { corruption: definition.name, variable: variable.name, labels: labelled, of: definition.of },
        beside,
      );
      continue;
    }
    const result = definition.shape(shape, args);
    if (isMisfit(result)) {
      context.reporter.report(
        scope,
        say.corruptionMisfit,
        span,
        { corruption: definition.name, of: variable.name, shape, ...result },
        beside,
      );
      continue;
    }
    shape = result;
    corruption.push(call);
  }
  return { ...variable, corruption: [...variable.corruption, ...corruption], corrupted: shape };
}

/** The corruptions of a statement; undefined and reported where one is none. */
export function corruptionsOf(
  context: Context,
  scope: Scope,
  binding: Binding,
  item: CorruptItem,
): readonly (Corruption | undefined)[] {
  return item.corruptions.map((expr) => {
    const call = bindCall(binding, 'corruption', expr);
    if (call === undefined) return undefined;
    for (const [param, value] of Object.entries(call.args)) {
      const shape = isTensor(value) ? context.typeOf(value).shape : undefined;
      if (shape === undefined || product(shape) === 1) continue;
      context.reporter.report(scope, say.oneNumberEach, expr.span, {
        param,
        of: call.definition.name,
        text: isTensor(value) ? showRef(value) : '',
        shape,
      });
      return undefined;
    }
    return { ...call, source: sourceAt(scope, expr.span) };
  });
}

/** Noise behind a layer: it keeps the shape. */
export function behindLayer(
  context: Context,
  scope: Scope,
  calls: readonly (Corruption | undefined)[],
  item: CorruptItem,
  layer: string,
  shape: ExampleShape,
): readonly Corruption[] {
  return calls.flatMap((call, i) => {
    if (call === undefined) return [];
    const { definition, args } = call;
    const span = item.corruptions[i]!.span;
    if (definition.of === 'labels') {
      context.reporter.report(scope, say.cannotCorrupt, span, {
        corruption: definition.name,
        variable: layer,
        labels: false,
        of: definition.of,
      });
      return [];
    }
    const result = definition.shape(shape, args);
    if (isMisfit(result))
      context.reporter.report(scope, say.corruptionMisfit, span, {
        corruption: definition.name,
        of: layer,
        shape,
        ...result,
      });
    else if (result.join() !== shape.join())
      context.reporter.report(scope, say.corruptsShape, span, {
        corruption: definition.name,
        layer,
        from: shape,
        to: result,
      });
    else return [call];
    return [];
  });
}
