/** Random files without errors, as Asts. Their spans are empty; compare them without. */
import fc from 'fast-check';
import type {
  Arg,
  Ast,
  AutoencoderItem,
  BodyStatement,
  Declaration,
  Expr,
  Ident,
  PathExpr,
  Span,
  TrainStatement,
  TypeNode,
} from '../../src/parser/ast.js';
import { connectives, itemKeywords } from '../../src/parser/tokens.js';

const span: Span = { start: 0, end: 0 };
const doc = '';

const word = fc.constantFrom(
  'x',
  'code',
  'dense',
  'h1',
  'σ',
  '数',
  '_y',
  'relu',
  'a_b',
  ...itemKeywords,
  ...connectives,
);
/** A word that begins no statement, and joins none: such names are read as keywords in some places. */
const plain = fc.constantFrom('x', 'code', 'dense', 'h1', 'σ', '数', '_y', 'relu', 'a_b');
const ident = (of: fc.Arbitrary<string>): fc.Arbitrary<Ident> => of.map((text) => ({ text, span }));
const path = (of: fc.Arbitrary<string>): fc.Arbitrary<PathExpr> =>
  fc
    .tuple(ident(of), fc.array(ident(word), { maxLength: 2 }))
    .map(([first, more]) => ({ kind: 'path', parts: [first, ...more], span }));

const numbers = fc.constantFrom('0', '64', '0.5', '1e-3', '2.50', '1E+2');
const texts = fc.constantFrom('', 'a.ae', 'with "quotes"', 'back\\slash', 'line\nbreak\ttab');

const { expr, arg } = fc.letrec<{ expr: Expr; arg: Arg }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    numbers.map((text): Expr => ({ kind: 'number', value: Number(text), text, span })),
    texts.map((value): Expr => ({ kind: 'string', value, span })),
    fc.constant<Expr>({ kind: 'infer', span }),
    path(plain),
    fc
      .tuple(ident(plain), fc.array(tie('arg'), { maxLength: 3 }))
      .map(([callee, args]): Expr => ({ kind: 'call', callee, args, span })),
    fc.array(tie('expr'), { maxLength: 3 }).map((items): Expr => ({ kind: 'list', items, span })),
    tie('expr').map((operand): Expr => ({ kind: 'unary', op: '-', operand, span })),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/', '^'), tie('expr'), tie('expr'))
      .map(([op, left, right]): Expr => ({ kind: 'binary', op, left, right, span })),
  ),
  arg: fc
    .tuple(fc.option(ident(word), { nil: undefined }), tie('expr'))
    .map(([name, value]): Arg => ({ ...(name ? { name } : {}), value, span })),
}));

const call = fc
  .tuple(ident(plain), fc.array(arg, { maxLength: 4 }))
  .map(([callee, args]): Expr => ({ kind: 'call', callee, args, span }));
const maybe = <V>(key: string, of: fc.Arbitrary<V>): fc.Arbitrary<Record<string, V>> =>
  fc.option(of, { nil: undefined }).map((value): Record<string, V> => (value === undefined ? {} : { [key]: value }));

const type: fc.Arbitrary<TypeNode> = fc
  .tuple(expr, fc.boolean())
  .map(([form, optional]) => ({ kind: 'type', form, optional, span }));

const bodyStatement = fc.letrec<{ statement: BodyStatement }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 2 },
    fc
      .tuple(fc.array(ident(word), { maxLength: 2 }), ident(plain), fc.array(arg, { maxLength: 4 }))
      .map(([names, callee, args]): BodyStatement => ({ kind: 'layer', names, callee, args, span })),
    path(plain).map((source): BodyStatement => ({ kind: 'take', source, span })),
    fc
      .tuple(expr, maybe('index', ident(plain)), fc.array(tie('statement'), { maxLength: 3 }))
      .map(([count, index, statements]): BodyStatement => ({
        kind: 'repeat',
        count,
        ...index,
        body: { statements, span },
        span,
      })),
  ),
})).statement;
const body = fc.array(bodyStatement, { maxLength: 4 }).map((statements) => ({ statements, span }));

const trainStatement = fc.letrec<{ statement: TrainStatement }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(ident(plain), expr).map(([name, value]): TrainStatement => ({ kind: 'setting', name, value, span })),
    fc
      .tuple(fc.constantFrom('phase', 'player'), ident(word), fc.array(tie('statement'), { maxLength: 3 }))
      .map(([kind, name, statements]): TrainStatement => ({ kind, name, statements, span })),
    fc
      .tuple(fc.constantFrom('move', 'freeze'), fc.array(path(plain), { minLength: 1, maxLength: 3 }))
      .map(([kind, targets]): TrainStatement => ({ kind, targets, span })),
    fc
      .tuple(path(plain), path(plain), maybe('by', expr))
      .map(([value, to, by]): TrainStatement => ({ kind: 'match', value, to, ...by, span })),
    fc.tuple(path(plain), path(plain)).map(([from, to]): TrainStatement => ({ kind: 'copy', from, to, span })),
    fc
      .tuple(fc.constantFrom('minimize', 'maximize'), expr)
      .map(([direction, value]): TrainStatement => ({ kind: 'objective', direction, value, span })),
    expr.map((value): TrainStatement => ({ kind: 'update', value, span })),
  ),
})).statement;

const clause = fc
  .tuple(fc.constantFrom('leaf', 'compose', 'decompose'), fc.array(ident(plain), { maxLength: 2 }), body)
  .map(([role, params, inside]) => ({ role, params, body: inside, span }));

const definition = fc.oneof(
  body.map((inside) => ({ kind: 'body' as const, body: inside })),
  fc.array(clause, { minLength: 1, maxLength: 3 }).map((clauses) => ({ kind: 'recursive' as const, clauses, span })),
);
const networkHead = fc.constantFrom('encoder', 'decoder', 'head', 'network');

const item: fc.Arbitrary<AutoencoderItem> = fc.oneof(
  fc
    .tuple(fc.constantFrom('input', 'target'), ident(word), type, maybe('domain', expr))
    .map(([role, name, of, domain]): AutoencoderItem => ({
      kind: 'variable',
      role,
      name,
      type: of,
      ...domain,
      doc,
      span,
    })),
  fc.tuple(ident(word), expr).map(([name, value]): AutoencoderItem => ({ kind: 'let', name, value, span })),
  fc
    .tuple(path(plain), expr)
    .map(([target, transform]): AutoencoderItem => ({ kind: 'preprocess', target, transform, span })),
  fc
    .tuple(path(plain), fc.array(expr, { minLength: 1, maxLength: 3 }))
    .map(([target, corruptions]): AutoencoderItem => ({ kind: 'corrupt', target, corruptions, span })),
  fc
    .tuple(
      networkHead,
      maybe('name', ident(plain)),
      fc.array(path(plain), { maxLength: 2 }),
      maybe('at', ident(plain)),
      definition,
    )
    .map(([role, name, inputs, at, of]): AutoencoderItem => ({
      kind: 'network',
      role,
      ...name,
      inputs,
      ...at,
      definition: of,
      doc,
      span,
    })),
  fc
    .tuple(networkHead, maybe('name', ident(plain)), fc.array(path(plain), { maxLength: 2 }), call)
    .map(([role, name, inputs, of]): AutoencoderItem => ({
      kind: 'network',
      role,
      ...name,
      inputs,
      definition: { kind: 'derived', call: of },
      doc,
      span,
    })),
  fc
    .tuple(ident(plain), expr, maybe('by', expr))
    .map(([name, distribution, by]): AutoencoderItem => ({ kind: 'latent', name, distribution, ...by, doc, span })),
  fc
    .tuple(ident(plain), expr)
    .map(([name, distribution]): AutoencoderItem => ({ kind: 'prior', name, distribution, span })),
  fc
    .tuple(path(plain), maybe('from', path(plain)), expr, maybe('where', expr), maybe('weight', expr))
    .map(([target, from, by, where, weight]): AutoencoderItem => ({
      kind: 'reconstruct',
      target,
      ...from,
      by,
      ...where,
      ...weight,
      span,
    })),
  fc
    .tuple(expr, maybe('where', expr))
    .map(([value, where]): AutoencoderItem => ({ kind: 'penalty', value, ...where, span })),
  fc
    .tuple(path(plain), expr)
    .map(([target, constraint]): AutoencoderItem => ({ kind: 'constrain', target, constraint, span })),
  fc.tuple(path(plain), expr).map(([target, source]): AutoencoderItem => ({ kind: 'tie', target, source, span })),
  fc.tuple(ident(plain), expr).map(([param, values]): AutoencoderItem => ({ kind: 'sweep', param, values, span })),
  expr.map((value): AutoencoderItem => ({ kind: 'figure', value, span })),
  fc
    .array(trainStatement, { maxLength: 4 })
    .map((statements): AutoencoderItem => ({ kind: 'train', statements, span })),
);

const params = fc.array(
  fc
    .tuple(ident(word), ident(plain), maybe('default', expr))
    .map(([name, of, value]) => ({ name, type: of, ...value, span })),
  { maxLength: 3 },
);

const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  fc
    .tuple(maybe('names', fc.array(ident(word), { maxLength: 3 })), texts)
    .map(([names, text]): Declaration => ({ kind: 'import', ...names, path: { text, span }, span })),
  fc
    .tuple(ident(word), params, body)
    .map(([name, list, inside]): Declaration => ({ kind: 'block', name, params: list, body: inside, doc, span })),
  fc
    .tuple(ident(word), params, fc.array(item, { maxLength: 6 }))
    .map(([name, list, items]): Declaration => ({ kind: 'autoencoder', name, params: list, items, doc, span })),
);

/** A file that parses without errors once it is printed. */
export const generatedAst: fc.Arbitrary<Ast> = fc
  .array(declaration, { maxLength: 4 })
  .map((declarations) => ({ kind: 'file', declarations, silences: [], comments: [], span }));
