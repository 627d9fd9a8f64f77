/** Texts of a data set meet the declaration of a variable: words become tokens, −1 behind the end of each text. */
import { elements, type Column, type Dataset, type TextColumn } from './dataset.js';
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
  for (const variable of variables) {
    const text = data.texts?.[variable.name];
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

/** The texts of a data set by the variables that are made of words: lines of files, and fields of tables. */
export function withTexts(data: Dataset, variables: readonly VariableSpec[]): Dataset {
  const fields = new Set<string>();
  const free = Object.entries(data.texts ?? {}).filter(([name]) => !variables.some((one) => one.name === name));
  const texts: Record<string, TextColumn> = {};
  for (const variable of variables.filter(({ words }) => words === true)) {
    const { name } = variable;
    const column = data.columns[name];
    const lines = data.texts?.[name] ?? (column === undefined ? free.shift()?.[1] : undefined);
    if (lines !== undefined) texts[name] = isOneWord(variable) ? asWords(lines) : lines;
    else if (column?.names !== undefined) {
      texts[name] = textsIn(column, column.names, isOneWord(variable));
      fields.add(name);
    }
  }
  if (Object.keys(texts).length === 0) return data;
  const columns = Object.fromEntries(Object.entries(data.columns).filter(([name]) => !fields.has(name)));
  return { ...data, columns, texts };
}

const isOneWord = ({ shape }: VariableSpec): boolean => shape.length === 0;

/** Fields of a table: words stand between spaces, unless the whole field is one. Nothing stands where nothing is known. */
function textsIn({ data, source }: Column, fields: readonly string[], areWords: boolean): TextColumn {
  const split = fields.map((field) => (areWords ? [field] : field.split(/\s+/u).filter((word) => word !== '')));
  const numbers = new Map<string, number>();
  const numbered = split.map((words) =>
    words.map((word) => {
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      return number;
    }),
  );
  const [leafAt, values]: [number[], number[]] = [[0], []];
  for (const field of data) {
    for (const word of numbered[field] ?? []) values.push(word);
    leafAt.push(values.length);
  }
  return { leafAt: Int32Array.from(leafAt), values: Int32Array.from(values), words: [...numbers.keys()], source };
}

/** Texts as words: each as a whole. */
function asWords({ leafAt, values, words, source }: TextColumn): TextColumn {
  const lines = Array.from({ length: leafAt.length - 1 }, (_, row) =>
    Array.from(values.subarray(leafAt[row], leafAt[row + 1]), (word) => words[word]!).join(' '),
  );
  const names = [...new Set(lines)];
  const numbers = new Map(names.map((line, number) => [line, number]));
  return textsIn(
    { shape: [], data: Int32Array.from(lines, (line) => numbers.get(line)!), scale: 1, source },
    names,
    true,
  );
}

function tokensOf(text: TextColumn, variable: VariableSpec, vocabulary: Vocabulary): Result<Column> {
  const length = elements(variable.shape);
  const least = variable.partial === 'positions' ? 1 : variable.optional === true ? 0 : length;
  const tokens = new Map(vocabulary.map((word, i) => [word, i + 1]));
  const own = Int32Array.from(text.words, (word) => tokens.get(word) ?? 0);
  const count = text.leafAt.length - 1;
  const data = new Int32Array(count * length).fill(-1);
  for (let row = 0; row < count; row++) {
    const [from, to] = [text.leafAt[row]!, text.leafAt[row + 1]!];
    if (to - from > length || to - from < least)
      return failure(
        { path: text.source, row: row + 1 },
        `${least === length ? '' : `${least} to `}${length} word${length === 1 ? '' : 's'} for ${variable.name} (${variable.origin})`,
        String(to - from),
        to === from ? 'leave the line out' : 'make the sequence longer, or split the text; nothing is cut off',
      );
    for (let i = from; i < to; i++) data[row * length + i - from] = own[text.values[i]!]!;
  }
  return success({ shape: variable.shape, data, scale: 1, source: text.source });
}
