/** Mutants that were looked at and mean what the source means: no test can know them. */
import type { Mutant } from './mutants.js';

interface Equivalent extends Pick<Mutant, 'file' | 'before' | 'after'> {
  readonly reason: string;
}

const equivalents: readonly Equivalent[] = [];

/** Why no test can notice a mutant, where that is known. */
export const sameMeaning = (mutant: Mutant): string | undefined =>
  equivalents.find(
    ({ file, before, after }) => file === mutant.file && before === mutant.before && after === mutant.after,
  )?.reason;
