/**
 * Files that say themselves what is wrong with them. A comment `//~ AE1002 "a type"` expects a
 * diagnostic with this code, and with this in its title, on its own line; each `^` after the `~`
 * means one line further up. Whatever is not expected must not be reported. Imported files have
 * their own expectations; those in folders are there to be imported.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codes, type DiagnosticCode } from '../src/diagnostics/codes.js';
import type { Diagnostic } from '../src/diagnostics/diagnostic.js';
import { lineTable, positionAt } from '../src/diagnostics/lines.js';
import { renderDiagnostic } from '../src/diagnostics/render.js';
import { check as checkProgram, type Checked } from '../src/compiler.js';
import { parse } from '../src/parser/parse.js';
import { violations } from './parser/ast-invariants.js';

/** The whole check; imports are read from the corpus, and from nowhere else. */
const check = (file: string, text: string): Checked => checkProgram(file, text, readCorpus, settingsIn(text));

/** `// --set hidden=32` in a file sets a hyperparameter from outside. */
const settingsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/^\/\/ --set (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));

const corpus = new URL('corpus/', import.meta.url);

function readCorpus(path: string): string | undefined {
  const url = new URL(path, corpus);
  return url.href.startsWith(corpus.href) && existsSync(url) ? readFileSync(url, 'utf8') : undefined;
}

interface Expectation {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly title: string;
}

function expectationsIn(file: string, text: string): Expectation[] {
  return text.split(/\r\n|\n/).flatMap((line, index) =>
    [...line.matchAll(/\/\/~(\^*) (AE\d{4})(?: "([^"]*)")?/g)].map(([, up = '', code = '', title = '']) => ({
      file,
      line: index + 1 - up.length,
      code,
      title,
    })),
  );
}

function filesIn(folder: string): { readonly name: string; readonly text: string }[] {
  const url = new URL(`${folder}/`, corpus);
  return readdirSync(url)
    .filter((name) => name.endsWith('.ae'))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(new URL(name, url), 'utf8') }));
}

/** The text after the edits of a fix. */
function applied(text: string, fix: Diagnostic['fixes'][number]): string {
  return [...fix.edits]
    .sort((a, b) => b.place.span.start - a.place.span.start)
    .reduce((now, { place, newText }) => now.slice(0, place.span.start) + newText + now.slice(place.span.end), text);
}

describe.each([...filesIn('good'), ...filesIn('bad')])('$name', ({ name, text }) => {
  const { diagnostics, files } = check(name, text);
  const expected = [...files.values()].flatMap((file) => expectationsIn(file.file, file.text));
  const textOf = (file: string): string => files.get(file)?.text ?? '';
  const lineOf = ({ place }: Diagnostic): number => positionAt(lineTable(textOf(place.file)), place.span.start).line;

  it('has the diagnostics that it expects, and no others', () => {
    const unexpected = [...diagnostics];
    const unmet = expected.filter(({ file, line, code, title }) => {
      const index = unexpected.findIndex((one) => one.code === code && one.title.includes(title) && one.place.file === file && lineOf(one) === line);
      if (index >= 0) unexpected.splice(index, 1);
      return index < 0;
    });
    expect(unmet, 'expected, but not reported').toEqual([]);
    const shown = unexpected.map((one) => renderDiagnostic(one, textOf, { color: false }));
    expect(shown, 'reported, but not expected').toEqual([]);
  });

  it('has messages that say why, and what to do', () => {
    for (const one of diagnostics) {
      const shown = renderDiagnostic(one, textOf, { color: false });
      expect(one.title, shown).toMatch(/^\S.*[^.\s]$/);
      expect(one.cause, shown).toMatch(/^\S.*[.?]$/);
      if (one.code.startsWith('AE1')) continue;
      expect(one.expected === undefined, `expected and found come together:\n${shown}`).toBe(one.found === undefined);
      expect(one.hint !== undefined || one.fixes.length > 0 || one.expected !== undefined, shown).toBe(true);
    }
  });

  it('keeps the invariants of the Ast', () => {
    expect(violations(parse(name, text).ast)).toEqual([]);
  });

  it('has fixes that mend what they belong to', () => {
    for (const diagnostic of diagnostics) {
      for (const fix of diagnostic.fixes) {
        if (fix.edits.some((edit) => edit.place.file !== name)) continue;
        const after = check(name, applied(text, fix)).diagnostics;
        const alike = ({ code, title }: Diagnostic): boolean => code === diagnostic.code && title === diagnostic.title;
        const before = diagnostics.filter(alike);
        expect(after.filter(alike).length, `${fix.title}\n${applied(text, fix)}`).toBeLessThan(before.length);
        expect(after.filter(({ code }) => code.startsWith('AE1')).length, `${fix.title}\n${applied(text, fix)}`).toBeLessThanOrEqual(diagnostics.filter(({ code }) => code.startsWith('AE1')).length);
      }
    }
  });
});

it('has a bad file for every code', () => {
  const seen = new Set(filesIn('bad').flatMap(({ name, text }) => check(name, text).diagnostics.map(({ code }) => code)));
  expect(Object.keys(codes).filter((code) => !seen.has(code as DiagnosticCode))).toEqual([]);
});
