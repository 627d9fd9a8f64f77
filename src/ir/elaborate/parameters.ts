/** Hyperparameters of autoencoders and parameters of blocks. */
import { find } from '../../builtins/index.js';
import { isMissing, type Arg, type Expr, type ParamDecl, type Span } from '../../parser/ast.js';
import { bindCall, type NameResolver } from './bind.js';
import { constantInteger, constantNumber } from './constants.js';
import { suggestion, type Constant, type Reporter, type Scope } from './context.js';

const types = ['int', 'float', 'bool', 'activation'] as const;
type ParamKind = (typeof types)[number];

const kindOf = (decl: ParamDecl): ParamKind | undefined =>
  isMissing(decl.type) ? undefined : types.find((type) => type === (isMissing(decl.type) ? '' : decl.type.text));

/** Paths mean nothing where parameters are evaluated. */
const noNames: NameResolver = { tensor: () => undefined, layer: () => undefined, latent: () => undefined, weights: () => undefined };

/** The value of an argument or default for a parameter of the given type. */
function evaluate(scope: Scope, reporter: Reporter, decl: ParamDecl, expr: Expr): Constant | undefined {
  const kind = kindOf(decl);
  switch (kind) {
    case undefined:
      if (!isMissing(decl.type)) {
        reporter.report(scope, 'AE2002', decl.type.span, {
          title: `there is no parameter type \`${decl.type.text}\``,
          cause: 'Parameters are whole numbers, numbers, truth values or activations.',
          expected: types.join(', '),
          found: `\`${decl.type.text}\``,
          ...suggestion(scope, decl.type.text, decl.type.span, types),
        });
      }
      return undefined;
    case 'int':
      return constantInteger(scope, reporter, expr, Number.MIN_SAFE_INTEGER, `\`${decl.name.text}\``);
    case 'float':
      return constantNumber(scope, reporter, expr);
    case 'activation':
      return bindCall({ scope, reporter, names: noNames }, 'activation', expr, 'an activation');
    case 'bool': {
      const text = expr.kind === 'path' && expr.parts.length === 1 ? expr.parts[0]!.text : '';
      const passed = scope.constants.get(text);
      if (text === 'true' || text === 'false') return text === 'true';
      if (typeof passed === 'boolean') return passed;
      reporter.report(scope, 'AE2005', expr.span, { title: `\`${decl.name.text}\` must be true or false`, cause: 'It is declared as bool.', expected: 'true or false' });
      return undefined;
    }
  }
}

/**
 * The constants inside a block: its arguments, evaluated where it is used, and its defaults,
 * evaluated where it is declared.
 */
export function bindParameters(
  use: Scope,
  reporter: Reporter,
  params: readonly ParamDecl[],
  args: readonly Arg[],
  at: Span,
  inside: Scope,
): ReadonlyMap<string, Constant> {
  const constants = new Map<string, Constant>();
  const free = [...params];
  for (const arg of [...args.filter((a) => a.name !== undefined), ...args.filter((a) => a.name === undefined)]) {
    const index = arg.name === undefined ? 0 : free.findIndex((p) => p.name.text === arg.name!.text);
    const decl = free[index];
    if (decl === undefined) {
      reporter.report(use, arg.name === undefined ? 'AE2003' : 'AE2004', arg.span, {
        title: arg.name === undefined ? 'too many arguments' : `there is no parameter \`${arg.name.text}\``,
        cause: params.length === 0 ? 'It takes none.' : `It takes ${params.map((p) => p.name.text).join(', ')}.`,
        ...(arg.name === undefined ? {} : suggestion(use, arg.name.text, arg.name.span, params.map((p) => p.name.text))),
      });
      continue;
    }
    free.splice(index, 1);
    const value = evaluate(use, reporter, decl, arg.value);
    if (value !== undefined) constants.set(decl.name.text, value);
  }
  for (const decl of free) {
    if (decl.default === undefined) {
      reporter.report(use, 'AE2006', at, {
        title: `\`${decl.name.text}\` needs a value`,
        cause: 'The parameter has no default.',
        hint: `pass \`${decl.name.text}: …\`, or give it a default where it is declared`,
      });
      continue;
    }
    const value = evaluate({ ...inside, constants }, reporter, decl, decl.default);
    if (value !== undefined) constants.set(decl.name.text, value);
  }
  return constants;
}

/** A hyperparameter set from outside (`--set hidden=32`); undefined where the text is no value of its type. */
export function parseSetting(decl: ParamDecl, text: string): Constant | undefined {
  const kind = kindOf(decl);
  const value = Number(text);
  if (kind === 'int') return text.trim() !== '' && Number.isInteger(value) ? value : undefined;
  if (kind === 'float') return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
  if (kind === 'bool') return text === 'true' ? true : text === 'false' ? false : undefined;
  const definition = find('activation', text);
  if (definition === undefined) return undefined;
  return { kind: 'call', definition, args: Object.fromEntries(definition.params.map((p) => [p.name, p.default as number])) };
}
