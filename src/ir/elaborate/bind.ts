/**
 * Binds the arguments of a call to the parameters of a registry entry. Named arguments go to their
 * parameter; a positional one goes to the first free parameter whose type takes it, so that
 * `conv(16, kernel: 3, relu)` reads as it is meant.
 */
import { aliased, answering } from '../../builtins/aliases.js';
import type {
  Args,
  ArgValue,
  BuiltinCall,
  CallOf,
  Expression,
  LayerRef,
  Param,
  TensorRef,
} from '../../builtins/arguments.js';
import type { Category, Definition, DefinitionOf } from '../../builtins/define.js';
import { builtins, categoriesOf, find } from '../../builtins/index.js';
import { change } from '../../diagnostics/fixes.js';
import * as say from '../../diagnostics/messages/arguments.js';
import type { Arg, Expr, PathExpr, Span } from '../../parser/ast.js';
import type { Reporter } from './reporter.js';
import { isBroken, placeIn, quote, type Scope } from './scope.js';
import { calleeOf, describe, describeAll } from './signatures.js';
import { accepts, bindValue } from './values.js';

/** What names of tensors, networks and weights stand for; each reports what it cannot find. */
export interface TensorBinder {
  /** A path, or a network applied to others. */
  tensor(expr: Expr): TensorRef | undefined;
  layer(path: PathExpr): LayerRef | undefined;
  latent(path: PathExpr, orDraw: boolean): TensorRef | undefined;
  variable(path: PathExpr): Extract<TensorRef, { readonly kind: 'variable' }> | undefined;
  isKind(of: Extract<TensorRef, { readonly kind: 'variable' }>, kind: 'tree' | 'category' | undefined): boolean;
  /** The name of a network. */
  network(path: PathExpr): string | undefined;
  /** Weights behind a path: one, or every kernel of a layer or network. */
  weights(path: PathExpr): readonly string[] | undefined;
  expression(expr: Expr, orWeights: boolean): Expression | undefined;
}

export interface Binding {
  readonly scope: Scope;
  readonly reporter: Reporter;
  /** Absent where no name of a tensor means anything. */
  readonly tensors?: TensorBinder;
}

/** The call of an entry of `category`; undefined and reported where name or arguments are wrong. */
export function bindCall<C extends Category>(binding: Binding, category: C, expr: Expr): CallOf<C> | undefined {
  const { scope, reporter } = binding;
  const callee = calleeOf(expr);
  if (callee === undefined) {
    if (expr.kind !== 'missing')
      reporter.report(scope, say.entryNeeded, expr.span, {
        category,
        text: quote(scope, expr),
        example: builtins[category][0]!.name,
      });
    return undefined;
  }
  const passed = expr.kind === 'path' ? reporter.constant(scope, callee) : undefined;
  if (isBroken(passed)) return undefined;
  if (isCallOf(passed, category)) return passed;
  const definition = entryCalled(binding, category, callee);
  if (definition === undefined) return undefined;
  const args = bindArgs(binding, definition, expr.kind === 'call' ? expr.args : [], callee.span);
  return args === undefined ? undefined : ({ kind: 'call', definition, args } as CallOf<C>);
}

/** The entry of a name; undefined and reported where there is none. */
export function entryCalled<C extends Category>(
  { scope, reporter }: Binding,
  category: C,
  { text, span }: { readonly text: string; readonly span: Span },
): DefinitionOf<C> | undefined {
  const definition = find(category, text);
  if (definition !== undefined) {
    reporter.refer(scope, span, { kind: 'entry', definition });
    return definition;
  }
  const known = builtins[category].map((entry) => entry.name);
  const { near, fixes } = reporter.guess(placeIn(scope, span), text, () => known, answering(category, text)?.name);
  // A value of the wrong kind: `reconstruct x by relu`.
  const others = near === undefined ? categoriesOf(text) : [];
  const facts = {
    category,
    word: text,
    known,
    others,
    example: builtins[category][0]!.name,
    ...(near === undefined ? {} : { near }),
  };
  reporter.report(scope, say.unknownEntry, span, facts, { fixes });
  return undefined;
}

export function isCallOf<C extends Category>(value: unknown, category: C): value is CallOf<C> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'call' &&
    (value as BuiltinCall).definition.category === category
  );
}

/** Arguments of one call that are reported as too many. */
const mostUntaken = 8;

/** What a call is of, as binding sees it: an entry, or the size and parameters of a distribution. */
export interface Callee extends Pick<Definition, 'name' | 'params' | 'examples'> {
  /** Rules beyond the types of single arguments. */
  readonly conflict?: Definition['conflict'];
}

/** Arguments by parameter, defaults filled in. `at` is where a missing argument is reported. */
export function bindArgs(binding: Binding, callee: Callee, args: readonly Arg[], at: Span): Args | undefined {
  const binder = new ArgumentBinder(binding, callee, at);
  const named = args.filter((arg) => arg.name !== undefined);
  binder.named(named);
  binder.positional(named.length === 0 ? args : args.filter((arg) => arg.name === undefined));
  return binder.finish();
}

class ArgumentBinder {
  readonly #bound: Record<string, ArgValue> = {};
  /** Parameters whose argument was wrong. */
  readonly #wrong: string[] = [];
  /** Parameters that an argument names. */
  readonly #named: string[] = [];
  #untaken = 0;

  constructor(
    private readonly binding: Binding,
    private readonly callee: Callee,
    private readonly at: Span,
  ) {}

  named(args: readonly Arg[]): void {
    const { scope, reporter } = this.binding;
    const { name, params } = this.callee;
    for (const arg of args) {
      const { name: given, value } = arg;
      const param = params.find((p) => p.name === given!.text);
      if (param !== undefined) reporter.pass(arg, param);
      if (param !== undefined && !this.#isFree(param)) {
        this.#untaken += 1;
        reporter.report(scope, say.givenTwice, given!.span, { of: name, param: param.name });
      } else if (param !== undefined) {
        this.#named.push(param.name);
        this.#bind(param, value);
      } else {
        this.#untaken += 1;
        if (this.#untaken > mostUntaken) continue;
        const known = params.map((p) => p.name);
        const meant = aliased(params, given!.text);
        if (meant !== undefined) this.#wrong.push(meant.name);
        const { near, fixes } = reporter.guess(placeIn(scope, given!.span), given!.text, () => known, meant?.name);
        reporter.report(
          scope,
          say.noSuchArgument,
          given!.span,
          { of: name, argument: given!.text, known, ...(near === undefined ? {} : { near }) },
          { fixes },
        );
      }
    }
  }

  positional(args: readonly Arg[]): void {
    const { params } = this.callee;
    for (const [i, arg] of args.entries()) {
      const param = params.find((p) => this.#isFree(p) && accepts(this.binding, p, arg.value));
      if (param === undefined) {
        this.#untaken += 1;
        const named = params.find((p) => this.#named.includes(p.name) && accepts(this.binding, p, arg.value));
        if (named !== undefined) {
          this.binding.reporter.report(this.binding.scope, say.givenTwice, arg.span, {
            of: this.callee.name,
            param: named.name,
          });
          continue;
        }
        // It may be for a parameter that another argument was taken for.
        if (params.some((p) => this.#wrong.includes(p.name) && accepts(this.binding, p, arg.value))) continue;
        if (this.#untaken <= mostUntaken) this.#untakenArgument(arg);
        continue;
      }
      const all = param.type.kind === 'dims' || param.type.kind === 'tensors';
      for (const one of all ? args.slice(i) : [arg]) this.binding.reporter.pass(one, param);
      if (all) {
        const { start, end } = { start: arg.span.start, end: args.at(-1)!.span.end };
        this.#bind(param, { kind: 'list', items: args.slice(i).map(({ value }) => value), span: { start, end } });
        break;
      }
      this.#bind(param, arg.value);
    }
  }

  finish(): Args | undefined {
    const { scope, reporter } = this.binding;
    const { name, params, examples, conflict } = this.callee;
    for (const param of params) {
      if (!this.#isFree(param)) continue;
      if (param.default !== undefined) this.#bound[param.name] = reporter.work.defaults.of(param);
      else if (param.inferred === true) this.#bound[param.name] = { kind: 'infer' };
      else if (param.optional !== true && this.#untaken === 0) {
        this.#wrong.push(param.name);
        const facts = {
          of: name,
          param: param.name,
          summary: param.summary,
          wanted: describe(param),
          example: examples[0] ?? name,
        };
        reporter.report(scope, say.argumentNeeded, this.at, facts);
      }
    }
    if (this.#wrong.length > 0 || this.#untaken > 0) return undefined;
    const misfit = conflict?.(this.#bound);
    if (misfit === undefined) return this.#bound;
    reporter.report(scope, say.argumentsMisfit, this.at, { of: name, ...misfit });
    return undefined;
  }

  #bind(param: Param, value: Expr): void {
    const bound = bindValue(this.binding, this.callee, param, value);
    if (bound === undefined) this.#wrong.push(param.name);
    else this.#bound[param.name] = bound;
  }

  /** Whether no argument has been taken for a parameter. */
  #isFree({ name }: Param): boolean {
    return !(name in this.#bound) && !this.#wrong.includes(name);
  }

  /** Nothing takes this argument: a misspelled word, a second value, or one too many. */
  #untakenArgument(arg: Arg): void {
    const { scope, reporter } = this.binding;
    const { name: of, params } = this.callee;
    if (arg.value.kind === 'missing') return;
    const free = params.filter((p) => this.#isFree(p));
    const callee = calleeOf(arg.value);
    const taken =
      callee === undefined
        ? undefined
        : params.find((p) => p.type.kind === 'builtin' && find(p.type.category, callee.text) !== undefined);
    const categories = free.flatMap((p) => (p.type.kind === 'builtin' ? [p.type.category] : []));
    const words = [
      ...categories.flatMap((c) => builtins[c].map((entry) => entry.name)),
      ...params.flatMap((p) => (p.type.kind === 'word' ? p.type.words : [])),
    ];
    if (callee !== undefined && taken === undefined && words.length > 0) {
      const numbers = free.some((p) => p.type.kind === 'int' || p.type.kind === 'float' || p.type.kind === 'pair');
      const meant = categories.map((category) => answering(category, callee.text)).find((entry) => entry !== undefined);
      const { near, fixes } = reporter.guess(
        placeIn(scope, callee.span),
        callee.text,
        () => [...words, ...(numbers ? scope.constants.names() : [])],
        meant?.name,
      );
      const facts = {
        of,
        word: callee.text,
        categories: [...new Set(categories)],
        numbers,
        wanted: describeAll(free),
        ...(near === undefined ? {} : { near }),
      };
      reporter.report(scope, say.wordNotTaken, callee.span, facts, { fixes });
      return;
    }
    const { value } = arg;
    // Words of other languages stand in quotes.
    const quoted = value.kind === 'string' ? words.find((word) => word === value.value) : undefined;
    const facts = {
      of,
      text: quote(scope, arg),
      wanted: describeAll(free),
      ...(taken === undefined ? {} : { twice: taken.name }),
      ...(quoted === undefined ? {} : { quoted }),
    };
    const fixes = quoted === undefined ? [] : [change(placeIn(scope, value.span), quoted)];
    reporter.report(scope, say.argumentNotTaken, arg.span, facts, { fixes });
  }
}
