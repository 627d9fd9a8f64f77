/** What follows from a mistake is not said: of a sound file with one wrong word, every error is about that word. */
import { describe, expect, it } from 'vitest';
import { builtins } from '../../src/builtins/index.js';
import type { Checked } from '../../src/compiler.js';
import { severityOf, wordsOf } from '../../src/diagnostics/finding.js';
import { checkFile, filesIn } from '../corpus/reading.js';

const wrong = 'zqxjk';
const entries = new Set(
  Object.values(builtins).flatMap((all) => all.flatMap(({ name, aliases = [] }) => [name, ...aliases])),
);

/** What a wrong word leaves open, so that more is said. */
const open = [
  // Which parameter of a block it is for, and with it those of the others.
  /Biased\(/,
  // How large a picture is behind a corruption that there is not.
  /corrupt \w+ with zqxjk/,
  // What the use of a block without a name is called, for a network that reads it and is made first.
  /block zqxjk \{ inner/,
  // Which statement or declaration it begins.
  /zqxjk \w+ by/,
  /^zqxjk /,
];

const errorsOf = ({ findings }: Checked): readonly string[] =>
  findings
    .filter((one) => severityOf(one) === 'error' && one.message.code !== 'AE5001')
    .map((one) => wordsOf(one).title);

interface Damage {
  readonly place: string;
  readonly text: string;
  readonly about: RegExp;
}

const lineAt = (text: string, at: number): string => text.slice(text.lastIndexOf('\n', at) + 1, text.indexOf('\n', at));

/** The file with each word that matches put wrong, one at a time. */
function damages(text: string, words: RegExp, chosen: (word: string) => boolean): readonly Damage[] {
  return [...text.matchAll(words)].flatMap(({ 0: word, index }) => {
    const damaged = text.slice(0, index) + wrong + text.slice(index + word.length);
    const line = lineAt(damaged, index);
    if (!chosen(word) || /^\s*\/\//.test(line) || open.some((one) => one.test(line))) return [];
    return [
      { place: `${word} in ${line.trim()}`, text: damaged, about: new RegExp(`\\b(${word}|${wrong})(_\\d+)?\\b`) },
    ];
  });
}

const names = /(?<=^\s*|\{ |; )\w+(?=: )|(?<=^\s*(?:input|latent|network|target|draw|block|head|let) )\w+/gm;

describe.each([
  ['a word of the registry', 4, (text: string) => damages(text, /\b[a-z_]\w*\b(?!:)/g, (word) => entries.has(word))],
  ['the name of a declaration', 3, (text: string) => damages(text, names, () => true)],
] as const)('%s that is wrong', (_what, each, of) => {
  it('is all that is said', () => {
    const sound = filesIn('good').filter((file) => errorsOf(checkFile(file)).length === 0);
    const all = sound.flatMap(({ name, text }) => of(text).map((damage) => ({ name, damage })));
    expect(all.length).toBeGreaterThan(400);
    const others = all
      .filter((_, i) => i % each === 0)
      .flatMap(({ name, damage: { place, text, about } }) =>
        errorsOf(checkFile({ name, text }))
          .filter((title) => !about.test(title))
          .map((title) => `${name}, ${place}: ${title}`),
      );
    expect(others).toEqual([]);
  });
});
