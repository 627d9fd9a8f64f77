import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hoverAt } from '../../src/service/hover.js';
import { Service } from '../../src/service/service.js';
import { marked } from './marked.js';

/** The hover at the cursor holds all of these. */
function expectHover(input: string, ...parts: readonly (string | RegExp)[]): void {
  const source = marked(input);
  const found = hoverAt(source.service, source.cursorFile, source.cursor);
  expect(found).toBeDefined();
  for (const part of parts) expect(found!.markdown).toMatch(part);
  const [span] = source.spans;
  if (span !== undefined) expect(found!.span).toEqual({ start: span.start, end: span.end });
}

const model = (encoder: string, decoder = 'dense(784, sigmoid)', rest = ''): string => `/// Small.
autoencoder A(n: int = 32) {
  input x: [784] in [0, 1]
  encoder { ${encoder} }
  decoder { ${decoder} }
  reconstruct x by bernoulli
${rest}}
`;

describe('hover', () => {
  it('shows shapes, parameters, cost, formula and source of a layer', () => {
    // 784·32 weights and 32 biases; a product of 2·784·32 flop, then a sum and a maximum of 32.
    expectHover(
      model('«den‸se»(n, relu)'),
      '784 → 32 · 25,120 parameters · 50,240 flop an example',
      'y = φ(xW + b)',
      'Goodfellow',
    );
    expectHover(model('«h»‸: dense(n, relu)'), 'h: dense(n, relu)', '784 → 32');
  });

  it('shows what is known where the model is wrong', () => {
    expectHover(model('den‸se(n, relu)', 'dense(700, sigmoid)'), '784 → 32');
    expectHover(model('den‸se(n, relu); conv(3)'), '784 → 32');
  });

  it('shows the shapes of each use of a block', () => {
    expectHover(
      `${model('P(8)', 'P(16); dense(784, sigmoid)')}block P(k: int) { den‸se(k) }\n`,
      '784 → 8 · 6,280 parameters',
      '8 → 16 · 144 parameters',
    );
    expectHover(
      `${model('‸P(8)', 'dense(784, sigmoid)')}/// Twice.\nblock P(k: int) { dense(k); dense(2) }\n`,
      'block P',
      'Twice',
    );
    expectHover(`${model('s‸: P(8)')}block P(k: int) { dense(k); dense(2) }\n`, '784 → 2 · 6,298 parameters');
  });

  it('tells where a size came from', () => {
    expectHover(model('dense(4)', 'dense(‸_, sigmoid)'), '`units` of `dense`: 784', '`reconstruct x` asks for 784');
    expectHover(model('dense(2 ‸* 3)'), '`units` of `dense`: 6');
  });

  it('shows a term with its reduction and weight', () => {
    expectHover(
      model('dense(4)', undefined, '  latent z ~ normal(2)\n  «pen‸alty» 4 * kl(z)\n'),
      'kl',
      'weight 4',
      'effective β = 4',
    );
    expectHover(
      model('dense(4)').replace('reconstruct', '«recon‸struct»'),
      'mean over the batch',
      'sum over the features of x',
      'weight 1',
    );
  });

  it('shows variables, latents, networks, parameters, the whole', () => {
    expectHover(model('dense(4)').replace('input x', 'input ‸x'), 'input x: [784] in', '784, interval');
    expectHover(
      model('dense(4)', undefined, '  latent ‸z ~ normal(2)\n  penalty kl(z)\n'),
      'a latent, 2, prior normal',
    );
    expectHover(model('dense(4)').replace('encoder {', 'en‸coder {'), '1 layers · gives 4 · 3,140 parameters');
    expectHover(model('dense(‸n)'), 'n: int = 32', 'a parameter: `n = 32`');
    expectHover(model('dense(n)').replace(' A(', ' ‸A('), '784 inputs, code of 32: undercomplete', 'Small');
  });

  it('shows the blocks behind the path of an import', () => {
    const files = `--- b.ae\nblock P(k: int = 2) { relu }\nblock Q { relu }\n--- c.ae\nblock R { relu }\n`;
    expectHover(
      `--- a.ae\nimport «"b.‸ae"»\nimport "c.ae"\n${model('P; dense(4)')}${files}`,
      /^(?![^]*R)[^]*block P\(k: int = 2\)\nblock Q/,
      '/b.ae',
    );
  });

  it('shows settings and other entries', () => {
    expectHover(model('dense(4)', undefined, '  train { optimizer ad‸am(lr: 1e-3) }\n'), 'Kingma');
    expectHover(model('dense(4)', undefined, '  train { opti‸mizer adam(lr: 1e-3) }\n'), 'optimizer');
    expectHover(model('dense(4)').replace('bernoulli', 'ber‸noulli'), 'log p');
  });

  it('says what the words of the grammar mean, and what may follow', () => {
    expectHover(model('dense(4)', undefined, '  «cor‸rupt» x with mask(0.1)\n'), 'corrupt x with', 'noise', '`mask`');
    expectHover(model('dense(4)', undefined, '  corrupt x «wi‸th» mask(0.1)\n'), 'by what', '`gaussian`');
    expectHover(model('dense(4)').replace('x by', 'x «b‸y»'), 'likelihood', '`bernoulli`');
    expectHover(model('dense(4)', undefined, '  latent z ~ normal(2) «‸by» point\n'), 'expectation', '`point`');
    expectHover(model('dense(4)', undefined, '  train { phase a { «corr‸upt» x with mask(0.1) } }\n'), 'in this phase');
    expectHover(model('dense(4)', undefined, '  train { «‸rate» encoder by 0.1 }\n'), 'learning rate of some layers');
    expectHover(model('dense(4)').replace('n: int', 'n: «in‸t»'), 'a whole number');
    expectHover(model('h: dense(4)', undefined, '  penalty orthogonal(h.«ker‸nel»)\n'), 'a weight, 784×4');
  });

  it('shows the turn of a repetition, layers without a name, and their weights', () => {
    const turns = (rest: string): string => model('repeat 3 as i { h: dense(64 / 2^i); relu }', undefined, rest);
    expectHover(turns('  penalty l1(«h_‸1»)\n'), 'h: dense', /^(?![^]*64 → 32)[^]*784 → 64/);
    expectHover(turns('  penalty l1(encoder.«‸h_2»)\n'), 'h: dense', /^(?![^]*784 → 64)[^]*64 → 32/);
    expectHover(turns('  penalty l1(«h»‸)\n'), /^(?![^]*784 → 64)[^]*32 → 16/);
    expectHover(turns('  penalty l2(h_2.«ker‸nel»)\n'), 'a weight, 64×32');
    expectHover(turns('  penalty l2(h.«ker‸nel»)\n'), 'a weight, 32×16');
    const unnamed = (rest: string): string => model('dense(9, tanh); dense(4)', undefined, rest);
    expectHover(unnamed('  penalty l2(encoder.«den‸se2».kernel)\n'), 'dense(4)', '9 → 4 · 40 parameters');
    expectHover(unnamed('  penalty l2(encoder.dense2.«bi‸as»)\n'), 'a weight, 4');
    const block = 'block P(k: int) { g: dense(k); dense(2) }\n';
    expectHover(`${model('s: P(8)', undefined, '  penalty l2(s.dense.«ker‸nel»)\n')}${block}`, 'a weight, 8×2');
    expectHover(`${model('s: P(8)', undefined, '  penalty l2(s.«dense‸».kernel)\n')}${block}`, 'dense(2)', '8 → 2');
    expectHover(
      `${model('repeat 2 { s: P(8) }', undefined, '  penalty l2(«s_‸1»)\n')}${block}`,
      /^(?![^]*· 42)[^]*784 → 2/,
    );
  });

  it('shows the values of constants and parameters, by each use and turn', () => {
    const half = (rest: string): string => model('dense(half)', undefined, `  let ${rest}\n`);
    expectHover(half('«hal‸f» = n / 2'), 'let half = n / 2', '`half = 16`');
    expectHover(model('dense(«hal‸f»)', undefined, '  let half = n / 2\n'), '`half = 16`');
    // What is wrong elsewhere takes nothing away.
    expectHover(model('dense(half); nothing(2)', undefined, '  let half = «‸n» / 2\n'), '`n = 32`');
    expectHover(half('«hal‸f» = nothing'), /^[^=]*= nothing[^=]*a constant$/);
    const block = (body: string): string =>
      `${model('P(8, tanh); P(16, tanh)')}block P(k: int, act: activation) { ${body} }\n`;
    expectHover(block('dense(«‸k», act)'), 'a parameter: `k = 8, 16`');
    expectHover(block('dense(k, «a‸ct»)'), '`act = tanh`');
    const apart = 'block P(k: int) { dense(«‸k») }\n--- a.ae\nimport "b.ae"\n';
    expectHover(`--- b.ae\n${apart}${model('P(8); P(4)')}`, '`k = 8, 4`');
    expectHover(model('repeat 7 as i { dense(2 + «‸i») }'), '`i = 0, 1, 2, 3, 4`, and 2 more');
  });

  it('says what sets, their parameters, open bounds and defaults are', () => {
    const trained = (text: string): string => model('dense(4)', undefined, `  train { ${text} }\n`);
    expectHover(trained('data «mn‸ist»'), 'the set `mnist`', '--data-dir');
    expectHover(trained('data «stro‸kes»(count: 9)'), '- `count`');
    expectHover(trained('data gaussian(«di‸ms»: 3)'), /^`dims`: /);
    expectHover(model('dense(4)').replace('[0, 1]', '[0, «‸_»]'), 'no bound');
    expectHover(model('dens(‸_)'), 'the one size that fits');
    expectHover(model('dense(4, bias: b)').replace('n: int = 32', 'b: bool = «tr‸ue»'), 'what `b` is', 'true or false');
  });

  it('says what an argument is for, by its name and by its value', () => {
    const trained = (text: string): string => model('dense(4)', undefined, `  train { ${text} }\n`);
    expectHover(trained('optimizer adam(«l‸r»: 1e-3)'), '`lr`: a number > 0', 'of `adam`');
    expectHover(trained('optimizer adam(lr: «1e‸-3»)'), '`lr`: a number > 0');
    expectHover(trained('optimizer adam(«0.‸01»)'), '`lr`: a number > 0');
    expectHover(trained('stop early(patience: «‸5»)'), '`patience`');
    expectHover(model('dense(4, bi‸as: false)'), '`bias` of `dense`: false', 'a learned offset');
    expectHover(
      model('h: dense(4)', undefined, '  constrain h.kernel by unit_norm(per: «in‸put»)\n'),
      '`per`: unit or input',
    );
  });

  it('has something to say of every word of the models of the language', () => {
    const root = new URL('../../docs/models/', import.meta.url);
    const silent: string[] = [];
    let all = 0;
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.ae'));
    // The tour of the language, and some of the others.
    for (const name of names.sort().filter((one, i) => one.startsWith('language') || i % 8 === 0)) {
      const path = new URL(name, root).pathname;
      const service = new Service({ read: (file) => readFileSync(file, 'utf8') });
      for (const { at, unit } of service.checked(path)!.root.units)
        for (const { role, start, end } of unit.tokens) {
          if (role !== 'keyword' && role !== 'connective' && role !== 'name') continue;
          all += 1;
          const word = unit.text.slice(start, end);
          if (hoverAt(service, path, at + start) === undefined) silent.push(`${name}: ${word}`);
        }
    }
    expect(all).toBeGreaterThan(1000);
    expect(silent).toEqual([]);
  });

  it('shows nothing where nothing stands', () => {
    const source = marked(`${model('dense(4)')}\n‸\n`);
    expect(hoverAt(source.service, source.path, source.cursor)).toBeUndefined();
  });
});
