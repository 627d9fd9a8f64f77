/** Random expressions, types and conditions without errors. Their spans are empty. */
import fc from 'fast-check';
import type {
  Arg,
  CallExpr,
  Condition,
  Expr,
  Ident,
  MemberExpr,
  PathExpr,
  SiteClause,
  Span,
  TypeNode,
} from '../../src/parser/ast.js';
import { connectives, itemKeywords } from '../../src/parser/keywords.js';

export const span: Span = { start: 0, end: 0 };
export const doc = '';

export const word = fc.constantFrom(
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
export const plain = fc.constantFrom('x', 'code', 'dense', 'h1', 'σ', '数', '_y', 'relu', 'a_b');
export const ident = (of: fc.Arbitrary<string>): fc.Arbitrary<Ident> => of.map((text) => ({ text, span }));
export const path = (of: fc.Arbitrary<string>): fc.Arbitrary<PathExpr> =>
  fc
    .tuple(ident(of), fc.array(ident(word), { maxLength: 2 }))
    .map(([first, more]) => ({ kind: 'path', parts: [first, ...more], span }));

export const numbers = fc.constantFrom('0', '64', '0.5', '1e-3', '2.50', '1E+2');
export const texts = fc.constantFrom('', 'a.ae', 'with "quotes"', 'back\\slash', 'line\nbreak\ttab');

export const { expr, arg, callLike } = fc.letrec<{ expr: Expr; arg: Arg; callLike: CallExpr | MemberExpr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    numbers.map((text): Expr => ({ kind: 'number', value: Number(text), text, span })),
    texts.map((value): Expr => ({ kind: 'string', value, span })),
    fc.constant<Expr>({ kind: 'infer', span }),
    path(plain),
    tie('callLike'),
    fc.array(tie('expr'), { maxLength: 3 }).map((items): Expr => ({ kind: 'list', items, span })),
    tie('expr').map((operand): Expr => ({ kind: 'unary', op: '-', operand, span })),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/', '^'), tie('expr'), tie('expr'))
      .map(([op, left, right]): Expr => ({ kind: 'binary', op, left, right, span })),
  ),
  callLike: fc
    .tuple(ident(plain), fc.array(tie('arg'), { maxLength: 3 }), fc.array(ident(word), { maxLength: 2 }))
    .map(([callee, args, parts]): CallExpr | MemberExpr => {
      const call: CallExpr = { kind: 'call', callee, args, span };
      return parts.length === 0 ? call : { kind: 'member', of: call, parts, span };
    }),
  arg: fc
    .tuple(fc.option(ident(word), { nil: undefined }), tie('expr'))
    .map(([name, value]): Arg => ({ ...(name ? { name } : {}), value, span })),
}));

export const call = fc
  .tuple(ident(plain), fc.array(arg, { maxLength: 4 }))
  .map(([callee, args]): Expr => ({ kind: 'call', callee, args, span }));
export const maybe = <V>(key: string, of: fc.Arbitrary<V>): fc.Arbitrary<Record<string, V>> =>
  fc.option(of, { nil: undefined }).map((value): Record<string, V> => (value === undefined ? {} : { [key]: value }));

export const shape = fc
  .array(expr, { minLength: 1, maxLength: 3 })
  .map((items): Expr => ({ kind: 'list', items, span }));

/** Types: arrays of elements, and calls whose arguments are types. */
const { form } = fc.letrec<{ form: Expr; part: Arg }>((tie) => ({
  form: fc.oneof(
    { maxDepth: 3 },
    expr,
    fc
      .tuple(shape, tie('form'), fc.boolean())
      .map(([sizes, element, optional]): Expr => ({ kind: 'of', shape: sizes, element, optional, span })),
    fc
      .tuple(ident(plain), fc.array(tie('part'), { minLength: 1, maxLength: 3 }))
      .map(([callee, args]): Expr => ({ kind: 'call', callee, args, span })),
  ),
  part: fc
    .tuple(fc.option(ident(word), { nil: undefined }), tie('form'), fc.boolean())
    .map(([name, value, optional]): Arg => ({
      ...(name ? { name } : {}),
      value,
      ...(optional ? { optional } : {}),
      span,
    })),
}));

export const type: fc.Arbitrary<TypeNode> = fc
  .tuple(form, fc.boolean())
  .map(([of, optional]) => ({ kind: 'type', form: of, optional, span }));

export const condition: fc.Arbitrary<Condition> = fc.oneof(
  path(plain).map((of): Condition => ({ kind: 'holds', of, span })),
  fc.tuple(path(plain), expr).map(([of, value]): Condition => ({ kind: 'equals', of, value, span })),
);
export const conditions = fc.array(condition, { maxLength: 3 });
export const site: fc.Arbitrary<SiteClause> = fc
  .constantFrom('nodes', 'leaves', 'inner nodes')
  .map((words) => ({ words, span }));
export const corrupt = fc
  .tuple(path(plain), fc.array(expr, { minLength: 1, maxLength: 3 }))
  .map(([target, corruptions]) => ({ kind: 'corrupt' as const, target, corruptions, span }));
