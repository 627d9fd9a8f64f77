/**
 * What takes four times as long must not take sixteen times the time. Measured in processor time of this process, once
 * more where the machine seems to have been busy with something else.
 */
import { describe, expect, test } from 'vitest';
import { renderAll } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { growing } from '../support/growing.js';

const model = (inside: string): string => `autoencoder A {\n  input x: [4]\n  ${inside}\n}\n`;

/** What only the parser looks at. */
const ofTheGrammar: readonly { readonly name: string; readonly text: (n: number) => string }[] = Object.entries({
  'names and commas': (n: number) => model(`encoder { ${'a, '.repeat(n)}a(3) }`),
  'layers and commas': (n: number) => model(`encoder { ${'a(3), '.repeat(n)}a(3) }`),
  'settings on one line': (n: number) => model(`train { ${'epochs 3 '.repeat(n)} }`),
  conditions: (n: number) => model(`penalty a where b${' and b = 3'.repeat(n)}`),
  'elements of elements': (n: number) => model(`input y: ${'[3] of '.repeat(n)}real`),
  'members of applications': (n: number) => model(`penalty ${'f(x).h + '.repeat(n)}1`),
  corruptions: (n: number) => model(`corrupt x with a${' then a'.repeat(n)}`),
  'ways to take an expectation': (n: number) => model(`latent z ~ n${' by a'.repeat(n)}`),
  'targets of a phase': (n: number) => model(`train { train a${', a'.repeat(n)} }`),
  percentages: (n: number) => model('let a = 20%\n  '.repeat(n)),
  'statements of the first edition': (n: number) => model(`train { ${'match a to b; '.repeat(n)} }`),
  'what begins no declaration': (n: number) => 'x y z\n'.repeat(n),
  'declarations on one line': (n: number) => 'block B { relu } '.repeat(n),
  'comments between declarations': (n: number) => '// a\nblock B { relu }\n'.repeat(n),
}).map(([name, text]) => ({ name, text }));

/** Parse, parse again behind one more line, render, format. */
function milliseconds(text: string): number {
  const before = process.cpuUsage();
  const ast = parse('any.ae', text);
  parse('any.ae', `// more\n${text}`, ast);
  renderAll(syntaxFindings(ast), locateIn(ast), text, { color: false });
  formatSource('any.ae', text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Below this, a clock's grain and a garbage collection are most of what is measured. */
const enough = 20;
const longest = 64_000;

/** Four times the time is linear, sixteen times quadratic. */
const steepest = 9;

function steepness(text: (n: number) => string): number {
  let n = 500;
  let short = milliseconds(text(n));
  while (short < enough && n < longest) {
    n *= 2;
    short = milliseconds(text(n));
  }
  return milliseconds(text(4 * n)) / Math.max(short, enough);
}

describe('time grows with the length alone', () => {
  test.each([...growing, ...ofTheGrammar])(
    '$name',
    ({ text }) => {
      let best = Infinity;
      for (let round = 0; round < 3 && best > steepest; round++) best = Math.min(best, steepness(text));
      expect(best).toBeLessThanOrEqual(steepest);
    },
    120_000,
  );
});
