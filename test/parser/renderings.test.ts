/** The corpus's syntax errors as people read them. What the parser says as data is in facts.test.ts. */
import { describe, expect, it } from 'vitest';
import { wordsOf, type Finding } from '../../src/diagnostics/finding.js';
import { lineTable, positionAt } from '../../src/diagnostics/lines.js';
import { renderAll } from '../../src/diagnostics/render.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { corpusFolder } from '../support/corpus-files.js';

/** `//~ AE1002 "a type"` expects a finding on its line, each `^` behind the `~` one line further up. */
const expectedIn = (text: string): readonly { line: number; code: string; title: string }[] =>
  text.split(/\r\n|\n/).flatMap((line, index) =>
    [...line.matchAll(/\/\/~(\^*) (AE10\d\d)(?: "([^"]*)")?/g)].map(([, up = '', code = '', title = '']) => ({
      line: index + 1 - up.length,
      code,
      title,
    })),
  );

/** Those that are about syntax. */
const files = corpusFolder('bad')
  .filter(({ text }) => expectedIn(text).length > 0)
  .map(({ name, text }) => {
    const ast = parse(name, text);
    return { name, text, ast, findings: syntaxFindings(ast) };
  });

it('are these', async () => {
  const rendered = files.flatMap(({ text, ast, findings }) =>
    renderAll(findings, locateIn(ast), text, { color: false }),
  );
  await expect(`${rendered.join('\n\n')}\n`).toMatchFileSnapshot('renderings.txt');
});

describe('each is expected by its file', () => {
  it.each(files.filter(({ findings }) => findings.length > 0))('$name', ({ text, ast, findings }) => {
    const expected = expectedIn(text);
    const lineOf = (one: Finding): number => positionAt(lineTable(text), locateIn(ast)(one.place).span.start).line;
    const unexpected = findings.filter(
      (one) =>
        !expected.some(
          ({ line, code, title }) =>
            line === lineOf(one) && code === one.message.code && wordsOf(one).title.includes(title),
        ),
    );
    expect(renderAll(unexpected, locateIn(ast), text, { color: false })).toEqual([]);
  });

  it('and says why, and what to do', () => {
    for (const one of files.flatMap(({ findings }) => findings)) {
      const { title, cause, expected, hint } = wordsOf(one);
      expect(title).toMatch(/^\S.*[^.\s]$/);
      expect(cause).toMatch(/^\S.*[.?]$/);
      expect(expected !== undefined || hint !== undefined || one.fixes.length > 0, one.message.name).toBe(true);
    }
  });
});
