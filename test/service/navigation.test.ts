import { describe, expect, it } from 'vitest';
import { definitionAt, linksIn, referencesAt, renamableAt, renameAt } from '../../src/service/navigation.js';
import { applyEdits } from '../../src/diagnostics/proof.js';
import { isEntry } from '../../src/service/names.js';
import { Service } from '../../src/service/service.js';
import { good } from '../support/corpus-files.js';
import { marked, textIn } from './marked.js';

/** From the cursor to the one marked span. */
function expectDefinition(input: string): void {
  const source = marked(input);
  const found = definitionAt(source.service, source.cursorFile, source.cursor);
  expect(found).toBeDefined();
  const [{ file, start, end } = { file: '', start: 0, end: 0 }] = source.spans;
  expect({ ...found!, text: textIn(source, found!) }).toEqual({
    file,
    span: { start, end },
    text: textIn(source, { file, span: { start, end } }),
  });
}

/** All marked spans, and no others. */
function expectReferences(input: string): void {
  const source = marked(input);
  const found = referencesAt(source.service, source.cursorFile, source.cursor);
  const sorted = (all: readonly { file: string; start: number }[]): readonly string[] =>
    all.map(({ file, start }) => `${file} ${start}`).sort();
  expect(sorted(found.map(({ file, span }) => ({ file, start: span.start })))).toEqual(sorted(source.spans));
}

const around = (encoder: string, rest = '', params = ''): string => `autoencoder A${params} {
  input x: [784] in [0, 1]
  encoder { ${encoder} }
  decoder { dense(784, sigmoid) }
  reconstruct x by bernoulli
${rest}}
`;

describe('definition', () => {
  it('of variables, layers, networks, latents', () => {
    expectDefinition(around('dense(4)').replace('input x', 'input «x»').replace('reconstruct x', 'reconstruct ‸x'));
    expectDefinition(around('«h»: dense(4)', '  penalty l1(‸h)\n'));
    expectDefinition(around('«h»: dense(4)', '  penalty l1(encoder.h‸)\n'));
    expectDefinition(around('h: dense(4)', '  penalty l1(en‸coder.h)\n').replace('encoder {', '«encoder» {'));
    expectDefinition(around('«h»: dense(4)', '  constrain ‸h.kernel by unit_norm\n'));
    expectDefinition(around('h: dense(4)', '  latent «z» ~ normal(2)\n  penalty kl(‸z)\n'));
    expectDefinition(around('h: dense(4)', '  latent «z» ~ normal(2)\n  prior ‸z ~ normal(0, 1)\n  penalty kl(z)\n'));
  });

  it('of constants: parameters, lets, the index of a repetition', () => {
    expectDefinition(around('dense(‸n)', '', '(«n»: int = 3)'));
    expectDefinition(around('dense(2 * m‸)', '  let «m» = 2\n'));
    expectDefinition(around('dense(2)', '  let m = ‸n + 1\n', '(«n»: int = 3)'));
    expectDefinition(around('dense(8, act‸)', '', '(«act»: activation = relu)'));
    expectDefinition(around('repeat 3 as «i» { dense(2 + ‸i) }'));
    expectDefinition(around('dense(8)', '  penalty ‸w * l1(encoder)\n', '(«w»: float = 3)'));
  });

  it('of targets of statements', () => {
    expectDefinition(around('dense(8)', '  corrupt ‸x with mask(0.2)\n').replace('input x', 'input «x»'));
    expectDefinition(around('dense(8)', '  preprocess ‸x with center\n').replace('input x', 'input «x»'));
    expectDefinition(around('«h»: dense(8)', '  corrupt ‸h with mask(0.2)\n'));
    expectDefinition(around('«h»: dense(8)', '  train { phase a { freeze ‸h } }\n'));
    expectDefinition(around('dense(n)', '  sweep ‸n in [1, 2]\n', '(«n»: int = 2)'));
    expectDefinition(
      around(
        'dense(8)',
        '  target y: category(3)?\n  head c { dense(3) }\n  penalty cross_entropy(c, y) where ‸y.known\n',
      ).replace('target y', 'target «y»'),
    );
  });

  it('of blocks and what is inside of them, across imports', () => {
    const block = (name: string, inside = 'dense(n)'): string => `block ${name}(n: int) { ${inside} }\n`;
    expectDefinition(`${around('P‸(3)')}${block('«P»')}`);
    expectDefinition(`--- a.ae\nimport "b.ae"\n${around('P‸(3)')}--- b.ae\n${block('«P»')}`);
    expectDefinition(`--- a.ae\nimport { ‸P } from "b.ae"\n${around('P(3)')}--- b.ae\n${block('«P»')}`);
    expectDefinition(
      `--- a.ae\nimport "b.ae"\n${around('s: P(3)', '  penalty l1(s.‸h)\n')}--- b.ae\n${block('P', '«h»: dense(n)')}`,
    );
    expectDefinition(`--- a.ae\nimport "b.ae"\n${around('P(‸n: 3)')}--- b.ae\n${block('P').replace('(n:', '(«n»:')}`);
    // What nothing uses.
    expectDefinition(block('P', 'dense(‸n)').replace('(n:', '(«n»:'));
  });

  it('of what trees give to a clause, and of players', () => {
    expectDefinition(`autoencoder T {
  input t: tree(token(vocab: 20))
  encoder { leaf { dense(4) } compose(left, «right») { take ‸right; dense(4) } }
  decoder { decompose(p) { dense(8); split(2) } }
  reconstruct children by gaussian
}
`);
    expectDefinition(
      around(
        'dense(4)',
        '  train { player «a» { train encoder } player b { train decoder } update alternate(‸a: 2, b: 1) }\n',
      ),
    );
  });

  it('of layers without a name is their statement', () => {
    expectDefinition(around('dense(9); «dense(4)»', '  penalty l2(encoder.‸dense2.kernel)\n'));
    expectDefinition(`${around('s: P', '  penalty l2(s.de‸nse.kernel)\n')}block P { «dense(4)» }\n`);
  });

  it('of the file of an import', () => {
    const source = marked(`--- a.ae\nimport "b.‸ae"\n${around('P')}--- b.ae\nblock P { relu }\n`);
    expect(definitionAt(source.service, '/a.ae', source.cursor)).toEqual({ file: '/b.ae', span: { start: 0, end: 0 } });
    expect(linksIn(source.service, '/a.ae')).toEqual([{ span: { start: 8, end: 12 }, to: '/b.ae' }]);
  });

  it('of nothing where nothing is declared', () => {
    const source = marked(around('de‸nse(4)'));
    expect(definitionAt(source.service, source.path, source.cursor)).toBeUndefined();
  });
});

describe('references', () => {
  it('are the declaration and every use', () => {
    expectReferences(around('«h»: dense(4)', '  penalty l1(«‸h»)\n  constrain encoder.«h».kernel by unit_norm\n'));
    expectReferences(around('dense(«n»)', '  let m = «n» + 1\n  sweep «n» in [1]\n', '(«‸n»: int = 3)'));
  });

  it('count a block once however often it is used, and stand in all open files', () => {
    expectReferences(
      `--- a.ae\nimport { «P» } from "b.ae"\n${around('«P»(3); «P»(4)')}--- b.ae\nblock «‸P»(n: int) { dense(n) }\n--- c.ae\nimport "b.ae"\n${around('«P»(3)')}`,
    );
  });

  it('of a name in a repetition are those of its earlier turns', () => {
    const repeat = (h: string): string => `repeat 3 as i { ${h}: dense(256 / 2^i); relu }`;
    expectReferences(around(repeat('«h»'), '  penalty l1(«h») + l1(«‸h_1») + l2(encoder.«h_2».kernel)\n'));
    expectReferences(
      `${around('repeat 2 { «s»: P(3) }', '  penalty l1(«s_1».h) + l1(«‸s».h)\n')}block P(n: int) { h: dense(n) }\n`,
    );
    expectDefinition(around(repeat('«h»'), '  penalty l1(‸h_2)\n'));
    expectReferences(
      `${around('repeat 2 { s: P(3) }', '  penalty l1(s_1.«h») + l1(s.«‸h»)\n')}block P(n: int) { «h»: dense(n) }\n`,
    );
  });

  it('of a variable that may be missing are those of its latent', () => {
    expectReferences(
      around(
        'c: dense(4)',
        '  target «y»: category(3)?\n  latent «‸y» ~ category(3, from: encoder) by enumerated\n  penalty kl(«y»)\n',
      ),
    );
  });
});

describe('rename', () => {
  function expectRename(input: string, to: string, after: string): void {
    const source = marked(input);
    const renamed = renameAt(source.service, source.cursorFile, source.cursor, to);
    expect(renamed).not.toHaveProperty('refused');
    const edits = 'edits' in renamed ? renamed.edits : [];
    const texts = [...new Set([source.path, ...edits.map(({ place }) => place.file)])].map((file) =>
      applyEdits(
        source.service.read(file)!,
        edits.filter(({ place }) => place.file === file),
      ),
    );
    expect(texts.join('')).toBe(after);
  }

  it('changes every place, across files', () => {
    expectRename(
      around('h: dense(4)', '  penalty l1(‸h)\n  constrain encoder.h.kernel by unit_norm\n'),
      'code',
      around('code: dense(4)', '  penalty l1(code)\n  constrain encoder.code.kernel by unit_norm\n'),
    );
    expectRename(
      `--- a.ae\nimport { P } from "b.ae"\n${around('P‸(3)')}--- b.ae\nblock P(n: int) { dense(n) }\n`,
      'Q',
      `import { Q } from "b.ae"\n${around('Q(3)')}block Q(n: int) { dense(n) }\n`,
    );
  });

  it('gives a network without a name one', () => {
    expectRename(
      around('h: dense(4)', '  penalty l1(enco‸der.h)\n'),
      'first',
      around('h: dense(4)', '  penalty l1(first.h)\n').replace('encoder {', 'encoder first {'),
    );
  });

  it('changes the stem of names in repetitions, with or without the number of a turn', () => {
    const turns = (h: string, cursor = ''): string =>
      around(`repeat 3 { ${h}: dense(9) }`, `  penalty l1(${cursor}${h}_1) + l1(${h})\n  train { freeze ${h}_2 }\n`);
    for (const to of ['g', 'g_1']) expectRename(turns('h', '‸'), to, turns('g'));
    expectRename(turns('h').replace('l1(h)', 'l1(‸h)'), 'g_1', turns('g_1'));
    const source = marked(turns('h', '‸'));
    expect(renamableAt(source.service, source.path, source.cursor)!.name).toBe('h');
  });

  it('is refused where another name would be hidden without an error', () => {
    // In the decoder its own layers come first: `take h` would be another one.
    const taking = (up: string): string =>
      around('h: dense(4)').replace('{ dense(784', `{ ${up}: dense(4); take h; dense(784`);
    const hiding = marked(taking('‸up'));
    const renamed = (to: string) => renameAt(hiding.service, hiding.path, hiding.cursor, to);
    expect(renamed('h')).toEqual({ refused: '`h` stands for something else already' });
    expect(renamed('g')).not.toHaveProperty('refused');
    const hidden = marked(taking('up').replace('encoder { h:', 'encoder { ‸h:'));
    expect(renameAt(hidden.service, hidden.path, hidden.cursor, 'up')).toHaveProperty('refused');
  });

  it('is refused where the name is none, or taken', () => {
    const source = marked(around('h: dense(4)', '  penalty l1(‸h)\n'));
    const refused = (to: string): boolean => 'refused' in renameAt(source.service, source.path, source.cursor, to);
    expect([refused('4h'), refused('_'), refused('x'), refused('h2')]).toEqual([true, true, true, false]);
    const entry = marked(around('den‸se(4)'));
    expect(renamableAt(entry.service, entry.path, entry.cursor)).toBeUndefined();
  });
});

it('every name of some models stands among its references, and can be another', () => {
  let all = 0;
  for (const text of good.filter((one, i) => i % 9 === 0 && one.length < 2500)) {
    const service = new Service({ read: () => undefined });
    service.edit('/a.ae', text);
    for (const { to, span } of service.names(service.checked('/a.ae')!).usesIn('/a.ae')) {
      if (isEntry(to)) continue;
      all += 1;
      const where = `${text.slice(span.start, span.end)} at ${span.start} of\n${text}`;
      const places = referencesAt(service, '/a.ae', span.start).map((one) => one.span.start);
      expect(places, where).toContain(span.start);
      const { file, span: declared } = definitionAt(service, '/a.ae', span.start)!;
      if (file !== '/a.ae' || declared.start !== span.start) continue;
      expect(renameAt(service, '/a.ae', span.start, 'another'), where).not.toHaveProperty('refused');
    }
  }
  expect(all).toBeGreaterThan(100);
});
