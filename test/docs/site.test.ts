/** The site of the documentation: its list of pages is that of the repository, its links lead somewhere, models have colours. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { deadLinks, linkFrom, slugOf, type Written } from '../../scripts/site/links.js';
import { sectionsOf } from '../../scripts/site/page.js';
import { searchOf } from '../../scripts/site/search.js';
import { entries, entryOf, isShown, placeOf } from '../../scripts/site/pages.js';
import { deadOf, root, site, writtenBy } from '../../scripts/site/site.js';

const out = 'build/site.test';
let pages: readonly Written[];
let copied: ReadonlySet<string>;

const page = (place: string): string => pages.find((one) => one.place === place)!.html;

beforeAll(async () => {
  const made = await site({ out, runMode: 'build' });
  pages = writtenBy(await made.eleventy.toJSON(), out);
  ({ copied } = made);
});

describe('the list of pages', () => {
  it('has every page of docs and examples, and those at the top', () => {
    const all = [
      ...readdirSync(root).filter((name) => name.endsWith('.md')),
      ...['docs', 'examples'].flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.(md|ae)$/.test(name))
          .map((name) => join(folder, name)),
      ),
    ];
    expect(all.length).toBeGreaterThan(290);
    expect(all.filter((path) => !isShown(path))).toEqual([]);
    expect(pages.map(({ place }) => place)).toEqual(expect.arrayContaining(all.map(placeOf)));
    expect(existsSync(join(root, out))).toBe(false);
  });

  it('leads to what is there', () => {
    for (const { path, below } of entries) {
      expect(existsSync(join(root, path.split('#', 1)[0]!)), path).toBe(true);
      if (below !== undefined) expect(existsSync(join(root, below)), below).toBe(true);
    }
    // Each has a title of its own, and a place that no other has.
    for (const key of ['title', 'path'] as const)
      expect(new Set(entries.map((entry) => entry[key])).size, key).toBe(entries.length);
  });

  it('gives a page of a folder to the folder’s entry, and a page of its own to that', () => {
    expect(entryOf('docs/diagnostics/AE2010.md')?.title).toBe('Diagnostics');
    expect(entryOf('examples/gallery/README.md')?.title).toBe('What the lectures show');
    expect(entryOf('examples/lecture1/vanilla.ae')?.title).toBe('Examples');
    expect(entryOf('docs/models/README.md')?.title).toBe('Models of the lectures');
    expect(entryOf('test/README.md')).toBeUndefined();
    expect(page('docs/diagnostics/AE2010.html')).toContain('<a href="index.html" aria-current="page">Diagnostics</a>');
  });
});

describe('links', () => {
  it('of a source become those of the site', () => {
    const told: string[] = [];
    const of = (link: string): string => linkFrom(root, 'docs/language.md', link, (file) => told.push(file));
    expect(
      [
        'data.md#limits',
        '../README.md',
        '../examples',
        'models',
        'models/lecture2/vae.ae',
        '#4-variables',
        'https://a.b/c.md',
        'picture.png',
        '../test/README.md',
        'none.md',
      ].map(of),
    ).toEqual([
      'data.html#limits',
      '../index.html',
      '../examples/index.html',
      'models/index.html',
      'models/lecture2/vae.ae.html',
      '#4-variables',
      'https://a.b/c.md',
      'picture.png',
      '../test/README.md',
      'none.md',
    ]);
    expect(told).toEqual(['docs/picture.png']);
    expect(slugOf('14. The lectures, item by item')).toBe('14-the-lectures-item-by-item');
    expect(slugOf('`run.json`')).toBe('runjson');
  });

  it('that lead nowhere are found, and no others', () => {
    const html =
      '<h2 id="here">x</h2><a href="b.html">x</a><a href="c.html#at">x</a><a class="x" href="../d.html#none">x</a><a href="#here">x</a>' +
      '<a href="#there">x</a><img src="e.png"><img src="f.png" alt=""><a href="https://a.b/#c">x</a><code>href="g"</code>';
    const found = deadLinks(
      [
        { place: 'a/a.html', html },
        { place: 'a/c.html', html: '<h1 id="at">x</h1>' },
        { place: 'd.html', html: '' },
      ],
      (place) => place === 'a/e.png',
    );
    expect(found).toEqual(['b.html', '../d.html#none', '#there', 'f.png'].map((link) => `a/a.html: ${link}`));
  });

  it('of the whole site lead somewhere', () => {
    expect(deadOf(pages, copied)).toEqual([]);
    for (const { place, html } of pages) {
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(ids.length - new Set(ids).size, place).toBe(0);
    }
    expect(page('examples/lecture1/index.html')).toContain(
      '<a href="broken/conv.ae.html"><code>broken/conv.ae</code></a>',
    );
  });
});

/** The colour of the first piece of code that reads so, in the light. */
const colourOf = (html: string, code: string): string | undefined =>
  new RegExp(String.raw`<span style="color:light-dark\((#\w+), #\w+\)[^"]*">\s*${code}</span>`).exec(html)?.[1];

describe('models', () => {
  it.each(['index.html', 'docs/language.html', 'docs/models/lecture2/vae.ae.html'])('have colours in %s', (place) => {
    const [keyword, name, number] = ['autoencoder', '(?:Vae|Denoising)', '(?:20|500)'].map((code) =>
      colourOf(page(place), code),
    );
    expect(keyword).toBeDefined();
    expect(name).toBeDefined();
    expect(number).toBeDefined();
    expect(new Set([keyword, name, number]).size).toBe(3);
  });
});

it('is searched from heading to heading', () => {
  const sections = sectionsOf(pages);
  expect(new Set(sections.map(({ id }) => id)).size).toBe(sections.length);
  const limits = sections.find(({ to }) => to === 'docs/data.html#limits');
  expect(limits).toMatchObject({ page: 'Data', title: 'Limits' });
  expect(limits?.text).not.toMatch(/<|&\w+;/);
  const search = searchOf(sections);
  expect(search('AE2010')[0]?.to).toMatch(/^docs\/diagnostics\/AE2010\.html#/);
  expect(search('exit codes')[0]).toEqual({
    title: 'Exit codes',
    page: 'The command line',
    to: 'docs/cli.html#exit-codes',
  });
  // The beginning of a word, and a slip.
  for (const words of ['layern', 'layernrom'])
    expect(
      search(words).map(({ to }) => to),
      words,
    ).toContain('docs/reference.html#layernorm');
  expect(search('zzzzqqqq')).toEqual([]);
});
