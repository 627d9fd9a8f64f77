/** The registry: every name of the language, by category. */
import { activations } from './activations.js';
import { constraints } from './constraints.js';
import { corruptions } from './corruptions.js';
import { hasLowering, type Category, type Definition, type DefinitionOf, type WithLowering } from './define.js';
import { distributions } from './distributions/index.js';
import { flows } from './flows.js';
import { functions } from './functions.js';
import { expectations } from './expectations.js';
import { figures } from './figures.js';
import { initializers } from './initializers.js';
import { layers } from './layers/index.js';
import { likelihoods } from './likelihoods.js';
import { optimizers } from './optimizers.js';
import { penalties } from './penalties.js';
import { preprocessing } from './preprocessing.js';
import { priors } from './priors.js';
import { clippings, schedules, stoppings } from './schedules.js';
import { bracketings, domains, settings, transforms, types, updates } from './statements.js';

export const builtins: { readonly [C in Category]: readonly DefinitionOf<C>[] } = {
  layer: layers,
  activation: activations,
  initializer: initializers,
  corruption: corruptions,
  preprocessing,
  penalty: penalties,
  constraint: constraints,
  likelihood: likelihoods,
  distribution: distributions,
  prior: priors,
  flow: flows,
  expectation: expectations,
  function: functions,
  transform: transforms,
  bracketing: bracketings,
  type: types,
  domain: domains,
  setting: settings,
  update: updates,
  optimizer: optimizers,
  schedule: schedules,
  clipping: clippings,
  stopping: stoppings,
  figure: figures,
};

export const definitions: readonly Definition[] = Object.values(builtins).flat();

/** Every word of a text may be looked up in several categories. */
const byName = new Map<Category, ReadonlyMap<string, Definition>>(
  Object.entries(builtins).map(([category, entries]) => [
    category as Category,
    new Map([...entries].reverse().map((entry) => [entry.name, entry])),
  ]),
);

export const find = <C extends Category>(category: C, name: string): DefinitionOf<C> | undefined =>
  byName.get(category)!.get(name) as DefinitionOf<C> | undefined;

/** What joins several inputs of a network: `encoder(x, c)`. */
export const joining = find('layer', 'concat')!;

/** The categories in which a word is the name of an entry. */
export const categoriesOf = (name: string): readonly Category[] =>
  (Object.keys(builtins) as Category[]).filter((category) => find(category, name) !== undefined);

/** The entries of a category that this version compiles. */
export function compiledEntries<C extends Category>(category: C): readonly WithLowering<DefinitionOf<C>>[] {
  const entries: readonly Definition[] = builtins[category];
  return entries.filter(hasLowering) as unknown as readonly WithLowering<DefinitionOf<C>>[];
}
