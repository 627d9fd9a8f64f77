/** The parameters of the call around an offset, and which one is being written. */
import { builtins } from '../builtins/index.js';
import type { Definition } from '../builtins/define.js';
import { syntheticSets } from '../runtime/synthetic/index.js';
import { isEntry } from './names.js';
import { positionIn } from './position.js';
import { aroundOf } from './scope.js';
import type { Service } from './service.js';
import { unitAt } from './syntax.js';
import { declared, heldBy } from './words.js';

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
  const set = position.words[0] === 'data' ? syntheticSets.find(({ name }) => name === call.callee) : undefined;
  if (set !== undefined) {
    const labels = set.parameters.map((one) => `${one.name}: ${one.default}`);
    return {
      label: `${set.name}(${labels.join(', ')})`,
      documentation: set.summary,
      parameters: set.parameters.map(({ summary }, i) => ({ label: labels[i]!, documentation: summary })),
      ...active(set.parameters.map(({ name }) => name)),
    };
  }
  // The front end says what is called; where it could not tell yet, the word does.
  const use = service.names(checked).at(path, call.at + at);
  const entry: Definition | undefined =
    use !== undefined && isEntry(use.to) ? use.to.definition : use === undefined ? anywhere(call.callee!) : undefined;
  if (entry === undefined) return undefined;
  const held = heldBy(entry);
  return {
    label: `${entry.name}(${held.map(({ label }) => label).join(', ')})`,
    documentation: entry.summary,
    parameters: held.map(({ label, documentation }) => ({ label, documentation })),
    ...active(held.map(({ name }) => name)),
  };
}

/** The first entry of a name; layers before all else. */
const anywhere = (word: string): Definition | undefined =>
  (Object.values(builtins) as readonly (readonly Definition[])[]).flat().find(({ name }) => name === word);
