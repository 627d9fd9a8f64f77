/** grammar/aec.ebnf is true: what it derives parses without an error, and what is right is derived by it. */
import { describe, expect, it } from 'vitest';
import { formatSource } from '../../src/format/format.js';
import { files } from '../fuzz/corpus.js';
import { caseOf } from '../fuzz/generators.js';
import { Random } from '../fuzz/random.js';
import { corpusFolder } from '../support/corpus-files.js';
import { grammar, isDerived } from './derived.js';
import { faultsOf, sentence } from './ebnf.js';
import { factsOf } from './reading.js';

// ────────────────────────────────────────────────────────────────────── sentences as texts

const names = ['x', 'y', 'h1', 'code', 'dense', 'relu', 'σ', '数', '_y', 'a_b', 'out', 'Model'];
const numbers = ['0', '64', '0.5', '1e-3', '2.50'];
const strings = ['"a.ae"', '""', '"with \\"quotes\\" \\\\ \\n"'];

function textOf(random: Random): string {
  const words = sentence(grammar, 'file', {
    below: (n) => random.below(n),
    described: (name) => {
      if (name === 'end') return random.pick(['\n', '\n', ';', '\n\n', '; ', '\n// c\n', '  // d\n']);
      return random.pick(name === 'name' ? names : name === 'number' ? numbers : strings);
    },
  });
  const glue = (): string => random.pick([' ', ' ', ' ', '  ', '\t']);
  return words.map((word) => word + (word === '(' || word === '[' ? random.pick(['', '\n', ' ']) : glue())).join('');
}

describe('grammar/aec.ebnf', () => {
  it('defines what it uses, and uses what it defines', () => {
    expect(faultsOf(grammar, 'file')).toEqual([]);
  });

  it('derives what parses without an error', () => {
    for (let number = 0; number < 3000; number++) {
      const text = textOf(new Random(7, number));
      expect(factsOf(text), `case ${number}\n${text}`).toEqual([]);
    }
  }, 60_000);

  it('derives its own sentences', () => {
    for (let number = 0; number < 200; number++) {
      const text = textOf(new Random(11, number));
      expect(isDerived(text), `case ${number}\n${text}`).toBe(true);
    }
  }, 60_000);

  it.each(
    [...corpusFolder('good').map(({ text }) => text), ...files].map((text) => [text.slice(0, 60), text] as const),
  )('derives the right files: %j', (_begins, text) => {
    expect(isDerived(text)).toBe(factsOf(text).length === 0);
  });

  it('derives whatever the parser accepts, written as the formatter writes it', () => {
    let right = 0;
    for (let number = 0; number < 3000; number++) {
      const formatted = formatSource('any.ae', caseOf(3, number).text);
      if (!('text' in formatted)) continue;
      right++;
      expect(isDerived(formatted.text), `case ${number}\n${formatted.text}`).toBe(true);
    }
    expect(right).toBeGreaterThan(400);
  }, 120_000);
});
