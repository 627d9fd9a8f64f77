/** Types of variables: arrays, categories, distributions, tokens, and sequences and trees of them. */
import type { ExampleShape } from '../../builtins/arguments.js';
import type { Arg, Expr, Span } from '../../parser/ast.js';
import type { Domain } from '../../runtime/program.js';
import type { ElementType, Structure } from '../model/model.js';
import { constantInteger, constantNumber, quote } from './constants.js';
import { suggestion, type Reporter, type Scope } from './context.js';
import { calleeOf } from './describe.js';

/** What stands at every node of a tree. */
export interface Label {
  readonly of: ElementType;
  readonly observed: 'always' | 'sometimes';
  readonly span: Span;
}

export interface VariableType {
  readonly structure: Exclude<Structure, { readonly kind: 'label' }>;
  readonly label?: Label;
}

interface Parameter {
  readonly name: string;
  readonly what: string;
  readonly optional?: true;
}

/** The types that are written as calls. */
const calls: Readonly<Record<string, { readonly params: readonly Parameter[]; readonly example: string }>> = {
  category: { params: [{ name: 'classes', what: 'the number of classes' }], example: 'category(10)' },
  distribution: { params: [{ name: 'classes', what: 'the number of classes' }], example: 'distribution(5)' },
  token: { params: [{ name: 'vocab', what: 'the number of words' }], example: 'token(vocab: 20000)' },
  sequence: { params: [{ name: 'of', what: 'the type of its elements' }, { name: 'length', what: 'its largest length' }], example: 'sequence(token(vocab: 20000), length: 32)' },
  tree: { params: [{ name: 'leaf', what: 'the type of its leaves' }, { name: 'label', what: 'the type of its labels', optional: true }], example: 'tree(token(vocab: 20000), label: category(5)?)' },
};

/** The type that an expression stands for; undefined and reported where it is none. */
export function typeOf(scope: Scope, reporter: Reporter, form: Expr): VariableType | undefined {
  const name = calleeOf(form)?.text;
  if (name !== 'sequence' && name !== 'tree') {
    const element = elementOf(scope, reporter, form);
    return element === undefined ? undefined : { structure: element };
  }
  const args = argumentsOf(scope, reporter, form, name);
  if (args === undefined) return undefined;
  if (name === 'sequence') {
    const of = elementOf(scope, reporter, args.get('of')!.value);
    const length = constantInteger(scope, reporter, args.get('length')!.value, 1, 'the length of a sequence');
    return of === undefined || length === undefined ? undefined : { structure: { kind: 'sequence', of, length } };
  }
  const leaf = elementOf(scope, reporter, args.get('leaf')!.value);
  const written = args.get('label');
  const label = written === undefined ? undefined : elementOf(scope, reporter, written.value);
  if (leaf === undefined || (written !== undefined && label === undefined)) return undefined;
  const observed = written?.optional === true ? 'sometimes' : 'always';
  return { structure: { kind: 'tree', leaf }, ...(label === undefined ? {} : { label: { of: label, observed, span: written!.span } }) };
}

function elementOf(scope: Scope, reporter: Reporter, form: Expr): ElementType | undefined {
  if (form.kind === 'missing') return undefined;
  if (form.kind === 'list') {
    const sizes = form.items.map((item) => constantInteger(scope, reporter, item, 1, 'a size'));
    return sizes.every((n) => n !== undefined) ? { kind: 'array', shape: sizes } : undefined;
  }
  const callee = calleeOf(form);
  const name = callee?.text;
  if (name === 'category' || name === 'distribution' || name === 'token') {
    const [[, arg] = []] = argumentsOf(scope, reporter, form, name) ?? [];
    const count = arg === undefined ? undefined : constantInteger(scope, reporter, arg.value, 2, calls[name]!.params[0]!.what);
    if (count === undefined) return undefined;
    return name === 'token' ? { kind: 'token', vocab: count } : { kind: name, classes: count };
  }
  const nested = name === 'sequence' || name === 'tree';
  reporter.report(scope, form.kind === 'number' || nested ? 'AE2005' : 'AE2002', form.span, {
    title: nested ? `a ${name} cannot stand inside another type` : `\`${quote(scope, form)}\` is no type of a variable`,
    cause: nested ? 'Elements of sequences, leaves and labels are arrays, categories, distributions or tokens.' : 'A variable is an array of numbers, a category, a distribution, a token, a sequence or a tree.',
    expected: '`[784]`, `[28, 28, 1]` or `category(10)`',
    found: `\`${quote(scope, form)}\``,
    ...(form.kind === 'number'
      ? { hint: 'sizes stand in brackets', fixes: [{ title: `write \`[${quote(scope, form)}]\``, edits: [{ place: { file: scope.file.file, span: form.span }, newText: `[${quote(scope, form)}]` }] }] }
      : callee === undefined || nested ? { hint: 'for example `[784]`' } : suggestion(scope, callee.text, callee.span, Object.keys(calls))),
  });
  return undefined;
}

/** Arguments of a type by parameter; undefined and reported where they do not fit. */
function argumentsOf(scope: Scope, reporter: Reporter, form: Expr, name: string): ReadonlyMap<string, Arg> | undefined {
  const { params, example } = calls[name]!;
  const bound = new Map<string, Arg>();
  let failed = false;
  for (const arg of form.kind === 'call' ? form.args : []) {
    const param = arg.name === undefined ? params.find((p) => !bound.has(p.name)) : params.find((p) => p.name === arg.name!.text && !bound.has(p.name));
    if (param !== undefined) {
      bound.set(param.name, arg);
      continue;
    }
    failed = true;
    const span = arg.name?.span ?? arg.span;
    reporter.report(scope, arg.name === undefined ? 'AE2003' : 'AE2004', span, {
      title: arg.name === undefined ? `\`${name}\` takes no further argument` : `\`${name}\` has no argument \`${arg.name.text}\``,
      cause: `It takes ${params.map((p) => p.what).join(' and ')}.`,
      expected: params.map((p) => `\`${p.name}\``).join(', '), found: `\`${quote(scope, arg)}\``, hint: `for example \`${example}\``,
    });
  }
  for (const param of params) {
    if (bound.has(param.name) || param.optional === true || failed) continue;
    failed = true;
    reporter.report(scope, 'AE2006', form.span, { title: `\`${name}\` needs ${param.what}`, cause: 'Nothing else says it.', expected: `\`${param.name}\``, found: 'nothing', hint: `for example \`${example}\`` });
  }
  return failed ? undefined : bound;
}

/** The elements of a structure. */
export function elementIn(structure: Structure): ElementType {
  switch (structure.kind) {
    case 'sequence':
    case 'label':
      return structure.of;
    case 'tree':
      return structure.leaf;
    default:
      return structure;
  }
}

/** Shape of one example; of one leaf or node in a tree. */
export function shapeOfType(structure: Structure): ExampleShape {
  const element = elementIn(structure);
  const own = element.kind === 'array' ? element.shape : element.kind === 'distribution' ? [element.classes] : [];
  return structure.kind === 'sequence' ? [structure.length, ...own] : own;
}

/** The values that the elements may take: as their type says, or as `in` says for arrays. */
export function domainOf(scope: Scope, reporter: Reporter, structure: Structure, expr: Expr | undefined): Domain | undefined {
  const element = elementIn(structure);
  if (element.kind === 'array') return writtenDomain(scope, reporter, expr);
  if (expr !== undefined && expr.kind !== 'missing') {
    reporter.report(scope, 'AE2005', expr.span, {
      title: `a ${element.kind} has no domain`, cause: 'Its type says which values it takes.', expected: 'no `in`', found: `\`in ${quote(scope, expr)}\``, hint: 'remove it',
    });
    return undefined;
  }
  if (element.kind === 'distribution') return { kind: 'interval', low: 0, high: 1 };
  return { kind: 'category', classes: element.kind === 'token' ? element.vocab : element.classes };
}

function writtenDomain(scope: Scope, reporter: Reporter, expr: Expr | undefined): Domain | undefined {
  if (expr === undefined) return { kind: 'real' };
  if (expr.kind === 'missing') return undefined;
  const word = expr.kind === 'path' ? quote(scope, expr) : '';
  if (word === 'real' || word === 'binary') return { kind: word };
  if (expr.kind === 'list' && expr.items.length === 2) {
    const [low, high] = expr.items.map((item) => constantNumber(scope, reporter, item));
    if (low === undefined || high === undefined) return undefined;
    if (low < high) return { kind: 'interval', low, high };
  }
  reporter.report(scope, 'AE2005', expr.span, {
    title: 'this is no domain',
    cause: 'The domain says which values the elements may take.',
    expected: '`[low, high]` with low < high, `real` or `binary`',
    found: `\`${quote(scope, expr)}\``,
    ...(expr.kind === 'path' ? suggestion(scope, word, expr.span, ['real', 'binary']) : { hint: 'for example `in [0, 1]`' }),
  });
  return undefined;
}
