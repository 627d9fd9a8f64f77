/** Classes that data name. */
import type { Column } from './dataset.js';
import type { VariableSpec } from './program.js';
import { failure, success, type Result } from './result.js';

/** Names of classes as the numbers that a model knows them by: those of its training, or of these data where it has none yet. */
export function withClasses(
  column: Column,
  variable: VariableSpec,
  known: readonly string[] | undefined,
): Result<Column> {
  const { names: own, source } = column;
  if (own === undefined || variable.domain.kind !== 'category') return success(column);
  const all = known ?? own;
  const listed = (list: readonly string[]): string =>
    `${list.slice(0, 8).join(', ')}${list.length > 8 ? `, … (${list.length})` : ''}`;
  if (all.length > variable.domain.classes)
    return failure(
      source,
      `at most ${variable.domain.classes} classes in ${variable.name} (${variable.origin})`,
      `${all.length}: ${listed(all)}`,
      `write \`${variable.name}: category(${all.length})\``,
    );
  const strange = own.filter((name) => !all.includes(name));
  if (strange.length > 0)
    return failure(
      source,
      `classes of ${variable.name} that the model was trained with: ${listed(all)}`,
      listed(strange),
      'correct them, or leave their rows out',
    );
  const numbers = own.map((name) => all.indexOf(name));
  return success({
    ...column,
    names: all,
    data: Float32Array.from(column.data, (value) => (Number.isNaN(value) ? NaN : numbers[value]!)),
  });
}
