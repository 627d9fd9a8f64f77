/** Hyperparameters set from outside: `--set hidden=32`. */
import { nearest } from '../../diagnostics/spelling.js';
import { isMissing, type AutoencoderDecl } from '../../parser/ast.js';
import { listed, type Constant, type Reporter, type Scope } from './context.js';
import { parseSetting, wantedValue } from './parameters.js';

/** Name to text. */
export type Settings = Readonly<Record<string, string>>;

/** The values that settings give to the parameters of an autoencoder. */
export function applySettings(decl: AutoencoderDecl, settings: Settings): ReadonlyMap<string, Constant> {
  const set = new Map<string, Constant>();
  for (const param of decl.params) {
    const text = Object.hasOwn(settings, param.name.text) ? settings[param.name.text] : undefined;
    const value = text === undefined ? undefined : parseSetting(param, text);
    if (value !== undefined) set.set(param.name.text, value);
  }
  return set;
}

/** Reports settings that no autoencoder of the file declares, and values of the wrong type. */
export function checkSettings(base: Scope, reporter: Reporter, declarations: readonly AutoencoderDecl[], settings: Settings): void {
  for (const [name, text] of Object.entries(settings)) {
    const params = declarations.flatMap((d) => d.params);
    const declared = params.filter((p) => p.name.text === name);
    for (const param of declared) {
      if (parseSetting(param, text) !== undefined || isMissing(param.type)) continue;
      reporter.report(base, 'AE2011', param.span, {
        title: `\`${text}\` is no value for \`${name}\``,
        cause: `The parameter is declared as ${param.type.text}.`,
        expected: wantedValue(param),
        found: `\`--set ${name}=${text}\``,
        hint: param.type.text === 'activation' ? 'write the name of an activation, as in `--set act=relu`' : `write ${wantedValue(param)} behind the \`=\``,
      });
    }
    const [first] = declarations;
    if (declared.length > 0 || first === undefined) continue;
    const known = [...new Set(params.map((p) => p.name.text))];
    const meant = nearest(name, known);
    reporter.report(base, 'AE2011', isMissing(first.name) ? first.span : first.name.span, {
      title: `there is no hyperparameter \`${name}\` to set`,
      cause: known.length === 0 ? 'No autoencoder of this file has parameters.' : `The autoencoders of this file have ${listed(known)}.`,
      expected: known.length === 0 ? 'no `--set`' : known.map((k) => `\`${k}\``).join(' or '),
      found: `\`--set ${name}=${text}\``,
      hint: meant !== undefined ? `did you mean \`${meant}\`?` : 'declare it in the parentheses behind the name of the autoencoder',
    });
  }
}
