/** Mutants that were looked at and mean what the source means: no test can know them. */
import type { Mutant } from './mutants.js';

interface Equivalent extends Pick<Mutant, 'file' | 'before' | 'after'> {
  readonly reason: string;
}

const equivalents: readonly Equivalent[] = [
  {
    file: 'src/ir/graph/build.ts',
    before: 'this.#scalars.set(value, node);',
    after: ';',
    reason: 'a cache of nodes, which the passes share where it does not',
  },
  {
    file: 'src/ir/elaborate/lets.ts',
    before: 'waiting.push(next.left, next.right)',
    after: 'waiting.push(next.right, next.left)',
    reason: 'the names in an expression are a set',
  },
  {
    file: 'src/ir/elaborate/reporter.ts',
    before: 'this.#wounds.set(unit, lines);',
    after: ';',
    reason: 'a cache of what is computed again where it is not there',
  },
  {
    file: 'src/ir/elaborate/parameters.ts',
    before: 'this.#next.set(key, i);',
    after: ';',
    reason: 'where to look on, which saves looking at what is taken',
  },
  {
    file: 'src/ir/resolve/declare.ts',
    before: 'isOne(before, symbol)',
    after: 'isOne(symbol, before)',
    reason: 'being one is symmetric',
  },
  {
    file: 'src/ir/elaborate/measures.ts',
    before: "site === 'nodes'",
    after: "site !== 'nodes'",
    reason: 'there are as many different answers',
  },
];

/** Being the same is symmetric. */
const symmetric = /^same(?:Shape|Dim)\(/;

/** Derivatives that nobody asks for are not read, and pruned: to leave them out saves making them. */
const asked = /^needs\[\w+\] === true \?/;

/** Why no test can notice a mutant, where that is known. */
export const sameMeaning = (mutant: Mutant): string | undefined =>
  mutant.kind === 'arguments' && symmetric.test(mutant.before)
    ? 'being the same is symmetric'
    : mutant.kind === 'always' && asked.test(mutant.before)
      ? 'derivatives that nobody asks for are pruned'
      : equivalents.find(
          ({ file, before, after }) => file === mutant.file && before === mutant.before && after === mutant.after,
        )?.reason;
