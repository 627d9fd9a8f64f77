/** The parameters of the call around an offset, and which one is being written. */
import { builtins } from '../builtins/index.js';
import type { Definition } from '../builtins/define.js';
import { describe } from '../ir/elaborate/signatures.js';
import { isEntry } from './names.js';
import { positionIn } from './position.js';
import { aroundOf } from './scope.js';
import type { Service } from './service.js';
import { unitAt } from './syntax.js';
import { declared, paramLabel } from './words.js';

export interface Signature {
  readonly label: string;
  readonly documentation: string;
  readonly parameters: readonly { readonly label: string; readonly documentation: string }[];
  /** Of the parameters; absent where none is meant. */
  readonly active?: number;
}

export function signatureAt(service: Service, path: string, offset: number): Signature | undefined {
  const checked = service.checked(path);
  const found = checked && unitAt(checked.root, offset);
  if (checked === undefined || found === undefined) return undefined;
  const { unit, at } = found;
  const position = positionIn(unit, offset - at);
  if (position.blocked === 'comment') return undefined;
  const call = [...position.calls].reverse().find(({ callee }) => callee !== undefined);
  if (call === undefined) return undefined;
  const active = (names: readonly string[]): { readonly active?: number } => {
    const index = call.name === undefined ? call.index : names.indexOf(call.name);
    return index >= 0 && index < names.length ? { active: index } : {};
  };
  const block = aroundOf(checked, unit)?.blocks.get(call.callee!);
  if (block !== undefined) {
    const { params, doc } = block.declaration;
    const labels = params.map((param) => declared(param, block.unit));
    return {
      label: `${call.callee!}(${labels.join(', ')})`,
      documentation: doc,
      parameters: labels.map((label) => ({ label, documentation: '' })),
      ...active(params.map(({ name }) => name.text)),
    };
  }
  // The front end says what is called; where it could not tell yet, the word does.
  const use = service.names(checked).at(path, call.at + at);
  const entry: Definition | undefined =
    use !== undefined && isEntry(use.to) ? use.to.definition : use === undefined ? anywhere(call.callee!) : undefined;
  if (entry === undefined) return undefined;
  const params = entry.category === 'distribution' ? [entry.size, ...entry.params] : entry.params;
  const labels = params.map(paramLabel);
  return {
    label: `${entry.name}(${labels.join(', ')})`,
    documentation: entry.summary,
    parameters: params.map((param, i) => ({
      label: labels[i]!,
      documentation: `${describe(param)}. ${param.summary}`,
    })),
    ...active(params.map(({ name }) => name)),
  };
}

/** The first entry of a name; layers before all else. */
const anywhere = (word: string): Definition | undefined =>
  (Object.values(builtins) as readonly (readonly Definition[])[]).flat().find(({ name }) => name === word);
