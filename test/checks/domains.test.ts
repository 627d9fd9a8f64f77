/** What is said of each likelihood over each kind of data, behind each way for a decoder to end; and of codes as wide as those. */
import { describe, expect, it } from 'vitest';
import { builtins } from '../../src/builtins/index.js';
import { wordsOf } from '../../src/diagnostics/finding.js';
import { checkText } from '../support/emitted.js';

const data = [
  'x: [8]',
  'x: [8] in real',
  'x: [8] in [0, 1]',
  'x: [8] in [-1, 1]',
  'x: [8] in [0, 255]',
  'x: [8] in binary',
  'x: [8] in counts',
  'x: category(8)',
  'x: distribution(8)',
] as const;

const ends = ['linear', 'sigmoid', 'softmax', 'tanh', 'relu', 'softplus'] as const;

const said = (items: string): string =>
  checkText(`autoencoder A {\n  ${items}\n}\n`)
    .findings.map((one) => {
      const { title, ...others } = wordsOf(one);
      const fixes = one.fixes.map((fix) => fix.title);
      return [`${one.message.code} ${title}`, ...Object.values(others), ...fixes].join(' | ');
    })
    .join('; ') || 'nothing';

const model = (input: string, end: string, likelihood: string, more = ''): string =>
  `input ${input}\n  ${more}\n  encoder { code: dense(3, tanh) }\n  decoder { dense(8, ${end}) }\n  reconstruct x by ${likelihood}`;

describe.each(builtins.likelihood.map(({ name }) => name))('%s', (name) => {
  it('of data', () => {
    const end = builtins.likelihood.find((one) => one.name === name)!.link;
    expect(data.map((input) => `${input}: ${said(model(input, end, name))}`).join('\n')).toMatchSnapshot();
  });

  it('of data that are transformed', () => {
    const lines = ['center', 'standardize', 'scale', 'binarise'].flatMap((transform) =>
      ['x: [8]', 'x: [8] in [0, 1]'].map(
        (input) => `${input}, ${transform}: ${said(model(input, 'linear', name, `preprocess x with ${transform}`))}`,
      ),
    );
    expect(lines.join('\n')).toMatchSnapshot();
  });

  it('behind activations', () => {
    const domain = data.find((input) => !said(model(input, 'linear', name)).includes('AE40')) ?? data[2];
    expect(ends.map((end) => `${domain}, ${end}: ${said(model(domain, end, name))}`).join('\n')).toMatchSnapshot();
  });
});
