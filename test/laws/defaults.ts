/** Calls of registry entries with all their defaults. */
import type { Args, ArgValue, Category, DefinitionOf, Param } from '../../src/builtins/define.js';
import { find } from '../../src/builtins/index.js';

export interface DefaultCall<C extends Category> {
  readonly kind: 'call';
  readonly definition: DefinitionOf<C>;
  readonly args: Args;
}

export function defaultCall<C extends Category>(category: C, name: string): DefaultCall<C> {
  const definition = find(category, name);
  if (definition === undefined) throw new Error(`no ${category} ${name}`);
  return { kind: 'call', definition, args: Object.fromEntries(definition.params.map((p) => [p.name, valueOf(p)])) };
}

const valueOf = ({ type, default: value }: Param): ArgValue | undefined =>
  type.kind === 'builtin' && value !== undefined ? defaultCall(type.category, String(value)) : value;
