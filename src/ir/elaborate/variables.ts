/** Declarations of observed variables, and what stands between them and the networks. */
import type { BuiltinCall, DefinitionOf, ExampleShape } from '../../builtins/define.js';
import { isMisfit } from '../../builtins/layers/shapes.js';
import { isMissing, type CorruptItem, type Expr, type PreprocessItem, type VariableItem } from '../../parser/ast.js';
import type { Domain } from '../../runtime/program.js';
import type { Variable } from '../model.js';
import { bindCall } from './bind.js';
import { calleeOf } from './describe.js';
import { constantInteger, constantNumber, quote } from './constants.js';
import { notCompiled, sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { isPlanned, planned } from './planned.js';
import { resolver, type Names } from './names.js';
import { inWords } from './networks.js';

export function elaborateVariable(scope: Scope, reporter: Reporter, names: Names, item: VariableItem): void {
  if (isMissing(item.name)) return;
  const name = item.name.text;
  if (names.has(name)) {
    reporter.report(scope, 'AE2007', item.name.span, { title: `\`${name}\` is declared twice`, cause: 'Inputs and targets share one set of names.', hint: 'choose another name', related: names.firstOf(scope, name) });
    return;
  }
  const variable = variableOf(scope, reporter, item, name);
  if (variable === undefined) {
    names.spoil(name);
    return;
  }
  names.variables.set(name, variable);
  names.declare(name, { kind: 'variable', name });
}

function variableOf(scope: Scope, reporter: Reporter, item: VariableItem, name: string): Variable | undefined {
  if (isMissing(item.type)) return undefined;
  if (item.type.optional) {
    notCompiled(scope, reporter, item.type.span, 'variables that may be missing are');
    return undefined;
  }
  const type = typeOf(scope, reporter, item.type.form);
  if (type === undefined) return undefined;
  if (type.classes !== undefined && item.domain !== undefined && !isMissing(item.domain)) {
    reporter.report(scope, 'AE2005', item.domain.span, {
      title: 'a category has no domain', cause: 'Its values are its classes.', expected: 'no `in`', found: `\`in ${quote(scope, item.domain)}\``, hint: 'remove it',
    });
    return undefined;
  }
  const domain = type.classes === undefined ? domainOf(scope, reporter, item.domain) : ({ kind: 'category', classes: type.classes } as const);
  if (domain === undefined) return undefined;
  return { name, role: item.role, shape: type.shape, domain, corruption: [], corrupted: type.shape, doc: item.doc, source: sourceAt(scope, item.span) };
}

/** `[28, 28, 1]` or `category(10)`. */
function typeOf(scope: Scope, reporter: Reporter, form: Expr): { readonly shape: ExampleShape; readonly classes?: number } | undefined {
  if (form.kind === 'missing') return undefined;
  if (form.kind === 'list') {
    const sizes = form.items.map((item) => constantInteger(scope, reporter, item, 1, 'a size'));
    return sizes.every((n) => n !== undefined) ? { shape: sizes } : undefined;
  }
  const callee = calleeOf(form);
  if (callee?.text === 'category') return categoryOf(scope, reporter, form);
  if (callee !== undefined && isPlanned('type', callee.text)) {
    notCompiled(scope, reporter, form.span, `${callee.text} inputs are`);
    return undefined;
  }
  const guess = callee === undefined ? {} : suggestion(scope, callee.text, callee.span, ['category', ...(planned.type ?? [])]);
  reporter.report(scope, form.kind === 'number' ? 'AE2005' : 'AE2002', form.span, {
    title: `\`${quote(scope, form)}\` is no type of a variable`,
    cause: 'A variable is an array of numbers, a category, a token, a sequence or a tree.',
    expected: '`[784]`, `[28, 28, 1]` or `category(10)`',
    found: `\`${quote(scope, form)}\``,
    ...(form.kind === 'number'
      ? { hint: 'sizes stand in brackets', fixes: [{ title: `write \`[${quote(scope, form)}]\``, edits: [{ place: { file: scope.file.file, span: form.span }, newText: `[${quote(scope, form)}]` }] }] }
      : guess),
  });
  return undefined;
}

function categoryOf(scope: Scope, reporter: Reporter, form: Expr): { readonly shape: ExampleShape; readonly classes: number } | undefined {
  const [arg, extra] = form.kind === 'call' ? form.args : [];
  if (arg === undefined) {
    reporter.report(scope, 'AE2006', form.span, { title: '`category` needs the number of classes', cause: 'Labels are 0 … classes − 1.', expected: 'a whole number ≥ 2', found: 'nothing', hint: 'for example `category(10)`' });
    return undefined;
  }
  if (extra !== undefined || arg.name !== undefined) {
    reporter.report(scope, extra === undefined ? 'AE2004' : 'AE2003', (extra ?? arg).span, { title: '`category` takes the number of classes alone', cause: 'Labels are 0 … classes − 1.', expected: 'a whole number ≥ 2', found: `\`${quote(scope, extra ?? arg)}\``, hint: 'for example `category(10)`' });
    return undefined;
  }
  const classes = constantInteger(scope, reporter, arg.value, 2, 'the number of classes');
  return classes === undefined ? undefined : { shape: [], classes };
}

function domainOf(scope: Scope, reporter: Reporter, expr: Expr | undefined): Domain | undefined {
  if (expr === undefined) return { kind: 'real' };
  if (expr.kind === 'missing') return undefined;
  const word = expr.kind === 'path' ? quote(scope, expr) : '';
  if (word === 'real' || word === 'binary') return { kind: word };
  if (expr.kind === 'list' && expr.items.length === 2) {
    const [low, high] = expr.items.map((item) => constantNumber(scope, reporter, item));
    if (low === undefined || high === undefined) return undefined;
    if (low < high) return { kind: 'interval', low, high };
  }
  reporter.report(scope, 'AE2005', expr.span, {
    title: 'this is no domain',
    cause: 'The domain says which values the elements may take.',
    expected: '`[low, high]` with low < high, `real` or `binary`',
    found: `\`${quote(scope, expr)}\``,
    ...(expr.kind === 'path' ? suggestion(scope, word, expr.span, ['real', 'binary']) : { hint: 'for example `in [0, 1]`' }),
  });
  return undefined;
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
  let shape = variable.corrupted;
  for (const [i, call] of calls.entries()) {
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

export function corruptionCalls(scope: Scope, reporter: Reporter, names: Names, item: CorruptItem): readonly (BuiltinCall & { readonly definition: DefinitionOf<'corruption'> })[] | undefined {
  const calls = item.corruptions.map((expr) => bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'corruption', expr, 'a corruption'));
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

function variableAt(scope: Scope, reporter: Reporter, names: Names, target: PreprocessItem['target'], verb: string): Variable | undefined {
  if (isMissing(target)) return undefined;
  const name = target.parts.map((p) => p.text).join('.');
  const variable = names.variables.get(name);
  if (variable === undefined && !names.isBroken(name, '')) {
    reporter.report(scope, 'AE2001', target.span, {
      title: `there is no input \`${name}\` to ${verb}`, cause: 'Only observed variables can be meant.', expected: 'an input or target', found: `\`${name}\``,
      ...suggestion(scope, name, target.span, [...names.variables.keys()]),
    });
  }
  return variable;
}
