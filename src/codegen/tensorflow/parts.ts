/** Into how many parts a batch is cut, to be computed side by side on the cores of a processor. */
import type { ProgramSpec } from '../../runtime/program.js';
import type { Target } from '../targets.js';

/** With fewer examples a part costs more to begin than to compute. */
const rowsOfPart = 32;

/**
 * It depends on the target and the batch and not on the machine, so that the same source gives the
 * same file, and the same sums, wherever it is built.
 */
export function partsOf({ phases }: ProgramSpec, { mostParts }: Target): number {
  const rows = Math.max(...phases.map(({ batch }) => (batch === 'full' ? Infinity : batch)));
  return Math.max(1, Math.min(mostParts, Math.floor(rows / rowsOfPart)));
}
