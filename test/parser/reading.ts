/** Short ways to parse pieces of files, for tests. */
import type { Finding } from '../../src/diagnostics/finding.js';
import type { Ast, AutoencoderItem, BodyStatement, Declaration, Expr, TrainStatement } from '../../src/parser/ast.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';

export const declarationsOf = (ast: Ast): readonly Declaration[] => ast.units.flatMap(({ unit }) => unit.declarations);

/** The items of an autoencoder with this inside. */
export function itemsOf(text: string): readonly AutoencoderItem[] {
  const [declaration] = declarationsOf(parse('a.ae', `autoencoder A {\n${text}\n}`));
  return declaration?.kind === 'autoencoder' ? declaration.items : [];
}

export const kindsOf = (text: string): string[] => itemsOf(text).map(({ kind }) => kind);

export function bodyOf(text: string): readonly BodyStatement[] {
  const [item] = itemsOf(`encoder {\n${text}\n}`);
  return item?.kind === 'network' && item.definition.kind === 'body' ? item.definition.body.statements : [];
}

export function trainingOf(text: string): readonly TrainStatement[] {
  const [item] = itemsOf(`train {\n${text}\n}`);
  return item?.kind === 'train' ? item.statements : [];
}

export function exprOf(text: string): Expr {
  const [item] = itemsOf(`penalty ${text}`);
  return item?.kind === 'penalty' ? item.value : { kind: 'infer', span: { start: 0, end: 0 } };
}

export const findingsOf = (text: string): readonly Finding[] => syntaxFindings(parse('a.ae', text));

/** What a finding says as data: its message, its facts, and the text that it points at. */
export function factsOf(text: string): readonly (readonly [string, object, string])[] {
  const ast = parse('a.ae', text);
  const locate = locateIn(ast);
  return syntaxFindings(ast).map(({ message, facts, place }) => {
    const { start, end } = locate(place).span;
    return [message.name, facts, text.slice(start, end)];
  });
}

/** The text after the edits of a fix. */
export function applied(text: string, finding: Finding, ast: Ast, fix = 0): string {
  const locate = locateIn(ast);
  const edits = (finding.fixes[fix]?.edits ?? []).map(({ place, newText }) => ({ ...locate(place).span, newText }));
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, newText }) => now.slice(0, start) + newText + now.slice(end), text);
}

/** The text with the first fix of each finding, where there is one. */
export function mended(text: string): string {
  const ast = parse('a.ae', text);
  const first = syntaxFindings(ast).find(({ fixes }) => fixes.length > 0);
  return first ? applied(text, first, ast) : text;
}
