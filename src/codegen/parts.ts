/** Into how many parts a batch is cut, to be computed side by side on the cores of a processor. */
import type { ProgramSpec } from '../runtime/program.js';
import { isFed } from '../runtime/signatures.js';
import { formOf, type Form, type Target } from './targets.js';

/** With fewer examples a part costs more to begin than to compute. */
export const rowsOfPart = 32;

/**
 * As many as are asked for, or as many as threads that are. Else it depends on the target and the batch and not on the machine, so that
 * the same source gives the same file, and the same sums, wherever it is built. Graphs that hold their examples have
 * parts, and programs of kernels that threads compute; the examples of trees, whose nodes stand in arrays of a batch, have none.
 */
export function partsOf(
  spec: ProgramSpec,
  target: Target,
  { form, parts, threads }: { readonly form?: Form; readonly parts?: number; readonly threads?: number },
): number {
  if (formOf(target, form) !== 'graph' && parts === undefined && threads === undefined) return 1;
  if (isFed(spec)) return 1;
  const rows = Math.max(...spec.phases.map(({ batch }) => (batch === 'full' ? Infinity : batch)));
  return parts ?? Math.max(1, Math.min(threads ?? target.mostParts, Math.floor(rows / rowsOfPart)));
}
