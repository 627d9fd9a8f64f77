/** Hyperparameters of autoencoders and parameters of blocks. */
import { defaultArgs } from './defaults.js';
import { find } from '../../builtins/index.js';
import * as say from '../../diagnostics/messages/arguments.js';
import { notABool } from '../../diagnostics/messages/numbers.js';
import { isMissing, type Arg, type Expr, type ParamDecl, type Span } from '../../parser/ast.js';
import type { NameSymbol } from '../resolve/symbols.js';
import { bindCall, type TensorBinder } from './bind.js';
import { constantInteger, constantNumber } from './constants.js';
import type { Reporter } from './reporter.js';
import { broken, constantsOf, isBroken, placeIn, quote, type Constant, type Scope } from './scope.js';
import { calleeOf } from './signatures.js';

/** Of blocks alone: what is given as a tensor. */
const ofBlocks = ['int', 'float', 'bool', 'activation', 'tensor'] as const;
const ofAutoencoders = ['int', 'float', 'bool', 'activation'] as const;
type ParamKind = (typeof ofBlocks)[number];

const kindOf = ({ type }: ParamDecl): ParamKind | undefined =>
  isMissing(type) ? undefined : ofBlocks.find((known) => known === type.text);

const inWords: Readonly<Record<ParamKind, string>> = {
  int: 'a whole number',
  float: 'a number',
  bool: 'true or false',
  activation: 'an activation',
  tensor: 'a tensor',
};

/** What a parameter may be, in words. */
export const wantedValue = (decl: ParamDecl): string => {
  const kind = kindOf(decl);
  return kind === undefined ? 'a value' : inWords[kind];
};

/** The value of an argument or default for a parameter of the given type; `broken` and reported where it has none. */
export function evaluate(
  scope: Scope,
  reporter: Reporter,
  decl: ParamDecl,
  expr: Expr,
  tensors?: TensorBinder,
): Constant {
  const kind = kindOf(decl);
  const callee = calleeOf(expr);
  const text = callee?.text ?? '';
  const passed = callee && reporter.constant(scope, callee);
  if (kind === undefined || isBroken(passed)) return broken;
  switch (kind) {
    case 'int':
      return (
        constantInteger(scope, reporter, expr, -Infinity, `\`${decl.name.text}\``, Number.MAX_SAFE_INTEGER) ?? broken
      );
    case 'float':
      return constantNumber(scope, reporter, expr) ?? broken;
    case 'activation':
      return bindCall({ scope, reporter }, 'activation', expr) ?? broken;
    case 'tensor':
      return tensors?.tensor(expr) ?? broken;
    case 'bool':
      if (text === 'true' || text === 'false') return text === 'true';
      if (typeof passed === 'boolean') return passed;
      if (expr.kind !== 'missing')
        reporter.report(scope, notABool, expr.span, { name: decl.name.text, text: quote(scope, expr) });
      return broken;
  }
}

/** Reports types that there are not. */
export function checkTypes(
  scope: Scope,
  reporter: Reporter,
  params: readonly ParamDecl[],
  owner: 'block' | 'autoencoder',
): void {
  const known: readonly string[] = owner === 'block' ? ofBlocks : ofAutoencoders;
  for (const { type } of params) {
    if (isMissing(type) || known.includes(type.text)) continue;
    const { near, fixes } = reporter.guess(placeIn(scope, type.span), type.text, () => known, meant(type.text));
    reporter.report(
      scope,
      say.unknownParameterType,
      type.span,
      { word: type.text, known, ...(near === undefined ? {} : { near }) },
      { fixes },
    );
  }
}

/** What other languages call the types of parameters. */
const elsewhere: Readonly<Record<string, ParamKind>> = {
  integer: 'int',
  number: 'float',
  double: 'float',
  real: 'float',
  boolean: 'bool',
  callable: 'activation',
  function: 'activation',
};
const meant = (word: string): string | undefined =>
  Object.hasOwn(elsewhere, word.toLowerCase()) ? elsewhere[word.toLowerCase()] : undefined;

/** What an unnamed argument looks like. */
type Form = 'activation' | 'bool' | 'number' | 'tensor';

function formOf(scope: Scope, expr: Expr): Form {
  const name = calleeOf(expr)?.text;
  const constant = name === undefined ? undefined : scope.constants.get(name);
  if (name === 'true' || name === 'false' || typeof constant === 'boolean') return 'bool';
  if (isBroken(constant)) return declaredForm(scope.constants.symbol(name!));
  if (typeof constant === 'object') return constant.kind === 'call' ? 'activation' : 'tensor';
  if (name !== undefined && constant === undefined && find('activation', name) !== undefined) return 'activation';
  return constant === undefined && (expr.kind === 'path' || expr.kind === 'member') ? 'tensor' : 'number';
}

/** The form of a value that is not known, by what it is declared as: blocks are checked by themselves, too. */
function declaredForm(symbol: NameSymbol | undefined): Form {
  const kind = symbol?.kind === 'parameter' ? kindOf(symbol.node as ParamDecl) : undefined;
  return kind === undefined || kind === 'int' || kind === 'float' ? 'number' : kind;
}

/** Whether a parameter may take an argument of this form. */
function mayTake(decl: ParamDecl, form: Form): boolean {
  const kind = kindOf(decl);
  return kind === undefined || (kind === 'int' || kind === 'float' ? form === 'number' : kind === form);
}

/** Parameters that have no argument yet, in order. */
class Free {
  readonly #taken = new Set<number>();
  readonly #byName: ReadonlyMap<string, number>;
  /** Where to look on, for each form: what is before has been taken, or is of another form. */
  readonly #next = new Map<Form | 'any', number>();

  constructor(private readonly params: readonly ParamDecl[]) {
    this.#byName = new Map([...params.entries()].reverse().map(([i, { name }]) => [name.text, i]));
  }

  /** The first one of that name. */
  named(name: string): ParamDecl | undefined {
    const index = this.#byName.get(name);
    return index !== undefined && this.#taken.has(index) ? undefined : this.#take(index);
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

/** A use of parameters: the arguments, and where they stand. */
export interface ParameterUse {
  readonly scope: Scope;
  readonly args: readonly Arg[];
  /** Where a missing argument is reported. */
  readonly at: Span;
  readonly tensors?: TensorBinder;
}

/**
 * The values of parameters: arguments are evaluated where they are used, defaults where they are declared.
 *
 * @param owner the name of what is called
 * @param inside the scope of the declaration
 */
export function bindParameters(
  reporter: Reporter,
  owner: string,
  params: readonly ParamDecl[],
  use: ParameterUse,
  inside: Scope,
  outside = false,
): ReadonlyMap<string, Constant> {
  const values = new Map<string, Constant>();
  const known = params.map((p) => p.name.text);
  const declared = new Set(known);
  const free = new Free(params);
  const { scope, args } = use;
  for (const arg of [...args.filter((a) => a.name !== undefined), ...args.filter((a) => a.name === undefined)]) {
    const decl = arg.name === undefined ? free.fitting(formOf(scope, arg.value)) : free.named(arg.name.text);
    if (decl !== undefined) {
      reporter.pass(arg, decl);
      if (arg.name !== undefined) reporter.refer(scope, arg.name.span, inside.constants.symbol(decl.name.text));
      values.set(decl.name.text, evaluate(scope, reporter, decl, arg.value, use.tensors));
    } else if (arg.name === undefined) reporter.report(scope, say.parameterNotTaken, arg.span, { of: owner, known });
    else if (declared.has(arg.name.text))
      reporter.report(scope, say.parameterNotTaken, arg.name.span, { of: owner, argument: arg.name.text, known });
    else {
      const { near, fixes } = reporter.guess(placeIn(scope, arg.name.span), arg.name.text, () => known);
      reporter.report(
        scope,
        say.noSuchParameter,
        arg.name.span,
        { of: owner, argument: arg.name.text, known, ...(near === undefined ? {} : { near }) },
        { fixes },
      );
    }
  }
  for (const decl of free.left) {
    if (decl.default !== undefined) {
      values.set(
        decl.name.text,
        evaluate({ ...inside, constants: constantsOf(values, inside.constants.symbol) }, reporter, decl, decl.default),
      );
      continue;
    }
    values.set(decl.name.text, broken);
    const type = isMissing(decl.type) ? 'int' : decl.type.text;
    reporter.report(scope, say.parameterNeeded, use.at, {
      of: owner,
      param: decl.name.text,
      type,
      wanted: wantedValue(decl),
      outside,
    });
  }
  return values;
}

/** A hyperparameter set from outside (`--set hidden=32`); undefined where the text is no value of its type. */
export function parseSetting(decl: ParamDecl, text: string): Constant | undefined {
  const kind = kindOf(decl);
  const value = Number(text);
  if (kind === 'int') return text.trim() !== '' && Number.isSafeInteger(value) ? value : undefined;
  if (kind === 'float') return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
  if (kind === 'bool') return text === 'true' ? true : text === 'false' ? false : undefined;
  const definition = kind === 'activation' ? find('activation', text) : undefined;
  return definition && { kind: 'call', definition, args: defaultArgs(definition) };
}

/** A constant as data: an activation by its name. */
export function plain(value: Constant | undefined): number | boolean | string | undefined {
  if (typeof value === 'object') return !isBroken(value) && value.kind === 'call' ? value.definition.name : undefined;
  return value;
}
