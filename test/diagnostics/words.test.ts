import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codes } from '../../src/diagnostics/codes.js';
import { finding, severityOf, wordsOf, type Message } from '../../src/diagnostics/finding.js';
import * as brackets from '../../src/diagnostics/messages/brackets.js';
import * as lexical from '../../src/diagnostics/messages/lexical.js';
import * as missing from '../../src/diagnostics/messages/missing.js';
import * as silences from '../../src/diagnostics/messages/silences.js';
import * as statements from '../../src/diagnostics/messages/statements.js';
import * as unexpected from '../../src/diagnostics/messages/unexpected.js';
import { cut, describe as described, excerpt, presentable, wordAt } from '../../src/diagnostics/words.js';
import { renderAll } from '../../src/diagnostics/render.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { unit } from './findings.js';

const isMessage = (value: unknown): value is Message<never> =>
  typeof value === 'object' && value !== null && 'say' in value && 'code' in value;
const messages = [brackets, lexical, missing, silences, statements, unexpected].flatMap((file) =>
  Object.values(file as Record<string, unknown>).filter(isMessage),
);

const model = (inside: string): string => `autoencoder A {\n  input x: [4]\n  ${inside}\n}\n`;
const renderedOf = (text: string): readonly string[] => {
  const ast = parse('a.ae', text);
  return renderAll(syntaxFindings(ast), locateIn(ast), text, { color: false });
};

describe('messages', () => {
  it('have names of their own, and codes that there are', () => {
    const names = messages.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(40);
    expect(names).toEqual([...new Set(names)]);
    for (const { name, code } of messages) {
      expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(Object.hasOwn(codes, code)).toBe(true);
    }
  });

  it('have the severity of their code', () => {
    const found = finding(silences.namesNoCode, { unit: unit(''), span: { start: 0, end: 0 } }, {});
    expect(severityOf(found)).toBe('info');
  });

  it('say each part on one short line, whatever the facts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        const place = { unit: unit(text), span: { start: 0, end: 0 } };
        const { title, cause, expected, found } = wordsOf(finding(lexical.notANumber, place, { text, meant: text }));
        for (const words of [title, cause, expected ?? '', found ?? '']) {
          expect(words).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/);
          expect(words.length).toBeLessThanOrEqual(600);
        }
      }),
    );
  });
});

describe('words', () => {
  it('are one line that no terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        expect(presentable(text)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/);
        expect(presentable(text).length).toBeLessThanOrEqual(600);
        expect(presentable(text, 'title').length).toBeLessThanOrEqual(200);
      }),
    );
  });

  it('keep what is short as it is', () => {
    expect(presentable('`dense` cannot take `h`')).toBe('`dense` cannot take `h`');
  });

  it('cut what they quote, and no pair of surrogates', () => {
    expect(presentable(`there is no \`${'a'.repeat(100)}\` here`)).toBe(`there is no \`${'a'.repeat(59)}…\` here`);
    expect(presentable(`there is no \`${'a'.repeat(10_000)}\` here`, 'title').length).toBeLessThanOrEqual(200);
    expect(cut('ab😀', 3)).toBe('ab…');
    expect(cut('ab😀c', 4)).toBe('ab…');
    expect(excerpt('a'.repeat(10_000)).length).toBe(200);
  });

  it('of what stands at an offset skip blanks and comments', () => {
    expect(['ab cd', '  // c\n', '', '   ', '"text" x', '数x(', '\r\n'].map((text) => wordAt(text, 0))).toEqual([
      ...['ab', '\n', '', '', '"text"', '数x', '\n'],
    ]);
    expect(['', '\n', 'x'].map(described)).toEqual(['the end of the file', 'the end of the line', '`x`']);
  });

  it('hold no line break where the source has one', () => {
    expect(renderedOf(model('penalty f(a b\n\n(c))')).join()).toContain('found: `b`');
    expect(renderedOf(model('penalty f(a \u001B[31mb)')).join()).not.toContain('\u001B');
  });

  it('stay short where a name is a megabyte', () => {
    const name = 'a'.repeat(1_000_000);
    for (const text of [
      model(`penalty b ${name}`),
      model(`${name} b`),
      model(`penalty f(3 ${name})`),
      model(`let a = 2${name}`),
    ]) {
      const rendered = renderedOf(text);
      expect(rendered.length).toBeGreaterThan(0);
      for (const one of rendered) expect(one.length).toBeLessThan(3000);
      expect(JSON.stringify(syntaxFindings(parse('a.ae', text)).map(({ facts }) => facts)).length).toBeLessThan(3000);
    }
  });
});

describe('a long line', () => {
  it('is shown around the place', () => {
    const text = model(`encoder { ${'dense(4); '.repeat(400)}dense(4,,4); ${'dense(4); '.repeat(400)} }`);
    const [line, marks] = renderedOf(text)[0]!.split('\n').slice(3, 5);
    expect(line?.length).toBeLessThan(180);
    expect(line?.slice(marks!.indexOf('^') - 1, marks!.lastIndexOf('^') + 1)).toBe(',,');
  });

  it('of a hundred thousand `)` gives a hundred errors and a word about the rest', () => {
    const rendered = renderedOf(')'.repeat(100_000));
    expect(rendered).toHaveLength(101);
    expect(rendered.at(-1)).toContain('more than 100 syntax errors');
    expect(rendered.join('\n').length).toBeLessThan(100_000);
  });
});
