import { describe, expect, it } from 'vitest';
import type { Expr } from '../../src/parser/ast.js';
import { parse } from '../../src/parser/parse.js';
import { withoutSpans } from './ast-invariants.js';
import { bodyOf, declarationsOf, exprOf, factsOf, itemsOf, kindsOf, trainingOf } from './reading.js';

/** An expression with all its parentheses. */
function shown(expr: Expr): string {
  switch (expr.kind) {
    case 'binary':
      return `(${shown(expr.left)} ${expr.op} ${shown(expr.right)})`;
    case 'unary':
      return `(-${shown(expr.operand)})`;
    case 'number':
      return expr.text;
    case 'path':
      return expr.parts.map(({ text }) => text).join('.');
    case 'call':
      return `${expr.callee.text}(${expr.args.map(({ name, value }) => `${name ? `${name.text}: ` : ''}${shown(value)}`).join(', ')})`;
    case 'member':
      return `${shown(expr.of)}<${expr.parts.map(({ text }) => text).join('.')}>`;
    default:
      return expr.kind;
  }
}

const clean = (text: string): void => expect(factsOf(`autoencoder A {\n${text}\n}`)).toEqual([]);

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
    ['-2^2', '(-(2 ^ 2))'],
    ['2^-a^b', '(2 ^ (-(a ^ b)))'],
    ['a / b / c', '((a / b) / c)'],
    ['(1 - a) * x.y', '((1 - a) * x.y)'],
    ['--a', '(-(-a))'],
    ['a - -b * c', '(a - ((-b) * c))'],
    ['a^b^c', '(a ^ (b ^ c))'],
    ['critic(decoder)', 'critic(decoder)'],
    ['critic(decoder).feat.a - 1', '(critic(decoder)<feat.a> - 1)'],
    ['f(g(x), lr: -1).h', 'f(g(x), lr: (-1))<h>'],
  ])('%s is %s', (text, expected) => {
    expect(shown(exprOf(text))).toBe(expected);
  });

  it('take the span of the parentheses around them', () => {
    const expr = exprOf('(a + b) * c');
    expect(expr.kind === 'binary' && expr.left.span).toEqual({ start: 24, end: 31 });
  });
});

describe('keywords', () => {
  it('are names wherever a name is expected', () => {
    const text =
      'input input: [3]\nlet where = from\ncorrupt to with then then by\nlatent latent ~ in by by\nfigure encoder(train: 3)';
    expect(factsOf(`autoencoder autoencoder(block: int) {\n${text}\n}`)).toEqual([]);
    expect(kindsOf(text)).toEqual(['variable', 'let', 'corrupt', 'latent', 'figure']);
  });

  it('of the second edition too', () => {
    clean(
      'input draw: [3]\ndraw through ~ normal(and)\npenalty of + previous * clean where rate = through and and.known',
    );
    clean('latent z ~ through through through by by\ndecoder(previous, previous previous) { clean; rate: dense(of) }');
    clean('train { train train; clean clean; rate rate by by; copy to to to; batch with with of of of }');
  });

  it('are names of layers before a colon', () => {
    expect(bodyOf('take: dense(3)\nrepeat: dense(4)\ntake repeat').map(({ kind }) => kind)).toEqual([
      'layer',
      'layer',
      'take',
    ]);
  });

  it('are layers in a body, where they name a network', () => {
    expect(withoutSpans(bodyOf('encoder; draw(x); decoder')) as object[]).toMatchObject([
      { callee: { text: 'encoder' } },
      { callee: { text: 'draw' } },
      { callee: { text: 'decoder' } },
    ]);
  });
});

describe('types', () => {
  const typeOf = (text: string): unknown => {
    const [item] = itemsOf(`input x: ${text}`);
    return item?.kind === 'variable' && withoutSpans(item.type);
  };

  it('have elements of other types, inside of the brackets or behind them', () => {
    clean('input x: [28, 28] of category(256)\ninput y: [28, 28 of category(256)]\ninput z: [of real]');
    expect(typeOf('[28, 28] of category(256)')).toEqual(typeOf('[28, 28 of category(256)]'));
    expect(typeOf('[12] of real?')).toEqual(typeOf('[12 of real?]'));
    expect(typeOf('[12] of real?')).toMatchObject({ optional: false, form: { kind: 'of', optional: true } });
    expect(typeOf('[12 of real]?')).toMatchObject({ optional: true, form: { kind: 'of', optional: false } });
  });

  it('may be nested, named and missing', () => {
    clean('input t: tree(token(vocab: 20000), label: category(5)?)\ninput s: sequence([3] of category(2), length: 5)?');
    clean('input u: [12]? in [0, _]\ninput c: [2000] in counts\ninput d: [3] of [4] of category(2)');
    expect(typeOf('sequence([3] of real?, length: 5)')).toMatchObject({
      form: { args: [{ value: { kind: 'of', optional: true } }, { name: { text: 'length' } }] },
    });
  });
});

describe('statements of the second edition', () => {
  it.each([
    ['preprocess x with center then scale', { kind: 'preprocess', transforms: [{}, {}] }],
    ['draw z ~ normal(100)', { kind: 'draw', name: { text: 'z' }, distribution: { kind: 'call' } }],
    ['latent z ~ normal(40) through planar(10) by point', { through: { kind: 'call' }, by: { kind: 'path' } }],
    ['latent z ~ normal(40) by point through planar(10)', { through: { kind: 'call' }, by: { kind: 'path' } }],
    ['rec: reconstruct y from label by categorical', { kind: 'reconstruct', name: { text: 'rec' } }],
    ['sparse: penalty l1(h)', { kind: 'penalty', name: { text: 'sparse' }, where: [] }],
    ['input: penalty l1(h)', { kind: 'penalty', name: { text: 'input' } }],
    ['penalty a where b.known and c = 3', { where: [{ kind: 'holds' }, { kind: 'equals', value: { value: 3 } }] }],
    [
      'reconstruct children by gaussian at inner nodes weight alpha',
      { at: { words: 'inner nodes' }, weight: { kind: 'path' } },
    ],
    ['reconstruct x by gaussian weight 2 where hole at leaves', { at: { words: 'leaves' }, where: [{}], weight: {} }],
    ['penalty l1(h) at nodes where c = 1', { at: { words: 'nodes' }, where: [{ kind: 'equals' }] }],
    ['head s at inner nodes { dense(5) }', { name: { text: 's' }, at: { words: 'inner nodes' } }],
    ['decoder(z, previous s) { dense(5) }', { inputs: [{ previous: false }, { previous: true }] }],
    ['encoder(s) by greedy { leaf { linear } }', { by: { kind: 'path' }, definition: { kind: 'recursive' } }],
    ['decoder d(z) mirror(encoder, tied)', { name: { text: 'd' }, inputs: [{}], definition: { kind: 'derived' } }],
  ])('%s', (text, expected) => {
    clean(text);
    expect(withoutSpans(itemsOf(text)[0])).toMatchObject(expected);
  });

  it.each([
    ['corrupt h with mask(0.2) then dropout(0.1)', { kind: 'corrupt', corruptions: [{}, {}] }],
    ['clean x, h', { kind: 'clean', targets: [{}, {}] }],
    ['train h1, out', { kind: 'move', targets: [{}, {}] }],
    ['rate a, b by 0.1', { kind: 'rate', targets: [{}, {}], by: { value: 0.1 } }],
    ['batch 200 with 100 of y.known', { name: { text: 'batch' }, composition: { count: {}, of: { kind: 'holds' } } }],
    ['batch 200 with n of c = 3', { composition: { of: { kind: 'equals' } } }],
    ['validation 0.1 clean', { name: { text: 'validation' }, mode: { text: 'clean' } }],
    ['epochs(10)', { name: { text: 'epochs' }, value: { value: 10 } }],
    ['minimize squared_error(out(h1), x) + 1', { kind: 'objective', direction: 'minimize' }],
  ])('train { %s }', (text, expected) => {
    clean(`train { ${text} }`);
    expect(withoutSpans(trainingOf(text)[0])).toMatchObject(expected);
  });

  it.each([
    ['take critic(out).feat', { kind: 'take', source: { kind: 'member', parts: [{ text: 'feat' }] } }],
    ['take out(h1)', { kind: 'take', source: { kind: 'call' } }],
    ['critic(c)', { kind: 'layer', callee: { text: 'critic' }, args: [{}] }],
  ])('encoder { %s }', (text, expected) => {
    clean(`encoder { ${text} }`);
    expect(withoutSpans(bodyOf(text)[0])).toMatchObject(expected);
  });
});

describe('comments', () => {
  it('document what stands right below', () => {
    const text =
      '/// One.\n///  Two.\nautoencoder A {\n  /// Not this,\n\n  /// but this.\n  input x: [3] /// nor this\n  encoder { }\n  /// Noise.\n  draw z ~ normal(3)\n}';
    const [declaration] = declarationsOf(parse('a.ae', text));
    expect(declaration?.kind === 'autoencoder' && declaration.doc).toBe('One.\n Two.');
    const docs =
      declaration?.kind === 'autoencoder' && declaration.items.map((item) => ('doc' in item ? item.doc : ''));
    expect(docs).toEqual(['but this.', '', 'Noise.']);
  });
});

describe('text that is not whole', () => {
  it('leaves the other items understood', () => {
    const text = 'input x:\nencoder\ndecoder mirror(\nlatent z\npenalty\nreconstruct x by bernoulli\ntrain {';
    expect(kindsOf(text)).toEqual(['variable', 'network', 'network', 'latent', 'penalty', 'reconstruct', 'train']);
  });

  it('reads a misspelled keyword as the keyword that was meant', () => {
    expect(kindsOf('inptu x: [3]\nreconstuct x by gaussian\npenaly 3')).toEqual(['variable', 'reconstruct', 'penalty']);
  });

  it('reads indented bodies below a colon', () => {
    expect(bodyOf('repeat 2:\n  dense(3)\n  relu\ndense(4)').map(({ kind }) => kind)).toEqual(['repeat', 'layer']);
  });

  it('keeps each statement of a line, whatever stands between them', () => {
    expect(kindsOf('input x: [3], input y: [4] target z: [5]; penalty 3 penalty 4')).toEqual([
      'variable',
      'variable',
      'variable',
      'penalty',
      'penalty',
    ]);
    expect(bodyOf('dense(3), relu, dropout(0.1) dense(4)')).toHaveLength(4);
    expect(trainingOf('adam(1e-3), epochs 10 batch 5, train h, g, minimize l1(h)').map(({ kind }) => kind)).toEqual([
      'setting',
      'setting',
      'setting',
      'move',
      'objective',
    ]);
  });
});
