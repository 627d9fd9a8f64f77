/** What each word is, for highlighting: what the parser knows of it, and what the name stands for. */
import type { Category } from '../builtins/define.js';
import type { Span } from '../diagnostics/place.js';
import type { NameSymbol, SymbolKind } from '../ir/resolve/symbols.js';
import { isMissing, type TokenRole, type Unit } from '../parser/ast.js';
import { isEntry, type UnitNames, type Use } from './names.js';
import type { Service } from './service.js';
import { moved } from './syntax.js';

export const tokenTypes = [
  'keyword',
  'comment',
  'string',
  'number',
  'operator',
  'class',
  'namespace',
  'function',
  'method',
  'variable',
  'parameter',
  'property',
  'type',
  'enumMember',
] as const;
export type TokenType = (typeof tokenTypes)[number];
export const tokenModifiers = ['declaration', 'readonly', 'documentation', 'defaultLibrary'] as const;
export type TokenModifier = (typeof tokenModifiers)[number];

export interface SemanticToken {
  readonly span: Span;
  readonly type: TokenType;
  readonly modifiers: readonly TokenModifier[];
}

const ofRole: Readonly<Partial<Record<TokenRole, TokenType>>> = {
  keyword: 'keyword',
  connective: 'keyword',
  comment: 'comment',
  documentation: 'comment',
  string: 'string',
  number: 'number',
  operator: 'operator',
};

const ofSymbol: Readonly<Record<SymbolKind, TokenType>> = {
  autoencoder: 'class',
  block: 'class',
  parameter: 'parameter',
  constant: 'variable',
  variable: 'variable',
  latent: 'variable',
  draw: 'variable',
  network: 'namespace',
  layer: 'property',
  use: 'property',
  given: 'parameter',
  term: 'property',
  phase: 'namespace',
  player: 'namespace',
};

const ofCategory: Readonly<Partial<Record<Category, TokenType>>> = {
  layer: 'function',
  activation: 'function',
  type: 'type',
  domain: 'type',
  setting: 'keyword',
  distribution: 'type',
  prior: 'type',
};

/** The words of a unit, with their places in it. */
export interface UnitTokens {
  readonly unit: Unit;
  readonly tokens: readonly SemanticToken[];
}

/** The units of a file, or those that a span of it touches, with their tokens: the same object where nothing changed. */
export function tokensOf(
  service: Service,
  path: string,
  span?: Span,
): readonly { readonly at: number; readonly of: UnitTokens }[] {
  const checked = service.checked(path);
  if (checked === undefined) return [];
  const names = service.names(checked);
  return checked.root.units
    .filter(({ at, unit }) => span === undefined || (at <= span.end && at + unit.text.length >= span.start))
    .map(({ at, unit }) => ({ at, of: service.memory.once(names.in(unit), tokensIn) }));
}

/** All of a file, or of the units that a span of it touches. */
export const semanticTokensIn = (service: Service, path: string, span?: Span): readonly SemanticToken[] =>
  tokensOf(service, path, span).flatMap(({ at, of }) =>
    of.tokens.map((token) => ({ ...token, span: moved(token.span, at) })),
  );

function tokensIn({ unit, uses }: UnitNames): UnitTokens {
  const at = new Map(uses.map((use) => [use.span.start, use]));
  const types = new Set(
    unit.declarations
      .flatMap((one) => ('params' in one ? one.params : []))
      .flatMap((param) => (isMissing(param.type) ? [] : [param.type.span.start])),
  );
  const tokens = unit.tokens.flatMap(({ role, start, end }): readonly SemanticToken[] => {
    const span = { start, end };
    const use = at.get(start);
    if (use !== undefined && use.span.end === end && (role === 'name' || !isEntry(use.to)))
      return [role === 'keyword' ? { span, type: 'keyword', modifiers: [] } : tokenOf(span, use)];
    const ofName = types.has(start) ? 'type' : unit.text[end] === ':' ? 'property' : 'variable';
    const type = role === 'name' ? ofName : ofRole[role];
    return type === undefined ? [] : [{ span, type, modifiers: role === 'documentation' ? ['documentation'] : [] }];
  });
  return { unit, tokens };
}

function tokenOf(span: Span, { to, declares }: Use): SemanticToken {
  if (isEntry(to)) return { span, type: ofCategory[to.definition.category] ?? 'method', modifiers: ['defaultLibrary'] };
  const { kind }: NameSymbol = to;
  return {
    span,
    type: ofSymbol[kind],
    modifiers: [
      ...(declares ? (['declaration'] as const) : []),
      ...(kind === 'constant' || kind === 'parameter' ? (['readonly'] as const) : []),
    ],
  };
}
