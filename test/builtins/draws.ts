/** Arguments of the types that the registry declares, as they are drawn. */
import type { ArgValue, ExampleShape, Param } from '../../src/builtins/arguments.js';
import type { Misfit } from '../../src/builtins/define.js';
import type { Stream } from '../interpreter/compare/random.js';
import { defaultCall } from './defaults.js';

/** A value that the type allows; undefined where the default has to do. */
export function valueOf(r: Stream, { type, default: value }: Param): ArgValue | undefined {
  const small = (min: number): number => min + r.int(0, 3);
  switch (type.kind) {
    case 'int':
      return Math.min(type.max ?? 9, small(type.min ?? 1));
    case 'bool':
      return r.chance(0.5);
    case 'word':
      return r.pick(type.words);
    case 'pair':
      return r.chance(0.5) ? small(type.min) : [small(type.min), small(type.min)];
    case 'dims':
      return Array.from({ length: r.int(1, 3) }, () => small(1));
    case 'padding':
      return r.pick(['same', 'valid', r.int(0, 2), [r.int(0, 2), r.int(0, 2)]] as const);
    case 'builtin':
      return value === undefined ? undefined : defaultCall(type.category, String(value));
    default:
      return value;
  }
}

export const drawnShape = (r: Stream): ExampleShape => Array.from({ length: r.int(1, 3) }, () => r.int(1, 8));

/** What is wrong with the words in which something is refused. */
export const faultIn = ({ expected, found }: Misfit): string | undefined => {
  const words = `${expected}; ${found}`;
  if (expected === '' || found === '') return `nothing is said: ${words}`;
  // A number of things that no whole number is was reckoned and not asked.
  if (/NaN|undefined|Infinity|\d\.\d/.test(words)) return `numbers that nobody can set: ${words}`;
  return expected.includes(found) && /^\d+$/.test(found) && expected.split(' ')[0] === found
    ? `what is found is what was expected: ${words}`
    : undefined;
};
