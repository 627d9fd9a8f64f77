/** Hyperparameters of autoencoders and parameters of blocks. */
import { find } from '../../builtins/index.js';
import { isMissing, type Arg, type BlockDecl, type Expr, type Ident, type Missing, type ParamDecl, type Span } from '../../parser/ast.js';
import { bindCall, noNames } from './bind.js';
import { constantInteger, constantNumber, quote } from './constants.js';
import { broken, isBroken, listed, oneOf, suggestion, type Constant, type Reporter, type Scope } from './context.js';
import { calleeOf } from './describe.js';

const types = ['int', 'float', 'bool', 'activation'] as const;
type ParamKind = (typeof types)[number];

const kindOf = (decl: ParamDecl): ParamKind | undefined => {
  const { type } = decl;
  return isMissing(type) ? undefined : types.find((known) => known === type.text);
};

const typeInWords: Readonly<Record<ParamKind, string>> = { int: 'a whole number', float: 'a number', bool: 'true or false', activation: 'an activation' };

/** The value of an argument or default for a parameter of the given type; `broken` and reported where it has none. */
export function evaluate(scope: Scope, reporter: Reporter, decl: ParamDecl, expr: Expr): Constant {
  const kind = kindOf(decl);
  const text = calleeOf(expr)?.text ?? '';
  const passed = scope.constants.get(text);
  if (kind === undefined || isBroken(passed)) return broken;
  switch (kind) {
    case 'int':
      return constantInteger(scope, reporter, expr, -Infinity, `\`${decl.name.text}\``, Number.MAX_SAFE_INTEGER) ?? broken;
    case 'float':
      return constantNumber(scope, reporter, expr) ?? broken;
    case 'activation':
      return bindCall({ scope, reporter, names: noNames }, 'activation', expr, 'an activation') ?? broken;
    case 'bool':
      if (text === 'true' || text === 'false') return text === 'true';
      if (typeof passed === 'boolean') return passed;
      if (expr.kind !== 'missing') {
        reporter.report(scope, 'AE2005', expr.span, {
          title: `\`${decl.name.text}\` must be true or false`,
          cause: 'It is declared as bool.',
          expected: 'true or false',
          found: `\`${quote(scope, expr)}\``,
          hint: 'write `true` or `false`',
        });
      }
      return broken;
  }
}

/** Reports types that there are not. */
function checkTypes(scope: Scope, reporter: Reporter, params: readonly ParamDecl[]): void {
  for (const decl of params) {
    if (isMissing(decl.type) || kindOf(decl) !== undefined) continue;
    const { text, span } = decl.type;
    reporter.report(scope, 'AE2002', span, {
      title: `there is no parameter type \`${text}\``,
      cause: 'Parameters are whole numbers, numbers, truth values or activations.',
      expected: oneOf(types),
      found: `\`${text}\``,
      ...suggestion(scope, text, span, types),
    });
  }
}

/** Names of parameters that are taken already. */
export function checkParameters(scope: Scope, reporter: Reporter, params: readonly ParamDecl[]): void {
  checkTypes(scope, reporter, params);
  const first = new Map<string, Span>();
  for (const { name } of params) {
    const before = first.get(name.text);
    if (before === undefined) first.set(name.text, name.span);
    else {
      reporter.report(scope, 'AE2007', name.span, {
        title: `the parameter \`${name.text}\` is declared twice`,
        cause: 'A name stands for one value.',
        hint: 'choose another name',
        related: [{ place: { file: scope.file.file, span: before }, message: 'declared here first' }],
      });
    }
  }
}

/** What an unnamed argument looks like. */
type Form = 'activation' | 'bool' | 'number';

function formOf(scope: Scope, expr: Expr): Form {
  const name = calleeOf(expr)?.text;
  const constant = name === undefined ? undefined : scope.constants.get(name);
  if ((name !== undefined && constant === undefined && find('activation', name) !== undefined) || (typeof constant === 'object' && !isBroken(constant))) return 'activation';
  return name === 'true' || name === 'false' || typeof constant === 'boolean' ? 'bool' : 'number';
}

/** Whether a parameter may take an argument of this form. */
function mayTake(decl: ParamDecl, form: Form): boolean {
  const kind = kindOf(decl);
  return kind === undefined || (kind === 'activation' || kind === 'bool' ? kind === form : form === 'number');
}

/** Parameters that have no argument yet, in order. */
class Free {
  readonly #taken = new Set<number>();
  readonly #byName = new Map<string, number[]>();
  /** Where to look on, for each form: what is before has been taken, or is of another form. */
  readonly #next = new Map<Form | 'any', number>();

  constructor(private readonly params: readonly ParamDecl[]) {
    for (const [i, { name }] of params.entries()) {
      const alike = this.#byName.get(name.text);
      if (alike === undefined) this.#byName.set(name.text, [i]);
      else alike.push(i);
    }
  }

  /** The first one of that name. */
  named(name: string): ParamDecl | undefined {
    return this.#take(this.#byName.get(name)?.shift());
  }

  /** The first one that may take an argument of this form, else the first of all. */
  fitting(form: Form): ParamDecl | undefined {
    return this.#take(this.#first(form, (decl) => mayTake(decl, form)) ?? this.#first('any', () => true));
  }

  get left(): readonly ParamDecl[] {
    return this.params.filter((_, i) => !this.#taken.has(i));
  }

  #first(key: Form | 'any', fits: (decl: ParamDecl) => boolean): number | undefined {
    let i = this.#next.get(key) ?? 0;
    while (i < this.params.length && (this.#taken.has(i) || !fits(this.params[i]!))) i++;
    this.#next.set(key, i);
    return i < this.params.length ? i : undefined;
  }

  #take(index: number | undefined): ParamDecl | undefined {
    if (index === undefined) return undefined;
    this.#taken.add(index);
    return this.params[index];
  }
}

/**
 * The constants inside a block: its arguments, evaluated where it is used, and its defaults,
 * evaluated where it is declared.
 */
export function bindParameters(
  use: Scope,
  reporter: Reporter,
  { name: owner, params }: { readonly name: Ident | Missing; readonly params: BlockDecl['params'] },
  args: readonly Arg[],
  at: Span,
  inside: Scope,
): ReadonlyMap<string, Constant> {
  const called = isMissing(owner) ? 'it' : `\`${owner.text}\``;
  checkParameters(inside, reporter, params);
  const constants = new Map<string, Constant>();
  const known = params.map((p) => p.name.text);
  const declared = new Set(known);
  const free = new Free(params);
  for (const arg of [...args.filter((a) => a.name !== undefined), ...args.filter((a) => a.name === undefined)]) {
    const decl = arg.name === undefined ? free.fitting(formOf(use, arg.value)) : free.named(arg.name.text);
    if (decl === undefined) {
      const twice = arg.name !== undefined && declared.has(arg.name.text);
      reporter.report(use, arg.name === undefined || twice ? 'AE2003' : 'AE2004', arg.name?.span ?? arg.span, {
        title: arg.name === undefined ? `${called} takes no further argument` : twice ? `\`${arg.name.text}\` is given twice` : `${called} has no parameter \`${arg.name.text}\``,
        cause: params.length === 0 ? 'It is declared without parameters.' : `Its parameters are ${listed(known)}.`,
        ...(arg.name === undefined ? { hint: 'remove it' } : reporter.guess(use, arg.name.text, arg.name.span, () => known)),
      });
      continue;
    }
    constants.set(decl.name.text, evaluate(use, reporter, decl, arg.value));
  }
  for (const decl of free.left) {
    if (decl.default !== undefined) {
      constants.set(decl.name.text, evaluate({ ...inside, constants }, reporter, decl, decl.default));
      continue;
    }
    constants.set(decl.name.text, broken);
    const kind = kindOf(decl);
    reporter.report(use, 'AE2006', at, {
      title: `${called} needs \`${decl.name.text}\``,
      cause: 'The parameter has no default.',
      expected: `${decl.name.text}: ${kind === undefined ? 'a value' : typeInWords[kind]}`,
      found: 'nothing',
      hint: use === inside ? `give it a default, \`${decl.name.text}: ${kind ?? 'int'} = …\`, or a value from outside, \`--set ${decl.name.text}=…\`` : `pass \`${decl.name.text}: …\`, or give it a default where it is declared`,
    });
  }
  return constants;
}

/** A hyperparameter set from outside (`--set hidden=32`); undefined where the text is no value of its type. */
export function parseSetting(decl: ParamDecl, text: string): Constant | undefined {
  const kind = kindOf(decl);
  const value = Number(text);
  if (kind === 'int') return text.trim() !== '' && Number.isSafeInteger(value) ? value : undefined;
  if (kind === 'float') return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
  if (kind === 'bool') return text === 'true' ? true : text === 'false' ? false : undefined;
  const definition = kind === 'activation' ? find('activation', text) : undefined;
  if (definition === undefined) return undefined;
  return { kind: 'call', definition, args: Object.fromEntries(definition.params.map((p) => [p.name, p.default as number])) };
}

/** What a hyperparameter may be set to, in words. */
export const wantedValue = (decl: ParamDecl): string => {
  const kind = kindOf(decl);
  return kind === undefined ? 'a value' : typeInWords[kind];
};
