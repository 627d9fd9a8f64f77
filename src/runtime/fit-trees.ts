/** Trees of a data set meet the declaration of a variable: words become tokens, labels are checked. */
import { elements, type Column, type Dataset } from './dataset.js';
import type { VariableSpec } from './program.js';
import { failure, success, type Result } from './result.js';
import type { TreeColumn } from './trees.js';

/** The words of a model, in the order of their tokens from 1 on. */
export type Vocabulary = readonly string[];

/**
 * The trees of a data set, as the variables that are made of trees declare them, with vocabularies: those of a model that is
 * trained, or of the trees that a model is to be trained on.
 */
export function fitTrees(
  data: Dataset,
  variables: readonly VariableSpec[],
  trained: () => Int32Array,
  vocabularies: Readonly<Record<string, Vocabulary>> | undefined,
  fitColumn: (column: Column, variable: VariableSpec) => Result<Column>,
): Result<Pick<Dataset, 'trees' | 'vocabularies'>> {
  const wanted = variables.filter(({ tree }) => tree?.at === 'leaves');
  const there = Object.values(data.trees ?? {});
  const trees: Record<string, TreeColumn> = {};
  const made: Record<string, Vocabulary> = {};
  for (const [i, variable] of wanted.entries()) {
    const column = data.trees?.[variable.name] ?? there[i];
    if (column === undefined) {
      const { source = 'data' } = Object.values(data.columns)[0] ?? {};
      return failure(
        source,
        `trees for ${variable.name} (${variable.origin})`,
        `columns ${Object.keys(data.columns).join(', ')}`,
      );
    }
    let leaves: Result<TreeColumn>;
    if (variable.domain.kind === 'category' && column.values instanceof Int32Array) {
      const vocabulary = vocabularies?.[variable.name] ?? vocabularyOf(column, trained(), variable.domain.classes - 1);
      made[variable.name] = vocabulary;
      leaves = success(column.words === undefined ? column : withTokens(column, vocabulary));
    } else leaves = withNumbers(column, variable, fitColumn);
    if (!leaves.ok) return leaves;
    const label = variables.find(({ tree }) => tree?.of === variable.name && tree.at === 'nodes');
    const labelled = label === undefined ? leaves : withLabels(leaves.value, label);
    if (!labelled.ok) return labelled;
    trees[variable.name] = labelled.value;
  }
  return success(
    wanted.length === 0 ? {} : { trees, ...(Object.keys(made).length === 0 ? {} : { vocabularies: made }) },
  );
}

/** Trees of numbers, which are in the domain of the variable. */
function withNumbers(
  column: TreeColumn,
  variable: VariableSpec,
  fitColumn: (column: Column, variable: VariableSpec) => Result<Column>,
): Result<TreeColumn> {
  const { source, width, words, values } = column;
  const size = elements(variable.shape);
  if (words !== undefined)
    return failure(source, `leaves of ${size} numbers for ${variable.name} (${variable.origin})`, 'words');
  if (variable.domain.kind === 'category')
    return failure(source, `words at the leaves for ${variable.name} (${variable.origin})`, 'numbers');
  const leaves = fitColumn({ shape: [width], data: values, scale: 1, source }, variable);
  return leaves.ok ? success({ ...column, values: Float32Array.from(leaves.value.data) }) : leaves;
}

/**
 * The words that stand most often at the leaves of the given trees, or in the given texts, at most `size`; of words as frequent, those that
 * come first in the alphabet of code points.
 */
export function vocabularyOf(
  column: Pick<TreeColumn, 'leafAt' | 'values' | 'words'>,
  trees: ArrayLike<number>,
  size: number,
): Vocabulary {
  const counts = new Float64Array(column.words?.length ?? 0);
  for (let i = 0; i < trees.length; i++)
    for (let leaf = column.leafAt[trees[i]!]!; leaf < column.leafAt[trees[i]! + 1]!; leaf++)
      counts[column.values[leaf]!]!++;
  return (column.words ?? [])
    .map((word, i) => ({ word, count: counts[i]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, size)
    .map(({ word }) => word);
}

/** Words as tokens; a word that the vocabulary does not hold is 0. */
export function withTokens(column: TreeColumn, vocabulary: Vocabulary): TreeColumn {
  const tokens = new Map(vocabulary.map((word, i) => [word, i + 1]));
  const own = Int32Array.from(column.words ?? [], (word) => tokens.get(word) ?? 0);
  const { words: _, ...rest } = column;
  return { ...rest, values: column.values.map((word) => own[word]!) };
}

/** Labels as the declaration has them: −1 where none is known, one-hot where probabilities are declared. */
export function withLabels(column: TreeColumn, label: VariableSpec): Result<TreeColumn> {
  const { domain, shape } = label;
  const nodes = 2 * column.leafAt.at(-1)! - (column.leafAt.length - 1);
  const values = column.labels?.values ?? new Int32Array(nodes).fill(-1);
  if (!(values instanceof Int32Array)) return success(column);
  const classes = domain.kind === 'category' ? domain.classes : (shape.at(-1) ?? 1);
  const bad = values.findIndex((value) => value >= classes);
  if (bad >= 0) {
    const tree = column.leafAt.findIndex((_, i) => 2 * column.leafAt[i + 1]! - (i + 1) > bad);
    return failure(
      column.source,
      `labels from 0 to ${classes - 1} for ${label.name} (${label.origin})`,
      `${values[bad]} in tree ${tree + 1}`,
      values[bad] === classes ? 'labels count from 0' : '',
    );
  }
  if (domain.kind === 'category') return success({ ...column, labels: { values, width: 1 } });
  const hot = new Float32Array(values.length * classes);
  values.forEach((value, i) => {
    if (value >= 0) hot[i * classes + value] = 1;
  });
  return success({ ...column, labels: { values: hot, width: classes } });
}
