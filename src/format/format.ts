/** Canonical formatting: one way to write each file, with its comments and its empty lines kept. */
import { builders, printer } from 'prettier/doc';
import type { Finding } from '../diagnostics/finding.js';
import type { Ast, Declaration, ImportDecl, ParamDecl, Unit } from '../parser/ast.js';
import { parse } from '../parser/parse.js';
import { syntaxFindings } from '../parser/syntax-findings.js';
import { alignTrailing } from './align.js';
import { commentEntries, entriesOf, Source } from './comments.js';
import type { Entry } from './comments.js';
import { bracketed, printName, printParams, printString } from './print-expressions.js';
import { printItem } from './print-items.js';
import { braces, lines, printBody } from './print-networks.js';

type Doc = builders.Doc;

/** The longest line that formatting makes, where it can break it at all. */
const printWidth = 100;

/** The text, or the syntax errors for which there is none, and the Ast that they lie in. */
export type Formatted = { readonly text: string } | { readonly findings: readonly Finding[]; readonly ast: Ast };

/** Formats a file; a file with errors is left alone, and its errors are returned. */
export function formatSource(file: string, text: string): Formatted {
  const ast = parse(file, text);
  const findings = syntaxFindings(ast);
  return findings.length > 0 ? { findings, ast } : { text: printAst(ast) };
}

/** Prints an Ast without errors. The text of its units tells where lines broke. */
export function printAst(ast: Ast): string {
  const entries = ast.units.flatMap(({ unit }) => unitEntries(unit));
  const { formatted } = printer.printDocToString(lines(entries), { printWidth, tabWidth: 2 });
  const aligned = alignTrailing(formatted).trim();
  return aligned === '' ? '' : `${aligned}\n`;
}

function unitEntries({ text, comments, declarations }: Unit): readonly Entry[] {
  const source = new Source(text, comments);
  const entries: Entry[] = [];
  for (const declaration of declarations) {
    const own = entriesOf(source, [declaration], declaration.span.end, (node) => printDeclaration(source, node));
    entries.push(...(declaration.kind === 'import' ? own : apart(own)));
  }
  return [...entries, ...commentEntries(source, source.takeBefore(Infinity))];
}

/** An empty line before a declaration, above the comments that belong to it. */
function apart(entries: readonly Entry[]): Entry[] {
  let first = entries.length - 1;
  while (first > 0 && !entries[first]?.blankBefore) first--;
  return entries.map((entry, index) => (index === first ? { ...entry, blankBefore: true } : entry));
}

function printDeclaration(source: Source, declaration: Declaration): Doc {
  switch (declaration.kind) {
    case 'import':
      return printImport(source, declaration);
    case 'block': {
      const params = printParams(source, declaration.params, paramsEnd(source, declaration.params));
      return [`block ${printName(declaration.name)}`, params, ' ', printBody(source, declaration.body)];
    }
    case 'autoencoder': {
      const header = declaration.params.at(-1)?.span.end ?? declaration.name.span.end;
      const brace = source.find('{', header);
      const params = printParams(source, declaration.params, paramsEnd(source, declaration.params));
      const span = { start: brace, end: declaration.span.end };
      const items = braces(source, span, declaration.items, (item) => printItem(source, item), false);
      return [`autoencoder ${printName(declaration.name)}`, params, ' ', items];
    }
    case 'error':
      return '';
  }
}

const paramsEnd = (source: Source, params: readonly ParamDecl[]): number =>
  source.find(')', params.at(-1)?.span.end ?? 0);

function printImport(source: Source, { names, path }: ImportDecl): Doc {
  const file = 'text' in path ? printString(path.text) : '';
  if (!names) return `import ${file}`;
  const list = bracketed(source, '{', names, '}', path.span.start, printName, builders.line);
  return ['import ', list, ` from ${file}`];
}
