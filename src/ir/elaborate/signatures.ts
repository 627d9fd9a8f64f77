/** Parameters in words. */
import type { Param } from '../../builtins/arguments.js';
import { inDigits, withArticle } from '../../diagnostics/phrases.js';
import type { Expr, Ident } from '../../parser/ast.js';

/** The name that an expression calls: of `adam(lr: 1)` and of a bare `adam`. */
export const calleeOf = (expr: Expr): Ident | undefined =>
  expr.kind === 'call'
    ? expr.callee
    : expr.kind === 'path' && expr.parts.length === 1 && expr.parts[0]!.text !== ''
      ? expr.parts[0]
      : undefined;

/** `units: a whole number ≥ 1, activation: an activation`; nothing where there are none. */
export const describeAll = (params: readonly Param[]): string =>
  params.map((p) => `${p.name}: ${describe(p)}`).join(', ');

export function describe({ type }: Pick<Param, 'type'>): string {
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
      return `a size ≥ ${type.min}, or [rows, columns]`;
    case 'dims':
      return 'one or more whole numbers ≥ 1';
    case 'padding':
      return 'same, valid or a number';
    case 'texts':
      return 'texts in double quotes';
    case 'builtin':
      return withArticle(type.category);
    case 'expression':
      return type.orWeights === true ? 'a tensor or weights' : 'a tensor';
    case 'tensor':
      return 'a named tensor';
    case 'tensors':
      return 'named tensors';
    case 'layer':
      return 'a named layer';
    case 'network':
      return 'a network';
    case 'latent':
      return type.orDraw === true ? 'a latent or a draw' : 'a latent';
    case 'variable':
      return { none: 'an input or a target', tree: 'a tree', category: 'a category, one class an example' }[
        type.only ?? 'none'
      ];
    case 'weights':
      return 'weights: a kernel, a layer, a network or `all`';
  }
}

function rangeOf(type: Extract<Param['type'], { readonly kind: 'float' }>): string {
  const low = type.above !== undefined ? ` > ${type.above}` : type.min !== undefined ? ` ≥ ${type.min}` : '';
  const high = type.below !== undefined ? ` < ${type.below}` : type.max !== undefined ? ` ≤ ${type.max}` : '';
  return low !== '' && high !== '' ? `${low} and${high}` : `${low}${high}`;
}
