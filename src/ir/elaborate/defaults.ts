/** Calls with the values that hold where nothing is written. */
import type { Args, ArgValue, CallOf, Param } from '../../builtins/arguments.js';
import type { Category, Definition } from '../../builtins/define.js';
import { find } from '../../builtins/index.js';

export function defaultValue(param: Pick<Param, 'name' | 'type' | 'default'>): ArgValue {
  if (param.type.kind !== 'builtin') return param.default as ArgValue;
  const definition = find(param.type.category, String(param.default));
  if (definition === undefined)
    throw new Error(`default ${String(param.default)} of ${param.name} is not in the registry`);
  return { kind: 'call', definition, args: defaultArgs(definition) };
}

/** Every argument that has a default; the others are for whoever derives the call. */
export function defaultArgs(definition: Definition): Args {
  const args: Record<string, ArgValue> = {};
  for (const param of definition.params) if (param.default !== undefined) args[param.name] = defaultValue(param);
  return args;
}

/** Default values, each made once: every layer of a file has the same first weights. */
export class Defaults {
  readonly #made = new Map<Param, ArgValue>();

  of(param: Param): ArgValue {
    const known = this.#made.get(param);
    if (known !== undefined) return known;
    const made = defaultValue(param);
    this.#made.set(param, made);
    return made;
  }
}

/** The call of an entry with all defaults. */
export const defaultCall = <C extends Category>(category: C, name: string): CallOf<C> =>
  defaultValue({ name, type: { kind: 'builtin', category }, default: name }) as CallOf<C>;
