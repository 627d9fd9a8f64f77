/** Texts of a data set meet the declaration of a variable: words become tokens, −1 behind the end of each text. */
import type { Column, Dataset, TextColumn } from './dataset.js';
import { vocabularyOf, type Vocabulary } from './fit-trees.js';
import type { VariableSpec } from './program.js';
import { failure, success, type Result } from './result.js';

/**
 * A data set whose texts are columns of labels, for the variables that are made of words: those of the vocabularies of a
 * model that is trained, or of the rows that a model is to be trained on.
 * Errors: a text of more words than a sequence holds, or of none.
 */
export function withWords(
  data: Dataset,
  variables: readonly VariableSpec[],
  trained: () => Int32Array,
  vocabularies: Readonly<Record<string, Vocabulary>> | undefined,
): Result<Dataset> {
  const columns: Record<string, Column> = { ...data.columns };
  const made: Record<string, Vocabulary> = {};
  const there = Object.values(data.texts ?? {});
  for (const [i, variable] of variables.filter(({ words }) => words === true).entries()) {
    const text = data.texts?.[variable.name] ?? (columns[variable.name] === undefined ? there[i] : undefined);
    if (text === undefined || variable.domain.kind !== 'category') continue;
    const size = variable.domain.classes - 1;
    const vocabulary = vocabularies?.[variable.name] ?? vocabularyOf(text, trained(), size);
    const own = tokensOf(text, variable, vocabulary);
    if (!own.ok) return own;
    columns[variable.name] = own.value;
    made[variable.name] = vocabulary;
  }
  return success({
    ...data,
    columns,
    ...(Object.keys(made).length === 0 ? {} : { vocabularies: { ...data.vocabularies, ...made } }),
  });
}

function tokensOf(text: TextColumn, variable: VariableSpec, vocabulary: Vocabulary): Result<Column> {
  const length = variable.shape[0]!;
  const tokens = new Map(vocabulary.map((word, i) => [word, i + 1]));
  const own = Int32Array.from(text.words, (word) => tokens.get(word) ?? 0);
  const count = text.leafAt.length - 1;
  const data = new Int32Array(count * length).fill(-1);
  for (let row = 0; row < count; row++) {
    const [from, to] = [text.leafAt[row]!, text.leafAt[row + 1]!];
    if (to - from > length || to === from)
      return failure(
        { path: text.source, row: row + 1 },
        `1 to ${length} words for ${variable.name} (${variable.origin})`,
        String(to - from),
        to === from ? 'leave the line out' : 'make the sequence longer, or split the text; nothing is cut off',
      );
    for (let i = from; i < to; i++) data[row * length + i - from] = own[text.values[i]!]!;
  }
  return success({ shape: variable.shape, data, scale: 1, source: text.source });
}
