/** Whatever a file is full of, the time of parsing grows with its length alone. */
import { describe, test } from 'vitest';
import { renderAll } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { growing } from '../support/growing.js';
import { expectLinear } from '../support/steepness.js';

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
function run(text: string): void {
  const ast = parse('any.ae', text);
  parse('any.ae', `// more\n${text}`, ast);
  renderAll(syntaxFindings(ast), locateIn(ast), text, { color: false });
  formatSource('any.ae', text);
}

describe('time grows with the length alone', () => {
  test.each([...growing, ...ofTheGrammar])(
    '$name',
    ({ text }) => expectLinear({ text, run, longest: 64_000 }),
    120_000,
  );
});
