/** The files of test/corpus, as text. */
import { readdirSync, readFileSync } from 'node:fs';

const corpus = new URL('../corpus/', import.meta.url);

export const corpusFolder = (folder: 'good' | 'bad'): readonly { readonly name: string; readonly text: string }[] =>
  readdirSync(new URL(`${folder}/`, corpus))
    .filter((name) => name.endsWith('.ae'))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(`${folder}/${name}`, corpus), 'utf8') }));

export const good: readonly string[] = corpusFolder('good').map(({ text }) => text);
export const bad: readonly string[] = corpusFolder('bad').map(({ text }) => text);
