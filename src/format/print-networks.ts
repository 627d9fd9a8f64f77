/** Networks and the bodies of networks as documents. */
import { builders } from 'prettier/doc';
import type { Body, BodyStatement, Missing, NetworkInput, NetworkItem, SiteClause, Span } from '../parser/ast.js';
import type { Source } from './comments.js';
import { entriesOf, trailing } from './comments.js';
import type { Entry } from './comments.js';
import { printArgs, printExpr, printName, printPath } from './print-expressions.js';

type Doc = builders.Doc;
const { group, hardline, ifBreak, indent, line } = builders;

/** Statements in braces: on one line where they stood on one line and still fit, else one a line. */
export function braces<N extends { readonly span: Span }>(
  source: Source,
  span: Span,
  statements: readonly N[],
  print: (statement: N) => Doc,
  mayStandOnOneLine = true,
): Doc {
  const behindBrace = trailing(source.takeTrailing(span.start + 1));
  const entries = entriesOf(source, statements, span.end, print);
  if (entries.length === 0) return behindBrace === '' ? '{ }' : ['{', behindBrace, hardline, '}'];
  if (behindBrace !== '' || !mayStandOnOneLine || !source.isOneLine(span)) {
    return ['{', behindBrace, indent([hardline, lines(entries)]), hardline, '}'];
  }
  const docs = entries.map((entry) => entry.doc);
  return group(['{', indent([line, builders.join([ifBreak('', ';'), line], docs)]), line, '}']);
}

/** One entry a line, with the empty lines between them that the user left. */
export function lines(entries: readonly Entry[]): Doc {
  return entries.map((entry, index) =>
    index === 0 ? entry.doc : [hardline, entry.blankBefore ? hardline : '', entry.doc],
  );
}

/** `encoder style(x) { … }`. */
export function printNetwork(source: Source, item: NetworkItem): Doc {
  const inputs = item.inputs.length > 0 ? `(${item.inputs.map(printInput).join(', ')})` : '';
  const name = item.name ? ` ${item.name.text}` : '';
  const by = item.by ? [' by ', printExpr(source, item.by)] : [];
  const header = [`${item.role}${name}${inputs}${printSite(item.at)}`, ...by];
  return [...header, ' ', printDefinition(source, item.definition)];
}

const printInput = ({ path, previous }: NetworkInput): string => `${previous ? 'previous ' : ''}${printPath(path)}`;

/** ` at inner nodes`, or nothing. */
export const printSite = (site: SiteClause | Missing | undefined): string =>
  site && 'words' in site ? ` at ${site.words}` : '';

function printDefinition(source: Source, definition: NetworkItem['definition']): Doc {
  switch (definition.kind) {
    case 'missing':
      return '';
    case 'derived':
      return printExpr(source, definition.call);
    case 'body':
      return printBody(source, definition.body);
    case 'recursive':
      return braces(source, definition.span, definition.clauses, (clause) => {
        const params = clause.params.map(printName).join(', ');
        return [`${clause.role}${params === '' ? '' : `(${params})`} `, printBody(source, clause.body)];
      });
  }
}

/** The braces of a network, a block, a clause or a repetition. */
export function printBody(source: Source, body: Body | Missing): Doc {
  if (!('statements' in body)) return '';
  return braces(source, body.span, body.statements, (statement) => printBodyStatement(source, statement));
}

function printBodyStatement(source: Source, statement: BodyStatement): Doc {
  switch (statement.kind) {
    case 'layer': {
      const names = statement.names.map(printName).join(', ');
      const args = statement.args.length > 0 ? printArgs(source, statement.args, statement.span) : '';
      return [names === '' ? '' : `${names}: `, printName(statement.callee), args];
    }
    case 'repeat': {
      const index = statement.index ? ` as ${statement.index.text}` : '';
      return ['repeat ', printExpr(source, statement.count), `${index} `, printBody(source, statement.body)];
    }
    case 'take':
      return ['take ', printExpr(source, statement.source)];
    case 'error':
      return '';
  }
}
