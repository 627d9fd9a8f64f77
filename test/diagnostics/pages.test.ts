import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { codes, type DiagnosticCode } from '../../src/diagnostics/codes.js';
import { renderDiagnostic } from '../../src/diagnostics/render.js';

const folder = new URL('../../docs/diagnostics/', import.meta.url);
const all = Object.keys(codes) as DiagnosticCode[];
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** Rendered diagnostics by code; the first line may set a hyperparameter. */
function diagnose(example: string): { readonly codes: readonly string[]; readonly shown: string } {
  const settings = Object.fromEntries([...example.matchAll(/^\/\/ --set (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  const { diagnostics } = check('example.ae', example, () => undefined, settings);
  return { codes: diagnostics.map(({ code }) => code), shown: diagnostics.map((d) => renderDiagnostic(d, example, { color: false })).join('\n\n') };
}

describe('docs/diagnostics', () => {
  it('has a page for each code, an index, and nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual([...all.map((code) => `${code}.md`), 'README.md'].sort());
  });

  it('lists each code in its index', () => {
    const rows = [...textOf('README.md').matchAll(/^\| \[(AE\d{4})\]\(\1\.md\) \| (\w+) \| (.*) \|$/gm)].map(([, code, severity, summary]) => ({ code, severity, summary }));
    expect(rows).toEqual(all.map((code) => ({ code, ...codes[code] })));
  });

  it.each(all)('%s: the example gives it, its mended twin gives nothing', (code) => {
    const page = textOf(`${code}.md`);
    expect(page.split('\n')[0]).toBe(`# ${code}: ${codes[code].summary}`);
    expect(page).toContain(`\n*${codes[code].severity}*\n`);
    expect(page).toMatch(/\n## Why\n\n\S/);
    const [example, mended, ...more] = [...page.matchAll(/```ae\n([^]*?)```/g)].map(([, text = '']) => text);
    expect(more).toEqual([]);
    const found = diagnose(example!);
    expect(found.codes.length, found.shown).toBeGreaterThan(0);
    expect(new Set(found.codes), found.shown).toEqual(new Set([code]));
    expect(diagnose(mended!).shown).toBe('');
  });
});
