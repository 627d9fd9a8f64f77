/** The shape of a file: its symbols, what folds, and what is selected around an offset. */
import type { Span } from '../diagnostics/place.js';
import type { NameSymbol, Symbols } from '../ir/resolve/symbols.js';
import type { Unit } from '../parser/ast.js';
import { childrenOf, type AstNode } from '../parser/visit.js';
import type { Service } from './service.js';
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
  if (checked === undefined) return [];
  const { sources, autoencoders, root, locate } = checked;
  return [
    // What was made of an autoencoder lives as long as its text stays, unlike what is resolved.
    ...autoencoders.map(({ source }) => source.symbols),
    ...sources.blocks.filter(({ unit }) => unit.file === root.file).map(({ symbols }) => symbols),
  ]
    .map((one) =>
      shifted(service.memory.once(one, outlineIn), locate({ unit: one.owner.place.unit, span: zero }).span.start),
    )
    .sort((a, b) => a.selection.start - b.selection.start);
}

const zero: Span = { start: 0, end: 0 };

/** Of a declaration, with places in its unit. */
const outlineIn = ({ owner, stages }: Symbols): OutlineSymbol =>
  outline({ ...owner, members: [...owner.members, ...stages] });

function outline(symbol: NameSymbol): OutlineSymbol {
  const { name, kind, node, place, members } = symbol;
  const [whole, selection] = [node.span, place.span];
  return {
    name: name === '' ? '(no name)' : name,
    kind,
    detail: headOf(symbol),
    span: { start: Math.min(whole.start, selection.start), end: Math.max(whole.end, selection.end) },
    selection,
    children: members.map(outline),
  };
}

const shifted = (symbol: OutlineSymbol, at: number): OutlineSymbol => ({
  ...symbol,
  span: moved(symbol.span, at),
  selection: moved(symbol.selection, at),
  children: symbol.children.map((child) => shifted(child, at)),
});

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
  const { units, text } = checked.root;
  const folds = units.flatMap(({ at, unit }) =>
    service.memory.once(unit, foldsOf).map((fold) => ({ ...fold, span: moved(fold.span, at) })),
  );
  const imports = units.flatMap(({ at, unit }) =>
    unit.declarations.flatMap(({ kind, span }) => (kind === 'import' ? [moved(span, at)] : [])),
  );
  const [first, last] = [imports[0], imports.at(-1)];
  const isOne = first === last || !isTall(text, { start: first!.start, end: last!.end });
  return isOne ? folds : [...folds, { span: { start: first!.start, end: last!.end }, kind: 'imports' }];
}

/** Of a unit, imports left out. */
function foldsOf({ declarations, comments, text }: Unit): readonly Fold[] {
  const regions = declarations.flatMap((one) => (one.kind === 'import' ? [] : braces(one, text)));
  const joined: Span[] = [];
  for (const { span } of comments) {
    const open = joined.at(-1);
    const follows = open !== undefined && /^[^\S\r\n]*(?:\r\n|\n|\r)[^\S\r\n]*$/.test(text.slice(open.end, span.start));
    if (follows) joined[joined.length - 1] = { start: open.start, end: span.end };
    else joined.push(span);
  }
  return [
    ...regions.map((span): Fold => ({ span, kind: 'region' })),
    ...joined.map((span): Fold => ({ span, kind: 'comment' })),
  ].filter(({ span }) => isTall(text, span));
}

const isTall = (text: string, { start, end }: Span): boolean => /[\r\n]/.test(text.slice(start, end));

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
