/**
 * Words of Keras, PyTorch, JAX, scikit-learn and the literature, answered with the word of this language: entries and
 * parameters list them as they are written there.
 */
import type { Param } from './arguments.js';
import type { Category, Definition, DefinitionOf } from './define.js';
import { builtins } from './index.js';

interface Named {
  readonly name: string;
  readonly aliases?: readonly string[];
}

/** How words are compared: neither case nor `_` and `-` count, nor the module in front, `nn.Linear`. */
export const normalForm = (word: string): string =>
  word
    .slice(word.lastIndexOf('.') + 1)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}&]/gu, '');

/** The words by which entries or parameters are called: of several of one word, the first. */
interface Words {
  readonly names: ReadonlyMap<string, Named>;
  readonly aliases: ReadonlyMap<string, Named>;
  readonly formsOfNames: ReadonlyMap<string, Named>;
  readonly formsOfAliases: ReadonlyMap<string, Named>;
}

function wordsOf(known: readonly Named[]): Words {
  const words = { names: firsts(), aliases: firsts(), formsOfNames: firsts(), formsOfAliases: firsts() };
  const add = (to: Map<string, Named>, word: string, one: Named): void => void (to.has(word) || to.set(word, one));
  for (const one of known) {
    add(words.names, one.name, one);
    add(words.formsOfNames, normalForm(one.name), one);
    for (const alias of one.aliases ?? []) {
      add(words.aliases, alias, one);
      add(words.formsOfAliases, normalForm(alias), one);
    }
  }
  return words;
}

const firsts = (): Map<string, Named> => new Map();

/** Lists of the registry never change; each is looked through when a word of a text is first not understood. */
const known = new WeakMap<readonly Named[], Words>();

/**
 * The one of `all` that a word means: by its name, by an alias, or by either in another spelling. Spelling decides
 * first, since PyTorch's `Linear` is a dense layer, and `linear` none.
 */
function meant<T extends Named>(all: readonly T[], word: string): T | undefined {
  const words = known.get(all) ?? wordsOf(all);
  known.set(all, words);
  const plain = word.slice(word.lastIndexOf('.') + 1);
  const form = normalForm(word);
  const found =
    words.names.get(plain) ??
    words.aliases.get(plain) ??
    words.formsOfNames.get(form) ??
    words.formsOfAliases.get(form);
  return found as T | undefined;
}

/** The entry of a category that a word means. */
export const answering = <C extends Category>(category: C, word: string): DefinitionOf<C> | undefined =>
  meant<Definition>(builtins[category], word) as DefinitionOf<C> | undefined;

/** The parameter that a word means. */
export const aliased = (params: readonly Param[], word: string): Param | undefined => meant(params, word);
