/** Parameters in words, and complaints about arguments that none of them takes. */
import type { ArgValue, Definition, Param } from '../../builtins/define.js';
import { builtins } from '../../builtins/index.js';
import type { Arg, Expr, Ident } from '../../parser/ast.js';
import { quote } from './constants.js';
import { notCompiled, suggestion, type Reporter, type Scope } from './context.js';
import { isPlanned } from './planned.js';

/** The name that an expression calls: of `adam(lr: 1)` and of a bare `adam`. */
export const calleeOf = (expr: Expr): Ident | undefined =>
  expr.kind === 'call' ? expr.callee : expr.kind === 'path' && expr.parts.length === 1 ? expr.parts[0] : undefined;

/** The first sentence of a summary, as a sentence. */
export const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

export const signatureOf = (params: readonly Param[]): string => params.map((p) => `${p.name}: ${describe(p)}`).join(', ');

export function reportUntaken(scope: Scope, reporter: Reporter, definition: Definition, bound: ReadonlyMap<string, ArgValue>, arg: Arg): void {
  const name = calleeOf(arg.value);
  const categories = definition.params.flatMap((p) => (p.type.kind === 'builtin' && !bound.has(p.name) ? [p.type.category] : []));
  const words = [
    ...categories.flatMap((c) => builtins[c].map((entry) => entry.name)),
    ...definition.params.flatMap((p) => (p.type.kind === 'word' ? p.type.words : [])),
  ];
  if (name !== undefined && categories.some((c) => isPlanned(c, name.text))) {
    notCompiled(scope, reporter, name.span, `\`${name.text}\` is`);
    return;
  }
  if (name !== undefined && words.length > 0) {
    reporter.report(scope, 'AE2002', name.span, {
      title: `\`${name.text}\` is nothing that \`${definition.name}\` takes`,
      cause: categories.length > 0 ? `No ${categories.join(' or ')} has this name.` : 'It is none of the words of its parameters.',
      expected: signatureOf(definition.params.filter((p) => !bound.has(p.name))),
      found: `\`${name.text}\``,
      ...suggestion(scope, name.text, name.span, words),
    });
    return;
  }
  const free = definition.params.filter((p) => !bound.has(p.name));
  reporter.report(scope, 'AE2003', arg.span, {
    title: `\`${definition.name}\` has no parameter for \`${quote(scope, arg)}\``,
    cause: free.length === 0 ? 'Every parameter has a value already.' : 'A positional argument goes to the first free parameter of its type, and none fits.',
    expected: free.length === 0 ? 'no further argument' : signatureOf(free),
    found: `\`${quote(scope, arg)}\``,
    hint: 'remove it, or give it a name',
  });
}

export function describe(param: Param): string {
  const { type } = param;
  switch (type.kind) {
    case 'int':
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
      return 'sizes';
    case 'padding':
      return 'same, valid or a number';
    case 'builtin':
      return `an ${type.category}`.replace(/^an (?![aeiou])/, 'a ');
    case 'tensor':
      return type.orWeights === true ? 'a named tensor or weights' : 'a named tensor';
    case 'tensors':
      return 'named tensors';
    case 'layer':
      return 'a named layer';
    case 'latent':
      return 'a latent';
    case 'weights':
      return 'weights: a kernel, a layer, a network or `all`';
  }
}

function rangeOf(type: Extract<Param['type'], { readonly kind: 'float' }>): string {
  const low = type.above !== undefined ? ` > ${type.above}` : type.min !== undefined ? ` ≥ ${type.min}` : '';
  const high = type.below !== undefined ? ` < ${type.below}` : type.max !== undefined ? ` ≤ ${type.max}` : '';
  return low !== '' && high !== '' ? `${low} and${high}` : `${low}${high}`;
}

