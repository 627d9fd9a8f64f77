import { describe, expect, it } from 'vitest';
import type { DiagnosticCode } from '../../src/diagnostics/codes.js';
import { wordsOf, type Finding } from '../../src/diagnostics/finding.js';
import { applySilences } from '../../src/diagnostics/silence.js';
import type { Unit } from '../../src/parser/ast.js';
import { parse } from '../../src/parser/parse.js';
import { placeOf, saying } from './findings.js';

const unitsOf = (text: string): readonly Unit[] => parse('a.ae', text).units.map(({ unit }) => unit);

/** What is said of a word of a text. */
const about = (units: readonly Unit[], word: string, code: DiagnosticCode = 'AE4001'): Finding => {
  const unit = units.find(({ text }) => text.includes(word));
  return saying(code, placeOf(unit!, word), { title: `about ${word}`, cause: 'A cause.' });
};

const after = (units: readonly Unit[], ...findings: Finding[]): string[] =>
  applySilences(findings, units).map((one) => `${one.message.code} ${wordsOf(one).title}`);

describe('applySilences', () => {
  it('silences a warning on the line of the comment', () => {
    const units = unitsOf('autoencoder A {\n  encoder { first }  // aec-ignore AE4001\n  encoder { second }\n}');
    expect(after(units, about(units, 'first'), about(units, 'second'))).toEqual(['AE4001 about second']);
  });

  it('silences a warning on the next line of code where the comment stands alone', () => {
    const units = unitsOf('autoencoder A {\n  // aec-ignore AE4001, AE4002\n\n  // why\n  encoder { first }\n}');
    expect(after(units, about(units, 'first'), about(units, 'first', 'AE4002'))).toEqual([]);
  });

  it('silences in its own unit alone', () => {
    const units = unitsOf('block A { relu }\n// aec-ignore AE4001\nblock B { tanh }\n');
    expect(after(units, about(units, 'relu'), about(units, 'tanh'))).toEqual(['AE4001 about relu']);
  });

  it('silences all lines of a statement', () => {
    const text =
      'autoencoder A {\n  encoder {\n    first\n  }  // aec-ignore AE4001\n  // aec-ignore AE4001\n  decoder {\n    second\n  }\n}';
    const units = unitsOf(text);
    expect(after(units, about(units, 'first'), about(units, 'second'))).toEqual([]);
  });

  it('silences no error, and says so', () => {
    const units = unitsOf('autoencoder A {\n  encoder { first }  // aec-ignore AE3001\n}');
    expect(after(units, about(units, 'first', 'AE3001'))).toEqual([
      'AE3001 about first',
      'AE1008 AE3001 is not reported on this line',
    ]);
  });

  it('reports a silence without effect, an unknown code, and none', () => {
    const units = unitsOf('// aec-ignore AE4001\n// aec-ignore AE9999\n// aec-ignore\n');
    expect(after(units)).toEqual([
      'AE1008 AE4001 is not reported on this line',
      'AE1009 there is no diagnostic AE9999',
      'AE1008 the comment names no code',
    ]);
    expect(applySilences([], units).map(({ message, facts }) => [message.name, facts])).toEqual([
      ['silences-nothing', { code: 'AE4001', ofError: false }],
      ['unknown-code', { code: 'AE9999' }],
      ['names-no-code', {}],
    ]);
  });

  it('has effect also where a unit was taken over', () => {
    const text = 'block A { relu }  // aec-ignore AE4001\n';
    const before = parse('a.ae', text);
    const units = parse('a.ae', `// moved\n\n\n${text}`, before).units.map(({ unit }) => unit);
    expect(after(units, about(units, 'relu'))).toEqual([]);
  });
});
