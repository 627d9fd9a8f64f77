/** What can be written between the braces of an autoencoder. */
import { builtins, find } from '../../builtins/index.js';
import { misfits } from '../../ir/elaborate/domains.js';
import { modelDomain } from '../../ir/model/variables.js';
import * as K from '../../parser/keywords.js';
import { entries, entryItem, keyword, keywords, value, type Item } from './items.js';
import { conditions, expression, names, numbers, owners, tensors } from './names.js';
import { isOperator, type Site } from './site.js';

type ItemKeyword = (typeof K.itemKeywords)[number];

/** The first word of an item. */
export const items = (): readonly Item[] => K.itemKeywords.map((word) => keyword(word, ...help[word]));

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
  if (head === '') return at === 2 ? K.termKeywords.map((word) => keyword(word, ...help[word])) : [];
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

/** What each is, and a snippet of it. */
const help: Readonly<Record<ItemKeyword, readonly [string, string]>> = {
  input: ['what networks read', 'input ${1:x}: [${2:784}] in ${3:[0, 1]}'],
  target: ['what is observed in training only', 'target ${1:y}: ${2:category(10)}'],
  let: ['a name for a number', 'let ${1:half} = ${0:n / 2}'],
  preprocess: ['a fixed transform, measured on the training set', 'preprocess ${1:x} with ${0}'],
  corrupt: ['noise or a degradation between a tensor and its readers', 'corrupt ${1:x} with ${0}'],
  encoder: ['a network from the inputs to the code', 'encoder {\n  $0\n}'],
  decoder: ['a network back from the code', 'decoder {\n  $0\n}'],
  head: ['a network that predicts something of the code', 'head ${1:label} {\n  $0\n}'],
  network: ['a network without a role of its own', 'network ${1:critic}(${2:x}) {\n  $0\n}'],
  latent: ['a random code', 'latent ${1:z} ~ ${2:normal(20)}'],
  prior: ['what a latent is held to', 'prior ${1:z} ~ ${0}'],
  draw: ['noise that no network computes', 'draw ${1:s} ~ ${0}'],
  reconstruct: ['a term: how well a variable is given back', 'reconstruct ${1:x} by ${0}'],
  penalty: ['a term of the loss', 'penalty ${0}'],
  constrain: ['what holds of weights after every step', 'constrain ${1:h.kernel} by ${0}'],
  tie: ['a weight that is another one', 'tie ${1:out.kernel} = ${0}'],
  sweep: ['one training for each value of a parameter', 'sweep ${1:n} in [${0}]'],
  figure: ['a picture of the trained model', 'figure ${0}'],
  train: ['how it is trained', 'train { optimizer adam(lr: 1e-3); batch 128; epochs ${1:20} }'],
};
