/** Into how many parts a batch is cut, to be computed side by side on the cores of a processor. */
import type { ProgramSpec } from '../../runtime/program.js';
import { isFed } from '../../runtime/signatures.js';
import { formOf, type Form, type Target } from '../targets.js';

/** With fewer examples a part costs more to begin than to compute. */
const rowsOfPart = 32;

/**
 * As many as are asked for. Else it depends on the target and the batch and not on the machine, so that
 * the same source gives the same file, and the same sums, wherever it is built. Graphs alone have parts, and of
 * those the ones that hold their examples.
 */
export function partsOf(
  spec: ProgramSpec,
  target: Target,
  { form, parts }: { readonly form?: Form; readonly parts?: number },
): number {
  if (formOf(target, form) !== 'graph') return 1;
  if (isFed(spec)) return 1;
  const rows = Math.max(...spec.phases.map(({ batch }) => (batch === 'full' ? Infinity : batch)));
  return parts ?? Math.max(1, Math.min(target.mostParts, Math.floor(rows / rowsOfPart)));
}
