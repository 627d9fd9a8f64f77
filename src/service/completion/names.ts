/** Names of the declaration that fit in a place, by what they stand for. */
import type { SymbolKind } from '../../ir/resolve/symbols.js';
import { belowPath } from '../scope.js';
import { headOf } from '../words.js';
import { entries, entryItem, nameItem, value, type Item } from './items.js';
import type { Site } from './site.js';

/** What stands below the path in front of a dot. */
export const members = ({ position: { path }, checked, unit, around }: Site): readonly Item[] =>
  around === undefined
    ? []
    : belowPath(checked, unit, around, path).map(({ name, detail }) => ({
        label: name,
        kind: 'name',
        detail,
        insert: name,
        order: 0,
      }));

export const names = ({ visible }: Site, kinds: readonly SymbolKind[], order = 0): readonly Item[] =>
  visible.filter(({ symbol }) => kinds.includes(symbol.kind)).map((one) => nameItem(one, order));

export const tensors = (site: Site, order = 0): readonly Item[] => [
  ...names(site, ['variable', 'latent', 'draw', 'layer', 'use', 'given', 'network'], order),
  ...parametersOf(site, /:\s*tensor\b/, order),
];

/** Parameters of a type, as it is written. */
export const parametersOf = ({ visible }: Site, type: RegExp, order: number): readonly Item[] =>
  visible
    .filter(({ symbol }) => symbol.kind === 'parameter' && type.test(headOf(symbol)))
    .map((one) => nameItem(one, order));

/** What has weights. */
export const owners = (site: Site): readonly Item[] => names(site, ['network', 'layer', 'use']);

export const numbers = ({ visible }: Site): readonly Item[] =>
  visible
    .filter(
      ({ symbol }) =>
        symbol.kind === 'constant' ||
        (symbol.kind === 'parameter' && !/:\s*(?:activation|tensor|bool)\b/.test(headOf(symbol))),
    )
    .map((one) => nameItem(one, 1));

/** What a term is made of. */
export const expression = (site: Site, orWeights = false): readonly Item[] => [
  ...tensors(site, 1),
  ...(orWeights ? owners(site) : []),
  ...entries('penalty', 0),
  ...entries('function', 2),
  ...entries('likelihood', 2),
  ...entries('schedule', 3),
  ...numbers(site),
];

/** `y.known`, `c = 3`, and what a corruption of the target hides. */
export function conditions({ around }: Site, target?: string): readonly Item[] {
  const variables = around?.of?.parts.variables ?? [];
  const hiding = variables.find(({ name }) => name === target)?.corruption ?? [];
  return [
    ...hiding.filter(({ definition }) => definition.hides).map(({ definition }) => entryItem(definition, 0)),
    ...variables.flatMap(({ name, observed, domain }) => [
      ...(observed === 'always'
        ? []
        : [value(`${name}.known`, 'the rows where it is there'), value(`${name}.missing`, 'the rows where it is not')]),
      ...(domain.kind === 'category' ? [value(`${name} = 0`, `one of ${domain.classes} classes`)] : []),
    ]),
  ];
}
