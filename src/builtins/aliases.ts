/** Words that are used elsewhere for what has another name here. */
import type { Param } from './arguments.js';
import type { Category, DefinitionOf } from './define.js';
import { builtins } from './index.js';

const normal = (word: string): string => word.toLowerCase().replaceAll(/[_\-.]/g, '');

/** The entry of a category that a word means elsewhere. */
export function answering<C extends Category>(category: C, word: string): DefinitionOf<C> | undefined {
  const asked = normal(word);
  const entries: readonly DefinitionOf<C>[] = builtins[category];
  return entries.find(({ aliases = [] }) => aliases.some((alias) => normal(alias) === asked));
}

/** The parameter that a word means elsewhere. */
export function aliased(params: readonly Param[], word: string): Param | undefined {
  const asked = normal(word);
  return params.find(({ aliases = [] }) => aliases.some((alias) => normal(alias) === asked));
}
