/** Noise behind layers: which items of an autoencoder say so of a network. */
import type { CorruptItem } from '../../parser/ast.js';
import type { Items } from './items.js';
import { walk, type Demands, type Named, type Names } from './names.js';

/** Corruptions of the layers of a network, as far as their paths can mean no other. */
export function noiseBehind(
  around: Pick<Demands, 'declarersOf'> & { readonly names: Names },
  items: Items,
  named: Named,
): readonly { readonly item: CorruptItem; readonly named: Named }[] {
  if (items.corrupt.length === 0) return none;
  return items.corrupt.flatMap((item) => {
    const parts = items.pathOf(item);
    const [head] = parts;
    if (head === undefined || items.variable(parts.join('.')) !== undefined) return [];
    const others = around.declarersOf(head).filter((name) => name !== named.name);
    const found =
      head === named.name
        ? walk(named, parts.slice(1))
        : others.length === 0
          ? around.names.endingBelow(named, parts)
          : undefined;
    if (found?.tensor?.kind !== 'layer') return [];
    items.placed(item);
    return [{ item, named: found }];
  });
}

const none: readonly never[] = [];
