import { describe, expect, it } from 'vitest';
import type { DiagnosticCode } from '../../src/diagnostics/codes.js';
import type { Diagnostic, Severity } from '../../src/diagnostics/diagnostic.js';
import { applySilences } from '../../src/diagnostics/silence.js';
import { parse } from '../../src/parser/parse.js';

const at = (text: string, word: string, severity: Severity, code: DiagnosticCode = 'AE4001'): Diagnostic => {
  const start = text.indexOf(word);
  return {
    code,
    severity,
    place: { file: 'a.ae', span: { start, end: start + word.length } },
    title: `about ${word}`,
    cause: '',
    related: [],
    fixes: [],
  };
};

const after = (text: string, ...diagnostics: Diagnostic[]): string[] =>
  applySilences(diagnostics, 'a.ae', parse('a.ae', text).ast).map(({ code, title }) => `${code} ${title}`);

describe('applySilences', () => {
  it('silences a warning on the line of the comment', () => {
    const text = 'autoencoder A {\n  encoder { first }  // aec-ignore AE4001\n  encoder { second }\n}';
    expect(after(text, at(text, 'first', 'warning'), at(text, 'second', 'warning'))).toEqual(['AE4001 about second']);
  });

  it('silences a warning on the next line of code where the comment stands alone', () => {
    const text = 'autoencoder A {\n  // aec-ignore AE4001, AE4002\n\n  // why\n  encoder { first }\n}';
    expect(after(text, at(text, 'first', 'warning'), at(text, 'first', 'warning', 'AE4002'))).toEqual([]);
  });

  it('silences no error, and says so', () => {
    const text = 'autoencoder A {\n  encoder { first }  // aec-ignore AE3001\n}';
    expect(after(text, at(text, 'first', 'error', 'AE3001'))).toEqual([
      'AE3001 about first',
      'AE1008 AE3001 is not reported on this line',
    ]);
  });

  it('reports a silence without effect, an unknown code, and none', () => {
    const text = '// aec-ignore AE4001\n// aec-ignore AE9999\n// aec-ignore\n';
    expect(after(text)).toEqual([
      'AE1008 AE4001 is not reported on this line',
      'AE1009 there is no diagnostic AE9999',
      'AE1008 the comment names no code',
    ]);
  });
});
