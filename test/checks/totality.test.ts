import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, type Checked } from '../../src/compiler.js';
import { codes } from '../../src/diagnostics/codes.js';
import { severityOf, wordsOf } from '../../src/diagnostics/finding.js';
import { longFiles } from '../support/long-files.js';
import { mutated } from './mutations.js';

const checked = (text: string): Checked => check('any.ae', text, () => undefined);

describe('check is total', () => {
  it('for corpus files with random damage', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const result = checked(text);
        for (const one of result.findings) {
          const { place, related, fixes } = one;
          expect(severityOf(one)).toBe(codes[one.message.code].severity);
          expect(wordsOf(one).title).not.toBe('');
          const places = [place, ...related.map((r) => r.place), ...fixes.flatMap((f) => f.edits.map((e) => e.place))];
          for (const { file, span } of places.map(result.locate)) {
            expect(file).toBe('any.ae');
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.end).toBeGreaterThanOrEqual(span.start);
            expect(span.end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
      { numRuns: Number(process.env['AEC_RUNS'] ?? 300) },
    );
  }, 600_000);

  it('for expansions without end', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `block B${i + 1} { B${i}; B${i} }`).join('\n');
    const model = (layer: string): string =>
      `autoencoder A {\n  input x: [4]\n  encoder { ${layer} }\n  decoder mirror(encoder)\n  reconstruct x by gaussian\n}\n`;
    for (const text of [
      `block B0 { relu }\n${doubling}\n${model('B40')}`,
      `block B0 { }\n${doubling}\n${model('B40')}`,
      `block B0 { B1 }\n${doubling}\n${model('B40')}`,
      model('repeat 1e15 { }'),
      model('repeat 1000 { repeat 1000 { repeat 1000 { } } }'),
      model('repeat 3 { repeat 1e9 { h: relu } }'),
      model('dense(9007199254740991)'),
    ]) {
      expect(checked(text).root.kind).toBe('file');
    }
  });
});

describe('three thousand lines come to an end', () => {
  // How the time grows with the length is measured side by side in bench/, not here.
  const files = longFiles(3_000);
  it.each(Object.keys(files))(
    '%s',
    (name) => {
      expect(checked(files[name]!).root.kind).toBe('file');
    },
    60_000,
  );
});
