/** The names that autoencoders and blocks declare, and those that they declare twice. */
import { finding, type Finding } from '../../diagnostics/finding.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { declaredTwice } from '../../diagnostics/messages/names.js';
import type { Place, Span } from '../../diagnostics/place.js';
import {
  isMissing,
  type AutoencoderDecl,
  type AutoencoderItem,
  type BlockDecl,
  type Body,
  type BodyStatement,
  type Ident,
  type NetworkItem,
  type ParamDecl,
  type TrainStatement,
  type Unit,
} from '../../parser/ast.js';
import type { AstNode } from '../../parser/visit.js';
import type { NameSymbol, SymbolKind, Symbols } from './symbols.js';

export interface Declared {
  readonly symbols: Symbols;
  readonly findings: readonly Finding[];
}

/** The name of a network, or its role where it has none. */
export const networkName = ({ name, role }: NetworkItem): string => name?.text ?? role;

/** Where the name of a network stands, or its keyword. */
export const networkHead = ({ name, role, span }: NetworkItem): Span =>
  name?.span ?? { start: span.start, end: Math.min(span.end, span.start + role.length) };

/** @param isBlock whether a word names a block where this stands */
export function declare(unit: Unit, decl: AutoencoderDecl | BlockDecl, isBlock: (word: string) => boolean): Declared {
  return new Declarer(unit, isBlock).declare(decl);
}

class Declarer {
  readonly #findings: Finding[] = [];

  constructor(
    private readonly unit: Unit,
    private readonly isBlock: (word: string) => boolean,
  ) {}

  declare(decl: AutoencoderDecl | BlockDecl): Declared {
    const params = decl.params.map((param) => this.#symbol('parameter', param.name, param));
    const own = decl.kind === 'block' ? (isMissing(decl.body) ? [] : this.#body(decl.body)) : this.#items(decl.items);
    const members = [...params, ...own];
    const name = isMissing(decl.name) ? { text: '', span: decl.name.span } : decl.name;
    const owner: NameSymbol = { kind: decl.kind, name: name.text, place: this.#place(name.span), node: decl, members };
    const byName = this.#distinct(members);
    const stages = decl.kind === 'block' ? [] : this.#stagesIn(decl);
    for (const network of own) if (network.kind === 'network') this.#apart(network, byName);
    return { symbols: { owner, byName, stages }, findings: this.#findings };
  }

  #place(span: Span): Place {
    return { unit: this.unit, span };
  }

  #symbol(kind: SymbolKind, { text, span }: Ident, node: AstNode, members = none): NameSymbol {
    return { kind, name: text, place: this.#place(span), node, members };
  }

  #items(items: readonly AutoencoderItem[]): readonly NameSymbol[] {
    const declared: NameSymbol[] = [];
    for (const item of items) {
      const symbol = this.#item(item);
      if (symbol !== undefined) declared.push(symbol);
    }
    return declared;
  }

  #item(item: AutoencoderItem): NameSymbol | undefined {
    switch (item.kind) {
      case 'variable':
      case 'latent':
      case 'draw':
        return isMissing(item.name) ? undefined : this.#symbol(item.kind, item.name, item);
      case 'let':
        return isMissing(item.name) ? undefined : this.#symbol('constant', item.name, item);
      case 'reconstruct':
      case 'penalty':
        return item.name && this.#symbol('term', item.name, item);
      case 'network':
        return this.#network(item);
      default:
        return undefined;
    }
  }

  #network(item: NetworkItem): NameSymbol {
    const { definition } = item;
    const members =
      definition.kind === 'body'
        ? this.#body(definition.body)
        : definition.kind === 'recursive'
          ? definition.clauses.flatMap(({ params, body, role }) => {
              const given = params.map((param) => this.#symbol('given', param, param));
              const layers = isMissing(body) ? [] : this.#body(body, given);
              this.#distinct([...given, ...layers], role);
              return [...given, ...layers];
            })
          : [];
    return { kind: 'network', name: networkName(item), place: this.#place(networkHead(item)), node: item, members };
  }

  /** The named layers of a body, each once however often it is repeated. */
  #body(body: Body, beside: readonly NameSymbol[] = []): readonly NameSymbol[] {
    const layers: NameSymbol[] = [];
    this.#statements(body.statements, layers);
    if (beside.length === 0 && layers.length > 1) this.#distinct(layers);
    return layers;
  }

  #statements(statements: readonly BodyStatement[], into: NameSymbol[]): void {
    for (const statement of statements) {
      if (statement.kind === 'repeat' && !isMissing(statement.body)) this.#statements(statement.body.statements, into);
      if (statement.kind !== 'layer' || statement.names.length === 0) continue;
      const { callee } = statement;
      const kind = !isMissing(callee) && this.isBlock(callee.text) ? 'use' : 'layer';
      for (const name of statement.names) into.push(this.#symbol(kind, name, statement));
    }
  }

  /** Phases and players, whose reports use their names. */
  #stagesIn({ items }: AutoencoderDecl): readonly NameSymbol[] {
    return items.flatMap((item) => (item.kind === 'train' ? this.#stages(item.statements) : []));
  }

  #stages(statements: readonly TrainStatement[]): readonly NameSymbol[] {
    const stages = statements.flatMap((statement): readonly NameSymbol[] => {
      if (statement.kind !== 'phase' && statement.kind !== 'player') return [];
      const inner = this.#stages(statement.statements);
      return isMissing(statement.name) ? [] : [this.#symbol(statement.kind, statement.name, statement, inner)];
    });
    this.#distinct(stages);
    return stages;
  }

  /** The first of each name; reports the others. */
  #distinct(symbols: readonly NameSymbol[], within?: string): ReadonlyMap<string, NameSymbol> {
    const byName = new Map<string, NameSymbol>();
    for (const symbol of symbols) {
      const before = byName.get(symbol.name);
      if (before === undefined) byName.set(symbol.name, symbol);
      else if (!isOne(before, symbol)) this.#report(symbol, before, within);
    }
    return byName;
  }

  /** No layer that stands directly in a network has the name of something else. */
  #apart({ members }: NameSymbol, others: ReadonlyMap<string, NameSymbol>): void {
    for (const member of members) {
      const other = others.get(member.name);
      if (other !== undefined) this.#report(member, other);
    }
  }

  #report(symbol: NameSymbol, before: NameSymbol, within?: string): void {
    const facts = {
      name: symbol.name,
      kind: symbol.kind,
      before: before.kind,
      ...(within === undefined ? {} : { within }),
    };
    this.#findings.push(
      finding(declaredTwice, symbol.place, facts, {
        related: [{ place: before.place, message: labels.declaredFirst }],
      }),
    );
  }
}

const none: readonly NameSymbol[] = [];

/** A variable that may be missing and the latent of its name are one. */
const isOne = (a: NameSymbol, b: NameSymbol): boolean =>
  [a, b].some(({ kind }) => kind === 'latent') && [a, b].some(({ node }) => mayBeMissing(node));

const mayBeMissing = (node: AstNode): boolean =>
  'kind' in node && node.kind === 'variable' && !isMissing(node.type) && node.type.optional;

/** Parameters by name, the first of each. */
export const parametersByName = (params: readonly ParamDecl[]): ReadonlyMap<string, ParamDecl> =>
  new Map([...params].reverse().map((param) => [param.name.text, param]));
