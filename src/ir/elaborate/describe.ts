/** Parameters in words, and complaints about arguments that none of them takes. */
import type { ArgValue, Param } from '../../builtins/arguments.js';
import type { Definition } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import type { Arg, Expr, Ident } from '../../parser/ast.js';
import { inDigits } from '../limits.js';
import { quote } from './constants.js';
import { oneOf, type Reporter, type Scope } from './context.js';

/** The name that an expression calls: of `adam(lr: 1)` and of a bare `adam`. */
export const calleeOf = (expr: Expr): Ident | undefined =>
  expr.kind === 'call' ? expr.callee : expr.kind === 'path' && expr.parts.length === 1 ? expr.parts[0] : undefined;

/** The first sentence of a summary, as a sentence. */
export const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

export const signatureOf = (params: readonly Param[]): string => params.map((p) => `${p.name}: ${describe(p)}`).join(', ');

export function reportUntaken(scope: Scope, reporter: Reporter, definition: Definition, bound: ReadonlyMap<string, ArgValue>, arg: Arg): void {
  const name = calleeOf(arg.value);
  const free = definition.params.filter((p) => !bound.has(p.name));
  const builtinParams = definition.params.flatMap((p) => (p.type.kind === 'builtin' ? [{ param: p, category: p.type.category }] : []));
  const taken = name === undefined ? undefined : builtinParams.find(({ category }) => find(category, name.text) !== undefined);
  const categories = definition.params.flatMap((p) => (p.type.kind === 'builtin' && !bound.has(p.name) ? [p.type.category] : []));
  const words = [
    ...categories.flatMap((c) => builtins[c].map((entry) => entry.name)),
    ...definition.params.flatMap((p) => (p.type.kind === 'word' ? p.type.words : [])),
  ];
  if (name !== undefined && taken === undefined && words.length > 0) {
    const numbers = free.some((p) => p.type.kind === 'int' || p.type.kind === 'float' || p.type.kind === 'pair');
    const constants = (): readonly string[] => (numbers ? [...scope.constants.keys()] : []);
    reporter.report(scope, 'AE2002', name.span, {
      title: `\`${name.text}\` is nothing that \`${definition.name}\` takes`,
      cause: `No ${oneOf([...new Set<string>(categories), ...(numbers ? ['parameter'] : []), ...(categories.length === 0 ? ['word of its parameters'] : [])])} has this name.`,
      expected: signatureOf(free),
      found: `\`${name.text}\``,
      ...reporter.guess(scope, name.text, name.span, () => [...words, ...constants()]),
    });
    return;
  }
  reporter.report(scope, 'AE2003', arg.span, {
    title: taken === undefined ? `\`${definition.name}\` has no parameter for \`${quote(scope, arg)}\`` : `\`${taken.param.name}\` of \`${definition.name}\` is given twice`,
    cause: taken !== undefined ? 'A parameter has one value.' : free.length === 0 ? 'Every parameter has a value already.' : 'A positional argument goes to the first free parameter of its type, and none fits.',
    expected: free.length === 0 ? 'no further argument' : signatureOf(free),
    found: `\`${quote(scope, arg)}\``,
    hint: 'remove it, or give it a name',
  });
}

export function describe(param: Param): string {
  const { type } = param;
  switch (type.kind) {
    case 'int':
      if (type.max !== undefined) return `a whole number from ${type.min ?? 0} to ${inDigits(type.max)}`;
      return type.min === undefined ? 'a whole number' : `a whole number ≥ ${type.min}`;
    case 'float':
      return `a number${rangeOf(type)}`;
    case 'bool':
      return 'true or false';
    case 'word':
      return type.words.join(' or ');
    case 'pair':
      return 'a size, or [rows, columns]';
    case 'dims':
      return 'one or more whole numbers ≥ 1';
    case 'padding':
      return 'same, valid or a number';
    case 'builtin':
      return `an ${type.category}`.replace(/^an (?![aeiou])/, 'a ');
    case 'tensor':
      return type.orWeights === true ? 'a named tensor or weights' : type.orNumber === true ? 'a named tensor or a number' : 'a named tensor';
    case 'tensors':
      return 'named tensors';
    case 'layer':
      return 'a named layer';
    case 'latent':
      return 'a latent';
    case 'variable':
      return 'an input or a target';
    case 'weights':
      return 'weights: a kernel, a layer, a network or `all`';
  }
}

function rangeOf(type: Extract<Param['type'], { readonly kind: 'float' }>): string {
  const low = type.above !== undefined ? ` > ${type.above}` : type.min !== undefined ? ` ≥ ${type.min}` : '';
  const high = type.below !== undefined ? ` < ${type.below}` : type.max !== undefined ? ` ≤ ${type.max}` : '';
  return low !== '' && high !== '' ? `${low} and${high}` : `${low}${high}`;
}

