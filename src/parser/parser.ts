/**
 * The grammar, rule by rule as in grammar/aec.ebnf, but tolerant: every part of a statement after its keyword may be
 * absent, and whatever follows a statement on its line is skipped, each with a complaint. Brackets come balanced from
 * `layout.ts`, keywords told from names from `settle.ts`; so one token of lookahead is enough, each text has a tree, and
 * Chevrotain finds no error of its own.
 *
 * Rules give the nodes of the Ast. They lie in layers, each a class over the one below: what all rules need, then
 * skipping, expressions, bodies, networks, training, terms, items, and here the declarations of a unit.
 */
import type { IToken } from 'chevrotain';
import { notADeclaration } from '../diagnostics/messages/statements.js';
import { notUnderstood } from '../diagnostics/messages/unexpected.js';
import { excerpt } from '../diagnostics/words.js';
import type { AutoencoderDecl, BlockDecl, Declaration, Ident, ImportDecl, ParamDecl, Span } from './ast.js';
import { stringValue } from './clean.js';
import { isOneOf, itemKeywords } from './keywords.js';
import type { Alternatives, Unread } from './reader.js';
import { ItemRules } from './rules-items.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

class AecParser extends ItemRules {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** The declarations of a unit. */
  parse(unit: Unread, tokens: IToken[]): readonly Declaration[] {
    this.prepare(unit, tokens);
    const declarations = this.unit();
    const [error] = this.errors;
    if (error === undefined) return declarations;
    const span = { start: 0, end: unit.text.length };
    this.report(notUnderstood, span, { reason: excerpt(error.message) });
    return [{ kind: 'error', span }];
  }

  private readonly unit = this.RULE('unit', (): readonly Declaration[] => {
    const declarations: Declaration[] = [];
    this.MANY(() => {
      const declaration = this.OR(this.oneDeclaration);
      if (declaration) declarations.push(declaration);
    });
    return declarations;
  });

  private readonly oneDeclaration: Alternatives<Declaration | undefined> = [
    { ALT: () => this.SUBRULE(this.separator) },
    { ALT: () => this.SUBRULE(this.importDecl) },
    { ALT: () => this.SUBRULE(this.block) },
    { ALT: () => this.SUBRULE(this.autoencoder) },
    { ALT: () => this.strayDeclaration(this.SUBRULE(this.stray)) },
  ];

  private strayDeclaration(span: Span): Declaration {
    const word = this.firstWord(span);
    const ofAutoencoder = isOneOf(itemKeywords, word);
    this.report(notADeclaration, span, { word: excerpt(word), text: excerpt(this.textOf(span)), ofAutoencoder });
    return { kind: 'error', span };
  }

  private readonly importDecl = this.RULE('importDecl', (): ImportDecl => {
    this.CONSUME(K.import);
    this.begin('import');
    const names = this.OPTION(() => this.SUBRULE(this.importNames));
    const place = this.end();
    const from = this.OPTION1(() => this.CONSUME(K.from));
    const found = this.OPTION2(() => this.SUBRULE(this.file));
    const path = names ? this.joined('from', from, found, 'file', place) : (found ?? this.missing('file'));
    return { kind: 'import', ...(names ? { names } : {}), path, span: this.finished() };
  });

  private readonly file = this.RULE('file', (): { text: string; span: Span } => {
    const token = this.CONSUME(T.StringLiteral);
    return { text: stringValue(token.image), span: this.spanOf(token) };
  });

  private readonly importNames = this.RULE('importNames', (): readonly Ident[] => {
    const names: Ident[] = [];
    this.CONSUME(T.LBrace);
    const braced = (): void => {
      const first = this.LA(1);
      this.SUBRULE(this.braced);
      this.unexpected(this.from(first), 'names');
    };
    this.separated('names', names, () => this.ident(this.CONSUME(T.Name)), [{ ALT: braced }]);
    this.CONSUME(T.RBrace);
    return names;
  });

  private readonly block = this.RULE('block', (): BlockDecl => {
    this.CONSUME(K.block);
    this.begin('block');
    const name = this.SUBRULE(this.name);
    const params = this.OPTION(() => this.SUBRULE(this.params)) ?? [];
    const body = this.SUBRULE(this.requiredBody);
    return { kind: 'block', name, params, body, doc: this.doc(), span: this.finish() };
  });

  private readonly autoencoder = this.RULE('autoencoder', (): AutoencoderDecl => {
    this.CONSUME(K.autoencoder);
    this.begin('autoencoder');
    const name = this.SUBRULE(this.name);
    const params = this.OPTION(() => this.SUBRULE(this.params)) ?? [];
    const place = this.end();
    const superfluous = this.SUBRULE(this.flat);
    if (superfluous) this.unexpected(superfluous, 'header');
    const items = this.OPTION1(() => this.SUBRULE(this.items));
    if (!items) this.missingBody(place, 'items');
    return { kind: 'autoencoder', name, params, items: items ?? [], doc: this.doc(), span: this.finish() };
  });

  private readonly params = this.RULE('params', (): readonly ParamDecl[] => {
    const params: ParamDecl[] = [];
    this.CONSUME(T.LParen);
    this.separated('parameters', params, () => this.SUBRULE(this.param));
    this.CONSUME(T.RParen);
    return params;
  });

  /** `hidden: int = 500`. */
  private readonly param = this.RULE('param', (): ParamDecl => {
    const name = this.ident(this.CONSUME(T.Name));
    const after = name.text;
    this.OPTION(() => this.CONSUME(T.Colon));
    const type =
      this.OPTION1(() => this.ident(this.CONSUME1(T.Name))) ??
      this.missing('parameter type', { where: 'parameter', after });
    const value = this.OPTION2(() => {
      this.CONSUME(T.Equals);
      return this.OPTION3(() => this.SUBRULE(this.expr)) ?? this.missing('value', { where: 'parameter', after });
    });
    return { name, type, ...(value ? { default: value } : {}), span: this.from(name) };
  });
}

let parser: AecParser | undefined;

/** The one parser. Its analysis of its own grammar takes a while, so it is built on first use. */
export function theParser(): AecParser {
  parser ??= new AecParser();
  return parser;
}
