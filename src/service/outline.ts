/** The shape of a file: its symbols, what folds, and what is selected around an offset. */
import type { Span } from '../diagnostics/place.js';
import type { NameSymbol } from '../ir/resolve/symbols.js';
import { childrenOf, type AstNode } from '../parser/visit.js';
import type { CheckedFile, Service } from './service.js';
import { moved, nodesAt } from './syntax.js';
import { headOf } from './words.js';

export interface OutlineSymbol {
  readonly name: string;
  readonly kind: NameSymbol['kind'];
  readonly detail: string;
  /** All of it, and its name. */
  readonly span: Span;
  readonly selection: Span;
  readonly children: readonly OutlineSymbol[];
}

export function outlineOf(service: Service, path: string): readonly OutlineSymbol[] {
  const checked = service.checked(path);
  return checked === undefined ? [] : ownersIn(checked).map((owner) => outline(checked, owner));
}

const ownersIn = ({ sources, root, locate }: CheckedFile): readonly NameSymbol[] =>
  [
    ...sources.autoencoders.map(({ symbols }) => ({
      ...symbols.owner,
      members: [...symbols.owner.members, ...symbols.stages],
    })),
    ...sources.blocks.filter(({ unit }) => unit.file === root.file).map(({ symbols }) => symbols.owner),
  ].sort((a, b) => locate(a.place).span.start - locate(b.place).span.start);

function outline(checked: CheckedFile, symbol: NameSymbol): OutlineSymbol {
  const { name, kind, node, place, members } = symbol;
  const whole = checked.locate({ unit: place.unit, span: node.span }).span;
  const selection = checked.locate(place).span;
  return {
    name: name === '' ? '(no name)' : name,
    kind,
    detail: headOf(symbol),
    span: { start: Math.min(whole.start, selection.start), end: Math.max(whole.end, selection.end) },
    selection,
    children: members.map((member) => outline(checked, member)),
  };
}

export interface WorkspaceSymbol extends Pick<OutlineSymbol, 'name' | 'kind' | 'selection'> {
  readonly file: string;
  readonly container?: string;
}

/** Autoencoders, blocks and networks of the workspace whose names hold the letters of a query, in order. */
export function workspaceSymbols(service: Service, query: string): readonly WorkspaceSymbol[] {
  const letters = new RegExp([...query].map((one) => one.replace(/[^\p{L}\p{N}]/u, '\\$&')).join('.*'), 'iu');
  return service
    .workspaceFiles()
    .flatMap((file) =>
      outlineOf(service, file).flatMap(({ children, ...top }) => [
        { ...top, file },
        ...children
          .filter(({ kind }) => kind === 'network' || kind === 'latent')
          .map((one) => ({ ...one, file, container: top.name })),
      ]),
    )
    .filter(({ name }) => letters.test(name));
}

export interface Fold {
  readonly span: Span;
  readonly kind: 'region' | 'comment' | 'imports';
}

/** What stands in braces, comments of several lines, and imports in a row. */
export function foldsIn(service: Service, path: string): readonly Fold[] {
  const checked = service.checked(path);
  if (checked === undefined) return [];
  const folds: Fold[] = [];
  const imports: Span[] = [];
  for (const { at, unit } of checked.root.units) {
    for (const declaration of unit.declarations) {
      if (declaration.kind === 'import') imports.push(moved(declaration.span, at));
      else braces(declaration, unit.text).forEach((span) => folds.push({ span: moved(span, at), kind: 'region' }));
    }
    let open: Span | undefined;
    for (const { span } of unit.comments) {
      const joined =
        open !== undefined && /^[^\S\r\n]*(?:\r\n|\n|\r)[^\S\r\n]*$/.test(unit.text.slice(open.end, span.start));
      if (open !== undefined && !joined) folds.push({ span: moved(open, at), kind: 'comment' });
      open = { start: joined && open !== undefined ? open.start : span.start, end: span.end };
    }
    if (open !== undefined) folds.push({ span: moved(open, at), kind: 'comment' });
  }
  if (imports.length > 1) folds.push({ span: { start: imports[0]!.start, end: imports.at(-1)!.end }, kind: 'imports' });
  const { text } = checked.root;
  return folds.filter(({ span }) => /[\r\n]/.test(text.slice(span.start, span.end)));
}

/** Nodes that end with a brace. */
function braces(node: AstNode, text: string): readonly Span[] {
  const below = childrenOf(node).flatMap((child) => braces(child, text));
  const isOne = 'kind' in node && /^(?:block|autoencoder|network|repeat|train|phase|player)$/.test(node.kind);
  const isClause = 'role' in node && 'params' in node;
  return (isOne || isClause) && text[node.span.end - 1] === '}' ? [node.span, ...below] : below;
}

/** The spans around an offset, innermost first, each wider than the one before. */
export function selectionsAt(service: Service, path: string, offset: number): readonly Span[] {
  const checked = service.checked(path);
  const around = checked && nodesAt(checked.root, offset);
  if (checked === undefined || around === undefined) return [];
  const all = [
    { start: 0, end: checked.root.text.length },
    { start: around.at, end: around.at + around.unit.text.length },
    ...around.path.map(({ span }) => moved(span, around.at)),
  ];
  const spans: Span[] = [];
  for (const span of all.reverse()) {
    const inner = spans.at(-1);
    const isWider =
      inner === undefined ||
      (span.start <= inner.start && span.end >= inner.end && (span.start < inner.start || span.end > inner.end));
    if (isWider) spans.push(span);
  }
  return spans;
}
