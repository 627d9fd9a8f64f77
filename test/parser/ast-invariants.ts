/** What holds of every Ast, whatever the text. */
import type { Ast, Unit } from '../../src/parser/ast.js';
import { childrenOf, type AstNode } from '../../src/parser/visit.js';

function violationsBelow(node: AstNode, path: string): string[] {
  const out: string[] = [];
  let end = node.span.start;
  for (const child of childrenOf(node)) {
    const here = `${path}/${nameOf(child)}`;
    const { start, end: childEnd } = child.span;
    if (!(start <= childEnd)) out.push(`${here}: ${start}..${childEnd} is no span`);
    if (start < node.span.start || childEnd > node.span.end) out.push(`${here} lies outside of its parent`);
    if (start < end) out.push(`${here} overlaps the node before it`);
    end = childEnd;
    out.push(...violationsBelow(child, here));
  }
  return out;
}

const nameOf = (node: AstNode): string => ('kind' in node ? node.kind : 'part');

/** Pieces of a unit that no token covers, or that two cover. */
function tokenFaults({ text, tokens }: Unit): string[] {
  const out: string[] = [];
  let end = 0;
  for (const token of tokens) {
    if (token.start < end || token.start >= token.end || token.end > text.length) {
      out.push(`a token ${token.role} at ${token.start}..${token.end} behind ${end}`);
    }
    if (/[^\s\uFEFF]/.test(text.slice(end, token.start))) {
      out.push(`no token has ${JSON.stringify(text.slice(end, token.start))}`);
    }
    end = token.end;
  }
  return /[^\s\uFEFF]/.test(text.slice(end)) ? [...out, `no token has ${JSON.stringify(text.slice(end))}`] : out;
}

/** Every violation of the invariants that src/parser/ast.ts promises. */
export function violations(ast: Ast): string[] {
  const out: string[] = [];
  let end = 0;
  for (const { at, unit } of ast.units) {
    if (at !== end) out.push(`a unit begins at ${at}, not at ${end}`);
    if (unit.text !== ast.text.slice(at, at + unit.text.length) || unit.text === '') out.push('a unit is not its text');
    if (unit.file !== ast.file) out.push('a unit is of another file');
    end = at + unit.text.length;
    out.push(...tokenFaults(unit));
    for (const declaration of unit.declarations) {
      if (declaration.span.end > unit.text.length) out.push('a declaration lies outside of its unit');
      out.push(...violationsBelow(declaration, declaration.kind));
    }
  }
  return end === ast.text.length ? out : [...out, `the units end at ${end}, not at ${ast.text.length}`];
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

/** What a file declares, without its spans. */
export const meaningOf = ({ units }: Ast): unknown => units.flatMap(({ unit }) => unit.declarations.map(withoutSpans));
