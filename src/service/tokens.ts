/** What each word is, for highlighting: what the parser knows of it, and what the name stands for. */
import type { Category } from '../builtins/define.js';
import type { Span } from '../diagnostics/place.js';
import type { NameSymbol, SymbolKind } from '../ir/resolve/symbols.js';
import type { TokenRole } from '../parser/ast.js';
import { isEntry, type Use } from './names.js';
import type { Service } from './service.js';

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

/** All of a file, or of a span of it. */
export function semanticTokensIn(service: Service, path: string, span?: Span): readonly SemanticToken[] {
  const checked = service.checked(path);
  if (checked === undefined) return [];
  const uses = new Map<number, Use>(
    service
      .names(checked)
      .usesIn(path)
      .map((use) => [use.span.start, use]),
  );
  return checked.root.units.flatMap(({ at, unit }) => {
    if (span !== undefined && (at > span.end || at + unit.text.length < span.start)) return [];
    return unit.tokens.flatMap(({ role, start, end }): readonly SemanticToken[] => {
      const own = { start: start + at, end: end + at };
      const use = uses.get(own.start);
      if (use !== undefined && use.span.end === own.end && (role === 'name' || !isEntry(use.to)))
        return role === 'keyword' ? [{ span: own, type: 'keyword', modifiers: [] }] : [tokenOf(own, use)];
      const type = role === 'name' ? (unit.text[end] === ':' ? 'property' : 'variable') : ofRole[role];
      return type === undefined
        ? []
        : [{ span: own, type, modifiers: role === 'documentation' ? ['documentation'] : [] }];
    });
  });
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
