/** Whether grammar/aec.ebnf derives a file. Nothing here asks the parser what a word is. */
import { readFileSync } from 'node:fs';
import { derives, readGrammar } from './ebnf.js';

export const grammar = readGrammar(readFileSync(new URL('../../grammar/aec.ebnf', import.meta.url), 'utf8'));

const wordPattern =
  /\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|[\p{L}_][\p{L}\p{M}\p{N}_]*|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[^\S\n]+|\n|([^])/gu;

/** The words of a file; newlines and `;` where they separate are `end`. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  const open: string[] = [];
  for (const [word] of text
    .replace(/\r\n?/g, '\n')
    .replace(/^\uFEFF/, '')
    .matchAll(wordPattern)) {
    if (word.startsWith('//') || /^[^\S\n]+$/.test(word)) continue;
    const separates = word === ';' || (word === '\n' && !['(', '[', 'import'].includes(open.at(-1) ?? ''));
    if (word === '\n' && !separates) continue;
    if (separates) {
      if (words.length > 0 && words.at(-1) !== 'end') words.push('end');
      continue;
    }
    // A brace may stand on the line below its header.
    if (word === '{' && words.at(-1) === 'end') words.pop();
    if ('([{'.includes(word)) open.push(word === '{' && words.at(-1) === 'import' ? 'import' : word);
    if (')]}'.includes(word)) open.pop();
    words.push(word);
  }
  return words;
}

/** Where what the grammar describes in words may end. */
function described(words: readonly string[]): (name: string, at: number) => readonly number[] {
  const patterns: Readonly<Record<string, RegExp>> = {
    name: /^(?!_$)[\p{L}_][\p{L}\p{M}\p{N}_]*$/u,
    number: /^\d/,
    string: /^"/,
  };
  return (name, at) => {
    const word = words[at];
    if (name !== 'end') return word !== undefined && word !== 'end' && patterns[name]!.test(word) ? [at + 1] : [];
    if (word === 'end') return [at + 1];
    return word === undefined || word === '}' || words[at - 1] === '}' ? [at] : [];
  };
}

/** Whether the grammar derives a file; separators in front of its first statement count nowhere. */
export function isDerived(text: string): boolean {
  const words = wordsOf(text).filter((word, index, all) => word !== 'end' || all[index - 1] !== '{');
  return derives(grammar, 'file', words, described(words));
}
