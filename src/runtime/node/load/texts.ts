/** Texts of a file, one a line; words stand between spaces. */
import type { TextColumn } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { readBytes } from '../files.js';

/** What one file may hold, in bytes. */
const most = 2 ** 29;

/** Empty lines are left out. Errors: a file that cannot be read, or is no UTF-8 text; no line with a word. */
export async function loadTexts(path: string): Promise<Result<TextColumn>> {
  const bytes = await readBytes(path, most, 'take a part of the file');
  if (!bytes.ok) return bytes;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.value);
  } catch {
    return failure(path, 'a text in UTF-8, one example a line', 'other bytes');
  }
  const [leafAt, values]: [number[], number[]] = [[0], []];
  const words = new Map<string, number>();
  for (const line of text.split(/\r?\n/)) {
    const own = line.split(/\s+/u).filter((word) => word !== '');
    if (own.length === 0) continue;
    for (const word of own) {
      const known = words.get(word) ?? words.size;
      words.set(word, known);
      values.push(known);
    }
    leafAt.push(values.length);
  }
  if (values.length === 0) return failure(path, 'lines of words', 'none');
  return success({
    leafAt: Int32Array.from(leafAt),
    values: Int32Array.from(values),
    words: [...words.keys()],
    source: path,
  });
}
