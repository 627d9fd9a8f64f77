/** The documentation as a site of Eleventy: which sources it reads, and what is made of each. */
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Eleventy, type Rendered } from '@11ty/eleventy';
import { build } from 'esbuild';
import { deadLinks, type Written } from './links.js';
import { colours, escaped, teach } from './markdown.js';
import { isShown, placeOf } from './pages.js';
import { pageOf, sectionsOf } from './page.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Site {
  readonly eleventy: Eleventy;
  /** Files that the pages lead to, once they are made: copied as they are. */
  readonly copied: ReadonlySet<string>;
}

export interface Options {
  /** The folder that is written to, from the root of the repository. */
  readonly out: string;
  readonly runMode: 'build' | 'serve';
}

/** Folders of the repository in which there are no pages. */
const without = ['node_modules', 'dist', 'build', 'runs', 'coverage', 'tmp', 'src', 'test', 'bench', 'lsp', 'scripts'];

/** The site, not made yet: `eleventy.write()` writes it, `eleventy.toJSON()` gives its pages and writes nothing. */
export async function site({ out, runMode }: Options): Promise<Site> {
  const copied = new Set<string>();
  const colour = await colours(root);
  const eleventy = new Eleventy('.', out, {
    configPath: false,
    quietMode: true,
    runMode,
    config: (config) => {
      config.setUseGitIgnore(false);
      for (const folder of without) config.ignores.add(`${folder}/**`);
      config.setTemplateFormats(['md', 'ae']);
      config.addPreprocessor('shown', 'md,ae', ({ page }) =>
        isShown(posix.normalize(page.inputPath)) ? undefined : false,
      );
      config.addGlobalData(
        'permalink',
        () => (data: { readonly page: { readonly inputPath: string } }) =>
          placeOf(posix.normalize(data.page.inputPath)),
      );
      config.amendLibrary('md', (md) => teach(md, { root, colour, copy: (file) => copied.add(file) }));
      config.addExtension('ae', {
        outputFileExtension: 'html',
        compile: (text, inputPath) => () => {
          const name = escaped(posix.basename(inputPath));
          return `<h1 id="model"><code>${name}</code></h1>\n<p>${escaped(posix.normalize(inputPath))}</p>\n${colour(text, 'ae')}`;
        },
      });
      config.addTemplate('docs/models/README.md', models());
      for (const name of ['site.css', 'client.ts']) config.addWatchTarget(`scripts/site/${name}`);
      config.addTransform('page', function (text) {
        return pageOf(posix.normalize(this.page.inputPath), text);
      });
      if (runMode === 'serve')
        config.on('eleventy.after', async ({ results }) => {
          const pages = writtenBy(results, out);
          await beside(out, pages, copied);
          for (const link of deadOf(pages, copied)) console.error(`leads nowhere: ${link}`);
        });
      // Braces of the language are no template's.
      return { markdownTemplateEngine: false, htmlTemplateEngine: false };
    },
  });
  await eleventy.init();
  return { eleventy, copied };
}

/** The folder of models as a page, for it has no text of its own. */
function models(): string {
  const folder = join(root, 'docs/models');
  const parts = readdirSync(folder)
    .sort()
    .map((part) => {
      const rows = readdirSync(join(folder, part))
        .sort()
        .map((name) => {
          const summary = /^\/\/\/ ?(.*)$/m.exec(readFileSync(join(folder, part, name), 'utf8'))?.[1];
          return `- [${name}](${part}/${name})${summary === undefined ? '' : `: ${summary}`}`;
        });
      return `## ${part}\n\n${rows.join('\n')}\n`;
    });
  return `# Models of the lectures\n\n[The language, section 14](../language.md#14-the-lectures-item-by-item), says what each shows.\n\n${parts.join('\n')}`;
}

/** Pages in the order of their places: Eleventy gives them as they came to an end. */
export const writtenBy = (results: readonly Rendered[], out: string): readonly Written[] =>
  results
    .map(({ outputPath, content }) => ({ place: posix.relative(out, posix.normalize(outputPath)), html: content }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));

/** What stands beside the pages: files that they lead to, looks, search. */
export async function beside(out: string, pages: readonly Written[], copied: ReadonlySet<string>): Promise<void> {
  const to = join(root, out);
  for (const file of copied) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(root, file), join(to, file));
  }
  cpSync(join(root, 'scripts/site/site.css'), join(to, 'site.css'));
  await build({
    entryPoints: [join(root, 'scripts/site/client.ts')],
    outfile: join(to, 'site.js'),
    bundle: true,
    minify: true,
    target: 'es2022',
    format: 'iife',
    logLevel: 'warning',
  });
  // A script and no JSON: pages that are read from a folder may not fetch.
  writeFileSync(join(to, 'sections.js'), `globalThis.aecSections = ${JSON.stringify(sectionsOf(pages))};\n`);
}

/** Links of the whole site that lead nowhere; `copied` and what `beside` writes are there. */
export function deadOf(pages: readonly Written[], copied: ReadonlySet<string>): readonly string[] {
  const own = new Set(['site.css', 'site.js']);
  const isFile = (place: string): boolean =>
    own.has(place) || (copied.has(place) && statSync(join(root, place), { throwIfNoEntry: false })?.isFile() === true);
  return deadLinks(pages, isFile);
}
