/** Declarations of observed variables, and what stands between them and the networks. */
import { isMisfit } from '../../builtins/layers/shapes.js';
import { isMissing, type CorruptItem, type PreprocessItem, type VariableItem } from '../../parser/ast.js';
import { inDigits, largestTensor } from '../limits.js';
import type { Corruption, Structure, Variable } from '../model/model.js';
import { product } from '../graph/shape.js';
import { bindCall } from './bind.js';
import { sourceAt, type Reporter, type Scope } from './context.js';
import { inWords } from './failures.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';
import { domainOf, shapeOfType, typeOf } from './types.js';

export function elaborateVariable(scope: Scope, reporter: Reporter, names: Names, item: VariableItem): void {
  if (isMissing(item.name)) return;
  const name = item.name.text;
  if (names.has(name)) {
    reporter.report(scope, 'AE2007', item.name.span, { title: `\`${name}\` is declared twice`, cause: 'Inputs and targets share one set of names.', hint: 'choose another name', related: names.firstOf(scope, name) });
    return;
  }
  for (const variable of variablesOf(scope, reporter, item, name)) {
    names.variables.set(variable.name, variable);
    names.declare(variable.name, { kind: 'variable', name: variable.name });
  }
  if (!names.variables.has(name)) names.spoil(name);
}

/** The variable, and beside a tree the label of its nodes; none where there is an error. */
function variablesOf(scope: Scope, reporter: Reporter, item: VariableItem, name: string): readonly Variable[] {
  const type = isMissing(item.type) ? undefined : typeOf(scope, reporter, item.type.form);
  if (isMissing(item.type) || type === undefined) return [];
  const { structure, label } = type;
  const domain = domainOf(scope, reporter, structure, item.domain);
  if (domain === undefined) return [];
  const common = { role: item.role, corruption: [], doc: item.doc };
  const shape = shapeOfType(structure);
  const size = product(shape) * (domain.kind === 'category' ? domain.classes : 1);
  if (size > largestTensor) {
    reporter.report(scope, 'AE2005', item.type.span, {
      title: `an example of \`${name}\` would have ${inDigits(size)} numbers`, cause: 'No machine can hold a batch of them.',
      expected: `at most ${inDigits(largestTensor)} numbers`, found: inWords(shape), hint: 'use smaller sizes',
    });
    return [];
  }
  const own: Variable = { ...common, name, observed: item.type.optional ? 'sometimes' : 'always', structure, shape, domain, corrupted: shape, source: sourceAt(scope, item.span) };
  if (label === undefined) return [own];
  const labelled: Structure = { kind: 'label', tree: name, of: label.of };
  const labelShape = shapeOfType(labelled);
  return [own, {
    ...common, name: `${name}.label`, observed: label.observed, structure: labelled, shape: labelShape,
    domain: domainOf(scope, reporter, labelled, undefined)!, corrupted: labelShape, source: sourceAt(scope, label.span),
  }];
}

export function elaboratePreprocess(scope: Scope, reporter: Reporter, names: Names, item: PreprocessItem): void {
  const variable = variableAt(scope, reporter, names, item.target, 'preprocess');
  const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'preprocessing', item.transform, 'a preprocessing');
  if (variable !== undefined && call !== undefined) names.variables.set(variable.name, { ...variable, preprocessing: call });
}

/** Corruption of an input. Corruption of a named layer is read later, when the layer is there. */
export function elaborateCorruption(scope: Scope, reporter: Reporter, names: Names, item: CorruptItem): void {
  const calls = corruptionCalls(scope, reporter, names, item);
  if (calls === undefined || isMissing(item.target)) return;
  const variable = names.variables.get(item.target.parts.map((p) => p.text).join('.'));
  if (variable === undefined) return;
  const labels = variable.domain.kind === 'category';
  let shape = variable.corrupted;
  for (const [i, call] of calls.entries()) {
    if ((call.definition.of === 'labels') !== labels) {
      reporter.report(scope, 'AE3002', item.corruptions[i]!.span, {
        title: `\`${call.definition.name}\` cannot take ${labels ? 'labels' : 'numbers'}`, cause: `It corrupts \`${variable.name}\`, whose elements are ${labels ? 'labels' : 'numbers'}.`,
        expected: call.definition.of, found: labels ? 'labels' : 'numbers', hint: `choose a corruption of ${labels ? 'labels' : 'numbers'}`,
        related: [{ place: variable.source.place, message: 'declared here' }],
      });
      return;
    }
    const result = call.definition.shape(shape, call.args);
    if (isMisfit(result)) {
      reporter.report(scope, 'AE3002', item.corruptions[i]!.span, {
        title: `\`${call.definition.name}\` cannot take ${inWords(shape)}`, cause: `It corrupts \`${variable.name}\`, which is ${inWords(shape)}${i === 0 ? '' : ' here'}.`, ...result,
        related: [{ place: variable.source.place, message: 'declared here' }],
      });
      return;
    }
    shape = result;
  }
  names.variables.set(variable.name, { ...variable, corruption: [...variable.corruption, ...calls], corrupted: shape });
}

export function corruptionCalls(scope: Scope, reporter: Reporter, names: Names, item: CorruptItem): readonly Corruption[] | undefined {
  const calls = item.corruptions.map((expr): Corruption | undefined => {
    const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'corruption', expr, 'a corruption');
    return call === undefined ? undefined : { ...call, source: sourceAt(scope, expr.span) };
  });
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

function variableAt(scope: Scope, reporter: Reporter, names: Names, target: PreprocessItem['target'], verb: string): Variable | undefined {
  if (isMissing(target)) return undefined;
  const name = target.parts.map((p) => p.text).join('.');
  const variable = names.variables.get(name);
  if (variable === undefined && !names.isBroken(name, '')) {
    reporter.report(scope, 'AE2001', target.span, {
      title: `there is no input \`${name}\` to ${verb}`, cause: 'Only observed variables can be meant.', expected: 'an input or target', found: `\`${name}\``,
      ...reporter.guess(scope, name, target.span, () => [...names.variables.keys()]),
    });
  }
  return variable;
}
