/** Random files without errors, as Asts. Their spans are empty; compare them without. */
import fc from 'fast-check';
import type {
  Ast,
  AutoencoderItem,
  BodyStatement,
  Declaration,
  NetworkInput,
  TrainStatement,
  Unit,
} from '../../src/parser/ast.js';
import {
  arg,
  call,
  callLike,
  condition,
  conditions,
  corrupt,
  doc,
  expr,
  ident,
  maybe,
  path,
  plain,
  site,
  span,
  texts,
  type,
  word,
} from './generated-expressions.js';

const bodyStatement = fc.letrec<{ statement: BodyStatement }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 2 },
    fc
      .tuple(fc.array(ident(word), { maxLength: 2 }), ident(plain), fc.array(arg, { maxLength: 4 }))
      .map(([names, callee, args]): BodyStatement => ({ kind: 'layer', names, callee, args, span })),
    fc.oneof(path(plain), callLike).map((source): BodyStatement => ({ kind: 'take', source, span })),
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
    fc
      .tuple(
        ident(plain),
        expr,
        maybe(
          'composition',
          fc.tuple(expr, condition).map(([count, of]) => ({ count, of, span })),
        ),
        maybe('mode', ident(plain)),
      )
      .map(([name, value, composition, mode]): TrainStatement => ({
        kind: 'setting',
        name,
        value,
        ...composition,
        ...mode,
        span,
      })),
    corrupt,
    fc
      .tuple(fc.array(path(plain), { minLength: 1, maxLength: 3 }), expr)
      .map(([targets, by]): TrainStatement => ({ kind: 'rate', targets, by, span })),
    fc
      .tuple(fc.constantFrom('phase', 'player'), ident(word), fc.array(tie('statement'), { maxLength: 3 }))
      .map(([kind, name, statements]): TrainStatement => ({ kind, name, statements, span })),
    fc
      .tuple(fc.constantFrom('move', 'freeze', 'clean'), fc.array(path(plain), { minLength: 1, maxLength: 3 }))
      .map(([kind, targets]): TrainStatement => ({ kind, targets, span })),
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
const input: fc.Arbitrary<NetworkInput> = fc
  .tuple(path(plain), fc.boolean())
  .map(([of, previous]) => ({ path: of, previous, span }));
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
    .tuple(path(plain), fc.array(expr, { minLength: 1, maxLength: 3 }))
    .map(([target, transforms]): AutoencoderItem => ({ kind: 'preprocess', target, transforms, span })),
  corrupt,
  fc
    .tuple(
      networkHead,
      maybe('name', ident(plain)),
      fc.array(input, { maxLength: 2 }),
      maybe('at', site),
      maybe('by', fc.oneof(path(plain), callLike)),
      definition,
    )
    .map(([role, name, inputs, at, by, of]): AutoencoderItem => ({
      kind: 'network',
      role,
      ...name,
      inputs,
      ...at,
      ...by,
      definition: of,
      doc,
      span,
    })),
  fc
    .tuple(networkHead, maybe('name', ident(plain)), fc.array(input, { maxLength: 2 }), call)
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
    .tuple(ident(plain), expr, maybe('through', expr), maybe('by', expr))
    .map(([name, distribution, through, by]): AutoencoderItem => ({
      kind: 'latent',
      name,
      distribution,
      ...through,
      ...by,
      doc,
      span,
    })),
  fc
    .tuple(ident(plain), expr)
    .map(([name, distribution]): AutoencoderItem => ({ kind: 'prior', name, distribution, span })),
  fc
    .tuple(ident(plain), expr)
    .map(([name, distribution]): AutoencoderItem => ({ kind: 'draw', name, distribution, doc, span })),
  fc
    .tuple(
      maybe('name', ident(word)),
      path(plain),
      maybe('from', path(plain)),
      expr,
      conditions,
      maybe('at', site),
      maybe('weight', expr),
    )
    .map(([name, target, from, by, where, at, weight]): AutoencoderItem => ({
      kind: 'reconstruct',
      ...name,
      target,
      ...from,
      by,
      where,
      ...at,
      ...weight,
      span,
    })),
  fc
    .tuple(maybe('name', ident(word)), expr, conditions, maybe('at', site))
    .map(([name, value, where, at]): AutoencoderItem => ({ kind: 'penalty', ...name, value, where, ...at, span })),
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

/** A unit of a declaration alone, without its text. */
const unitOf = (declaration: Declaration): Unit => ({
  file: 'file.ae',
  text: '',
  declarations: [declaration],
  silences: [],
  comments: [],
  tokens: [],
  findings: [],
  selfContained: true,
});

/** A file that parses without errors once it is printed. */
export const generatedAst: fc.Arbitrary<Ast> = fc.array(declaration, { maxLength: 4 }).map((declarations) => ({
  kind: 'file',
  file: 'file.ae',
  text: '',
  units: declarations.map((one) => ({ at: 0, unit: unitOf(one) })),
  lacksBraces: false,
  cut: false,
}));
