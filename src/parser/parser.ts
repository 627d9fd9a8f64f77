/**
 * The grammar, rule by rule as in grammar/aec.ebnf, but tolerant: every part of a statement after
 * its keyword may be absent, and whatever follows a statement on its line is skipped. `build-*.ts`
 * says what is missing or superfluous, in better words than a grammar could. Brackets come balanced
 * from `layout.ts`; so each text has a concrete syntax tree, and Chevrotain's own recovery only
 * stands by.
 *
 * The rules lie in layers, each a class over the one below: expressions, networks, training,
 * items, and here the file.
 */
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';
import { ItemRules } from './rules-items.js';
import type { Rule } from './rules-expressions.js';

class AecParser extends ItemRules {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  readonly file: Rule = this.RULE('file', () => {
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.importDecl) },
        { ALT: () => this.SUBRULE(this.block) },
        { ALT: () => this.SUBRULE(this.autoencoder) },
        { ALT: () => this.SUBRULE(this.separator) },
        { ALT: () => this.SUBRULE(this.stray), IGNORE_AMBIGUITIES: true },
      ]),
    );
  });

  readonly importDecl: Rule = this.RULE('importDecl', () => {
    this.CONSUME(K.import);
    this.OPTION(() => this.SUBRULE(this.importNames));
    this.OPTION1(() => this.CONSUME(K.from));
    this.OPTION2(() => this.CONSUME(T.StringLiteral));
    this.SUBRULE(this.skipped);
  });

  readonly importNames: Rule = this.RULE('importNames', () => {
    this.CONSUME(T.LBrace);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.CONSUME(T.Name) },
        { ALT: () => this.CONSUME(T.Comma) },
        { ALT: () => this.SUBRULE(this.inner), IGNORE_AMBIGUITIES: true },
      ]),
    );
    this.CONSUME(T.RBrace);
  });

  readonly block: Rule = this.RULE('block', () => {
    this.CONSUME(K.block);
    this.OPTION(() => this.CONSUME(T.Name));
    this.OPTION1(() => this.SUBRULE(this.params));
    this.SUBRULE(this.skippedInHeader);
    this.OPTION2(() => this.SUBRULE(this.body));
  });

  readonly autoencoder: Rule = this.RULE('autoencoder', () => {
    this.CONSUME(K.autoencoder);
    this.OPTION(() => this.CONSUME(T.Name));
    this.OPTION1(() => this.SUBRULE(this.params));
    this.SUBRULE(this.skippedInHeader);
    this.OPTION2(() => this.SUBRULE(this.items));
  });

  readonly params: Rule = this.RULE('params', () => {
    this.CONSUME(T.LParen);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.param) },
        { ALT: () => this.CONSUME(T.Comma) },
        { ALT: () => this.SUBRULE(this.inner), IGNORE_AMBIGUITIES: true },
      ]),
    );
    this.CONSUME(T.RParen);
  });

  readonly param: Rule = this.RULE('param', () => {
    this.CONSUME(T.Name);
    this.OPTION(() => {
      this.CONSUME(T.Colon);
      this.OPTION1(() => this.CONSUME1(T.Name, { LABEL: 'type' }));
    });
    this.OPTION2(() => {
      this.CONSUME(T.Equals);
      this.OPTION3(() => this.SUBRULE(this.expr));
    });
  });
}

let parser: AecParser | undefined;

/** The one parser. Its analysis of its own grammar takes a while, so it is built on first use. */
export function theParser(): AecParser {
  parser ??= new AecParser();
  return parser;
}
