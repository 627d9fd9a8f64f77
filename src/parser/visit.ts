/** Walks over the Ast: the nodes below a node, and those around an offset. */
import type {
  Arg,
  AutoencoderItem,
  Body,
  BodyStatement,
  Condition,
  Declaration,
  Expr,
  Ident,
  Missing,
  NetworkInput,
  ParamDecl,
  RecursiveClause,
  SettingStatement,
  SiteClause,
  TrainStatement,
  TypeNode,
  Unit,
} from './ast.js';

/** Whatever has a span. */
export type AstNode =
  | Declaration
  | ParamDecl
  | AutoencoderItem
  | TrainStatement
  | NonNullable<SettingStatement['composition']>
  | NetworkInput
  | SiteClause
  | Condition
  | Body
  | BodyStatement
  | RecursiveClause
  | TypeNode
  | Expr
  | Arg
  | Ident
  | Missing;

/** The nodes right below a node, in source order. */
export function childrenOf(node: AstNode): readonly AstNode[] {
  const children: AstNode[] = [];
  addNodesIn(node, children);
  return children.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** Nodes are the objects with a span; the others only hold them together. */
function addNodesIn(holder: object, nodes: AstNode[]): void {
  for (const [key, value] of Object.entries(holder) as [string, unknown][]) {
    if (typeof value !== 'object' || value === null || key === 'span') continue;
    if ('span' in value) nodes.push(value as AstNode);
    else addNodesIn(value, nodes);
  }
}

/** A node and all below it, each before what is below it. */
export function* nodesOf(node: AstNode): Generator<AstNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

/**
 * The nodes around an offset of a unit, from the declaration to the innermost. Where one ends and the next begins there,
 * it is the one that ends: what is being typed.
 */
export function pathAt({ declarations }: Unit, offset: number): readonly AstNode[] {
  const path: AstNode[] = [];
  const isAround = ({ span }: AstNode): boolean => span.start <= offset && offset <= span.end;
  let next: AstNode | undefined = declarations.find(isAround);
  while (next) {
    path.push(next);
    next = childrenOf(next).find(isAround);
  }
  return path;
}
