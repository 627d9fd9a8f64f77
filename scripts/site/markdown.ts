/** How Markdown and models become HTML: ids of headings, links of the site, colours of code. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { createHighlighter, type LanguageRegistration } from 'shiki';
import type { MarkdownIt, Token } from '@11ty/eleventy';
import { linkFrom, slugOf } from './links.js';
import { isShown } from './pages.js';

/** Languages of the documentation beside `.ae`. */
const languages = ['sh', 'ts', 'js', 'json', 'python', 'lua', 'elisp', 'toml', 'yaml', 'html'] as const;
const themes = { light: 'github-light', dark: 'github-dark' } as const;

export type Colour = (code: string, language: string) => string;

/** Colours `.ae` by the grammar that editors have. */
export async function colours(root: string): Promise<Colour> {
  const grammar = readFileSync(join(root, 'lsp/vscode/syntaxes/ae.tmLanguage.json'), 'utf8');
  const highlighter = await createHighlighter({
    themes: Object.values(themes),
    langs: [...languages, JSON.parse(grammar) as LanguageRegistration],
  });
  return (code, language) => {
    if (language !== '' && !highlighter.getLoadedLanguages().includes(language))
      throw new Error(`${language} is none of the languages that scripts/site/markdown.ts lists`);
    return highlighter.codeToHtml(code.trimEnd(), {
      lang: language === '' ? 'text' : language,
      themes,
      defaultColor: 'light-dark()',
      // By a clock, a busy machine would leave the rest of a line without colours.
      tokenizeTimeLimit: 0,
    });
  };
}

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one]!);

const textOf = (inline: Token): string => (inline.children ?? []).map((one) => one.content).join('');

export interface Markdown {
  readonly root: string;
  readonly colour: Colour;
  /** Told of files that pages lead to and that are none. */
  readonly copy: (file: string) => void;
}

/** Teaches it to a reader of Markdown; `page.inputPath` of what it is given says which source it reads. */
export function teach(md: MarkdownIt, { root, colour, copy }: Markdown): void {
  md.set({ html: true, linkify: false, highlight: colour });
  md.core.ruler.push('site', ({ tokens, env, Token: Made }) => {
    const source = posix.normalize(env.page.inputPath);
    const seen = new Map<string, number>();
    tokens.forEach((token, at) => {
      if (token.type === 'heading_open') {
        const slug = slugOf(textOf(tokens[at + 1]!));
        const times = seen.get(slug) ?? 0;
        seen.set(slug, times + 1);
        token.attrSet('id', times === 0 ? slug : `${slug}-${times}`);
      }
      let links = 0;
      const children = token.children ?? [];
      for (const child of children) {
        if (child.type === 'link_open') links += 1;
        if (child.type === 'link_close') links -= 1;
        for (const name of ['href', 'src']) {
          const link = child.attrGet(name);
          if (link !== null) child.attrSet(name, linkFrom(root, source, link, copy));
        }
        // A model that is named beside its file leads to it.
        const beside = posix.join(posix.dirname(source), child.content);
        if (child.type !== 'code_inline' || links > 0 || !child.content.endsWith('.ae')) continue;
        if (!isShown(beside) || !existsSync(join(root, beside))) continue;
        const open = new Made('link_open', 'a', 1);
        open.attrSet('href', linkFrom(root, source, child.content, copy));
        token.children = token.children!.flatMap((one) =>
          one === child ? [open, child, new Made('link_close', 'a', -1)] : [one],
        );
      }
    });
  });
  // Wide tables scroll by themselves, not with the page.
  md.renderer.rules['table_open'] = () => '<div class="table"><table>\n';
  md.renderer.rules['table_close'] = () => '</table></div>\n';
}
