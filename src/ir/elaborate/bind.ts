/**
 * Binds the arguments of a call to the parameters of a registry entry. Named arguments go to their
 * parameter; a positional one goes to the first free parameter whose type takes it, so that
 * `conv(16, kernel: 3, relu)` reads as it is meant.
 */
import type { ArgValue, Args, BuiltinCall, CallOf, Param } from '../../builtins/arguments.js';
import type { Category, Definition } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import type { Arg, CallExpr, Expr, PathExpr, Span } from '../../parser/ast.js';
import { inDigits, largestSide, largestSize } from '../limits.js';
import { constantInteger, constantNumber, quote } from './constants.js';
import { isBroken, oneOf, suggestion, type Reporter, type Scope } from './context.js';
import { calleeOf, describe, reportUntaken, sentence } from './describe.js';

export { describe } from './describe.js';

/** How names of tensors and weights are resolved; each reports what it cannot find. */
export interface NameResolver {
  tensor(path: PathExpr): ArgValue | undefined;
  layer(path: PathExpr): ArgValue | undefined;
  latent(path: PathExpr): ArgValue | undefined;
  variable(path: PathExpr): ArgValue | undefined;
  /** A network applied to tensors. */
  application(call: CallExpr): ArgValue | undefined;
  /** Weights behind a path: one, or every kernel of a layer or network; `quiet` does not report. */
  weights(path: PathExpr, quiet: boolean): ArgValue | undefined;
}

/** Where no name of a tensor means anything. */
export const noNames: NameResolver = {
  tensor: () => undefined, layer: () => undefined, latent: () => undefined, variable: () => undefined, application: () => undefined, weights: () => undefined,
};

export interface Binding {
  readonly scope: Scope;
  readonly reporter: Reporter;
  readonly names: NameResolver;
}

/** The call of an entry of `category`; undefined and reported where name or arguments are wrong. */
export function bindCall<C extends Category>(
  binding: Binding,
  category: C,
  expr: Expr,
  what: string,
): CallOf<C> | undefined {
  const { scope, reporter } = binding;
  const callee = calleeOf(expr);
  if (callee === undefined) {
    if (expr.kind !== 'missing') {
      reporter.report(scope, 'AE2005', expr.span, {
        title: `${what} is needed here`,
        cause: `\`${quote(scope, expr)}\` is not a name.`,
        expected: what,
        found: `\`${quote(scope, expr)}\``,
        hint: `for example \`${builtins[category][0]?.name ?? ''}\``,
      });
    }
    return undefined;
  }
  const passed = expr.kind === 'path' ? scope.constants.get(callee.text) : undefined;
  if (isCallOf(passed, category)) return passed;
  const definition = find(category, callee.text);
  if (passed !== undefined && isBroken(passed)) return undefined;
  if (definition === undefined) {
    const known = builtins[category].map((entry) => entry.name);
    const guess = suggestion(scope, callee.text, callee.span, known);
    reporter.report(scope, 'AE2002', callee.span, {
      title: `there is no ${category} called \`${callee.text}\``,
      cause: `${sentence(what).slice(0, -1)} stands here${known.length <= 16 ? `: ${oneOf(known)}` : ''}.`,
      expected: what,
      found: `\`${callee.text}\``,
      ...guess,
      hint: guess.fixes === undefined ? `for example \`${builtins[category][0]!.name}\`` : guess.hint!,
    });
    return undefined;
  }
  const args = bindArgs(binding, definition, expr.kind === 'call' ? expr.args : [], callee.span);
  return args === undefined ? undefined : { kind: 'call', definition, args };
}

function isCallOf<C extends Category>(value: unknown, category: C): value is CallOf<C> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'call' && (value as BuiltinCall).definition.category === category;
}

/** Arguments of one call that are reported as too many. */
const mostUntaken = 8;

/** Arguments by parameter, defaults filled in. `at` is where a missing argument is reported. */
export function bindArgs(binding: Binding, definition: Definition, args: readonly Arg[], at: Span): Args | undefined {
  const { scope, reporter } = binding;
  const bound = new Map<string, ArgValue>();
  let failed = false;
  let untaken = 0;
  for (const arg of args) {
    if (arg.name === undefined) continue;
    const param = definition.params.find((p) => p.name === arg.name!.text);
    if (param === undefined) {
      failed = true;
      untaken += 1;
      if (untaken > mostUntaken) continue;
      reporter.report(scope, 'AE2004', arg.name.span, {
        title: `\`${definition.name}\` has no argument \`${arg.name.text}\``,
        cause: definition.params.length === 0 ? 'It takes none.' : `Its arguments are ${definition.params.map((p) => p.name).join(', ')}.`,
        expected: definition.params.length === 0 ? 'no argument' : oneOf(definition.params.map((p) => `\`${p.name}\``)),
        found: `\`${arg.name.text}\``,
        ...suggestion(scope, arg.name.text, arg.name.span, definition.params.map((p) => p.name)),
      });
      continue;
    }
    const value = bindValue(binding, definition, param, arg.value);
    if (value === undefined) failed = true;
    else bound.set(param.name, value);
  }
  for (const arg of args) {
    if (arg.name !== undefined) continue;
    const param = definition.params.find((p) => !bound.has(p.name) && accepts(binding, p, arg.value));
    if (param === undefined) {
      failed = true;
      untaken += 1;
      if (untaken <= mostUntaken) reportUntaken(scope, reporter, definition, bound, arg);
      continue;
    }
    if (param.type.kind === 'dims' || param.type.kind === 'tensors') {
      const rest = args.filter((a) => a.name === undefined);
      const value = bindVariadic(binding, param, rest.map((a) => a.value));
      if (value === undefined) failed = true;
      else bound.set(param.name, value);
      break;
    }
    const value = bindValue(binding, definition, param, arg.value);
    if (value === undefined) failed = true;
    else bound.set(param.name, value);
  }
  for (const param of definition.params) {
    if (bound.has(param.name)) continue;
    if (param.default !== undefined) bound.set(param.name, defaultValue(param));
    else if (param.inferred === true) bound.set(param.name, { kind: 'infer' });
    else if (param.optional !== true && !failed) {
      failed = true;
      reporter.report(scope, 'AE2006', at, {
        title: `\`${definition.name}\` needs \`${param.name}\``,
        cause: sentence(param.summary),
        expected: `${param.name}: ${describe(param)}`,
        found: 'nothing',
        hint: `for example \`${definition.examples[0] ?? definition.name}\``,
      });
    }
  }
  return failed ? undefined : Object.fromEntries(bound);
}

function defaultValue(param: Param): ArgValue {
  if (param.type.kind !== 'builtin') return param.default as ArgValue;
  const definition = find(param.type.category, String(param.default));
  if (definition === undefined) throw new Error(`default ${String(param.default)} of ${param.name} is not in the registry`);
  const args = definition.params.map((p): readonly [string, ArgValue | undefined] => [p.name, p.default === undefined ? undefined : defaultValue(p)]);
  return { kind: 'call', definition, args: Object.fromEntries(args) };
}

/** Every argument that has a default; the others are for whoever derives the call. */
export const defaultArgs = (definition: Definition): Args =>
  Object.fromEntries(definition.params.flatMap((p): readonly (readonly [string, ArgValue])[] => (p.default === undefined ? [] : [[p.name, defaultValue(p)]])));

/** The call of an entry with all defaults. */
export function defaultCall<C extends Category>(category: C, name: string): CallOf<C> {
  const value = defaultValue({ name, type: { kind: 'builtin', category }, summary: '', default: name });
  return value as CallOf<C>;
}

/** Whether a positional argument looks like a value for this parameter. Decides by form alone; values are checked later. */
function accepts({ scope }: Binding, param: Param, expr: Expr): boolean {
  const name = calleeOf(expr)?.text;
  const constant = name === undefined ? undefined : scope.constants.get(name);
  if (isBroken(constant)) return true;
  const numeric = expr.kind === 'number' || expr.kind === 'unary' || expr.kind === 'binary' || typeof constant === 'number';
  switch (param.type.kind) {
    case 'int':
    case 'float':
      return numeric || (expr.kind === 'infer' && param.inferred === true);
    case 'dims':
      return numeric;
    case 'pair':
      return numeric || expr.kind === 'list';
    case 'padding':
      return name === 'same' || name === 'valid';
    case 'bool':
      return name === 'true' || name === 'false' || typeof constant === 'boolean';
    case 'word':
      return name !== undefined && param.type.words.includes(name);
    case 'builtin':
      return name !== undefined && (find(param.type.category, name) !== undefined || isCallOf(constant, param.type.category));
    case 'weights':
      return expr.kind === 'path';
    case 'tensor':
      if (param.type.orNumber === true && numeric) return true;
      return (expr.kind === 'path' || expr.kind === 'call') && typeof constant !== 'number';
    case 'tensors':
    case 'layer':
    case 'latent':
    case 'variable':
      // An optional one is named where it is meant: `dense(64, rleu)` misspells an activation, it ties nothing.
      return expr.kind === 'path' && typeof constant !== 'number' && (param.optional !== true || param.type.kind === 'tensors');
  }
}

function bindVariadic(binding: Binding, param: Param, exprs: readonly Expr[]): ArgValue | undefined {
  const { scope, reporter, names } = binding;
  if (param.type.kind === 'dims') {
    const sizes = exprs.map((expr) => constantInteger(scope, reporter, expr, 1, 'a size'));
    return sizes.every((n) => n !== undefined) ? sizes : undefined;
  }
  const items = exprs.map((expr) => (expr.kind === 'path' ? names.tensor(expr) : undefined));
  return items.every((item) => item !== undefined)
    ? ({ kind: 'tensors', items } as ArgValue)
    : undefined;
}

function bindValue(binding: Binding, definition: Definition, param: Param, expr: Expr): ArgValue | undefined {
  const { scope, reporter, names } = binding;
  const { type } = param;
  const wrong = (found: string, expected = describe(param)): undefined => {
    reporter.report(scope, 'AE2005', expr.span, {
      title: `\`${param.name}\` of \`${definition.name}\` cannot be ${found}`,
      cause: sentence(param.summary),
      expected,
      found,
      hint: `for example \`${definition.examples[0] ?? definition.name}\``,
    });
    return undefined;
  };
  if (expr.kind === 'missing') return undefined;
  if (expr.kind === 'infer') return param.inferred === true ? { kind: 'infer' } : wrong('`_`');
  const name = calleeOf(expr)?.text;
  if (name !== undefined && isBroken(scope.constants.get(name))) return undefined;
  switch (type.kind) {
    case 'int':
    case 'float': {
      const value = constantNumber(scope, reporter, expr);
      if (value === undefined) return undefined;
      if (type.kind === 'int') {
        // `d / 3` is a matter of arithmetic, `2.5` one of type.
        if (expr.kind === 'binary') return constantInteger(scope, reporter, expr, type.min ?? -Infinity, `\`${param.name}\``, type.max);
        const most = type.max ?? largestSize;
        if (value > most) return wrong(String(value), `a whole number ≤ ${inDigits(most)}`);
        return Number.isSafeInteger(value) && value >= (type.min ?? -Infinity) ? value : wrong(String(value));
      }
      const inside = value >= (type.min ?? -Infinity) && value <= (type.max ?? Infinity) && value > (type.above ?? -Infinity) && value < (type.below ?? Infinity);
      return inside ? value : wrong(String(value));
    }
    case 'bool': {
      const constant = name === undefined ? undefined : scope.constants.get(name);
      if (name === 'true' || name === 'false') return name === 'true';
      return typeof constant === 'boolean' ? constant : wrong(`\`${quote(scope, expr)}\``);
    }
    case 'word':
      return name !== undefined && type.words.includes(name) ? name : wrong(`\`${quote(scope, expr)}\``);
    case 'pair':
    case 'padding': {
      if (type.kind === 'padding' && (name === 'same' || name === 'valid')) return name;
      if (type.kind === 'padding' && name !== undefined && typeof scope.constants.get(name) !== 'number') return wrong(`\`${quote(scope, expr)}\``);
      const min = type.kind === 'pair' ? type.min : 0;
      if (expr.kind === 'list') {
        const values = expr.items.map((item) => constantInteger(scope, reporter, item, min, `\`${param.name}\``, largestSide));
        if (values.some((v) => v === undefined)) return undefined;
        return values.length === 2 ? (values as readonly number[]) : wrong(`a list of ${values.length}`);
      }
      return constantInteger(scope, reporter, expr, min, `\`${param.name}\``, largestSide);
    }
    case 'dims': {
      const items = expr.kind === 'list' ? expr.items : [expr];
      return bindVariadic(binding, param, items);
    }
    case 'builtin':
      return bindCall(binding, type.category, expr, describe(param));
    case 'tensor': {
      if (expr.kind === 'call') return names.application(expr);
      if (type.orNumber === true && (expr.kind !== 'path' || typeof scope.constants.get(name ?? '') === 'number')) return constantNumber(scope, reporter, expr);
      if (expr.kind !== 'path') return wrong(`\`${quote(scope, expr)}\``);
      const weights = type.orWeights === true ? names.weights(expr, true) : undefined;
      return weights ?? names.tensor(expr);
    }
    case 'tensors':
      return bindVariadic(binding, param, expr.kind === 'list' ? expr.items : [expr]);
    case 'layer':
      return expr.kind === 'path' ? names.layer(expr) : wrong(`\`${quote(scope, expr)}\``);
    case 'latent':
      return expr.kind === 'path' ? names.latent(expr) : wrong(`\`${quote(scope, expr)}\``);
    case 'variable':
      return expr.kind === 'path' ? names.variable(expr) : wrong(`\`${quote(scope, expr)}\``);
    case 'weights':
      return expr.kind === 'path' ? names.weights(expr, false) : wrong(`\`${quote(scope, expr)}\``);
  }
}
