/** Expressions, paths, arguments and types: the second layer of the grammar. */
import type { IToken } from 'chevrotain';
import { titles } from '../diagnostics/messages/labels.js';
import type { Span } from '../diagnostics/place.js';
import { listInParentheses, pathCalled, pathTooLong, questionOutsideType } from '../diagnostics/messages/unexpected.js';
import { excerpt } from '../diagnostics/words.js';
import type { Arg, CallExpr, Expectation, Expr, Ident, MemberExpr, Missing, OfExpr, PathExpr } from './ast.js';
import { numberValue, stringValue } from './clean.js';
import type { Repair } from './complaints.js';
import { grouped, operatorOf, type Signed } from './grouping.js';
import type { Alternatives } from './reader.js';
import { SkippingRules } from './rules-skipping.js';
import * as T from './tokens.js';

const unsigned: readonly number[] = [];
const argumentEnds = new Set([T.Comma, T.RParen]);

/** What ends an expression, wherever that stands. */
const expressionEnds = new Set([T.Comma, T.RParen, T.RBracket, T.RBrace, T.Newline, T.Semicolon]);

const onePart = (name: Ident): PathExpr => ({ kind: 'path', parts: [name], span: name.span });

/** Names in a path: a block a name, and the network. */
const longestPath = 80;

export type Reference = PathExpr | CallExpr | MemberExpr;

/** What follows the shape of an array: `of real?`. */
interface Elements {
  readonly element: Expr;
  readonly optional: boolean;
}

export class ExpressionRules extends SkippingRules {
  /** Whether a type is read: there, arguments may end in `?`. */
  protected inType = false;

  readonly expr = this.RULE('expr', (): Expr => {
    const alone = this.alone();
    if (alone) return alone;
    const first = this.SUBRULE(this.signed);
    if (!this.follows(T.Operator)) return first.signs.length === 0 ? first.operand : grouped([first], []);
    const operands: Signed[] = [first];
    const between: IToken[] = [];
    this.MANY(() => {
      between.push(this.CONSUME(T.Operator));
      operands.push(
        this.OPTION(() => this.SUBRULE1(this.signed)) ?? { signs: unsigned, operand: this.missingOperand() },
      );
    });
    return this.ACTION(() => grouped(operands, between));
  });

  /** A number or a name that is all of an expression, as most are: no rule has a choice there. */
  private alone(): Expr | undefined {
    if (this.RECORDING_PHASE || !expressionEnds.has(this.LA(2).tokenType)) return undefined;
    const { tokenType } = this.LA(1);
    if (tokenType === T.NumberLiteral) return this.number(this.CONSUME2(T.NumberLiteral));
    return tokenType === T.Name ? onePart(this.ident(this.CONSUME2(T.Name))) : undefined;
  }

  private number(token: IToken): Expr {
    return { kind: 'number', value: numberValue(token.image), text: token.image, span: this.spanOf(token) };
  }

  readonly signed = this.RULE('signed', (): Signed => this.OR(this.signs));

  private readonly signs: Alternatives<Signed> = [
    { ALT: () => ({ signs: unsigned, operand: this.SUBRULE(this.primary) }) },
    {
      ALT: () => {
        const signs: number[] = [];
        this.AT_LEAST_ONE(() => signs.push(this.startOf(this.CONSUME(T.Minus))));
        return { signs, operand: this.OPTION(() => this.SUBRULE1(this.primary)) ?? this.missingOperand() };
      },
    },
  ];

  private missingOperand(): Missing {
    return this.missing('operand', { where: 'expression', after: operatorOf(this.LA(0)) });
  }

  readonly primary = this.RULE('primary', (): Expr => this.OR(this.primaries));

  private readonly primaries: Alternatives<Expr> = [
    { ALT: () => this.number(this.CONSUME(T.NumberLiteral)) },
    { ALT: () => this.SUBRULE(this.reference) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.SUBRULE(this.group) },
    {
      ALT: () => {
        const token = this.CONSUME(T.StringLiteral);
        return { kind: 'string', value: stringValue(token.image), span: this.spanOf(token) };
      },
    },
    { ALT: () => ({ kind: 'infer', span: this.spanOf(this.CONSUME(T.Infer)) }) },
  ];

  /** Parentheses leave no node behind; the expression inside takes their span. */
  readonly group = this.RULE('group', (): Expr => {
    const open = this.CONSUME(T.LParen);
    const inner = this.OPTION(() => this.SUBRULE(this.expr)) ?? this.missing('value', { where: 'parentheses' });
    const rest = this.SUBRULE(this.flat);
    const close = this.CONSUME(T.RParen);
    if (rest) this.groupOfSeveral(open, rest, close);
    return { ...inner, span: this.from(open) };
  });

  /** `(3, 3)` where `[3, 3]` is meant, or something else behind an expression. */
  private groupOfSeveral(open: IToken, rest: Span, close: IToken): void {
    if (this.RECORDING_PHASE || !/^(?:\s*,\s*[\w.]+)+\s*$/.test(this.textOf(rest)) || this.mended) {
      this.unexpected(rest, 'parentheses');
      return;
    }
    const [from, to] = [this.spanOf(open), this.spanOf(close)];
    const text = this.textOf({ start: from.start, end: to.end });
    const edits: Repair['edits'] = [
      [from, '['],
      [to, ']'],
    ];
    this.report(
      listInParentheses,
      { start: from.start, end: to.end },
      { text: excerpt(text), list: excerpt(`[${text.slice(1, -1)}]`) },
      { fixes: [{ title: titles.write(`[${text.slice(1, -1)}]`), edits }] },
    );
  }

  /** `[28, 28]`, and in types `[12 of real?]`. */
  readonly list = this.RULE('list', (): Expr => {
    const open = this.CONSUME(T.LBracket);
    const items: Expr[] = [];
    let shape: { readonly sizes: number; readonly end: number } | undefined;
    let elements: Elements | undefined;
    this.separated('items', items, () => this.SUBRULE(this.expr), [
      {
        ALT: () => {
          shape ??= { sizes: items.length, end: this.end() };
          const found = this.SUBRULE(this.elements);
          if (elements) this.unexpected(this.from(found.element), 'items');
          else elements = found;
        },
      },
    ]);
    this.CONSUME(T.RBracket);
    const span = this.from(open);
    if (!elements || !shape) return { kind: 'list', items, span };
    const behind = items[shape.sizes];
    if (behind) this.unexpected(behind.span, 'items');
    const sizes = items.slice(0, shape.sizes);
    const list: Expr = { kind: 'list', items: sizes, span: { start: span.start, end: shape.end } };
    return { kind: 'of', shape: list, ...elements, span };
  });

  /** `of category(256)`, `of real?`. */
  readonly elements = this.RULE('elements', (): Elements => {
    this.CONSUME(T.keyword.of);
    const element =
      this.OPTION(() => this.SUBRULE(this.form)) ?? this.missing('variable type', { where: 'type', after: 'of' });
    const optional = this.OPTION1(() => this.CONSUME(T.Question)) !== undefined;
    return { element, optional };
  });

  /** An expression, or in types `[28, 28] of category(256)`. */
  readonly form = this.RULE('form', (): Expr => {
    const shape = this.SUBRULE(this.expr);
    if (!this.follows(T.keyword.of)) return shape;
    const elements = this.OPTION(() => this.SUBRULE(this.elements));
    if (!elements) return shape;
    return { kind: 'of', shape, ...elements, span: this.from(shape) } satisfies OfExpr;
  });

  // ──────────────────────────────────────────────────────────────────── paths and applications

  /** `encoder.code`, `critic(decoder)`, `critic(decoder).feat`. */
  readonly reference = this.RULE('reference', (): Reference => {
    const path = this.SUBRULE(this.path);
    if (!this.follows(T.LParen)) return path;
    const applied = this.OPTION(() => {
      const args = this.SUBRULE(this.args);
      const end = this.end();
      const parts: Ident[] = [];
      this.MANY(() => {
        this.CONSUME(T.Dot);
        parts.push(this.OPTION1(() => this.ident(this.CONSUME(T.Name))) ?? this.missingName());
      });
      return { args, end, parts };
    });
    return applied === undefined ? path : this.ACTION(() => this.application(path, applied));
  });

  protected application(
    path: PathExpr,
    { args, end, parts }: { readonly args: readonly Arg[]; readonly end: number; readonly parts: readonly Ident[] },
  ): Reference {
    const [callee, ...more] = path.parts;
    const { start } = path.span;
    if (!callee || more.length > 0) {
      const facts = { path: excerpt(this.textOf(path.span)), text: excerpt(this.textOf({ start, end })) };
      this.report(pathCalled, { start: path.span.end, end }, facts);
      return path;
    }
    const call: CallExpr = { kind: 'call', callee, args, span: { start, end } };
    return parts.length === 0 ? call : { kind: 'member', of: call, parts, span: this.from(path) };
  }

  /** `a.b.c`; the name after a last dot that is not there yet is empty. */
  readonly path = this.RULE('path', (): PathExpr => {
    const first = this.ident(this.CONSUME(T.Name));
    if (!this.follows(T.Dot)) return onePart(first);
    const parts: Ident[] = [first];
    this.MANY(() => {
      this.CONSUME(T.Dot);
      parts.push(this.OPTION(() => this.ident(this.CONSUME1(T.Name))) ?? this.missingName());
    });
    const span = this.from(first);
    if (parts.length > longestPath) this.report(pathTooLong, span, { most: longestPath, names: parts.length });
    return { kind: 'path', parts: parts.length > longestPath ? parts.slice(-longestPath) : parts, span };
  });

  private missingName(): Ident {
    return { text: '', span: this.missing('name', { where: 'path' }).span };
  }

  // ──────────────────────────────────────────────────────────────────────── lists of things

  readonly args = this.RULE('args', (): readonly Arg[] => {
    const args: Arg[] = [];
    this.CONSUME(T.LParen);
    this.separated('arguments', args, () => this.SUBRULE(this.arg));
    this.CONSUME(T.RParen);
    return args;
  });

  /** `64`, `kernel: 3`; a lone name before a colon is the argument's. */
  readonly arg = this.RULE('arg', (): Arg => {
    const first = this.SUBRULE(this.form);
    if (!this.RECORDING_PHASE && argumentEnds.has(this.LA(1).tokenType)) return { value: first, span: first.span };
    const named = this.OPTION(() => {
      const sign = this.OR(this.namingSigns);
      return { sign, value: this.OPTION1(() => this.SUBRULE1(this.form)) };
    });
    const name = named && first.kind === 'path' && first.parts.length === 1 ? first.parts[0] : undefined;
    const value = named ? this.ACTION(() => this.namedValue(first, name, named.sign, named.value)) : first;
    const question = this.OPTION2(() => this.CONSUME(T.Question));
    if (question && !this.inType) this.ACTION(() => this.superfluousQuestion(question));
    if (!name && !question) return { value, span: value.span };
    const span = this.from(first);
    if (!question) return { name: name!, value, span };
    return { ...(name ? { name } : {}), value, optional: true, span };
  });

  private readonly namingSigns: Alternatives<IToken> = [
    { ALT: () => this.CONSUME(T.Colon) },
    { ALT: () => this.CONSUME(T.Equals) },
  ];

  private namedValue(first: Expr, name: Ident | undefined, sign: IToken, value: Expr | undefined): Expr {
    if (name === undefined) {
      this.unexpected(this.from(sign), 'arguments');
      return first;
    }
    if (sign.tokenType === T.Equals) this.wrong(sign, ':', 'argument');
    return value ?? this.missing('value', { where: 'argument', after: name.text });
  }

  private superfluousQuestion(question: IToken): void {
    const fixes = [{ title: titles.remove, edits: [[this.spanOf(question), '']] }] as const;
    this.report(questionOutsideType, this.spanOf(question), {}, { fixes });
  }

  // ─────────────────────────────────────────────────────────────── what a statement requires

  /** An expression, or what is missing. */
  readonly value = this.RULE(
    'value',
    (expects: Expectation, after?: string): Expr =>
      this.OPTION(() => this.SUBRULE(this.expr)) ?? this.missing(expects, after === undefined ? {} : { after }),
  );

  /** A word or sign that the statement needs, and an expression behind it: `= hidden / 2`, `by unit_norm`. */
  readonly joinedExpr = this.RULE('joinedExpr', (right: string, expects: Expectation): Expr => {
    const place = this.end();
    const found = this.OPTION(() => this.SUBRULE(this.joiner));
    const value = this.OPTION1(() => this.SUBRULE(this.expr));
    return this.joined(right, found, value, expects, place);
  });

  /** What joins the parts of statements; in one statement only one of the words is told from names. */
  private readonly joiner = this.RULE('joiner', (): IToken => this.OR(this.joiners));

  private readonly joiners: Alternatives<IToken> = [
    { ALT: () => this.SUBRULE(this.sign) },
    { ALT: () => this.CONSUME(T.keyword.with) },
    { ALT: () => this.CONSUME(T.keyword.by) },
    { ALT: () => this.CONSUME(T.keyword.in) },
  ];

  /** `with mask(0.2) then dropout(0.1)`. */
  readonly chain = this.RULE('chain', (expects: Expectation): readonly Expr[] => {
    const all = [this.SUBRULE(this.joinedExpr, { ARGS: ['with', expects] })];
    this.MANY(() => {
      this.CONSUME(T.keyword.then);
      all.push(this.SUBRULE(this.value, { ARGS: [expects] }));
    });
    return all;
  });

  /** The sign between two parts of a statement, or another in its place. */
  readonly sign = this.RULE('sign', (): IToken =>
    this.OR([
      { ALT: () => this.CONSUME(T.Colon) },
      { ALT: () => this.CONSUME(T.Equals) },
      { ALT: () => this.CONSUME(T.Tilde) },
    ]),
  );

  /** A path, or what is missing. */
  readonly target = this.RULE(
    'target',
    (expects: Expectation): PathExpr | Missing => this.OPTION(() => this.SUBRULE(this.path)) ?? this.missing(expects),
  );

  /** The name that a statement gives to something. */
  readonly name = this.RULE(
    'name',
    (): Ident | Missing => this.OPTION(() => this.ident(this.CONSUME(T.Name))) ?? this.missing('name'),
  );
}
