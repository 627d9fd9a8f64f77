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
  Span,
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

/** A node as it is where its text stands further on. */
export const moved = <Node extends AstNode>(node: Node, by: number): Node => (by === 0 ? node : movedCopy(node, by));

function movedCopy<Value extends object>(value: Value, by: number): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => movedAny(one, by)) as unknown as Value;
  // A copy as a whole has the shape of its original, which keeps look-ups in both fast.
  const copy = { ...value } as Record<string, unknown>;
  for (const key in copy) {
    const own = copy[key];
    if (key === 'span') copy[key] = movedSpan(own as Span, by);
    else if (typeof own === 'object') copy[key] = movedAny(own, by);
  }
  return copy as Value;
}

const movedAny = (value: unknown, by: number): unknown =>
  typeof value === 'object' && value !== null ? movedCopy(value, by) : value;

export const movedSpan = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });
