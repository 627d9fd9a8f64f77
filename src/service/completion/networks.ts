/** What can be written between the braces of networks and blocks. */
import { builtins } from '../../builtins/index.js';
import { blockSignature } from '../scope.js';
import { bodyKeywords, clauseKeywords } from '../../parser/keywords.js';
import { bodyWords } from '../grammar.js';
import { entryItem, keyword, keywords, type Item } from './items.js';
import { names, numbers, parametersOf, tensors } from './names.js';
import type { Site } from './site.js';

export function inBody(site: Site): readonly Item[] {
  const { surrounding, words } = site.position;
  const own = words.filter(
    (word, i) => !(words[i + 1] === ':' || word === ':' || word === ',' || words[i + 1] === ','),
  );
  if (own[0] === 'take') return tensors(site);
  if (own[0] === 'repeat') return own.length === 1 ? numbers(site) : keywords(['as'], 0);
  if (own.length > 0) return [];
  const isLabelled = words.length > 0;
  return [
    ...builtins.layer.map((entry) => entryItem(entry, 0)),
    ...builtins.activation.map((entry) => entryItem(entry, 2)),
    ...blocks(site),
    ...parametersOf(site, /:\s*activation\b/, 1),
    ...names(site, ['network'], 4),
    ...(isLabelled ? [] : statements),
    ...(isLabelled || surrounding !== 'network' ? [] : ofTrees),
  ];
}

const blocks = ({ around }: Site): readonly Item[] =>
  [...(around?.blocks ?? [])].map(([name, block]) => ({
    label: name,
    kind: 'block',
    detail: blockSignature(name, block),
    ...(block.declaration.doc === '' ? {} : { documentation: block.declaration.doc }),
    insert: name,
    ...(block.declaration.params.some((param) => param.default === undefined) ? { snippet: `${name}($1)` } : {}),
    order: 1,
  }));

const wordsOf = (those: readonly (keyof typeof bodyWords)[]): readonly Item[] =>
  those.map((word) => keyword(word, bodyWords[word].summary, bodyWords[word].snippet));
const statements = wordsOf(bodyKeywords);
const ofTrees = wordsOf(clauseKeywords);
