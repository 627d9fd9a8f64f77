/** From concrete syntax to expressions, arguments and paths. */
import type { CstElement, CstNode, IToken } from 'chevrotain';
import type { Arg, CallExpr, Expr, Ident, Missing, PathExpr, TypeNode } from './ast.js';
import * as C from './build-context.js';
import type { BuildContext, Need } from './build-context.js';
import { at, quote } from './messages.js';
import * as T from './tokens.js';

type BinaryOp = '+' | '-' | '*' | '/' | '^';

/** The expression, or what is reported as missing at `offset`. */
export function requireExpr(b: BuildContext, cst: CstNode | undefined, offset: number, need: Need): Expr {
  return cst ? buildExpr(b, cst) : b.missing(offset, need);
}

/** The path, or what is reported as missing at `offset`. */
export function requirePath(b: BuildContext, cst: CstNode | undefined, offset: number, need: Need): PathExpr | Missing {
  return cst ? buildPath(b, cst) : b.missing(offset, need);
}

/** An `expr` or a `term`: operands and operators in turn, grouped to the left. */
export function buildExpr(b: BuildContext, cst: CstNode): Expr {
  if (cst.name === 'unary') return buildUnary(b, cst);
  const [first, ...rest] = C.inOrder(cst);
  let left = operand(b, first, C.endOf(cst), '');
  for (let index = 0; index < rest.length; index++) {
    const operator = rest[index] as IToken;
    const next = rest[index + 1];
    const hasOperand = next !== undefined && 'children' in next;
    const right = operand(b, hasOperand ? next : undefined, C.endOf(operator), operator.image);
    if (hasOperand) index++;
    left = binary(left, operatorOf(operator), right);
  }
  return left;
}

function binary(left: Expr, op: BinaryOp, right: Expr): Expr {
  return { kind: 'binary', op, left, right, span: { start: left.span.start, end: right.span.end } };
}

/** The operator that a token stands for; a lookalike such as `−` has another image. */
function operatorOf(token: IToken): BinaryOp {
  const signs = new Map([
    [T.Plus, '+'],
    [T.Minus, '-'],
    [T.Star, '*'],
    [T.Slash, '/'],
  ] as const);
  return signs.get(token.tokenType) ?? '^';
}

function operand(b: BuildContext, element: CstElement | undefined, offset: number, operator: string): Expr {
  if (element && 'children' in element) return buildExpr(b, element);
  return b.missing(offset, { what: 'an operand', because: `\`${operator}\` has nothing to its right.` });
}

function buildUnary(b: BuildContext, cst: CstNode): Expr {
  const power = C.node(cst, 'power');
  const signs = C.tokens(cst, T.Minus);
  const inner = power ? buildPower(b, power) : operand(b, undefined, C.endOf(cst), '-');
  return signs.reduceRight<Expr>(
    (operandExpr, sign) => ({
      kind: 'unary',
      op: '-',
      operand: operandExpr,
      span: { start: sign.startOffset, end: operandExpr.span.end },
    }),
    inner,
  );
}

function buildPower(b: BuildContext, cst: CstNode): Expr {
  const primary = C.node(cst, 'primary');
  const base: Expr = primary ? buildPrimary(b, primary) : operand(b, undefined, C.startOf(cst), '');
  const caret = C.token(cst, T.Caret);
  return caret ? binary(base, '^', operand(b, C.node(cst, 'unary'), C.endOf(caret), '^')) : base;
}

function buildPrimary(b: BuildContext, cst: CstNode): Expr {
  const [element] = C.inOrder(cst);
  if (!element) return b.missing(C.startOf(cst), { what: 'a value', because: 'An expression ends too early.' });
  const span = C.spanOf(element);
  if ('children' in element) {
    if (element.name === 'list') return buildList(b, element);
    return element.name === 'group' ? buildGroup(b, element) : buildReference(b, element);
  }
  if (element.tokenType === T.NumberLiteral) {
    return { kind: 'number', value: numberValue(element.image), text: element.image, span };
  }
  if (element.tokenType === T.StringLiteral) return { kind: 'string', value: stringValue(element.image), span };
  return { kind: 'infer', span };
}

/** Malformed numbers were reported by `clean`; here they only need some finite value. */
function numberValue(image: string): number {
  const value = Number.parseFloat(image.replaceAll('_', ''));
  return Number.isFinite(value) ? value : 0;
}

/** The text between the quotes, with `\n`, `\t`, `\"` and `\\` resolved. */
export function stringValue(image: string): string {
  const mark = image[0] ?? '"';
  const inner = image.length > 1 && image.endsWith(mark) ? image.slice(1, -1) : image.slice(1);
  return inner.replace(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped));
}

/** Parentheses leave no node behind; the expression inside takes their span. */
function buildGroup(b: BuildContext, cst: CstNode): Expr {
  const span = C.spanOf(cst);
  const inner = requireExpr(b, C.node(cst, 'expr'), span.start + 1, {
    what: 'an expression',
    because: 'The parentheses are empty.',
  });
  reportInner(b, cst, 'the expression in these parentheses');
  return { ...inner, span };
}

function buildList(b: BuildContext, cst: CstNode): Expr {
  const items = separated(b, cst, 'expr', 'the items of a list').map((item) => buildExpr(b, item));
  return { kind: 'list', items, span: C.spanOf(cst) };
}

/** A path, or a call where there are arguments. */
export function buildReference(b: BuildContext, cst: CstNode): PathExpr | CallExpr {
  const pathNode = C.node(cst, 'path');
  const argsNode = C.node(cst, 'args');
  const path: PathExpr = pathNode ? buildPath(b, pathNode) : { kind: 'path', parts: [], span: C.spanOf(cst) };
  if (!argsNode) return path;
  const args = buildArgs(b, argsNode);
  const callee = path.parts.at(-1) ?? { text: '', span: at(path.span.start) };
  if (path.parts.length > 1) {
    b.report('AE1001', C.spanOf(argsNode), {
      title: 'a path takes no arguments',
      cause: `${quote(b.text.slice(path.span.start, path.span.end))} names a tensor or a weight, which cannot be called.`,
      expected: 'a name without `.` before the arguments',
      found: quote(b.text.slice(path.span.start, C.endOf(cst))),
    });
    return path;
  }
  return { kind: 'call', callee, args, span: C.spanOf(cst) };
}

/** `a.b.c`; the name after a last dot that is not there yet is empty. */
export function buildPath(b: BuildContext, cst: CstNode): PathExpr {
  const parts: Ident[] = [];
  const elements = C.inOrder(cst) as IToken[];
  elements.forEach((element, index) => {
    if (element.tokenType !== T.Dot) parts.push(C.identOf(element));
    else if (elements[index + 1] === undefined || elements[index + 1]?.tokenType === T.Dot) {
      const { span } = b.missing(C.endOf(element), {
        what: 'a name',
        because: 'A name must follow the `.` of a path.',
      });
      parts.push({ text: '', span });
    }
  });
  const span = C.spanOf(cst);
  if (parts.length <= longestPath) return { kind: 'path', parts, span };
  b.report('AE1007', span, {
    title: `a path has at most ${longestPath} names`,
    cause: 'Blocks are nested no deeper.',
    expected: `at most ${longestPath} names`,
    found: String(parts.length),
    hint: 'Leave out the blocks in front: the last names tell which tensor is meant.',
  });
  return { kind: 'path', parts: parts.slice(-longestPath), span };
}

/** Names in a path: a block a name, and the network. */
const longestPath = 80;

// ──────────────────────────────────────────────────────────────────────── arguments

/** The arguments between parentheses. */
export function buildArgs(b: BuildContext, cst: CstNode): Arg[] {
  return separated(b, cst, 'arg', 'arguments').map((arg) => buildArg(b, arg));
}

function buildArg(b: BuildContext, cst: CstNode): Arg {
  const name = C.token(cst, T.Name);
  const equals = C.token(cst, T.Equals);
  const sign = equals ?? C.token(cst, T.Colon);
  if (equals) b.wrongSign(equals, ':', 'A named argument is written `name: value`.');
  const value = requireExpr(b, C.node(cst, 'expr'), sign ? C.endOf(sign) : C.startOf(cst), {
    what: 'a value',
    because: `The argument \`${name?.image ?? ''}\` has no value.`,
  });
  const question = C.token(cst, T.Question);
  if (question && !b.inType) {
    b.report('AE1001', C.spanOf(question), {
      title: '`?` is unexpected',
      cause: '`?` says that a value may be missing, which only the type of a variable can say.',
      found: '`?`',
      fixes: [{ title: 'Remove it', edits: [[C.spanOf(question), '']] }],
    });
  }
  return {
    ...(name ? { name: C.identOf(name) } : {}),
    value,
    ...(question ? { optional: true } : {}),
    span: C.spanOf(cst),
  };
}

/** The type of a variable: `[28, 28, 1]`, `tree(token(vocab: 100), label: category(5)?)`. */
export function buildType(b: BuildContext, cst: CstNode): TypeNode {
  const form = b.withinType(() =>
    requireExpr(b, C.node(cst, 'expr'), C.startOf(cst), { what: 'a type', because: 'A variable has a type.' }),
  );
  return { kind: 'type', form, optional: C.token(cst, T.Question) !== undefined, span: C.spanOf(cst) };
}

/**
 * The items of a list with commas between them. A comma too few or too many is reported, and the
 * items are kept.
 */
export function separated(b: BuildContext, cst: CstNode, rule: string, what: string): CstNode[] {
  const items: CstNode[] = [];
  let before: CstElement | undefined;
  for (const element of C.inOrder(cst)) {
    if (C.isRule(element, rule)) {
      if (before && C.isRule(before, rule)) missingComma(b, before, element, what);
      items.push(element);
    } else if (C.isToken(element, T.Comma)) {
      if (!before || !C.isRule(before, rule)) superfluousComma(b, element, what);
    } else if (C.isRule(element, 'inner')) {
      b.skipped(element, C.spanOf(cst), what);
    } else continue;
    before = element;
  }
  // A comma before the closing bracket would ask for one more item; it is only untidy, and allowed.
  return items;
}

function missingComma(b: BuildContext, before: CstNode, item: CstNode, what: string): void {
  const gap = { start: C.endOf(before), end: C.startOf(item) };
  const left = b.text.slice(C.startOf(before), C.endOf(before));
  const right = b.text.slice(C.startOf(item), C.endOf(item));
  const named = item.name === 'arg' && /^\p{L}\w*$/u.test(left) && /^[\d"[-]/.test(right);
  const sign = named ? ':' : ',';
  b.report('AE1002', at(gap.start), {
    title: `\`${sign}\` is missing`,
    cause: named ? 'A named argument is written `name: value`.' : `A comma separates ${what}.`,
    expected: `\`${sign}\` between ${quote(left)} and ${quote(right)}`,
    found: quote(right),
    fixes: [{ title: `Insert \`${sign}\``, edits: [[gap, `${sign} `]] }],
  });
}

function superfluousComma(b: BuildContext, comma: IToken, what: string): void {
  b.report('AE1001', C.spanOf(comma), {
    title: '`,` is unexpected',
    cause: `One comma separates ${what}; nothing stands before this one.`,
    found: '`,`',
    fixes: [{ title: 'Remove it', edits: [[C.spanOf(comma), '']] }],
  });
}

function reportInner(b: BuildContext, cst: CstNode, what: string): void {
  const [first] = C.nodes(cst, 'inner');
  b.skipped(first, C.spanOf(cst), what);
}
