/** Which declarations use which blocks. */
import type { Span } from '../diagnostics/place.js';
import type { NameSymbol } from '../ir/resolve/symbols.js';
import type { Unit } from '../parser/ast.js';
import type { Location } from './disk.js';
import { isEntry } from './names.js';
import { symbolAt } from './navigation.js';
import type { CheckedFile, Service } from './service.js';

export interface HierarchyItem {
  readonly name: string;
  readonly kind: 'block' | 'autoencoder';
  readonly file: string;
  readonly span: Span;
  readonly selection: Span;
}

/** An item, and where it uses or is used. */
export interface HierarchyCall {
  readonly item: HierarchyItem;
  /** In the file of what uses. */
  readonly at: readonly Span[];
}

const itemOf = ({ locate }: CheckedFile, { name, kind, place, node }: NameSymbol): HierarchyItem => ({
  name,
  kind: kind === 'block' ? 'block' : 'autoencoder',
  file: locate(place).file,
  span: locate({ unit: place.unit, span: node.span }).span,
  selection: locate(place).span,
});

/** The block or autoencoder at an offset. */
export function hierarchyAt(service: Service, path: string, offset: number): HierarchyItem | undefined {
  const found = symbolAt(service, path, offset);
  return found?.symbol.kind === 'block' || found?.symbol.kind === 'autoencoder'
    ? itemOf(found.checked, found.symbol)
    : undefined;
}

const owners = ({ sources }: CheckedFile): readonly NameSymbol[] =>
  [...sources.autoencoders, ...sources.blocks].map(({ symbols }) => symbols.owner);

/** Uses of blocks in a check: what uses, what is used, and where. */
function usesIn(
  service: Service,
  checked: CheckedFile,
): readonly { readonly by: NameSymbol; readonly of: NameSymbol; readonly at: Location }[] {
  const names = service.names(checked);
  return owners(checked).flatMap((by) => {
    const unit = by.place.unit as Unit;
    const { start, end } = by.node.span;
    return names
      .in(unit)
      .uses.flatMap(({ to, span, declares }) =>
        !declares && !isEntry(to) && to.kind === 'block' && span.start >= start && span.end <= end
          ? [{ by, of: to, at: checked.locate({ unit, span }) }]
          : [],
      );
  });
}

export function usedBy(service: Service, item: Pick<HierarchyItem, 'file' | 'selection'>): readonly HierarchyCall[] {
  const calls = new Map<string, { item: HierarchyItem; at: Span[] }>();
  for (const checked of service.allReadersOf(item.file))
    for (const { by, of, at } of usesIn(service, checked)) {
      const place = checked.locate(of.place);
      if (place.file === item.file && place.span.start === item.selection.start)
        add(calls, itemOf(checked, by), at.span);
    }
  return [...calls.values()];
}

export function usesOf(service: Service, item: Pick<HierarchyItem, 'file' | 'selection'>): readonly HierarchyCall[] {
  const calls = new Map<string, { item: HierarchyItem; at: Span[] }>();
  for (const checked of service.readersOf(item.file))
    for (const { by, of, at } of usesIn(service, checked)) {
      const place = checked.locate(by.place);
      if (place.file === item.file && place.span.start === item.selection.start)
        add(calls, itemOf(checked, of), at.span);
    }
  return [...calls.values()];
}

function add(calls: Map<string, { item: HierarchyItem; at: Span[] }>, item: HierarchyItem, at: Span): void {
  const key = `${item.file} ${item.selection.start}`;
  const known = calls.get(key) ?? { item, at: [] };
  calls.set(key, known);
  if (!known.at.some(({ start }) => start === at.start)) known.at.push(at);
}

export interface Lens {
  readonly span: Span;
  readonly name: string;
}

/** The autoencoders of a file, for what can be done with each. */
export const lensesIn = (service: Service, path: string): readonly Lens[] => {
  const checked = service.checked(path);
  return (checked?.sources.autoencoders ?? []).map(({ symbols: { owner } }) => ({
    span: checked!.locate(owner.place).span,
    name: owner.name,
  }));
};
