import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { renderDiagnostic, renderDiagnostics } from '../../src/diagnostics/render.js';
import { cut, presentable } from '../../src/diagnostics/words.js';

const diagnosticsOf = (text: string) => check('a.ae', text, () => undefined).diagnostics;
const model = (encoder: string): string => `autoencoder A {\n  input x: [4]\n  encoder { ${encoder} }\n  decoder { dense(4) }\n  reconstruct x by squared_error\n}\n`;

describe('words', () => {
  it('are one line that no terminal obeys', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      expect(presentable(text)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/);
      expect(presentable(text).length).toBeLessThanOrEqual(600);
      expect(presentable(text, 'title').length).toBeLessThanOrEqual(200);
    }));
  });

  it('keep what is short as it is', () => {
    expect(presentable('`dense` cannot take `h`')).toBe('`dense` cannot take `h`');
  });

  it('cut what they quote, and no pair of surrogates', () => {
    expect(presentable(`there is no \`${'a'.repeat(100)}\` here`)).toBe(`there is no \`${'a'.repeat(59)}…\` here`);
    expect(presentable(`there is no \`${'a'.repeat(10_000)}\` here`, 'title').length).toBeLessThanOrEqual(200);
    expect(cut('ab😀', 3)).toBe('ab…');
    expect(cut('ab😀c', 4)).toBe('ab…');
  });

  it('hold no line break where the source has one', () => {
    const [first] = diagnosticsOf(model('dense(64, re\n/lu)'));
    expect(first?.title).toContain('`re /lu`');
    expect(diagnosticsOf(model('dense(64, re\u001B[31mlu)')).map(({ title }) => title).join()).not.toContain('\u001B');
  });

  it('stay short where a name is a megabyte', () => {
    const text = model(`dense(2, ${'a'.repeat(1_000_000)})`);
    for (const diagnostic of diagnosticsOf(text)) {
      expect(diagnostic.title.length).toBeLessThanOrEqual(200);
      expect(renderDiagnostic(diagnostic, text, { color: false }).length).toBeLessThan(3000);
    }
  });
});

describe('a long line', () => {
  it('is shown around the place', () => {
    const text = model(`${'dense(4); '.repeat(400)}dnse(4); ${'dense(4); '.repeat(400)}`);
    const [diagnostic] = diagnosticsOf(text);
    const shown = renderDiagnostic(diagnostic!, text, { color: false });
    const [line, marks] = shown.split('\n').slice(3, 5);
    expect(line?.length).toBeLessThan(180);
    expect(line?.slice(marks!.indexOf('^'), marks!.lastIndexOf('^') + 1)).toBe('dnse');
  });

  it('of a hundred thousand `)` gives a hundred errors and a word about the rest', () => {
    const text = ')'.repeat(100_000);
    const diagnostics = diagnosticsOf(text);
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)?.title).toBe('more than 100 syntax errors');
    expect(renderDiagnostics(diagnostics, text, { color: false }).join('\n').length).toBeLessThan(100_000);
  });
});
