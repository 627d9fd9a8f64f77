/** The examples of all entries: words and arguments that the language has, whatever the model around them is. */
import { expect, it } from 'vitest';
import type { Category } from '../../src/builtins/define.js';
import { definitions } from '../../src/builtins/index.js';
import { wordsOf } from '../../src/diagnostics/finding.js';
import { checkText } from '../support/emitted.js';

const inPhase = (setting: string) => (example: string) => `train { ${setting} ${example} }`;
const behind = (words: string) => (example: string) => `${words} ${example}`;
const inHead = (example: string): string => `head probe(code) { ${example} }`;

/** The statement that an example stands in, where it is none itself. */
const statements: Readonly<Partial<Record<Category, (example: string) => string>>> = {
  layer: inHead,
  activation: inHead,
  initializer: inHead,
  corruption: behind('corrupt x with'),
  preprocessing: behind('preprocess x with'),
  penalty: behind('penalty'),
  function: (example) => (example.startsWith('penalty') ? example : `penalty ${example}`),
  constraint: behind('constrain code.kernel by'),
  optimizer: inPhase('optimizer'),
  schedule: inPhase('schedule'),
  clipping: inPhase('clip'),
  stopping: inPhase('stop'),
  update: inPhase(''),
  figure: behind('figure'),
};

/** Syntax, words that there are not, and arguments that are none, too many, missing, of another type or out of range. */
const ofWords = /^AE(1\d{3}|2002|2003|2004|2005|2006|2012)$/;

const around = `input x: [12, 12, 1] in [0, 1]
  encoder { flatten; l1: dense(9, tanh); h: dense(8, tanh); code: dense(6, tanh) }
  decoder { dense(144, sigmoid); reshape(12, 12, 1) }
  network critic(x) { flatten; dense(1) }
  reconstruct x by bernoulli`;

it.each(definitions.map((entry) => [entry.category, entry.name, entry] as const))('%s %s', (category, _name, entry) => {
  for (const example of entry.examples) {
    const statement = statements[category]?.(example) ?? example;
    const checked = checkText(`autoencoder A {\n  ${around}\n  ${statement}\n}\n`);
    const line = checked.root.text.indexOf(statement);
    const wrong = checked.findings.filter(
      ({ message, place }) => ofWords.test(message.code) && checked.locate(place).span.start >= line,
    );
    expect(
      wrong.map((one) => `${one.message.code} ${wordsOf(one).title}`),
      example,
    ).toEqual([]);
  }
});
