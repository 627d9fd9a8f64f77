/** The loss: J = 1/B Σ_b [Σ_r w_r ℓ_r] + Σ_p Ω_p, term by term, from docs/language.md §7. */
import { broadcast, mask, reshape } from './arrays.js';
import { batchMean, valueOf } from './expressions.js';
import type { Forward } from './forward.js';
import { maskOf } from './missing.js';
import type { Condition, Term } from './model.js';
import type { Moment } from './schedules.js';
import { mul, type Shape, type Value } from './tape.js';

/** One value a term, weighted, in the model's order. */
export const terms = (forward: Forward, moment: Moment): readonly Value[] =>
  forward.model.terms.map((term) => termOf(forward, term, moment));

function termOf(forward: Forward, { value, where, at }: Term, moment: Moment): Value {
  if (at !== undefined) throw new Error('trees are not interpreted');
  const hidden = where.filter((one) => one.kind === 'hidden');
  const chosen = (shape: Shape): Value | undefined =>
    hidden.length === 0
      ? undefined
      : hidden.map((one) => broadcast(forward.gone(one.variable, one.index), shape)).reduce(mul);
  const each = value.type.rate === 'each';
  const number = valueOf({ forward, moment, as: 'term', chosen }, value);
  // §7: the mean is still over all rows of the batch.
  const rows = where.flatMap((one) => rowsOf(forward, one));
  if (rows.length === 0) return batchMean(number, each);
  if (!each) throw new Error('a number of the batch has no rows');
  return batchMean(rows.reduce(mul, reshape(number, [forward.batchSize])), true);
}

/** 1 on the rows where a condition holds; nothing where it is of elements. */
function rowsOf(forward: Forward, condition: Condition): readonly Value[] {
  switch (condition.kind) {
    case 'equals': {
      const labels = forward.fed(condition.variable);
      return [mask([forward.batchSize], (i) => labels.data[i] === condition.value)];
    }
    case 'hidden':
      return [];
    case 'known':
    case 'missing': {
      const there = maskOf(forward, forward.variable(condition.variable))!;
      return [mask([forward.batchSize], (i) => there.data[i] === (condition.kind === 'known' ? 1 : 0))];
    }
  }
}
