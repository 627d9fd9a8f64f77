/**
 * The pages of docs/diagnostics: one for each code, whose file under `Wrong` gives this code and
 * whose file under `Right` gives none. A fence may say `set=NAME:VALUE`, a hyperparameter from
 * outside, or `file=NAME`: then it is a file that lies beside the others.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { codes, type DiagnosticCode } from '../../src/diagnostics/codes.js';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { renderDiagnostic } from '../../src/diagnostics/render.js';

const folder = new URL('../../docs/diagnostics/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const known = Object.keys(codes) as DiagnosticCode[];

interface Example {
  /** The heading that it stands under; that of the page, where there is none. */
  readonly heading: string;
  readonly file: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly text: string;
}

const option = (info: string, key: string): readonly string[] =>
  info.split(' ').flatMap((word) => (word.startsWith(`${key}=`) ? [word.slice(key.length + 1)] : []));

function examplesIn(page: string): readonly Example[] {
  return page.split(/^(?=##? )/m).flatMap((section) => {
    const heading = /^##? (.*)/.exec(section)?.[1] ?? '';
    return [...section.matchAll(/^```ae(.*)\n([^]*?)^```$/gm)].map(([, info = '', text = '']): Example => ({
      heading,
      file: option(info, 'file')[0],
      settings: Object.fromEntries(option(info, 'set').map((pair) => pair.split(':', 2))) as Record<string, string>,
      text,
    }));
  });
}

function diagnosticsOf(page: string, heading: string): { readonly found: readonly Diagnostic[]; readonly shown: string } {
  const examples = examplesIn(page);
  const under = examples.filter((one) => one.heading === heading && one.file === undefined);
  expect(under, `one example under "## ${heading}"`).toHaveLength(1);
  const { text, settings } = under[0]!;
  const beside = (path: string): string | undefined => examples.find(({ file }) => file === path)?.text;
  const { diagnostics } = check('page.ae', text, beside, settings);
  const textOf = (file: string): string => (file === 'page.ae' ? text : (beside(file) ?? ''));
  return { found: diagnostics, shown: diagnostics.map((one) => renderDiagnostic(one, textOf, { color: false })).join('\n') };
}

describe('the pages of diagnostics', () => {
  it('are one for each code', () => {
    expect(readdirSync(folder).sort()).toEqual([...known.map((code) => `${code}.md`), 'README.md'].sort());
  });

  it('are all in the index, with severity and summary', () => {
    const rows = [...read('README.md').matchAll(/^\| \[(.*?)\]\((.*?)\) \| (.*?) \| (.*) \|$/gm)].map((row) => row.slice(1));
    expect(rows).toEqual(known.map((code) => [code, `${code}.md`, codes[code].severity, codes[code].summary]));
  });
});

describe.each(known)('the page of %s', (code) => {
  const page = read(`${code}.md`);
  const { severity, summary } = codes[code];

  it('begins with the summary and says what it means', () => {
    const [title, empty, meaning] = page.split('\n');
    expect(title).toBe(`# ${code}: ${summary}`);
    expect(empty).toBe('');
    expect(meaning).toMatch(/^[A-Z`]/);
  });

  it('has a wrong example that gives this code alone', () => {
    const { found, shown } = diagnosticsOf(page, 'Wrong');
    const counted = found.filter((one) => severity === 'info' || one.severity !== 'info');
    expect(counted.map((one) => one.code), shown).toEqual([code]);
  });

  it('has a right example without errors and warnings', () => {
    const { found, shown } = diagnosticsOf(page, 'Right');
    expect(found.filter((one) => one.severity !== 'info' || one.code === code), shown).toEqual([]);
  });
});
