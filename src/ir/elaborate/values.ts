/** Arguments by the type of their parameter: which look like one, and what value they have. */
import type { ArgValue, Param, ParamType } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import { change } from '../../diagnostics/fixes.js';
import { unusableArgument } from '../../diagnostics/messages/arguments.js';
import { rounded } from '../../diagnostics/phrases.js';
import type { Expr } from '../../parser/ast.js';
import { largestSide, largestSize } from '../limits.js';
import { bindCall, isCallOf, type Binding, type Callee } from './bind.js';
import { constantInteger, constantNumber } from './constants.js';
import { isBroken, placeIn, quote } from './scope.js';
import { calleeOf, describe } from './signatures.js';

/** Whether a positional argument looks like a value for this parameter. Decides by form alone; values are checked later. */
export function accepts({ scope }: Binding, param: Param, expr: Expr): boolean {
  const name = calleeOf(expr)?.text;
  const constant = name === undefined ? undefined : scope.constants.get(name);
  if (isBroken(constant)) return true;
  const numeric =
    expr.kind === 'number' || expr.kind === 'unary' || expr.kind === 'binary' || typeof constant === 'number';
  const named = expr.kind === 'path' && typeof constant !== 'number';
  const { type } = param;
  switch (type.kind) {
    case 'float':
      if (type.orTensor === true && named) return true;
      if (type.orSchedule === true && name !== undefined && find('schedule', name) !== undefined) return true;
      return numeric || (expr.kind === 'infer' && param.inferred === true);
    case 'int':
      return numeric || (expr.kind === 'infer' && param.inferred === true);
    case 'dims':
      return numeric;
    case 'pair':
      return numeric || expr.kind === 'list';
    case 'padding':
      return (
        name === 'same' ||
        name === 'valid' ||
        (expr.kind === 'string' && (expr.value === 'same' || expr.value === 'valid'))
      );
    case 'bool':
      return name === 'true' || name === 'false' || typeof constant === 'boolean';
    case 'word':
      return name !== undefined && type.words.includes(name);
    case 'texts':
      return expr.kind === 'string' || (expr.kind === 'list' && expr.items.some((item) => item.kind === 'string'));
    case 'builtin':
      return name !== undefined && (find(type.category, name) !== undefined || isCallOf(constant, type.category));
    case 'weights':
      return expr.kind === 'path';
    case 'expression':
      return expr.kind !== 'list' && expr.kind !== 'string';
    case 'tensor':
      return (named || expr.kind === 'call' || expr.kind === 'member') && param.optional !== true;
    case 'tensors':
      return named || expr.kind === 'call' || expr.kind === 'member';
    case 'layer':
    case 'network':
    case 'latent':
    case 'variable':
      // An optional one is named where it is meant: `dense(64, rleu)` misspells an activation, it ties nothing.
      return named && param.optional !== true;
  }
}

/** The value of an argument for a parameter; undefined and reported where it is none. */
export function bindValue(binding: Binding, callee: Callee, param: Param, expr: Expr): ArgValue | undefined {
  const { scope, reporter, tensors } = binding;
  const { type } = param;
  const asked: Asked = { binding, callee, param, expr };
  if (expr.kind === 'missing') return undefined;
  if (expr.kind === 'infer') return param.inferred === true ? { kind: 'infer' } : wrong(asked, '`_`');
  const word = calleeOf(expr);
  const name = word?.text;
  const constant = word === undefined ? undefined : reporter.constant(scope, word);
  if (isBroken(constant)) return undefined;
  switch (type.kind) {
    case 'int':
    case 'float':
      return number(asked, type);
    case 'bool':
      if (name === 'true' || name === 'false') return name === 'true';
      return typeof constant === 'boolean' ? constant : wrong(asked);
    case 'word':
      return name !== undefined && type.words.includes(name) ? name : wrong(asked);
    // Names of classes are read with the type that they are of.
    case 'texts':
      return wrong(asked);
    case 'pair':
    case 'padding':
      return pair(asked, type);
    case 'dims': {
      const sizes = (expr.kind === 'list' ? expr.items : [expr]).map((item) =>
        constantInteger(scope, reporter, item, 1, 'a size'),
      );
      return sizes.every((n) => n !== undefined) ? sizes : undefined;
    }
    case 'builtin':
      return bindCall(binding, type.category, expr);
    case 'expression': {
      const value = tensors?.expression(expr, type.orWeights === true);
      if (value === undefined) return undefined;
      if (type.only !== undefined && value.type.rate === 'constant') return wrong(asked, textOf(asked), 'a tensor');
      if (type.only === 'tensors' && value.kind !== 'tensor')
        return wrong(asked, textOf(asked), 'a tensor, without arithmetic');
      return { kind: 'expression', value };
    }
    case 'tensor':
      return expr.kind === 'path' || expr.kind === 'call' || expr.kind === 'member'
        ? tensors?.tensor(expr)
        : wrong(asked);
    case 'tensors': {
      const items = (expr.kind === 'list' ? expr.items : [expr]).map((item) => tensors?.tensor(item));
      return items.every((item) => item !== undefined) ? { kind: 'tensors', items } : undefined;
    }
    case 'network': {
      const network = expr.kind === 'path' ? tensors?.network(expr) : wrong(asked);
      return network === undefined ? undefined : { kind: 'network', name: network };
    }
    case 'layer':
      return expr.kind === 'path' ? tensors?.layer(expr) : wrong(asked);
    case 'latent':
      return expr.kind === 'path' ? tensors?.latent(expr, type.orDraw === true) : wrong(asked);
    case 'variable': {
      const of = expr.kind === 'path' ? tensors?.variable(expr) : wrong(asked);
      return of === undefined || tensors?.isKind(of, type.only) !== false ? of : wrong(asked);
    }
    case 'weights': {
      const names = expr.kind === 'path' ? tensors?.weights(expr) : wrong(asked);
      return names === undefined ? undefined : { kind: 'weights', names };
    }
  }
}

/** An argument, and what it is for. */
interface Asked {
  readonly binding: Binding;
  readonly callee: Callee;
  readonly param: Param;
  readonly expr: Expr;
}

const textOf = ({ binding: { scope }, expr }: Asked): string => `\`${quote(scope, expr)}\``;

/** Reports an argument that is no value for its parameter. */
function wrong(asked: Asked, found = textOf(asked), wanted = describe(asked.param)): undefined {
  const {
    binding: { scope, reporter },
    callee,
    param,
    expr,
  } = asked;
  const facts = {
    of: callee.name,
    param: param.name,
    summary: param.summary,
    wanted,
    found,
    example: callee.examples[0] ?? callee.name,
  };
  // A word in quotes, as other languages have it.
  const fixes =
    expr.kind === 'string' && /^\w+$/.test(expr.value) ? [change(placeIn(scope, expr.span), expr.value)] : [];
  reporter.report(scope, unusableArgument, expr.span, facts, { fixes });
  return undefined;
}

function number(asked: Asked, type: Extract<ParamType, { readonly kind: 'int' | 'float' }>): ArgValue | undefined {
  const { binding, param, expr } = asked;
  const { scope, reporter, tensors } = binding;
  const name = calleeOf(expr)?.text;
  if (type.kind === 'float') {
    if (type.orSchedule === true && name !== undefined && find('schedule', name) !== undefined)
      return bindCall(binding, 'schedule', expr);
    const isName = expr.kind === 'path' && (name === undefined || scope.constants.get(name) === undefined);
    if (type.orTensor === true && (isName || expr.kind === 'call' || expr.kind === 'member'))
      return tensors?.tensor(expr);
  }
  // `d / 3` is a matter of arithmetic, `2.5` one of type.
  if (type.kind === 'int' && expr.kind === 'binary')
    return constantInteger(scope, reporter, expr, type.min ?? -Infinity, `\`${param.name}\``, type.max);
  const value = constantNumber(scope, reporter, expr);
  if (value === undefined) return undefined;
  if (type.kind === 'int') {
    if (value > (type.max ?? largestSize))
      return wrong(asked, String(value), describe({ type: { ...type, max: type.max ?? largestSize } }));
    return Number.isSafeInteger(value) && value >= (type.min ?? -Infinity) ? value : wrong(asked, rounded(value));
  }
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = type;
  return value >= min && value <= max && value > above && value < below ? value : wrong(asked, String(value));
}

function pair(asked: Asked, type: Extract<ParamType, { readonly kind: 'pair' | 'padding' }>): ArgValue | undefined {
  const { binding, param, expr } = asked;
  const { scope, reporter } = binding;
  const name = calleeOf(expr)?.text;
  if (type.kind === 'padding') {
    if (name === 'same' || name === 'valid') return name;
    if (name !== undefined && typeof scope.constants.get(name) !== 'number') return wrong(asked);
  }
  if (expr.kind === 'string') return wrong(asked);
  const min = type.kind === 'pair' ? type.min : 0;
  if (expr.kind !== 'list') return constantInteger(scope, reporter, expr, min, `\`${param.name}\``, largestSide);
  const values = expr.items.map((item) =>
    constantInteger(scope, reporter, item, min, `\`${param.name}\``, largestSide),
  );
  if (!values.every((v) => v !== undefined)) return undefined;
  return values.length === 2 ? values : wrong(asked, `a list of ${values.length}`);
}
