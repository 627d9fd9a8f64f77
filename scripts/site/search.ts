/** The search of the site: what it looks at, and what counts more. */
import MiniSearch from 'minisearch';
import type { Section } from './page.js';

/** All of the words, or their beginnings, or what is spelled nearly so; in a heading before a text. */
export function searchOf(
  sections: readonly Section[],
): (words: string) => readonly Pick<Section, 'title' | 'page' | 'to'>[] {
  const index = new MiniSearch<Section>({
    fields: ['title', 'page', 'text'],
    storeFields: ['title', 'page', 'to'],
    searchOptions: { boost: { title: 4, page: 2 }, prefix: true, fuzzy: 0.2, combineWith: 'AND' },
  });
  index.addAll(sections);
  return (words) =>
    index
      .search(words)
      .map((found) => ({ title: String(found['title']), page: String(found['page']), to: String(found['to']) }));
}
