/** The bodies of networks and blocks, and the clauses of folds: the third layer of the grammar. */
import type { IToken } from 'chevrotain';
import { bareArguments } from '../diagnostics/messages/brackets.js';
import { titles } from '../diagnostics/messages/labels.js';
import { notInABody } from '../diagnostics/messages/statements.js';
import { notALayer, notATensor } from '../diagnostics/messages/unexpected.js';
import { at } from '../diagnostics/place.js';
import { excerpt } from '../diagnostics/words.js';
import type { Arg, Body, BodyStatement, Ident, Missing, NetworkInput, RecursiveClause, Span } from './ast.js';
import { isOneOf, itemKeywords, type clauseKeywords } from './keywords.js';
import type { Alternatives } from './reader.js';
import { ExpressionRules, type Reference } from './rules-expressions.js';
import * as T from './tokens.js';
import { isOperand, keyword as K, keywordOf } from './tokens.js';

/** An argument, or an input, in the header of a network: only its end tells which. */
export interface HeaderArg {
  readonly arg: Arg;
  readonly previous: boolean;
  readonly span: Span;
}

/** What stands in the braces of a body, where the clauses of a fold may stand too. */
export interface Contents {
  readonly statements: readonly (BodyStatement | RecursiveClause)[];
  readonly span: Span;
}

type ClauseRole = (typeof clauseKeywords)[number];

export class BodyRules extends ExpressionRules {
  // ──────────────────────────────────────────────────────────────────────────────── bodies

  protected readonly body = this.RULE('body', (): Contents => {
    const statements: (BodyStatement | RecursiveClause)[] = [];
    const open = this.CONSUME(T.LBrace);
    this.MANY(() => {
      const statement = this.OR(this.oneStatement);
      if (statement) statements.push(statement);
    });
    this.CONSUME(T.RBrace);
    return { statements, span: this.from(open) };
  });

  private readonly oneStatement: Alternatives<BodyStatement | RecursiveClause | undefined> = [
    { ALT: () => this.SUBRULE(this.separator) },
    { ALT: () => this.SUBRULE(this.layer) },
    { ALT: () => this.SUBRULE(this.repeat) },
    { ALT: () => this.SUBRULE(this.take) },
    { ALT: () => this.SUBRULE(this.clause) },
    { ALT: () => this.strayStatement(this.SUBRULE(this.stray)) },
  ];

  /** A body in which no clause may stand. */
  protected bodyOf({ statements, span }: Contents): Body {
    const layers = statements.map((statement): BodyStatement => {
      if (!isClause(statement)) return statement;
      this.notInBody(statement.span, statement.role, 'clause');
      return { kind: 'error', span: statement.span };
    });
    return { statements: layers, span };
  }

  /** The braces of a block, a clause or a `repeat`. */
  protected readonly requiredBody = this.RULE('requiredBody', (): Body | Missing => {
    const headerEnd = this.end();
    const superfluous = this.SUBRULE(this.flat);
    if (superfluous) this.unexpected(superfluous, 'header');
    const body = this.OPTION(() => this.SUBRULE(this.body));
    return this.ACTION(() => (body ? this.bodyOf(body) : this.missingBody(headerEnd)));
  });

  protected missingBody(headerEnd: number, expects: 'body' | 'items' = 'body'): Missing {
    return this.missing(expects, { place: headerEnd, after: this.statement.name, insert: ' { }' });
  }

  private strayStatement(span: Span): BodyStatement {
    if (!this.RECORDING_PHASE) this.notInBody(span, this.firstWord(span), 'nothing');
    return { kind: 'error', span };
  }

  private notInBody(span: Span, word: string, is: 'item' | 'clause' | 'nothing'): void {
    this.report(notInABody, span, { word, text: excerpt(this.textOf(span)), is });
  }

  // ──────────────────────────────────────────────────────────────────────────────── layers

  /** `code: dense(64, relu)`, `flatten`, `a, b: split(2)`. */
  private readonly layer = this.RULE('layer', (): BodyStatement => {
    this.begin('layer', this.LA(1));
    const { labels, layer } = this.OR(this.layers);
    const [place, next] = [this.end(), this.LA(1)];
    const rest = this.SUBRULE(this.rest);
    return this.ACTION(() => {
      const statement = this.layerOf(labels, layer, rest && { span: rest, isOperand: isOperand(next) }, place);
      return { ...statement, span: this.finish() };
    });
  });

  private readonly layers: Alternatives<{ labels?: Labels; layer: Reference | undefined }> = [
    { ALT: () => ({ layer: this.SUBRULE(this.reference) }) },
    {
      ALT: () => {
        const found = this.SUBRULE(this.labels);
        return { labels: found, layer: this.OPTION(() => this.SUBRULE1(this.reference)) };
      },
    },
  ];

  private readonly labels = this.RULE('labels', (): Labels => {
    const names = [this.ident(this.CONSUME(T.Label))];
    this.MANY(() => {
      this.CONSUME(T.Comma);
      const next = this.OPTION(() => this.ident(this.CONSUME1(T.Label)));
      if (next) names.push(next);
      else this.missing('name');
    });
    const place = this.end();
    const sign = this.OPTION1(() => this.SUBRULE(this.sign));
    return { names, place, ...(sign ? { sign } : {}) };
  });

  private layerOf(
    labels: Labels | undefined,
    layer: Reference | undefined,
    rest: { readonly span: Span; readonly isOperand: boolean } | undefined,
    place: number,
  ): BodyStatement {
    const names = labels?.names ?? [];
    const span = at(place);
    const named = labels ? this.joined(':', labels.sign, layer, 'layer', labels.place) : layer;
    const word = named?.kind === 'path' && named.parts.length === 1 ? (named.parts[0]?.text ?? '') : '';
    if (!labels && rest && isOneOf(itemKeywords, word)) {
      this.notInBody({ start: this.statement.start, end: rest.span.end }, word, 'item');
      return { kind: 'error', span };
    }
    if (named?.kind === 'path' && rest?.isOperand && !this.mended) this.bareArguments(named.span, rest.span);
    else if (rest) this.unexpected(rest.span, 'statement');
    if (!named || named.kind === 'missing') {
      return { kind: 'layer', names, callee: named ?? { kind: 'missing', expects: 'layer', span }, args: [], span };
    }
    if (named.kind === 'call') return { kind: 'layer', names, callee: named.callee, args: named.args, span };
    if (named.kind === 'member' || named.parts.length > 1) {
      const fixes = [{ title: titles.insert('take'), edits: [[at(named.span.start), 'take ']] }] as const;
      const details = labels ? {} : { fixes };
      this.report(notALayer, named.span, { text: excerpt(this.textOf(named.span)) }, details);
    }
    const [callee = { text: '', span: named.span }] = named.parts;
    return { kind: 'layer', names, callee, args: [], span };
  }

  /** `dense 64` for `dense(64)`. */
  private bareArguments(layer: Span, rest: Span): void {
    const args = this.textOf(rest);
    const edit = [{ start: layer.end, end: rest.end }, `(${args})`] as const;
    const facts = { layer: excerpt(this.textOf(layer)), args: excerpt(args) };
    this.report(bareArguments, rest, facts, { fixes: [{ title: titles.insertParentheses, edits: [edit] }] });
  }

  private readonly repeat = this.RULE('repeat', (): BodyStatement => {
    this.CONSUME(K.repeat);
    this.begin('repeat');
    const count = this.SUBRULE(this.value, { ARGS: ['number'] });
    const index = this.OPTION(() => {
      this.CONSUME(K.as);
      return this.SUBRULE(this.name);
    });
    const body = this.SUBRULE(this.requiredBody);
    const named = index && 'text' in index ? { index } : {};
    return { kind: 'repeat', count, ...named, body, span: this.finish() };
  });

  private readonly take = this.RULE('take', (): BodyStatement => {
    this.CONSUME(K.take);
    this.begin('take');
    const source = this.OPTION(() => this.SUBRULE(this.reference)) ?? this.missing('tensor');
    return { kind: 'take', source, span: this.finished() };
  });

  /** `leaf { … }`, `compose(left, right) { … }`. */
  private readonly clause = this.RULE('clause', (): RecursiveClause => {
    const keyword = this.OR([
      { ALT: () => this.CONSUME(K.leaf) },
      { ALT: () => this.CONSUME(K.compose) },
      { ALT: () => this.CONSUME(K.decompose) },
    ]);
    const role = (keywordOf(keyword) ?? 'leaf') as ClauseRole;
    this.begin(role);
    const args = this.OPTION(() => this.SUBRULE(this.headerArgs)) ?? [];
    const params = this.ACTION(() =>
      args.flatMap((arg) => this.inputOf(arg).flatMap(({ path }): readonly Ident[] => path.parts.slice(0, 1))),
    );
    return { role, params, body: this.SUBRULE(this.requiredBody), span: this.finish() };
  });

  // ──────────────────────────────────────────────────────────────────────────────── inputs

  protected readonly headerArgs = this.RULE('headerArgs', (): readonly HeaderArg[] => {
    const args: HeaderArg[] = [];
    this.CONSUME(T.LParen);
    this.separated('inputs', args, () => this.SUBRULE(this.headerArg));
    this.CONSUME(T.RParen);
    return args;
  });

  private readonly headerArg = this.RULE('headerArg', (): HeaderArg => {
    const previous = this.OPTION(() => this.CONSUME(K.previous));
    const arg = this.SUBRULE(this.arg);
    return { arg, previous: previous !== undefined, span: this.from(previous ?? arg) };
  });

  protected inputOf({ arg: { name, value, optional }, previous, span }: HeaderArg): readonly NetworkInput[] {
    if (!name && !optional && value.kind === 'path') return [{ path: value, previous, span }];
    if (value.kind !== 'missing') this.report(notATensor, span, { text: excerpt(this.textOf(span)) });
    return [];
  }
}

/** The names in front of a layer. */
interface Labels {
  readonly names: readonly Ident[];
  /** Where the colon stands, or would. */
  readonly place: number;
  readonly sign?: IToken;
}

export const isClause = (statement: BodyStatement | RecursiveClause): statement is RecursiveClause =>
  'role' in statement;
