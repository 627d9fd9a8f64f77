/** Encoders, decoders, heads, and the bodies of networks and blocks: the second layer of the grammar. */
import type { IToken } from 'chevrotain';
import { bareArguments, colonBeforeBody } from '../diagnostics/messages/brackets.js';
import { titles } from '../diagnostics/messages/labels.js';
import { notInABody, outsideOfClauses } from '../diagnostics/messages/statements.js';
import { headerTooLong, notALayer, notATensor } from '../diagnostics/messages/unexpected.js';
import { at } from '../diagnostics/place.js';
import { excerpt } from '../diagnostics/words.js';
import type {
  Arg,
  Body,
  BodyStatement,
  CallExpr,
  Ident,
  Missing,
  NetworkInput,
  NetworkItem,
  PathExpr,
  RecursiveClause,
  SiteClause,
  Span,
} from './ast.js';
import { isOneOf, itemKeywords, type clauseKeywords } from './keywords.js';
import type { Alternatives } from './reader.js';
import { ExpressionRules, type Reference } from './rules-expressions.js';
import * as T from './tokens.js';
import { isOperand, keyword as K, keywordOf } from './tokens.js';

/** An argument, or an input, in the header of a network: only its end tells which. */
interface HeaderArg {
  readonly arg: Arg;
  readonly previous: boolean;
  readonly span: Span;
}

/** `style(x)`, `mirror(encoder)`, `(x)`. */
interface HeaderPart {
  readonly path?: PathExpr;
  readonly args?: readonly HeaderArg[];
  readonly span: Span;
}

/** What stands in the braces of a body, where the clauses of a fold may stand too. */
interface Contents {
  readonly statements: readonly (BodyStatement | RecursiveClause)[];
  readonly span: Span;
}

type ClauseRole = (typeof clauseKeywords)[number];

export class NetworkRules extends ExpressionRules {
  // ─────────────────────────────────────────────────────────────────────────────── headers

  readonly network = this.RULE('network', (): NetworkItem => {
    const keyword = this.OR([
      { ALT: () => this.CONSUME(K.encoder) },
      { ALT: () => this.CONSUME(K.decoder) },
      { ALT: () => this.CONSUME(K.head) },
      { ALT: () => this.CONSUME(K.network) },
    ]);
    const role = (keywordOf(keyword) ?? 'network') as NetworkItem['role'];
    this.begin(role);
    const parts: HeaderPart[] = [];
    this.MANY(() => parts.push(this.SUBRULE(this.headerPart)));
    const site = this.OPTION(() => this.SUBRULE(this.site));
    const by = this.OPTION1(() => {
      this.CONSUME(K.by);
      return this.SUBRULE(this.value, { ARGS: ['bracketing'] });
    });
    const headerEnd = this.end();
    const superfluous = this.SUBRULE(this.flat);
    const body = this.OPTION2(() => this.SUBRULE(this.body));
    const doc = this.doc();
    return this.ACTION((): NetworkItem => {
      // Without a body, the last call is the derivation; what stands before it is the header.
      const last = parts.at(-1);
      const derived = !body && !superfluous && last?.path && last.args ? last : undefined;
      const header = this.headerOf(derived ? parts.slice(0, -1) : parts, role);
      if (superfluous) this.superfluousInHeader(superfluous, role);
      const definition = derived
        ? ({ kind: 'derived', call: this.derivation(derived) } as const)
        : body
          ? this.definition(body)
          : this.missingBody(headerEnd);
      const at = site === undefined ? {} : { at: site };
      return { kind: 'network', role, ...header, ...at, ...(by ? { by } : {}), definition, doc, span: this.finish() };
    });
  });

  private readonly headerPart = this.RULE('headerPart', (): HeaderPart =>
    this.OR<HeaderPart>([
      {
        ALT: () => {
          const path = this.SUBRULE(this.path);
          const args = this.OPTION(() => this.SUBRULE(this.headerArgs));
          return { path, ...(args ? { args } : {}), span: this.from(path) };
        },
      },
      {
        ALT: () => {
          const open = this.LA(1);
          return { args: this.SUBRULE1(this.headerArgs), span: this.from(open) };
        },
      },
    ]),
  );

  private readonly headerArgs = this.RULE('headerArgs', (): readonly HeaderArg[] => {
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

  /** `at inner nodes`: the words are resolved later. */
  protected readonly site = this.RULE('site', (): SiteClause | Missing => {
    this.CONSUME(K.at);
    const words: Ident[] = [];
    this.OPTION(() => {
      words.push(this.ident(this.CONSUME(T.Name)));
      this.OPTION1(() => words.push(this.ident(this.CONSUME1(T.Name))));
    });
    const [first] = words;
    if (!first) return this.missing('site');
    return { words: words.map(({ text }) => text).join(' '), span: this.from(first) };
  });

  /** The name and the inputs in front of the body. */
  private headerOf(parts: readonly HeaderPart[], role: string): { name?: Ident; inputs: readonly NetworkInput[] } {
    const inputs: NetworkInput[] = [];
    let name: Ident | undefined;
    let more: Span | undefined;
    for (const part of parts) {
      const isName = part.path?.parts.length === 1 && name === undefined && inputs.length === 0;
      if (part.path && !isName) more ??= part.span;
      else if (part.args && inputs.length > 0) more ??= part.span;
      else {
        name ??= part.path?.parts[0];
        inputs.push(...(part.args ?? []).flatMap((arg) => this.inputOf(arg)));
      }
    }
    if (more) this.report(headerTooLong, more, { role, text: excerpt(this.textOf(more)) });
    return { ...(name ? { name } : {}), inputs };
  }

  protected inputOf({ arg: { name, value, optional }, previous, span }: HeaderArg): readonly NetworkInput[] {
    if (!name && !optional && value.kind === 'path') return [{ path: value, previous, span }];
    if (value.kind !== 'missing') this.report(notATensor, span, { text: excerpt(this.textOf(span)) });
    return [];
  }

  private derivation({ path, args = [], span }: HeaderPart): CallExpr | PathExpr | Missing {
    for (const { previous, span: at } of args) if (previous) this.unexpected(at, 'arguments');
    const call = path && this.application(path, { args: args.map(({ arg }) => arg), end: span.end, parts: [] });
    return call && call.kind !== 'member'
      ? call
      : { kind: 'missing', expects: 'body', span: { start: span.end, end: span.end } };
  }

  /** `encoder: dense(64)` for `encoder { dense(64) }`, or something else in front of the braces. */
  private superfluousInHeader(span: Span, role: string): void {
    const text = this.textOf(span);
    if (!text.startsWith(':')) return this.unexpected(span, 'header');
    const layers = text.slice(1).trim();
    const braces = layers === '' ? ' { }' : ` { ${layers} }`;
    const fixes = [{ title: titles.useBraces, edits: [[span, braces]] }] as const;
    this.report(colonBeforeBody, span, { role, layers: excerpt(layers), text: excerpt(text) }, { fixes });
  }

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

  /** A body with clauses is a fold or an unfold. */
  private definition({ statements, span }: Contents): NetworkItem['definition'] {
    const clauses = statements.filter(isClause);
    if (clauses.length === 0) return { kind: 'body', body: this.bodyOf({ statements, span }) };
    for (const other of statements) {
      if (!isClause(other)) this.report(outsideOfClauses, other.span, { text: excerpt(this.textOf(other.span)) });
    }
    return { kind: 'recursive', clauses, span };
  }

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
    const { labels, layer } = this.OR<{ labels?: Labels; layer: Reference | undefined }>([
      { ALT: () => ({ layer: this.SUBRULE(this.reference) }) },
      {
        ALT: () => {
          const found = this.SUBRULE(this.labels);
          return { labels: found, layer: this.OPTION(() => this.SUBRULE1(this.reference)) };
        },
      },
    ]);
    const [place, next] = [this.end(), this.LA(1)];
    const rest = this.SUBRULE(this.rest);
    return this.ACTION(() => {
      const statement = this.layerOf(labels, layer, rest && { span: rest, isOperand: isOperand(next) }, place);
      return { ...statement, span: this.finish() };
    });
  });

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
}

/** The names in front of a layer. */
interface Labels {
  readonly names: readonly Ident[];
  /** Where the colon stands, or would. */
  readonly place: number;
  readonly sign?: IToken;
}

const isClause = (statement: BodyStatement | RecursiveClause): statement is RecursiveClause => 'role' in statement;
