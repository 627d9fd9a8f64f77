/** What is shown of a whole file. */
import { describe, expect, it } from 'vitest';
import { formatEdits, formatRangeEdits } from '../../src/service/formatting.js';
import { hierarchyAt, lensesIn, usedBy, usesOf } from '../../src/service/hierarchy.js';
import { hintsIn } from '../../src/service/inlay.js';
import { foldsIn, outlineOf, selectionsAt, workspaceSymbols } from '../../src/service/outline.js';
import { semanticTokensIn } from '../../src/service/tokens.js';
import { edited, marked, type Marked } from './marked.js';

const all = ({ text }: Marked) => ({ start: 0, end: text.length });

describe('inlay hints', () => {
  /** The text with its hints written into it, in braces. */
  function expectHints(input: string, expected: string): void {
    const source = marked(input);
    const hints = hintsIn(source.service, source.path, all(source));
    let [shown, at] = ['', 0];
    for (const hint of hints) {
      shown += `${source.text.slice(at, hint.at)}{${hint.text}}`;
      at = hint.at;
    }
    expect(shown + source.text.slice(at)).toBe(expected);
  }

  it('are the shape behind each layer, sizes that were left out, and the width of the code', () => {
    expectHints(
      `autoencoder A(n: int = 32) {
  input x: [784] in [0, 1]
  encoder { code: dense(n, relu) }
  decoder { dense(sigmoid) }
  reconstruct x by bernoulli
}
`,
      `autoencoder A(n: int = 32) {
  input x: [784] in [0, 1]
  encoder { code: dense(n, relu){32}{undercomplete, 32 of 784} }
  decoder { dense({units: 784}sigmoid){784} }
  reconstruct x by bernoulli
}
`,
    );
  });

  it('of the one layer that the use of a block makes stand in the block', () => {
    expectHints(
      `autoencoder A {
  input x: [8] in real
  encoder { Half }
  decoder { dense(8) }
}
block Half { dense(4, relu) }
`,
      `autoencoder A {
  input x: [8] in real
  encoder { Half{4} }
  decoder { dense(8){8} }
}
block Half { dense(4, relu){4} }
`,
    );
  });

  it('are there where something else is wrong, and say which parameters of a block are meant', () => {
    expectHints(
      `autoencoder A {
  input x: [28, 28, 1] in [0, 1]
  encoder { P(relu, 3, 4); flatten; code: dense(32) }
  decoder { dense(_, sigmoid); dens(2) }
}
block P(filters: int, k: int, act: activation) { conv(filters, act, kernel: k) }
`,
      `autoencoder A {
  input x: [28, 28, 1] in [0, 1]
  encoder { P({act:}relu, {filters:}3, {k:}4){28×28×3}; flatten{2352}; code: dense(32){32} }
  decoder { dense(_, sigmoid); dens(2) }
}
block P(filters: int, k: int, act: activation) { conv(filters, act, kernel: k){28×28×3} }
`,
    );
  });
});

describe('semantic tokens', () => {
  it('say what each word is', () => {
    const source = marked(`/// Doc.
autoencoder A(n: int = 3) {
  input x: [n] in real
  encoder { h: dense(n, relu) }
  // note
}
`);
    const shown = semanticTokensIn(source.service, source.path).map(
      ({ span, type, modifiers }) => `${source.text.slice(span.start, span.end)} ${[type, ...modifiers].join('.')}`,
    );
    expect(shown).toEqual([
      '/// Doc. comment.documentation',
      'autoencoder keyword',
      'A class.declaration',
      'n parameter.declaration.readonly',
      'int type',
      '= operator',
      '3 number',
      'input keyword',
      'x variable.declaration',
      'n parameter.readonly',
      'in keyword',
      'real type.defaultLibrary',
      'encoder keyword',
      'h property.declaration',
      'dense function.defaultLibrary',
      'n parameter.readonly',
      'relu function.defaultLibrary',
      '// note comment',
    ]);
  });
});

describe('the outline', () => {
  const source = marked(`import "b.ae"
import "c.ae"
// one
// two
autoencoder A {
  input x: [4] in real
  encoder {
    h: dense(3)
  }
  train {
    phase a { epochs 1 }
  }
}
block P { relu }
`);

  it('is the tree of what is declared', () => {
    const shown = (ones: ReturnType<typeof outlineOf>): unknown[] =>
      ones.map(({ name, children }) => (children.length > 0 ? [name, shown(children)] : name));
    expect(shown(outlineOf(source.service, source.path))).toEqual([['A', ['x', ['encoder', ['h']], 'a']], 'P']);
    for (const { span, selection } of outlineOf(source.service, source.path))
      expect(selection.start >= span.start && selection.end <= span.end).toBe(true);
  });

  it('folds braces, comments and imports', () => {
    const folds = foldsIn(source.service, source.path).map(({ span, kind }) => [
      kind,
      source.text.slice(span.start, span.start + 7),
    ]);
    expect(folds).toEqual(
      expect.arrayContaining([
        ['region', 'autoenc'],
        ['region', 'encoder'],
        ['region', 'train {'],
        ['comment', '// one\n'],
        ['imports', 'import '],
      ]),
    );
    expect(folds).toHaveLength(5);
  });

  it('selects more and more around an offset', () => {
    const at = source.text.indexOf('3)');
    const spans = selectionsAt(source.service, source.path, at).map(({ start, end }) => source.text.slice(start, end));
    expect(spans.slice(0, 2)).toEqual(['3', 'h: dense(3)']);
    expect(spans.at(-1)).toBe(source.text);
    for (let i = 1; i < spans.length; i++) expect(spans[i]!.length).toBeGreaterThan(spans[i - 1]!.length);
  });

  it('is searched over the workspace', () => {
    expect(workspaceSymbols(source.service, 'ec').map(({ name, container }) => [name, container])).toEqual([
      ['encoder', 'A'],
    ]);
    expect(workspaceSymbols(source.service, '').map(({ name }) => name)).toEqual(['A', 'encoder', 'P']);
  });

  it('has a lens on each autoencoder', () => {
    expect(
      lensesIn(source.service, source.path).map(({ name, span }) => [name, source.text.slice(span.start, span.end)]),
    ).toEqual([['A', 'A']]);
  });
});

describe('formatting', () => {
  it('leaves the ends of lines to the editor', () => {
    const source = marked('block A {\r\n  relu\r\n}\r\nblock B {\r\n      tanh }\r\n');
    const after = 'block A {\r\n  relu\r\n}\r\n\r\nblock B {\r\n  tanh\r\n}\r\n';
    expect(edited(source, formatEdits(source.service, source.path))).toBe(after);
    expect(formatEdits(marked(after).service, '/model.ae')).toEqual([]);
    const long = `block A { ${'relu; '.repeat(30)} }`;
    const one = marked(`${long}\r\n`);
    const ranged = edited(one, formatRangeEdits(one.service, one.path, { start: 3, end: 3 }));
    expect(ranged).toMatch(/relu\r\n/);
    expect(ranged).not.toMatch(/[^\r]\n/);
  });

  const messy = 'block  A { relu }\n\n\nblock B {   dense( 3 ) }\n';
  it('gives the layout of aec fmt, of a file or of the declarations in a span', () => {
    const source = marked(messy);
    expect(edited(source, formatEdits(source.service, source.path))).toBe('block A { relu }\n\nblock B { dense(3) }\n');
    const at = messy.indexOf('dense');
    const after = edited(source, formatRangeEdits(source.service, source.path, { start: at, end: at }));
    expect(after).toBe('block  A { relu }\n\n\nblock B { dense(3) }\n');
  });

  it('changes nothing of what is wrong, or right', () => {
    for (const text of ['block A { dense( }\n', 'block A { relu }\n']) {
      const source = marked(text);
      expect(formatEdits(source.service, source.path)).toEqual([]);
    }
  });
});

describe('call hierarchy', () => {
  it('is which declarations use a block, and which it uses, across files', () => {
    const source = marked(`--- b.ae
block ‸P { Q; Q }
block Q { relu }
--- a.ae
import "b.ae"
block R { P }
`);
    const item = hierarchyAt(source.service, source.path, source.cursor)!;
    expect(item).toMatchObject({ name: 'P', kind: 'block' });
    expect(usedBy(source.service, item).map((call) => [call.item.name, call.item.file, call.at.length])).toEqual([
      ['R', '/a.ae', 1],
    ]);
    expect(usesOf(source.service, item).map((call) => [call.item.name, call.at.length])).toEqual([['Q', 2]]);
  });
});
