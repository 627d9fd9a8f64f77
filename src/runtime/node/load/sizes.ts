/** Sizes that a file declares, before anything is made of them. */
import { elements } from '../../dataset.js';
import { failure, success, type Place, type Result } from '../../result.js';
import { inBytes, largestFile } from '../files.js';

export const sizesText = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;

/** The number of elements. Errors: a size below zero, no example, examples of nothing, more than can be held. */
export function countOf(sizes: readonly number[], bytesEach: number, place: Place, most = largestFile): Result<number> {
  const [examples = 0, ...shape] = sizes;
  if (sizes.some((n) => !Number.isSafeInteger(n) || n < 0))
    return failure(place, 'sizes that are whole numbers, 0 or more', sizesText(sizes), 'the file is damaged');
  if (examples === 0) return failure(place, 'at least one example', sizesText(sizes));
  if (elements(shape) === 0) return failure(place, 'at least one number in an example', sizesText(sizes));
  const count = elements(sizes);
  if (count * bytesEach <= most) return success(count);
  return failure(
    place,
    `arrays of at most ${inBytes(most)}`,
    `${sizesText(sizes)}, ${count * bytesEach > 2 ** 60 ? 'far more' : inBytes(count * bytesEach)}`,
    'cut it into several, or save it in a smaller type: uint8 for pictures',
  );
}
