import { describe, expect, it } from 'vitest';
import type { AutoencoderItem, BodyStatement, Expr } from '../../src/parser/ast.js';
import { parse } from '../../src/parser/parse.js';
import { withoutSpans } from './ast-invariants.js';

/** The items of an autoencoder with this inside. */
function itemsOf(text: string): readonly AutoencoderItem[] {
  const [declaration] = parse('a.ae', `autoencoder A {\n${text}\n}`).ast.declarations;
  return declaration?.kind === 'autoencoder' ? declaration.items : [];
}

const kindsOf = (text: string): string[] => itemsOf(text).map(({ kind }) => kind);

function bodyOf(text: string): readonly BodyStatement[] {
  const [item] = itemsOf(`encoder {\n${text}\n}`);
  return item?.kind === 'network' && item.definition.kind === 'body' ? item.definition.body.statements : [];
}

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
    default:
      return expr.kind;
  }
}

function exprOf(text: string): Expr {
  const [item] = itemsOf(`penalty ${text}`);
  return item?.kind === 'penalty' ? item.value : { kind: 'infer', span: { start: 0, end: 0 } };
}

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
    ['-2^2', '(-(2 ^ 2))'],
    ['2^-a^b', '(2 ^ (-(a ^ b)))'],
    ['a / b / c', '((a / b) / c)'],
    ['(1 - a) * x.y', '((1 - a) * x.y)'],
    ['--a', '(-(-a))'],
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
    expect(parse('a.ae', `autoencoder autoencoder(block: int) {\n${text}\n}`).diagnostics).toEqual([]);
    expect(kindsOf(text)).toEqual(['variable', 'let', 'corrupt', 'latent', 'figure']);
  });

  it('are names of layers before a colon', () => {
    expect(bodyOf('take: dense(3)\nrepeat: dense(4)\ntake repeat').map(({ kind }) => kind)).toEqual([
      'layer',
      'layer',
      'take',
    ]);
  });
});

describe('incomplete text', () => {
  it('leaves the other items understood', () => {
    const text = 'input x:\nencoder\ndecoder mirror(\nlatent z\npenalty\nreconstruct x by bernoulli\ntrain {';
    expect(kindsOf(text)).toEqual(['variable', 'network', 'network', 'latent', 'penalty', 'reconstruct', 'train']);
  });

  it('keeps what stands before the error in a statement', () => {
    const [item] = itemsOf('reconstruct y from out by');
    expect(withoutSpans(item)).toMatchObject({
      target: { parts: [{ text: 'y' }] },
      from: { parts: [{ text: 'out' }] },
      by: { kind: 'missing' },
    });
  });

  it('keeps an empty name after a dot', () => {
    expect(withoutSpans(exprOf('encoder.'))).toMatchObject({ parts: [{ text: 'encoder' }, { text: '' }] });
  });

  it('reads a misspelled keyword as the keyword that was meant', () => {
    expect(kindsOf('inptu x: [3]\nreconstuct x by gaussian\npenaly 3')).toEqual(['variable', 'reconstruct', 'penalty']);
  });

  it('reads indented bodies below a colon', () => {
    expect(bodyOf('repeat 2:\n  dense(3)\n  relu\ndense(4)').map(({ kind }) => kind)).toEqual(['repeat', 'layer']);
  });
});

describe('comments', () => {
  it('document what stands right below', () => {
    const { ast } = parse(
      'a.ae',
      '/// One.\n///  Two.\nautoencoder A {\n  /// Not this,\n\n  /// but this.\n  input x: [3] /// nor this\n  encoder { }\n}',
    );
    const [declaration] = ast.declarations;
    expect(declaration?.kind === 'autoencoder' && declaration.doc).toBe('One.\n Two.');
    expect(
      declaration?.kind === 'autoencoder' && declaration.items.map((item) => ('doc' in item ? item.doc : '')),
    ).toEqual(['but this.', '']);
  });
});
