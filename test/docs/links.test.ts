/** Every link of the documentation leads somewhere: to a file that is there, and to a heading in it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { slugOf } from '../../scripts/site/links.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.md') && !/(^|\/)(node_modules|build|runs|dist|tmp|\.[^/]*)\//.test(path),
);

const withoutCode = (text: string): string => text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** Of its headings. */
const anchors = (path: string): ReadonlySet<string> =>
  new Set(
    [
      ...readFileSync(path, 'utf8')
        .replace(/^```[^]*?^```/gm, '')
        .matchAll(/^#+ +(.*)$/gm),
    ].map(([, title]) => slugOf(title!)),
  );

const dead = (page: string): readonly string[] => deadIn(readFileSync(join(root, page), 'utf8'), page);

function deadIn(written: string, page: string): readonly string[] {
  const text = withoutCode(written);
  const links = [...text.matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g), ...text.matchAll(/(?:href|src)="([^"]+)"/g)];
  return links.flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link!)) return [];
    const [path = '', anchor] = link!.split('#', 2);
    const file = path === '' ? join(root, page) : join(root, dirname(page), decodeURIComponent(path));
    if (!existsSync(file)) return [`${link}: no such file`];
    if (anchor === undefined || !file.endsWith('.md') || anchors(file).has(decodeURIComponent(anchor))) return [];
    return [`${link}: no such heading in ${relative(root, file)}`];
  });
}

it('finds what leads nowhere, and nothing else', () => {
  const text =
    '[a](docs/data.md#limits) [b](docs/data.md#limit) [c](data.md) ![d](docs/none.png) `[e](none)` <img src="no.svg">';
  expect(deadIn(text, 'README.md')).toEqual([
    'docs/data.md#limit: no such heading in docs/data.md',
    'data.md: no such file',
    'docs/none.png: no such file',
    'no.svg: no such file',
  ]);
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/language.md', 'docs/diagnostics/AE2010.md']));
});

it.each(pages)('%s', (page) => {
  expect(dead(page)).toEqual([]);
});
