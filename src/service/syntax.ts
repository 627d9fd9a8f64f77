/** The syntax around an offset of a file. */
import { lowerBound } from '../diagnostics/search.js';
import type { Span } from '../diagnostics/place.js';
import type { Ast, Ident, Unit } from '../parser/ast.js';
import { childrenOf, pathAt, type AstNode } from '../parser/visit.js';

/** The unit at an offset, and where it begins. */
export function unitAt({ units }: Ast, offset: number): { readonly at: number; readonly unit: Unit } | undefined {
  return units[Math.max(0, lowerBound(units.length, (i) => units[i]!.at <= offset) - 1)];
}

/** The units that an offset touches: where one ends and the next begins, both. */
export function unitsAt(ast: Ast, offset: number): readonly { readonly at: number; readonly unit: Unit }[] {
  const found = unitAt(ast, offset);
  const before = found?.at === offset && offset > 0 ? unitAt(ast, offset - 1) : undefined;
  return [before, found].flatMap((one) => one ?? []);
}

/** The nodes around an offset, outermost first, and where their unit begins. */
export function nodesAt(
  ast: Ast,
  offset: number,
): { readonly at: number; readonly unit: Unit; readonly path: readonly AstNode[] } | undefined {
  const found = unitAt(ast, offset);
  return found && { ...found, path: pathAt(found.unit, offset - found.at) };
}

/** A span of a unit in its file. */
export const moved = ({ start, end }: Span, at: number): Span => ({ start: start + at, end: end + at });

export type NodeOf<K extends string> = Extract<AstNode, { readonly kind: K }>;

export const isKind = <K extends string>(node: AstNode | undefined, kind: K): node is NodeOf<K> =>
  node !== undefined && 'kind' in node && node.kind === kind;

/** The innermost node of a kind. */
export function innermost<K extends string>(path: readonly AstNode[], kind: K): NodeOf<K> | undefined {
  return [...path].reverse().find((node): node is NodeOf<K> => isKind(node, kind));
}

/** All nodes of a kind below a node, in source order. */
export function* every<K extends string>(node: AstNode, kind: K): Generator<NodeOf<K>> {
  if (isKind(node, kind)) yield node;
  for (const child of childrenOf(node)) yield* every(child, kind);
}

/** The names of a path up to the one at an offset. */
export function partsTo(path: readonly AstNode[], offset: number): readonly Ident[] | undefined {
  const parts = innermost(path, 'path')?.parts ?? [];
  const i = parts.findIndex(({ span }) => span.start <= offset && offset <= span.end);
  return i < 0 ? undefined : parts.slice(0, i + 1);
}
