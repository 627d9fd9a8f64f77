/** The report as a page: text in, HTML out; nothing is loaded from anywhere. */
import type { Verdict } from './verdict.js';

export interface Card {
  readonly title: string;
  readonly value: string;
  readonly note: string;
}

export interface Section {
  readonly title: string;
  readonly note?: string;
  /** Markup made by the functions of this file. */
  readonly body: string;
}

export interface Page {
  readonly title: string;
  readonly doc: string;
  readonly verdict: Verdict;
  readonly cards: readonly Card[];
  readonly sections: readonly Section[];
  readonly footer: string;
}

export const escape = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** A caption beside a strip of pictures. */
export const strip = (caption: string, uri: string, width: number): string =>
  `<div class="strip"><div class="caption">${escape(caption)}</div><img src="${uri}" alt="${escape(caption)}" style="width:${width}px"></div>`;

export const figure = (caption: string, svg: string): string =>
  `<figure><figcaption>${escape(caption)}</figcaption>${svg}</figure>`;

export const figures = (parts: readonly string[]): string => `<div class="figures">${parts.join('')}</div>`;

/** Where a figure comes from, and the files that hold it, which lie beside the page. */
export const links = (from: string, files: readonly string[]): string =>
  `<p class="files"><code>${escape(from)}</code>${files.map((file) => `<a href="${escape(encodeURI(file))}" download>${escape(file.slice(file.lastIndexOf('/') + 1))}</a>`).join('')}</p>`;

/** A text as it stands, folded. */
export const listing = (title: string, text: string): string =>
  `<details><summary>${escape(title)}</summary><pre>${escape(text)}</pre></details>`;

/** Wide markup that scrolls by itself, so that its text stays as large as it is. */
export const wide = (body: string): string => `<div class="wide">${body}</div>`;

export const table = (rows: readonly (readonly [string, string])[]): string =>
  `<table>${rows.map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${escape(value)}</td></tr>`).join('')}</table>`;

/** What the model achieves, and what is to be said of it: in words, not in colours alone. */
function verdictHtml({ works, text, remarks }: Verdict): string {
  if (text === '' && remarks.length === 0) return '';
  const items = remarks.map(
    ({ fails, text: said, hint }) =>
      `<li class="${fails ? 'fails' : 'notes'}"><strong>${fails ? 'Warning' : 'Note'}</strong>: ${escape(said)}. <span>${escape(hint)}.</span></li>`,
  );
  return `<section class="verdict ${works ? 'works' : 'broken'}">${text === '' ? '' : `<p>${escape(text)}.</p>`}${items.length === 0 ? '' : `<ul>${items.join('')}</ul>`}</section>`;
}

export function renderPage(page: Page): string {
  const cards = page.cards.map(
    ({ title, value, note }) =>
      `<div class="card"><div class="name">${escape(title)}</div><div class="value">${escape(value)}</div><div class="note">${escape(note)}</div></div>`,
  );
  const sections = page.sections.map(
    ({ title, note, body }) =>
      `<section><h2>${escape(title)}</h2>${note === undefined ? '' : `<p class="note">${escape(note)}</p>`}${body}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(page.title)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${escape(page.title)}</h1>${page.doc === '' ? '' : `<p>${escape(page.doc)}</p>`}</header>
<main>
${verdictHtml(page.verdict)}
<div class="cards">${cards.join('')}</div>
${sections.join('\n')}
</main>
<footer>${escape(page.footer)}</footer>
</body>
</html>
`;
}

const style = `
:root { --ink: #1d2330; --quiet: #667085; --paper: #f5f6f8; --sheet: #ffffff; --line: #e3e6eb; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ef; --quiet: #98a2b3; --paper: #12151b; --sheet: #1a1e26; --line: #2b313c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 1040px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 36px; padding-bottom: 8px; }
h1 { margin: 0; font-size: 30px; letter-spacing: -0.02em; }
header p { margin: 6px 0 0; color: var(--quiet); max-width: 70ch; white-space: pre-line; }
.verdict { margin: 20px 0 0; border-left: 4px solid #2f9e62; }
.verdict.broken { border-left-color: #d9480f; }
.verdict p, .verdict ul { margin: 0; }
.verdict ul { padding-left: 20px; margin-top: 6px; }
.verdict li span { color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; margin: 20px 0; }
.card, section { background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; }
.card { padding: 14px 16px; }
.card .name { color: var(--quiet); font-size: 13px; }
.card .value { font-size: 24px; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.note { color: var(--quiet); font-size: 13px; }
section { padding: 18px 20px 20px; margin: 0 0 16px; overflow-x: auto; }
h2 { margin: 0 0 8px; font-size: 17px; }
section > .note { margin: -4px 0 14px; max-width: 110ch; }
.strip { display: flex; align-items: center; gap: 16px; margin: 8px 0; }
.strip .caption { flex: 0 0 130px; color: var(--quiet); font-size: 13px; text-align: right; }
.strip img { max-width: calc(100% - 146px); height: auto; image-rendering: pixelated; }
.figures { display: flex; flex-wrap: wrap; gap: 20px 28px; }
figure { margin: 0; }
figcaption { font-size: 13px; color: var(--quiet); margin-bottom: 6px; }
figure svg { display: block; }
svg { max-width: 100%; height: auto; }
h3 { margin: 14px 0 4px; font-size: 14px; font-weight: 600; }
.files { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 14px 0 0; font-size: 12px; color: var(--quiet); }
.files a { color: inherit; }
summary { cursor: pointer; font-size: 13px; color: var(--quiet); }
.numbers { width: auto; font-variant-numeric: tabular-nums; }
.numbers th { width: auto; padding-right: 18px; }
.numbers td { padding: 3px 18px 3px 0; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 7px 12px 7px 0; border-top: 1px solid var(--line); }
tr:first-child > * { border-top: 0; }
th { width: 190px; font-weight: 500; color: var(--quiet); }
td { overflow-wrap: anywhere; white-space: pre-line; }
pre { margin: 8px 0; padding: 12px 14px; overflow-x: auto; background: var(--paper); border-radius: 8px; font: 13px/1.5 ui-monospace, monospace; }
.wide { overflow-x: auto; }
.wide svg { max-width: none; display: block; margin: 0 auto; }
.wide .net .paper { fill: none; }
@media (max-width: 640px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  section { padding: 14px 12px 16px; }
  .cards { grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); }
  .strip { display: block; overflow-x: auto; }
  .strip .caption { text-align: left; margin-bottom: 4px; position: sticky; left: 0; }
  .strip img { max-width: none; }
  th { width: auto; }
  td, th { padding-right: 8px; }
}
footer { padding-top: 4px; padding-bottom: 40px; color: var(--quiet); font-size: 12px; overflow-wrap: anywhere; }
`;
