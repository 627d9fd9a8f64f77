import { describe, expect, it } from 'vitest';
import { diagnosticsOf } from '../../src/service/diagnostics.js';
import { fixAll, fixesAt } from '../../src/service/fixes.js';
import { edited, marked } from './marked.js';

/** The fix of a title at the mark gives a text, in which its finding is gone. */
function expectFix(input: string, title: string, after: string): void {
  const source = marked(input);
  const fixes = fixesAt(source.service, source.path, source.spans[0] ?? { start: source.cursor, end: source.cursor });
  const fix = fixes.find((one) => one.title === title);
  expect(fixes.map((one) => one.title)).toContain(title);
  const text = edited(source, fix!.edits);
  expect(text).toBe(after);
  source.service.edit(source.path, text);
  const left = [...diagnosticsOf(source.service).values()].flat();
  expect(left.filter(({ code }) => code === fix!.of.code || /^AE100[1-7]/.test(code))).toEqual([]);
}

const model = (decoder: string, behind = ''): string => `autoencoder A {
  input x: [784] in [0, 1]
  encoder { code: dense(32, relu) }
  decoder { ${decoder} }
  reconstruct x by bernoulli
}${behind}
`;

describe('quick fixes', () => {
  it('are offered where the cursor stands in what is wrong', () => {
    expectFix(model('de‸ns(784, sigmoid)'), 'Replace it by `dense`', model('dense(784, sigmoid)'));
    expectFix(model('Den‸se(784, sigmoid)'), 'Replace it by `dense`', model('dense(784, sigmoid)'));
  });

  it('remove what nothing reads', () => {
    const lets = (text: string): string => model('dense(784, sigmoid)').replace('  input', `${text}  input`);
    expectFix(lets('  let ha‸lf = 1 / 2  \n'), 'Remove it', lets(''));
    expectFix(lets('  let ha‸lf = 2;'), 'Remove it', lets(''));
  });

  it('are offered of what stands in an imported file, where that is open beside', () => {
    const source = marked(
      `--- b.ae\nblock P { de‸ns(4) }\n--- a.ae\nimport "b.ae"\n${model('P; dense(784, sigmoid)')}`,
    );
    const fixes = fixesAt(source.service, source.path, { start: source.cursor, end: source.cursor });
    expect(fixes.map(({ title }) => title)).toEqual(['Replace it by `dense`']);
  });

  it('silence a warning on its line, beside a silence, or above another comment', () => {
    const wide = (line: string): string => `autoencoder A {
  input x: [8] in real
  encoder { dense(8) }
  decoder { dense(8) }
  reconstruct x by gaussian
${line}}
`;
    const target = '  target y: category(10)';
    expectFix(wide(`${target.replace('y', '‸y')}\n`), 'Silence AE4013 here', wide(`${target} // aec-ignore AE4013\n`));
    expectFix(
      wide(`${target.replace('y', '‸y')} // later\n`),
      'Silence AE4013 here',
      wide(`  // aec-ignore AE4013\n${target} // later\n`),
    );
    expectFix(
      wide(`${target.replace('y', '‸y')} // aec-ignore AE4001\n`),
      'Silence AE4013 here',
      wide(`${target} // aec-ignore AE4001 AE4013\n`),
    );
  });

  it('end lines as their file does', () => {
    const text = (line: string): string =>
      `autoencoder A {\n  input x: [8] in real\n${line}  encoder { dense(8) }\n  decoder { dense(8) }\n  reconstruct x by gaussian\n}\n`.replaceAll(
        '\n',
        '\r\n',
      );
    const target = '  target y: category(10) // later\n';
    expectFix(text(target.replace('y', '‸y')), 'Silence AE4013 here', text(`  // aec-ignore AE4013\n${target}`));
  });

  it('of one choice are made together, and others are left', () => {
    const source = marked(model('dens(784, sigmoid)', '\nblock B { rellu }'));
    const text = edited(source, fixAll(source.service, source.path));
    expect(text).toBe(model('dense(784, sigmoid)', '\nblock B { relu }'));
    expect(fixAll(marked(model('dense(784, sigmoid)')).service, '/model.ae')).toEqual([]);
  });
});
