/** What holds of every Ast, whatever the text. */
import type { Ast, Span } from '../../src/parser/ast.js';

interface Node {
  readonly span: Span;
  readonly path: string;
  readonly children: readonly Node[];
}

const isSpan = (value: unknown): value is Span =>
  typeof value === 'object' && value !== null && 'start' in value && 'end' in value;

/** The nodes directly below a value: those objects that carry a span. */
function nodesIn(value: unknown, path: string): Node[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => nodesIn(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null || isSpan(value)) return [];
  const below = Object.entries(value).flatMap(([key, child]) => nodesIn(child, `${path}.${key}`));
  if (!('span' in value) || !isSpan(value.span)) return below;
  return [
    { span: value.span, path, children: below.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end) },
  ];
}

function violationsBelow(node: Node): string[] {
  const out: string[] = [];
  let end = node.span.start;
  for (const child of node.children) {
    const { start, end: childEnd } = child.span;
    if (!(start <= childEnd)) out.push(`${child.path}: ${start}..${childEnd} is no span`);
    if (start < node.span.start || childEnd > node.span.end) out.push(`${child.path} lies outside of its parent`);
    if (start < end) out.push(`${child.path} overlaps the node before it`);
    end = childEnd;
    out.push(...violationsBelow(child));
  }
  return out;
}

/** Every violation of the invariants that src/parser/ast.ts promises. */
export function violations(ast: Ast): string[] {
  return nodesIn(ast.declarations, 'file').flatMap((node) => [
    ...(node.span.start < ast.span.start || node.span.end > ast.span.end
      ? [`${node.path} lies outside of the file`]
      : []),
    ...violationsBelow(node),
  ]);
}

/** The same value without its spans. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'span' && key !== 'covers')
      .map(([key, child]) => [key, withoutSpans(child)]),
  );
}
