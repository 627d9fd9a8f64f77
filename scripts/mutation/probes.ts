/**
 * Who uses what is computed when a file is loaded: a mutant of a table has no switch that a case could come by, so its
 * users are switched, each by a change that changes nothing.
 */
import ts from 'typescript';
import type { Mutant } from './mutants.js';
import { smallest, type Numbered } from './switches.js';

/** The functions in a piece of the source that are in none of the others. */
function functionsIn(node: ts.Node): readonly ts.FunctionLikeDeclaration[] {
  const found: ts.FunctionLikeDeclaration[] = [];
  const visit = (below: ts.Node): void => {
    if (isFunction(below)) found.push(below);
    else ts.forEachChild(below, visit);
  };
  visit(node);
  return found;
}

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;

const ancestorsOf = (node: ts.Node): readonly ts.Node[] =>
  node.parent === undefined || ts.isSourceFile(node.parent) ? [node] : [node, ...ancestorsOf(node.parent)];

/** Functions beside a place, of its entry rather than of the whole table; else those of the file that read what stands there. */
function usersOf(file: ts.SourceFile, place: ts.Node): readonly ts.FunctionLikeDeclaration[] {
  const above = ancestorsOf(place);
  for (const one of above) {
    const beside = functionsIn(one);
    if (beside.length > 0) return beside;
  }
  const statement = above.at(-1)!;
  const names = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText(file))
    : [];
  const readers = new Set<ts.FunctionLikeDeclaration>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.includes(node.text)) {
      const around = ancestorsOf(node).find((one) => functionsIn(one).length > 0);
      if (around !== undefined) for (const one of functionsIn(around)) readers.add(one);
    }
    ts.forEachChild(node, visit);
  };
  for (const other of file.statements) if (other !== statement) visit(other);
  return [...readers];
}

/** What runs first in a function, where that can be written as a choice. */
function beginningOf({ body }: ts.FunctionLikeDeclaration): ts.Node | undefined {
  if (body === undefined || !ts.isBlock(body)) return body;
  const [first] = body.statements;
  if (first === undefined || ts.isFunctionDeclaration(first)) return undefined;
  return ts.isVariableStatement(first) ? first.declarationList.declarations[0]?.initializer : first;
}

/** Changes that change nothing, under a number, at the beginning of every function that uses what a mutant changes when the file is loaded. */
export function probesOf(text: string, mutant: Mutant, index: number): readonly Numbered[] {
  const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const place = smallest(file, mutant);
  if (ancestorsOf(place).some(isFunction)) return [];
  return usersOf(file, place)
    .filter((user) => !ts.isConstructorDeclaration(user))
    .flatMap((user) => beginningOf(user) ?? [])
    .map((node) => ({ start: node.getStart(file), end: node.end, after: node.getText(file), index }));
}
