/** `strokes:count=5000,seed=3`: a procedural set by name, with parameters. */
import type { Dataset } from '../dataset.js';
import { failure, success, type Result } from '../result.js';
import { syntheticSets } from './index.js';
import type { SyntheticSet } from './set.js';

/** Whether the text names a procedural set, with or without parameters. */
export const isSynthetic = (text: string): boolean => findSet(text) !== undefined;

const findSet = (text: string): SyntheticSet | undefined => {
  const name = text.split(':', 1)[0];
  return syntheticSets.find((set) => set.name === name);
};

/**
 * Generates the set. `seed` is a parameter of every set; 0 unless given.
 * Errors: no such set or parameter, a value that is no number, out of range or not whole.
 */
export function generateSet(text: string): Result<Dataset> {
  const set = findSet(text);
  if (set === undefined)
    return failure(text, `a procedural set: ${syntheticSets.map(({ name }) => name).join(', ')}`, text);
  const given = text
    .slice(set.name.length + 1)
    .split(',')
    .filter((part) => part !== '');
  const values: Record<string, number> = Object.fromEntries(
    set.parameters.map(({ name, default: value }) => [name, value]),
  );
  let seed = 0;
  for (const part of given) {
    const [name = '', written = ''] = part.split('=', 2).map((side) => side.trim());
    const known = name === 'seed' ? seedSpec : set.parameters.find((parameter) => parameter.name === name);
    if (known === undefined) {
      return failure(
        text,
        `a parameter of ${set.name}: ${[...set.parameters.map((parameter) => parameter.name), 'seed'].join(', ')}`,
        name,
      );
    }
    const value = written === '' ? NaN : Number(written);
    if (
      !Number.isFinite(value) ||
      value < known.minimum ||
      value > known.maximum ||
      (known.integer && !Number.isInteger(value))
    ) {
      return failure(
        text,
        `${name}: ${known.integer ? 'a whole number' : 'a number'} from ${known.minimum} to ${known.maximum}`,
        written === '' ? 'nothing' : written,
      );
    }
    if (name === 'seed') seed = value;
    else values[name] = value;
  }
  const check = set.check?.(values);
  return check === undefined ? success(set.generate(values, seed)) : failure(text, check.expected, check.found);
}

const seedSpec = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, integer: true };
