/**
 * The pages of docs/diagnostics: one for each code, whose file under `Wrong` gives this code and
 * whose file under `Right` gives none. A comment `// --set hidden=32` sets a hyperparameter from
 * outside; there are no files to import. What is not compiled yet is a matter of its own page alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { codes, type DiagnosticCode } from '../../src/diagnostics/codes.js';
import { severityOf, type Finding } from '../../src/diagnostics/finding.js';
import { renderAll } from '../../src/diagnostics/render.js';

const folder = new URL('../../docs/diagnostics/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const known = Object.keys(codes) as DiagnosticCode[];

/** The example under a heading, which has exactly one. */
function exampleUnder(page: string, heading: string): string {
  const section = page.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? '';
  const examples = [...section.matchAll(/^```ae\n([^]*?)^```$/gm)].map(([, text = '']) => text);
  expect(examples, `one example under "## ${heading}"`).toHaveLength(1);
  return examples[0]!;
}

function findingsOf(
  text: string,
  code: DiagnosticCode,
): { readonly found: readonly Finding[]; readonly shown: string } {
  const settings: Readonly<Record<string, string>> = Object.fromEntries(
    [...text.matchAll(/^\/\/ --set (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  const { findings, locate } = check('page.ae', text, () => undefined, settings);
  const found = findings.filter(({ message }) => code === 'AE5001' || message.code !== 'AE5001');
  return { found, shown: renderAll(found, locate, text, { color: false }).join('\n') };
}

describe('the pages of diagnostics', () => {
  it('are one for each code', () => {
    expect(readdirSync(folder).sort()).toEqual([...known.map((code) => `${code}.md`), 'README.md'].sort());
  });

  it('are all in the index, with severity and summary', () => {
    const rows = [...read('README.md').matchAll(/^\| \[(.*?)\]\((.*?)\) \| (.*?) \| (.*) \|$/gm)].map((row) =>
      row.slice(1),
    );
    expect(rows).toEqual(known.map((code) => [code, `${code}.md`, codes[code].severity, codes[code].summary]));
  });
});

describe.each(known)('the page of %s', (code) => {
  const page = read(`${code}.md`);
  const { severity, summary } = codes[code];

  it('begins with summary, severity and meaning', () => {
    const [title, , kind, , meaning] = page.split('\n');
    expect(title).toBe(`# ${code}: ${summary}`);
    expect(kind).toBe(`*${severity}*`);
    expect(meaning).toMatch(/^[A-Z`]/);
  });

  it('has a wrong example that gives this code alone', () => {
    const { found, shown } = findingsOf(exampleUnder(page, 'Wrong'), code);
    const counted = found.filter((one) => severity === 'info' || severityOf(one) !== 'info');
    expect(
      counted.map((one) => one.message.code),
      shown,
    ).toEqual([code]);
  });

  it('has a right example without errors and warnings', () => {
    const { found, shown } = findingsOf(exampleUnder(page, 'Right'), code);
    expect(
      found.filter((one) => severityOf(one) !== 'info' || one.message.code === code),
      shown,
    ).toEqual([]);
  });
});
