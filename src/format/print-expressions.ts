/** Expressions, types and argument lists as documents of Prettier's printer. */
import { builders } from 'prettier/doc';
import type {
  Arg,
  Condition,
  Expr,
  Ident,
  Missing,
  OfExpr,
  ParamDecl,
  PathExpr,
  Span,
  TypeNode,
} from '../parser/ast.js';
import type { Source } from './comments.js';
import { commentText, trailing } from './comments.js';

type Doc = builders.Doc;
const { breakParent, group, hardline, indent, join, line, softline } = builders;

/** How tightly an expression binds; an operand that binds less stands in parentheses. */
const binding = { sum: 1, product: 2, unary: 3, power: 4, atom: 5 } as const;
type Binding = (typeof binding)[keyof typeof binding];

const bindingOfOperator = {
  '+': binding.sum,
  '-': binding.sum,
  '*': binding.product,
  '/': binding.product,
  '^': binding.power,
};

function bindingOf(expr: Expr): Binding {
  if (expr.kind === 'binary') return bindingOfOperator[expr.op];
  return expr.kind === 'unary' ? binding.unary : binding.atom;
}

/** A name; a missing one prints as nothing, for only files without errors are printed. */
export const printName = (name: Ident | Missing): string => ('text' in name ? name.text : '');

export const printPath = (path: PathExpr | Missing): string =>
  path.kind === 'path' ? path.parts.map((part) => part.text).join('.') : '';

export function printExpr(source: Source, expr: Expr): Doc {
  switch (expr.kind) {
    case 'missing':
      return '';
    case 'number':
      return expr.text;
    case 'string':
      return printString(expr.value);
    case 'infer':
      return '_';
    case 'path':
      return printPath(expr);
    case 'call':
      return [expr.callee.text, printArgs(source, expr.args, argsSpan(expr))];
    case 'member':
      return [printExpr(source, expr.of), ...expr.parts.map(({ text }) => `.${text}`)];
    case 'of':
      return printOf(source, expr);
    case 'list':
      return bracketed(source, '[', expr.items, ']', expr.span.end, (item) => printExpr(source, item));
    case 'unary':
      return ['-', operand(source, expr.operand, binding.unary)];
    case 'binary':
      return printBinary(source, expr);
  }
}

function printBinary(source: Source, expr: Extract<Expr, { kind: 'binary' }>): Doc {
  const own = bindingOfOperator[expr.op];
  if (expr.op === '^') {
    // `^` groups to the right, and its exponent may carry a sign.
    return [operand(source, expr.left, binding.atom), '^', operand(source, expr.right, binding.unary)];
  }
  const left = operand(source, expr.left, own);
  const right = operand(source, expr.right, (own + 1) as Binding);
  return [left, ` ${expr.op} `, right];
}

function operand(source: Source, expr: Expr, atLeast: Binding): Doc {
  const doc = printExpr(source, expr);
  return bindingOf(expr) < atLeast ? ['(', doc, ')'] : doc;
}

/** A string with the escapes that the language knows. */
export function printString(value: string): string {
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

export function printType(source: Source, type: TypeNode | Missing): Doc {
  return type.kind === 'missing' ? '' : printOptional(source, type.form, type.optional);
}

/** A form, and a `?` behind it: of an array, not of its elements. */
function printOptional(source: Source, form: Expr, optional: boolean): Doc {
  if (!optional) return printExpr(source, form);
  return [form.kind === 'of' ? printOf(source, form, true) : printExpr(source, form), '?'];
}

/** `[28, 28] of category(256)`; where a `?` follows, which would be of the elements, `[28, 28 of category(256)]`. */
function printOf(source: Source, { shape, element, optional, span }: OfExpr, questionFollows = false): Doc {
  const elements = ['of ', printOptional(source, element, optional)];
  if (!questionFollows || shape.kind !== 'list') return [printExpr(source, shape), ' ', ...elements];
  const end = Math.min(element.span.start, span.end);
  return bracketed(source, '[', shape.items, ']', end, (item) => printExpr(source, item), softline, elements);
}

/** `where y.known and c = 3`, or nothing. */
export function printWhere(source: Source, conditions: readonly Condition[]): Doc {
  if (conditions.length === 0) return '';
  return [
    ' where ',
    join(
      ' and ',
      conditions.map((condition) => printCondition(source, condition)),
    ),
  ];
}

export function printCondition(source: Source, condition: Condition): Doc {
  switch (condition.kind) {
    case 'missing':
      return '';
    case 'holds':
      return printPath(condition.of);
    case 'equals':
      return [`${printPath(condition.of)} = `, printExpr(source, condition.value)];
  }
}

const argsSpan = (call: { readonly callee: Ident; readonly span: Span }): Span => ({
  start: call.callee.span.end,
  end: call.span.end,
});

/** `(64, relu)`. */
export function printArgs(source: Source, args: readonly Arg[], span: Span): Doc {
  return bracketed(source, '(', args, ')', span.end, (arg) => printArg(source, arg));
}

function printArg(source: Source, arg: Arg): Doc {
  const value = printOptional(source, arg.value, arg.optional === true);
  return arg.name ? [arg.name.text, ': ', value] : value;
}

export function printParams(source: Source, params: readonly ParamDecl[], end: number): Doc {
  if (params.length === 0) return '';
  return bracketed(source, '(', params, ')', end, (param) => [
    param.name.text,
    ': ',
    printName(param.type),
    ...(param.default ? [' = ', printExpr(source, param.default)] : []),
  ]);
}

/** Items with commas, on one line where they fit, else one a line. */
export function bracketed<N extends { readonly span: Span }>(
  source: Source,
  open: string,
  items: readonly N[],
  close: string,
  end: number,
  print: (item: N) => Doc,
  padding: Doc = softline,
  behind?: Doc,
): Doc {
  const parts: Doc[] = [];
  items.forEach((item, index) => {
    for (const comment of source.takeBefore(item.span.start)) parts.push(commentText(comment), hardline);
    const doc = print(item);
    const isLast = index === items.length - 1;
    // A comment behind the comma belongs to the item before it.
    const comment = source.takeTrailing(item.span.end);
    parts.push(doc, isLast ? '' : ',', trailing(comment), isLast ? '' : line);
  });
  const dangling = source.takeBefore(end).map(commentText);
  if (behind !== undefined) parts.push(parts.length > 0 ? line : '', behind);
  if (parts.length === 0 && dangling.length === 0) return [open, close];
  const last = dangling.length > 0 ? [parts.length > 0 ? hardline : breakParent, join(hardline, dangling)] : [];
  return group([open, indent([padding, ...parts, ...last]), padding, close]);
}
