/** Calls of registry entries that compile, with all their defaults. */
import type { Args, ArgValue, Param } from '../../src/builtins/arguments.js';
import { loweringOf, type Category, type DefinitionOf, type WithLowering } from '../../src/builtins/define.js';
import { find } from '../../src/builtins/index.js';

export interface DefaultCall<C extends Category> {
  readonly kind: 'call';
  readonly definition: WithLowering<DefinitionOf<C>>;
  readonly args: Args;
}

export function defaultCall<C extends Category>(category: C, name: string): DefaultCall<C> {
  const definition = find(category, name);
  if (definition === undefined) throw new Error(`no ${category} ${name}`);
  return {
    kind: 'call',
    definition: loweringOf(definition) as WithLowering<DefinitionOf<C>>,
    args: Object.fromEntries(definition.params.map((p) => [p.name, valueOf(p)])),
  };
}

const valueOf = ({ type, default: value }: Param): ArgValue | undefined =>
  type.kind === 'builtin' && value !== undefined ? defaultCall(type.category, String(value)) : value;
