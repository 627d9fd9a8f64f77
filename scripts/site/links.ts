/** Links of the site: from those of the sources, and whether they lead anywhere. */
import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isPage, isShown, placeOf, wayTo } from './pages.js';

/** A link whose target is no business of this site. */
const leadsOut = (link: string): boolean => /^([a-z]+:|\/\/)/i.test(link);

/** Ids of headings as GitHub makes them, so that a link to one leads there on both. */
export const slugOf = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/**
 * A link of a source as one of the site; files that are no pages are told to `copy`. What leads nowhere is left as it
 * stands, for `deadLinks` to find.
 */
export function linkFrom(root: string, source: string, link: string, copy: (file: string) => void): string {
  if (leadsOut(link) || link.startsWith('#')) return link;
  const [path = '', anchor] = link.split('#', 2);
  const target = posix.join(posix.dirname(source), decodeURIComponent(path));
  const page =
    statSync(join(root, target), { throwIfNoEntry: false })?.isDirectory() === true ? `${target}/README.md` : target;
  if (isPage(page) ? !isShown(page) : !existsSync(join(root, target))) return link;
  if (!isPage(page)) copy(target);
  const way = wayTo(placeOf(source), placeOf(page));
  return encodeURI(way) + (anchor === undefined ? '' : `#${anchor}`);
}

export interface Written {
  /** Where it stands in the site. */
  readonly place: string;
  readonly html: string;
}

const all = (html: string, what: RegExp): readonly string[] => [...html.matchAll(what)].map(([, found]) => found!);

/** Each link of pages that leads to no page, heading or file of the site: `page: link`. */
export function deadLinks(pages: readonly Written[], isFile: (place: string) => boolean): readonly string[] {
  const ids = new Map(pages.map(({ place, html }) => [place, new Set(all(html, /<[^>]*\sid="([^"]+)"/g))]));
  return pages.flatMap(({ place, html }) =>
    all(html, /<[a-z][^>]*\s(?:href|src)="([^"]*)"/g).flatMap((link) => {
      if (leadsOut(link)) return [];
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? place : posix.join(posix.dirname(place), decodeURIComponent(path));
      const found = ids.get(target);
      const alive =
        anchor === undefined ? found !== undefined || isFile(target) : found?.has(decodeURIComponent(anchor));
      return alive === true ? [] : [`${place}: ${link}`];
    }),
  );
}
