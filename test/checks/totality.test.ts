import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, type Checked } from '../../src/compiler.js';
import { codes } from '../../src/diagnostics/codes.js';
import { corpusFiles, mutated } from './mutations.js';

/** Seconds of this process: other processes' share of the machine does not count. */
function secondsOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const checked = (text: string): Checked => check('any.ae', text, () => undefined);

describe('check is total', () => {
  it('for corpus files with random damage', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        let result: Checked | undefined;
        expect(secondsOf(() => { result = checked(text); })).toBeLessThan(2);
        for (const { code, severity, place, related, fixes } of result!.diagnostics) {
          expect(severity).toBe(codes[code].severity);
          const places = [place, ...related.map((r) => r.place), ...fixes.flatMap((f) => f.edits.map((e) => e.place))];
          for (const { file, span } of places) {
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
    const model = (layer: string): string => `autoencoder A {\n  input x: [4]\n  encoder { ${layer} }\n  decoder mirror(encoder)\n  reconstruct x by gaussian\n}\n`;
    for (const text of [
      `block B0 { relu }\n${doubling}\n${model('B40')}`,
      `block B0 { }\n${doubling}\n${model('B40')}`,
      `block B0 { B1 }\n${doubling}\n${model('B40')}`,
      model('repeat 1e15 { }'),
      model('repeat 1000 { repeat 1000 { repeat 1000 { } } }'),
      model('repeat 3 { repeat 1e9 { h: relu } }'),
      model('dense(9007199254740991)'),
    ]) {
      expect(secondsOf(() => checked(text))).toBeLessThan(2);
    }
  });
});

/** `count` lines between a head and a tail. */
const long = (head: string, line: (i: number) => string, tail: string, count = 10_000): string =>
  [head, ...Array.from({ length: count }, (_, i) => line(i)), tail].join('\n');

const head = 'autoencoder A {\n  input x: [64] in [0, 1]';
const tail = '  decoder { dense(64, sigmoid) }\n  reconstruct x by bernoulli\n}\n';
const encoder = '  encoder { code: dense(32, relu) }';

const files: Readonly<Record<string, string>> = {
  'the corpus over and over': corpusFiles.join('\n').repeat(8).split('\n').slice(0, 10_000).join('\n'),
  'one layer a line': long(`${head}\n  encoder {`, () => '    dense(32, relu)', `  }\n${tail}`),
  'one named layer a line': long(`${head}\n  encoder {`, (i) => `    h${i}: dense(32, relu)`, `  }\n${tail}`),
  'a mirror of many layers': long(`${head}\n  encoder {`, () => '    dense(32)', '  }\n  decoder mirror(encoder, tied)\n  reconstruct x by bernoulli\n}\n'),
  'an image that comes out wrong': long('autoencoder A {\n  input x: [28, 28, 1] in [0, 1]\n  encoder { conv(2, stride: 2) }\n  decoder {', () => '    conv(2)', '    conv(3)\n  }\n  reconstruct x by squared_error\n}\n'),
  'one unknown layer a line': long(`${head}\n  encoder {`, (i) => `    dnse${i}(32, relu)`, `  }\n${tail}`),
  'one misspelled layer a line': long(`${head}\n  encoder {`, () => '    dnse(32, relu)', `  }\n${tail}`),
  'one misspelled argument a line': long(`${head}\n  encoder {`, () => '    dense(32, rleu)', `  }\n${tail}`),
  'one unknown name a line': long(`${head}\n  encoder {`, (i) => `    h${i}: dense(32)\n    take g${i}`, `  }\n${tail}`, 5000),
  'one penalty a line': long(`${head}\n${encoder}`, () => '  penalty 1e-4 * l1(code)', tail),
  'one unknown penalty a line': long(`${head}\n${encoder}`, (i) => `  penalty l1(cde${i})`, tail),
  'one weight decay a line': long(`${head}\n${encoder}`, () => '  penalty weight_decay(all)', tail),
  'one constraint a line': long(`${head}\n${encoder}`, () => '  constrain code.kernel by unit_norm', tail),
  'one corruption of a layer a line': long(`${head}\n${encoder}`, () => '  corrupt code with gaussian(0.1)', tail),
  'one layer, one corruption': long(`${head}\n  encoder {`, (i) => `    h${i}: dense(32, relu)`, `  }\n${Array.from({ length: 5000 }, (_, i) => `  corrupt h${i} with gaussian(0.1)`).join('\n')}\n${tail}`, 5000),
  'one layer, one constraint': long(`${head}\n  encoder {`, (i) => `    h${i}: dense(32, relu)`, `  }\n${Array.from({ length: 5000 }, (_, i) => `  constrain h${i} by unit_norm`).join('\n')}\n${tail}`, 5000),
  'one ambiguous name a line': long(`${head}\n${Array.from({ length: 100 }, (_, i) => `  network n${i}(x) { h: dense(3) }`).join('\n')}\n${encoder}`, () => '  penalty l1(h)', tail),
  'one input a line': long('autoencoder A {', (i) => `  input x${i}: [4]`, `${encoder}\n${tail}`),
  'one network a line': long(`${head}\n${encoder}`, (i) => `  head n${i}(code) { dense(3) }`, tail),
  'many autoencoders': long('', (i) => `autoencoder A${i} {\n  input x: [4]\n  encoder { dense(2) }\n  decoder mirror(encoder)\n}`, '', 2000),
  'many broken autoencoders': long('', (i) => `autoencoder A${i} {\n  input x: [4\n  encoder { dens(2) }\n  reconstruct y by gaussian\n}`, '', 2000),
  'one block a line': long('', (i) => `block B${i} { ${i === 0 ? 'relu' : `B${Math.floor(i / 2)}`} }`, `${head}\n  encoder { B9999; dense(32) }\n${tail}`),
  'one silence a line': long(`${head}\n${encoder}`, () => '  penalty 1e-4 * l1(code)  // aec-ignore AE4001', tail),
  'one setting a line': long(`${head}\n${encoder}\n  train {`, () => '    epochs 3', `  }\n${tail}`),
  'one phase a line': long(`${head}\n${encoder}\n  train {`, (i) => `    phase p${i} { train encoder }`, `  }\n${tail}`),
  'one let a line': long(head, (i) => `  let a${i} = ${i === 0 ? '1' : `a${i - 1} + 1`}`, `${encoder}\n${tail}`),
  'one syntax error a line': long(`${head}\n${encoder}`, () => '  penalty 1e-4 * * l1(code', tail),
  'one import a line': long('', (i) => `import "b${i}.ae"`, `${head}\n${encoder}\n${tail}`),
};

describe('ten thousand lines take less than two seconds', () => {
  it.each(Object.keys(files))('%s', (name) => {
    checked(files['one penalty a line']!.slice(0, 200));
    expect(secondsOf(() => checked(files[name]!))).toBeLessThan(2);
  }, 60_000);
});
