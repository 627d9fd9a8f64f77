/** Hyperparameters set from outside: `--set hidden=32`. */
import { finding, type Finding } from '../../diagnostics/finding.js';
import * as say from '../../diagnostics/messages/numbers.js';
import { nearest } from '../../diagnostics/spelling.js';
import { isMissing, type AutoencoderDecl } from '../../parser/ast.js';
import type { Autoencoder } from '../resolve/sources.js';
import { parseSetting, wantedValue } from './parameters.js';
import type { Constant } from './scope.js';

/** Name to text. */
export type Settings = Readonly<Record<string, string>>;

/** The values that settings give to the parameters of an autoencoder. */
export function valuesOf({ params }: AutoencoderDecl, settings: Settings): ReadonlyMap<string, Constant> {
  const set = new Map<string, Constant>();
  for (const param of params) {
    const text = Object.hasOwn(settings, param.name.text) ? settings[param.name.text] : undefined;
    const value = text === undefined ? undefined : parseSetting(param, text);
    if (value !== undefined) set.set(param.name.text, value);
  }
  return set;
}

/** Settings that no autoencoder of the file declares, and values of the wrong type. */
export function checkSettings(autoencoders: readonly Autoencoder[], settings: Settings): readonly Finding[] {
  const declared = autoencoders.flatMap(({ unit, declaration }) =>
    declaration.params.map((param) => ({ unit, param })),
  );
  return Object.entries(settings).flatMap(([name, text]) => {
    const own = declared.filter(({ param }) => param.name.text === name);
    if (own.length > 0) {
      return own.flatMap(({ unit, param }) =>
        parseSetting(param, text) !== undefined || isMissing(param.type)
          ? []
          : [
              finding(
                say.unusableSetting,
                { unit, span: param.span },
                { name, text, type: param.type.text, wanted: wantedValue(param) },
              ),
            ],
      );
    }
    const [first] = autoencoders;
    if (first === undefined) return [];
    const { unit, declaration } = first;
    const span = isMissing(declaration.name) ? declaration.span : declaration.name.span;
    const known = [...new Set(declared.map(({ param }) => param.name.text))];
    const near = nearest(name, known);
    return [
      finding(say.unknownSetting, { unit, span }, { name, text, known, ...(near === undefined ? {} : { near }) }),
    ];
  });
}
