/**
 * Files that say themselves what is wrong with them. A comment `//~ AE1002 "a type"` expects a
 * diagnostic with this code, and with this in its title, on its own line; each `^` after the `~`
 * means one line further up. Whatever is not expected must not be reported.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/diagnostics/diagnostic.js';
import { lineTable, positionAt } from '../src/diagnostics/lines.js';
import { renderDiagnostic } from '../src/diagnostics/render.js';
import { check as checkProgram } from '../src/compiler.js';
import { parse } from '../src/parser/parse.js';
import { violations } from './parser/ast-invariants.js';

/** The whole check; imports are read from the corpus, and from nowhere else. */
function check(file: string, text: string): readonly Diagnostic[] {
  return checkProgram(file, text, readCorpus).diagnostics;
}

const corpus = new URL('corpus/', import.meta.url);

function readCorpus(path: string): string | undefined {
  const url = new URL(path, corpus);
  return url.href.startsWith(corpus.href) && existsSync(url) ? readFileSync(url, 'utf8') : undefined;
}

interface Expectation {
  readonly line: number;
  readonly code: string;
  readonly title: string;
}

function expectationsIn(text: string): Expectation[] {
  return text.split(/\r\n|\n/).flatMap((line, index) =>
    [...line.matchAll(/\/\/~(\^*) (AE\d{4})(?: "([^"]*)")?/g)].map(([, up = '', code = '', title = '']) => ({
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
  const diagnostics = check(name, text);
  const lines = lineTable(text);
  const expected = expectationsIn(text);

  it('has the diagnostics that it expects, and no others', () => {
    const unexpected = [...diagnostics];
    const unmet = expected.filter(({ line, code, title }) => {
      const index = unexpected.findIndex(
        (one) =>
          one.code === code && one.title.includes(title) && positionAt(lines, one.place.span.start).line === line,
      );
      if (index >= 0) unexpected.splice(index, 1);
      return index < 0;
    });
    expect(unmet, 'expected, but not reported').toEqual([]);
    const shown = unexpected.map((one) => renderDiagnostic(one, text, { color: false }));
    expect(shown, 'reported, but not expected').toEqual([]);
  });

  it('keeps the invariants of the Ast', () => {
    expect(violations(parse(name, text).ast)).toEqual([]);
  });

  it('has fixes that mend what they belong to', () => {
    for (const diagnostic of diagnostics) {
      for (const fix of diagnostic.fixes) {
        const after = check(name, applied(text, fix));
        const same = after.filter(({ code, title }) => code === diagnostic.code && title === diagnostic.title);
        const before = diagnostics.filter(({ code, title }) => code === diagnostic.code && title === diagnostic.title);
        expect(same.length, `${fix.title}\n${applied(text, fix)}`).toBeLessThan(before.length);
      }
    }
  });
});
