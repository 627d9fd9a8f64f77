/** Encoders, decoders, heads and other networks: the fourth layer of the grammar. */
import type { IToken } from 'chevrotain';
import { colonBeforeBody } from '../diagnostics/messages/brackets.js';
import { titles } from '../diagnostics/messages/labels.js';
import { outsideOfClauses } from '../diagnostics/messages/statements.js';
import { headerTooLong } from '../diagnostics/messages/unexpected.js';
import { excerpt } from '../diagnostics/words.js';
import type { CallExpr, Ident, Missing, NetworkInput, NetworkItem, PathExpr, SiteClause, Span } from './ast.js';
import type { Alternatives } from './reader.js';
import { BodyRules, isClause, type Contents, type HeaderArg } from './rules-bodies.js';
import * as T from './tokens.js';
import { keyword as K, keywordOf } from './tokens.js';

/** `style(x)`, `mirror(encoder)`, `(x)`. */
interface HeaderPart {
  readonly path?: PathExpr;
  readonly args?: readonly HeaderArg[];
  readonly span: Span;
}

export class NetworkRules extends BodyRules {
  readonly network = this.RULE('network', (): NetworkItem => {
    const keyword = this.OR(this.roles);
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
      // Without a body, a call at the end is the derivation; what stands before it is the header.
      const last = parts.at(-1);
      const isLast = !body && !superfluous && !site && !by;
      const derived = isLast && last?.path && last.args ? last : undefined;
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

  private readonly roles: Alternatives<IToken> = [
    { ALT: () => this.CONSUME(K.encoder) },
    { ALT: () => this.CONSUME(K.decoder) },
    { ALT: () => this.CONSUME(K.head) },
    { ALT: () => this.CONSUME(K.network) },
  ];

  private readonly headerPart = this.RULE('headerPart', (): HeaderPart => this.OR(this.headerParts));

  private readonly headerParts: Alternatives<HeaderPart> = [
    {
      ALT: () => {
        const path = this.SUBRULE(this.path);
        const args = this.OPTION(() => this.SUBRULE(this.headerArgs));
        return args ? { path, args, span: this.from(path) } : { path, span: path.span };
      },
    },
    {
      ALT: () => {
        const open = this.LA(1);
        return { args: this.SUBRULE1(this.headerArgs), span: this.from(open) };
      },
    },
  ];

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

  /** A body with clauses is a fold or an unfold. */
  private definition({ statements, span }: Contents): NetworkItem['definition'] {
    const clauses = statements.filter(isClause);
    if (clauses.length === 0) return { kind: 'body', body: this.bodyOf({ statements, span }) };
    for (const other of statements) {
      if (!isClause(other)) this.report(outsideOfClauses, other.span, { text: excerpt(this.textOf(other.span)) });
    }
    return { kind: 'recursive', clauses, span };
  }
}
