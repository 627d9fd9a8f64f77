/** From concrete syntax to `train { … }`. */
import type { CstNode } from 'chevrotain';
import type { Expr, Ident, Missing, PathExpr, TrainItem, TrainStatement } from './ast.js';
import * as C from './build-context.js';
import type { BuildContext } from './build-context.js';
import { buildPath, requireExpr, requirePath } from './build-expressions.js';
import { quote } from './messages.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

/** `train { … }`; without braces it has no statements. */
export function buildTrain(b: BuildContext, cst: CstNode): TrainItem {
  return { kind: 'train', statements: requireTrainBody(b, cst, 'train'), span: C.spanOf(cst) };
}

function requireTrainBody(b: BuildContext, cst: CstNode, keyword: string): TrainStatement[] {
  const span = C.spanOf(cst);
  const skipped = C.node(cst, 'skippedInHeader');
  b.skipped(skipped, span, `\`${keyword}\``);
  const body = C.node(cst, 'trainBody');
  if (body) {
    return C.nodes(body, 'stage', 'move', 'match', 'copy', 'objective', 'update', 'setting', 'stray').map((statement) =>
      buildStatement(b, statement),
    );
  }
  const end = C.endOfLast(span.start, ...C.inOrder(cst).filter((child) => child !== skipped));
  const because = `\`${keyword}\` is followed by its statements in braces.`;
  b.missing(end, { what: 'a body', because, insert: ' { }', keyword }, span);
  return [];
}

function buildStatement(b: BuildContext, cst: CstNode): TrainStatement {
  const statement = statementOf(b, cst);
  b.skipped(C.node(cst, 'skipped'), C.spanOf(cst), 'this statement');
  return statement;
}

function statementOf(b: BuildContext, cst: CstNode): TrainStatement {
  const span = C.spanOf(cst);
  const keywordEnd = C.endOfLast(span.start, C.firstToken(cst));
  switch (cst.name) {
    case 'stage':
      return buildStage(b, cst);
    case 'move':
      return buildMove(b, cst);
    case 'match': {
      const value = matchedPath(b, C.node(cst, 'path'), keywordEnd, 'match');
      const to = requireTo(b, cst, C.endOfLast(keywordEnd, C.node(cst, 'path')), 'match');
      const byPart = C.node(cst, 'byPart');
      const by = byPart && requireExpr(b, C.node(byPart, 'expr'), C.endOf(byPart), likelihoodNeed);
      return { kind: 'match', value, to, ...(by ? { by } : {}), span };
    }
    case 'copy': {
      const from = matchedPath(b, C.node(cst, 'path'), keywordEnd, 'copy');
      const to = requireTo(b, cst, C.endOfLast(keywordEnd, C.node(cst, 'path')), 'copy');
      return { kind: 'copy', from, to, span };
    }
    case 'objective': {
      const direction = C.token(cst, K.minimize) ? 'minimize' : 'maximize';
      const value = valueAfter(b, cst, keywordEnd, direction, 'an objective');
      return { kind: 'objective', direction, value, span };
    }
    case 'update':
      return { kind: 'update', value: valueAfter(b, cst, keywordEnd, 'update', 'an order of updates'), span };
    case 'setting':
      return buildSetting(b, cst);
    default:
      return buildStray(b, cst);
  }
}

const likelihoodNeed = {
  what: 'a likelihood',
  because: '`by` must be followed by a likelihood.',
  keyword: 'match',
};

function valueAfter(b: BuildContext, cst: CstNode, offset: number, keyword: string, what: string): Expr {
  const because = `\`${keyword}\` must be followed by ${what}.`;
  return requireExpr(b, C.node(cst, 'expr'), offset, { what, because, keyword });
}

function matchedPath(b: BuildContext, path: CstNode | undefined, offset: number, keyword: string): PathExpr | Missing {
  const because = `\`${keyword}\` says which.`;
  return requirePath(b, path, offset, { what: 'the name of a tensor or a layer', because, keyword });
}

function requireTo(b: BuildContext, cst: CstNode, offset: number, keyword: string): PathExpr | Missing {
  const part = C.node(cst, 'toPart');
  if (part) return matchedPath(b, C.node(part, 'path'), C.endOf(part), keyword);
  const because = `\`${keyword}\` goes from one place to another.`;
  return b.missing(offset, { what: '`to` and a name', because, keyword }, C.spanOf(cst));
}

function buildStage(b: BuildContext, cst: CstNode): TrainStatement {
  const span = C.spanOf(cst);
  const kind = C.token(cst, K.phase) ? 'phase' : 'player';
  const nameToken = C.token(cst, T.Name);
  const because = `A ${kind} has a name, which its report uses.`;
  const name: Ident | Missing = nameToken
    ? C.identOf(nameToken)
    : b.missing(C.endOfLast(span.start, C.firstToken(cst)), { what: 'a name', because, keyword: kind }, span);
  return { kind, name, statements: requireTrainBody(b, cst, kind), span };
}

function buildMove(b: BuildContext, cst: CstNode): TrainStatement {
  const span = C.spanOf(cst);
  const keyword = C.token(cst, K.train) ? 'train' : 'freeze';
  const targets = C.nodes(cst, 'path').map((path) => buildPath(b, path));
  const commas = C.tokens(cst, T.Comma);
  if (commas.length >= targets.length) {
    b.missing(
      C.endOfLast(span.start, C.firstToken(cst), ...commas),
      {
        what: 'the name of a layer',
        because: `\`${keyword}\` names the layers or networks whose weights ${keyword === 'train' ? 'move' : 'stay'}.`,
        keyword: keyword === 'train' ? 'phase' : 'freeze',
      },
      span,
    );
  }
  return { kind: keyword === 'train' ? 'move' : 'freeze', targets, span };
}

function buildSetting(b: BuildContext, cst: CstNode): TrainStatement {
  const span = C.spanOf(cst);
  const nameToken = C.token(cst, T.Name);
  const name: Ident = nameToken ? C.identOf(nameToken) : { text: '', span: { start: span.start, end: span.start } };
  const sign = C.token(cst, T.Colon) ?? C.token(cst, T.Equals);
  if (sign) {
    const value = C.node(cst, 'expr');
    b.report('AE1001', C.spanOf(sign), {
      title: `\`${sign.image}\` is unexpected`,
      cause: 'In `train { … }` a setting is followed directly by its value.',
      expected: `\`${name.text} ${value ? b.text.slice(C.startOf(value), C.endOf(value)) : '…'}\``,
      found: quote(b.text.slice(span.start, span.end)),
      fixes: [{ title: `Remove \`${sign.image}\``, edits: [[signAndBlank(b, sign.startOffset, C.endOf(sign)), ' ']] }],
    });
  }
  const value = requireExpr(b, C.node(cst, 'expr'), C.endOfLast(span.start, nameToken, sign), {
    what: 'a value',
    because: `The setting \`${name.text}\` has a value.`,
    keyword: 'train',
  });
  return { kind: 'setting', name, value, span };
}

/** A sign with the blanks around it. */
function signAndBlank(b: BuildContext, start: number, end: number): { start: number; end: number } {
  while (/[^\S\r\n]/.test(b.text[start - 1] ?? '')) start--;
  while (/[^\S\r\n]/.test(b.text[end] ?? '')) end++;
  return { start, end };
}

function buildStray(b: BuildContext, cst: CstNode): TrainStatement {
  const span = C.spanOf(cst);
  b.report('AE1005', span, {
    title: `${quote(C.firstToken(cst)?.image ?? '')} does not begin a statement of training`,
    cause: 'Between the braces of `train` stand settings, phases, players and what they train.',
    expected: 'a setting, such as `epochs 20`, or `phase`, `train`, `freeze`, `match`',
    found: quote(b.text.slice(span.start, span.end)),
  });
  return { kind: 'error', span };
}
