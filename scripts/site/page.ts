/** A page of the site around its text. */
import { posix } from 'node:path';
import { escaped } from './markdown.js';
import { entryOf, navigation, placeOf, wayTo } from './pages.js';

interface Heading {
  readonly level: number;
  readonly id: string;
  readonly title: string;
}

/** Tags, and what they say; pages are of our own making, so a pattern finds them. */
const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&#x3C;/g, '<')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();

const heading = /<h([1-3]) id="([^"]*)">(.*?)<\/h\1>/gs;

const headingsOf = (html: string): readonly Heading[] =>
  [...html.matchAll(heading)].map(([, level, id, title]) => ({ level: Number(level), id: id!, title: plain(title!) }));

const entryOfPage = (place: string, source: string): string =>
  navigation
    .map(({ title, entries }) => {
      const current = entryOf(source);
      const items = entries.map((entry) => {
        const [path = '', anchor] = entry.path.split('#', 2);
        const to = placeOf(/\.md$/.test(path) ? path : posix.join(path, 'README.md'));
        const href = wayTo(place, to) + (anchor === undefined ? '' : `#${anchor}`);
        return `<li><a href="${href}"${entry === current ? ' aria-current="page"' : ''}>${escaped(entry.title)}</a></li>`;
      });
      return `<h2>${escaped(title)}</h2><ul>${items.join('')}</ul>`;
    })
    .join('\n');

/** The whole page: navigation, text, and the way through a long one. */
export function pageOf(source: string, text: string): string {
  const place = placeOf(source);
  const root = wayTo(place, 'index.html').slice(0, -'index.html'.length);
  const headings = headingsOf(text);
  const title = headings.find(({ level }) => level === 1)?.title ?? source;
  const parts = headings.filter(({ level }) => level === 2);
  const contents = parts.map(({ id, title: part }) => `<li><a href="#${id}">${escaped(part)}</a></li>`).join('');
  return `<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title === 'aec' ? 'aec' : `${title} · aec`)}</title>
<link rel="stylesheet" href="${root}site.css">
<script src="${root}site.js" defer></script>
</head>
<body>
<a class="skip" href="#text">To the text</a>
<header>
<a class="home" href="${root}index.html">aec</a>
<div class="search" role="search"><input type="search" placeholder="Search ( / )" aria-label="Search" autocomplete="off"><ol hidden></ol></div>
<button type="button" class="theme" aria-label="Light or dark">◐</button>
</header>
<div class="columns">
<nav aria-label="Pages">
${entryOfPage(place, source)}
</nav>
<main id="text">
${text}
</main>
<aside aria-label="On this page">${parts.length > 1 ? `<h2>On this page</h2><ul>${contents}</ul>` : ''}</aside>
</div>
</body>
</html>
`;
}

/** What the search looks through: a page from one heading to the next. */
export interface Section {
  readonly id: number;
  readonly page: string;
  readonly title: string;
  readonly text: string;
  /** Where it is, from the top of the site. */
  readonly to: string;
}

/** The sections of pages as they are written. */
export const sectionsOf = (pages: readonly { readonly place: string; readonly html: string }[]): readonly Section[] =>
  pages
    .flatMap(({ place, html }) => {
      const text = /<main id="text">([^]*)<\/main>/.exec(html)?.[1] ?? '';
      const found = [...text.matchAll(heading)];
      const page = plain(found[0]?.[3] ?? place);
      return found.map((one, at) => ({
        page,
        title: plain(one[3]!),
        text: plain(text.slice(one.index + one[0].length, found[at + 1]?.index)),
        to: `${place}#${one[2]!}`,
      }));
    })
    .map((section, id) => ({ id, ...section }));
