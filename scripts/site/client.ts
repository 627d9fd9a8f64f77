/** In the reader's browser: light or dark, and the search. It runs from a folder as from a server. */
import type { Section } from './page.js';
import { searchOf } from './search.js';

const top = document.documentElement;
const root = top.dataset['root'] ?? '';

/** Where nothing may be kept, as in private windows, nothing is. */
function kept(value?: string): string | null {
  try {
    if (value !== undefined) localStorage.setItem('aec-theme', value);
    return localStorage.getItem('aec-theme');
  } catch {
    return value ?? null;
  }
}

const show = (theme: string | null): void => {
  if (theme !== null) top.style.colorScheme = theme;
};
show(kept());
document.querySelector('.theme')?.addEventListener('click', () => {
  const dark =
    top.style.colorScheme === ''
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : top.style.colorScheme === 'dark';
  show(kept(dark ? 'light' : 'dark'));
});

const input = document.querySelector<HTMLInputElement>('.search input')!;
const list = document.querySelector<HTMLOListElement>('.search ol')!;

let index: Promise<ReturnType<typeof searchOf>> | undefined;

/** Read when the search is first used: most readers of a page do not. */
const searched = (): Promise<ReturnType<typeof searchOf>> =>
  (index ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}sections.js`;
    script.onerror = reject;
    script.onload = () =>
      resolve(searchOf((globalThis as unknown as { readonly aecSections: readonly Section[] }).aecSections));
    document.head.append(script);
  }));

async function find(): Promise<void> {
  const words = input.value.trim();
  const search = await searched();
  if (words !== input.value.trim()) return;
  const found = words === '' ? [] : search(words).slice(0, 12);
  list.replaceChildren(
    ...found.map(({ title, page, to }) => {
      const link = document.createElement('a');
      link.href = root + to;
      link.textContent = title;
      const from = document.createElement('small');
      from.textContent = title === page ? '' : page;
      link.append(from);
      const item = document.createElement('li');
      item.append(link);
      return item;
    }),
  );
  list.hidden = found.length === 0;
}

input.addEventListener('focus', () => void searched());
input.addEventListener('input', () => void find());
input.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter') list.querySelector('a')?.click();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') list.hidden = true;
  if (event.key !== '/' || document.activeElement === input) return;
  event.preventDefault();
  input.focus();
});
document.addEventListener('click', ({ target }) => {
  if (!(target as Element).closest('.search')) list.hidden = true;
});
