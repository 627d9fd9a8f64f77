/** What can be written between the braces of an autoencoder. */
import { builtins, find } from '../../builtins/index.js';
import { misfits } from '../../ir/elaborate/domains.js';
import { modelDomain } from '../../ir/model/variables.js';
import * as K from '../../parser/keywords.js';
import { entries, entryItem, keyword, keywords, value, type Item } from './items.js';
import { conditions, expression, names, numbers, owners, tensors } from './names.js';
import { itemWords } from '../grammar.js';
import { isOperator, type Site } from './site.js';

type ItemKeyword = (typeof K.itemKeywords)[number];

const itemOf = (word: ItemKeyword): Item => keyword(word, itemWords[word].summary, itemWords[word].snippet);

/** The first word of an item. */
export const items = (): readonly Item[] => K.itemKeywords.map(itemOf);

/** A statement that has been begun: its first word, those behind it, and what may connect them to more. */
interface Clause {
  readonly head: string;
  readonly rest: readonly string[];
  readonly last: string | undefined;
  /** Whether parentheses are open. */
  readonly isOpen: boolean;
  readonly goOn: readonly Item[];
}

export function inItem(site: Site): readonly Item[] {
  const { words, calls } = site.position;
  const open = calls.at(-1);
  if (open?.bracket === '[') return numbers(site);
  const at = words[1] === ':' ? 2 : 0;
  const head = words[at] ?? '';
  const rest = words.slice(at + 1);
  // Behind a name of its own, a clause is a term.
  if (head === '') return at === 2 ? K.termKeywords.map(itemOf) : [];
  const connectives = (K.connectivesOf as Readonly<Record<string, readonly string[]>>)[head] ?? [];
  const left = connectives.filter((word) => !rest.includes(word) || word === 'and' || word === 'then');
  const clause = { head, rest, last: rest.at(-1), isOpen: open !== undefined, goOn: keywords(left, 0) };
  return ofClause[head as ItemKeyword]?.(site, clause) ?? [];
}

type Complete = (site: Site, clause: Clause) => readonly Item[];

const variable: Complete = (_, { rest, last, goOn }) => {
  if (last === ':' || last === 'of') return [...entries('type', 0), ...(last === 'of' ? entries('domain', 1) : [])];
  if (last === 'in') return entries('domain', 0);
  return rest.length > 1 ? goOn : [];
};

const network: Complete = (site, { head, last, isOpen, goOn }) => {
  if (last === 'by') return entries('bracketing', 0);
  if (last === 'at') return nodesOfTrees;
  if (isOpen) return [...tensors(site), ...keywords(['previous'], 1)];
  const mirror = keyword('mirror', 'the layers of another network, backwards', 'mirror(${1:encoder})');
  return [...goOn.filter(({ label }) => label !== 'previous'), ...(head === 'decoder' ? [mirror] : [])];
};

/** Only what the latent's distribution allows. */
const latent: Complete = (_, { rest, last, goOn }) => {
  if (last === '~')
    return builtins.distribution.filter(({ posterior }) => posterior !== undefined).map((entry) => entryItem(entry, 0));
  if (last === 'through') return entries('flow', 0);
  if (last !== 'by') return rest.includes('~') ? goOn : [];
  const allowed = find('distribution', rest[rest.indexOf('~') + 1] ?? '')?.posterior?.by;
  return builtins.expectation
    .filter(({ name }) => allowed?.includes(name) ?? true)
    .map((entry) => entryItem(entry, allowed?.[0] === entry.name ? 0 : 1));
};

const prior: Complete = (site, { rest, last }) => {
  if (rest.length === 0) return names(site, ['latent']);
  if (last !== '~') return [];
  const of = site.around?.of?.parts.latents.find(({ name }) => name === rest[0]);
  return builtins.prior
    .filter((entry) => of === undefined || entry.of.includes(of.definition.name))
    .map((entry) => entryItem(entry, 0));
};

const reconstruct: Complete = (site, { rest, last, goOn }) => {
  if (rest.length === 0) return names(site, ['variable']);
  if (last === 'from') return tensors(site);
  if (last === 'where' || last === 'and') return conditions(site, rest[0]);
  if (last === 'weight' || isOperator(last)) return [...numbers(site), ...entries('schedule', 2)];
  if (last === 'at') return nodesOfTrees;
  if (last !== 'by') return goOn;
  const of = site.around?.of?.parts.variables.find(({ name }) => name === rest[0]);
  return builtins.likelihood
    .filter((one) => of === undefined || !misfits(one, modelDomain(of)))
    .map((entry) => entryItem(entry, 0));
};

const penalty: Complete = (site, { rest, last, isOpen, goOn }) => {
  if (last === 'where' || last === 'and') return conditions(site);
  if (last === 'at') return nodesOfTrees;
  return rest.length === 0 || isOperator(last) || isOpen ? expression(site) : goOn;
};

const ofClause: Readonly<Partial<Record<ItemKeyword, Complete>>> = {
  input: variable,
  target: variable,
  let: (site, { last }) => (last === '=' || isOperator(last) ? numbers(site) : []),
  preprocess(site, { rest, last, goOn }) {
    if (rest.length === 0) return names(site, ['variable']);
    return last === 'with' || last === 'then' ? entries('preprocessing', 0) : goOn;
  },
  corrupt(site, { rest, last, goOn }) {
    if (rest.length === 0) return names(site, ['variable', 'layer']);
    return last === 'with' || last === 'then' ? entries('corruption', 0) : goOn;
  },
  encoder: network,
  decoder: network,
  head: network,
  network,
  latent,
  prior,
  draw: (_, { last }) =>
    last === '~' ? builtins.distribution.filter(({ drawn }) => drawn).map((entry) => entryItem(entry, 0)) : [],
  reconstruct,
  penalty,
  constrain(site, { rest, last, goOn }) {
    if (rest.length === 0) return owners(site);
    return last === 'by' ? entries('constraint', 0) : goOn;
  },
  tie(site, { rest, last }) {
    if (rest.length === 0) return owners(site);
    return last === '=' ? [...entries('transform', 0), ...owners(site)] : [];
  },
  sweep: (site, { rest, goOn }) => (rest.length === 0 ? names(site, ['parameter']) : goOn),
  figure: (_, { rest }) => (rest.length === 0 ? entries('figure', 0) : []),
};

const nodesOfTrees: readonly Item[] = ['nodes', 'inner nodes', 'leaves'].map((word) => value(word, 'nodes of a tree'));
