import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completionsAt } from '../../src/service/completion.js';
import { Service } from '../../src/service/service.js';
import { marked } from './marked.js';

/** The labels at the cursor hold these, and none of those behind a `!`. */
function expectLabels(input: string, ...labels: readonly string[]): void {
  const source = marked(input);
  const found = completionsAt(source.service, source.path, source.cursor);
  const known = found.map(({ label }) => label);
  expect(known).toEqual(expect.arrayContaining(labels.filter((label) => !label.startsWith('!'))));
  for (const label of labels.filter((one) => one.startsWith('!'))) expect(known).not.toContain(label.slice(1));
  for (const { span, insert } of found) {
    expect(source.text.slice(span.start, span.end)).not.toMatch(/\s/);
    expect(span.end).toBe(source.cursor);
    expect(insert).not.toBe('');
  }
}

const inside = (items: string, params = ''): string => `autoencoder A${params} {
  input x: [784] in [0, 1]
  encoder { h: dense(64, relu); code: dense(32, relu) }
  decoder { up: dense(64, relu); dense(784, sigmoid) }
${items}
}
block Pair(units: int, on: tensor) { dense(units) }
`;

describe('completion', () => {
  it('at the top of a file', () => {
    expectLabels('‸', 'autoencoder', 'block', 'import', 'autoencoder: vae', '!dense');
    expectLabels('auto‸', 'autoencoder');
  });

  it('of items and their parts', () => {
    expectLabels(inside('  ‸'), 'input', 'latent', 'penalty', 'train', '!dense', '!phase');
    expectLabels(inside('  input y: ‸'), 'category', 'sequence', '!dense');
    expectLabels(inside('  input y: [3] in ‸'), 'real', 'binary', 'counts', '!category');
    expectLabels(inside('  input y: [3] ‸'), 'in', 'of');
    expectLabels(inside('  corrupt ‸'), 'x', 'h', '!encoder');
    expectLabels(inside('  corrupt x with ‸'), 'mask', 'gaussian', '!adam');
    expectLabels(inside('  corrupt x with mask(0.1) ‸'), 'then');
    expectLabels(inside('  constrain h.‸'), 'kernel', 'bias');
    expectLabels(inside('  constrain h.kernel by ‸'), 'unit_norm');
    const use = inside('  penalty l1(s.‸)').replace('up: dense', 's: Q; up: dense');
    expectLabels(`${use}block Q { g: dense(3) }\n`, 'g', '!kernel');
    expectLabels(inside('  train { data gaussian(‸) }'), 'dims:', 'count:', '!sigma:');
    expectLabels(inside('  train { data gaussian(dims: 2, ‸) }'), 'count:', '!dims:');
    expectLabels(inside('  figure ‸'), 'losses');
    expectLabels(inside('  sweep ‸', '(n: int = 3)'), 'n', '!x');
  });

  it('of what fits alone', () => {
    expectLabels(inside('  latent z ~ category(10) by ‸'), 'enumerated', 'straight_through', '!reparameterized');
    expectLabels(inside('  latent z ~ normal(10) by ‸'), 'reparameterized', '!enumerated');
    expectLabels(inside('  latent z ~ normal(10)\n  prior z ~ ‸'), 'normal', 'mixture', '!dense');
    expectLabels(inside('  reconstruct x by ‸'), 'bernoulli', '!poisson', '!categorical');
    expectLabels(inside('  input c: category(10)?\n  reconstruct x by bernoulli where ‸'), 'c.known', 'c = 0');
    // Only h has 64 outputs, which is what is read here.
    expectLabels(inside('').replace('dense(784, sigmoid)', 'dense(784, sigmoid, tied: ‸)'), 'h', '!code', '!x');
  });

  it('of layers, blocks, activations and names in a body', () => {
    expectLabels(
      inside('').replace('up: dense', '‸; up: dense'),
      'dense',
      'conv',
      'Pair',
      'relu',
      'take',
      'repeat',
      '!adam',
      '!input',
    );
    expectLabels(inside('').replace('up: dense', 'up: den‸'), 'dense', '!take');
    expectLabels(inside('').replace('up: dense', 'take ‸; up: dense'), 'h', 'code', 'x');
    expectLabels(inside('').replace('up: dense', 'concat(‸); up: dense'), 'h', 'x');
  });

  it('of arguments', () => {
    expectLabels(
      inside('').replace('dense(64, relu); code', 'dense(‸); code'),
      'activation:',
      'bias:',
      'relu',
      'sigmoid',
    );
    expectLabels(inside('').replace('dense(64, relu); code', 'dense(64, act‸); code'), 'activation:', '!losses');
    expectLabels(
      inside('').replace('dense(64, relu); code', 'dense(64, activation: ‸); code'),
      'relu',
      '!activation:',
      '!dense',
    );
    expectLabels(inside('').replace('dense(64, relu); code', 'dense(64, bias: ‸); code'), 'true', 'false', '!relu');
    expectLabels(inside('', '(n: int = 3)').replace('dense(64, relu); code', 'dense(‸); code'), 'n');
    expectLabels(inside('').replace('dense(64, relu); code', 'conv(3, padding: ‸); code'), 'same', 'valid');
    expectLabels(inside('').replace('dense(64, relu); code', 'Pair(‸); code'), 'units:', 'on:');
    expectLabels(inside('  train { optimizer adam(‸) }'), 'lr:', '!units:');
    expectLabels(inside('  latent z ~ normal(‸)'), 'from:');
  });

  it('of terms', () => {
    expectLabels(inside('  penalty ‸'), 'l1', 'kl', 'max', 'bernoulli', 'code', '!dense');
    expectLabels(inside('  penalty 0.1 * ‸'), 'l1', 'code');
    expectLabels(inside('  latent z ~ normal(2)\n  penalty kl(‸)'), 'z', '!x', '!code');
    expectLabels(inside('  penalty l1(encoder.‸)'), 'h', 'code', '!up');
    expectLabels(inside('  penalty l1(code) ‸'), 'where', 'at');
  });

  it('of training', () => {
    expectLabels(inside('  train { ‸ }'), 'optimizer', 'epochs', 'phase', 'freeze', '!dense');
    expectLabels(inside('  train { optimizer ‸ }'), 'adam', 'sgd', '!cosine');
    expectLabels(inside('  train { phase a { freeze ‸ } }'), 'all', 'h', 'encoder');
    expectLabels(inside('  train { data ‸ }'), 'strokes', '!adam');
    expectLabels(inside('  train { batch ‸ }'), 'full');
  });

  it('of imports', () => {
    const files = '--- b.ae\nblock P { relu }\nblock Q { relu }\n';
    expectLabels(`--- a.ae\nimport "‸"\n${files}`, 'b.ae', '!a.ae');
    expectLabels(`--- a.ae\nimport { ‸ } from "b.ae"\n${files}`, 'P', 'Q');
    expectLabels(`--- a.ae\nimport { P } ‸\n${files}`, 'from', '!autoencoder');
    expectLabels(`--- a.ae\nimport { P } from "‸"\n${files}`, 'b.ae', '!a.ae');
    expectLabels(`--- a.ae\nimport { P } from "b.ae"\n‸\n${files}`, 'autoencoder', '!from');
    expectLabels(`--- a.ae\nimport "b.ae"\n${inside('').replace('up: dense', '‸; up: dense')}${files}`, 'P');
  });

  it('of parameters of declarations', () => {
    expectLabels('block A(n: ‸) { relu }', 'int', 'tensor');
    expectLabels('autoencoder A(n: ‸) { }', 'float', '!tensor');
  });

  it('shows shapes beside names, and pages of entries', () => {
    const source = marked(inside('  penalty l1(‸)'));
    const found = completionsAt(source.service, source.path, source.cursor);
    expect(found.find(({ label }) => label === 'code')!.detail).toBe('code: dense(32, relu)  32');
    const turns = marked(
      inside('  penalty l1(‸)')
        .replace('code: dense(32', 'repeat 2 as i { code: dense(32 - i')
        .replace('relu) }', 'relu) } }'),
    );
    const code = completionsAt(turns.service, turns.path, turns.cursor).find(({ label }) => label === 'code')!;
    expect(code.detail).toMatch(/ {2}31$/);
    const layers = marked(inside('').replace('up: dense', '‸; up: dense'));
    const conv = completionsAt(layers.service, layers.path, layers.cursor).find(({ label }) => label === 'conv')!;
    expect(conv.documentation).toContain('kernel');
    expect(conv.snippet).toBe('conv($1)');
    // Parentheses that are there already are not written again.
    const called = marked(inside('').replace('up: dense', 'up: den‸'));
    const inWord = marked(inside('').replace('up: dense', 'up: de‸nse'));
    const other = completionsAt(inWord.service, inWord.path, inWord.cursor).find(({ label }) => label === 'conv')!;
    expect([other.snippet, other.span.end, other.until]).toEqual([undefined, inWord.cursor, inWord.cursor + 3]);
    const dense = completionsAt(called.service, called.path, called.cursor).find(({ label }) => label === 'dense')!;
    expect([dense.snippet, dense.insert]).toEqual([undefined, 'dense']);
  });

  it('offers the earlier turns of repetitions, with what stands below them', () => {
    const details = (input: string): Record<string, string> => {
      const source = marked(input);
      const found = completionsAt(source.service, source.path, source.cursor);
      return Object.fromEntries(found.map(({ label, detail }) => [label, detail.split('  ').at(-1)!]));
    };
    const turns = (rest: string, repeated = 'code: dense(32 - i, relu)'): string =>
      inside(rest).replace(/code: dense\(32.*?relu\)/, `repeat 3 as i { ${repeated} }`);
    expect(details(turns('  penalty l1(‸)'))).toMatchObject({ code_1: '32', code_2: '31', code: '30' });
    expect(details(turns('  penalty l1(encoder.‸)'))).toMatchObject({ code_1: '32', code_2: '31', code: '30' });
    expect(details(turns('  penalty l2(code_2.‸)'))).toMatchObject({ kernel: 'a weight, 32×31' });
    expect(details(turns('  penalty l2(code.‸)'))).toMatchObject({ kernel: 'a weight, 31×30' });
    const used = `${turns('  penalty l1(‸)', 'code: P(i)')}block P(i: int) { repeat 2 { h: dense(9 + i) } }\n`;
    expect(details(used)).toMatchObject({ code_1: '9', code_2: '10', code: '11' });
    expect(Object.keys(details(used.replace('l1(', 'l1(code_1.')))).toEqual(['h', 'h_1']);
    // What is not repeated has no turns.
    expect(Object.keys(details(inside('  penalty l1(‸)'))).filter((label) => /_\d/.test(label))).toEqual([]);
  });

  it('is nothing in comments, strings and numbers', () => {
    for (const input of [
      '// in‸\n',
      inside('  latent z ~ normal(2‸)'),
      inside('  input c: category(2, names: ["a‸"])'),
    ]) {
      const source = marked(input);
      expect(completionsAt(source.service, source.path, source.cursor)).toEqual([]);
    }
  });

  it('offers, at every word of the models of the language, the word that stands there', () => {
    const root = new URL('../../docs/models/', import.meta.url);
    const [missed, all]: [string[], string[]] = [[], []];
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.ae'))) {
      const text = readFileSync(new URL(name, root), 'utf8');
      const service = new Service({ read: (path) => readFileSync(path, 'utf8') });
      const path = new URL(name, root).pathname;
      const checked = service.checked(path)!;
      const uses = service.names(checked).usesIn(path);
      for (const { span, declares } of uses) {
        if (declares) continue;
        const word = text.slice(span.start, span.end);
        const found = completionsAt(service, path, span.start + Math.min(1, word.length));
        all.push(word);
        if (!found.some(({ label }) => label === word)) missed.push(`${name}: ${word}`);
      }
    }
    // What is left are places where a name may be of anything, as behind `where` of a tree.
    expect(missed.length / all.length, missed.slice(0, 40).join('\n')).toBeLessThan(0.03);
  });
});
