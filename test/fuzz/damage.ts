/** Whole files, damaged: by tokens, by bytes, and as they look while somebody types. */
import { files, pieces, statements, words } from './corpus.js';
import type { Random } from './random.js';

/** Up to six pieces removed, doubled, replaced, put in, moved, or taken over from another file. */
export function tokenMutation(random: Random): string {
  let tokens = pieces(random.pick(files));
  for (let left = random.between(1, 6); left > 0; left--) tokens = mutated(random, tokens);
  return tokens.join('');
}

function mutated(random: Random, tokens: readonly string[]): readonly string[] {
  const at = random.below(tokens.length + 1);
  const length = random.chance(0.8) ? random.between(1, 4) : random.between(1, 60);
  const [before, cut, after] = [tokens.slice(0, at), tokens.slice(at, at + length), tokens.slice(at + length)];
  switch (random.below(7)) {
    case 0:
      return [...before, ...after];
    case 1:
      return [...before, ...cut, ...cut, ...after];
    case 2:
      return [...before, random.pick(words), ...after];
    case 3:
      return [...before, random.pick(words), ...cut, ...after];
    case 4:
      return [...before, ...after.slice(0, length), ...cut, ...after.slice(length)];
    case 5:
      return [...before, '\n', random.pick(statements), '\n', ...cut, ...after];
    default: {
      const other = pieces(random.pick(files));
      const from = random.below(other.length + 1);
      return [...before, ...other.slice(from, from + random.between(1, 80)), ...after];
    }
  }
}

/** Up to eight bytes of the file's UTF-8 changed, dropped or put in; what is no UTF-8 any more is decoded as editors do. */
export function byteMutation(random: Random): string {
  const bytes = [...new TextEncoder().encode(random.pick(files))];
  for (let left = random.between(1, 8); left > 0; left--) {
    const at = random.below(bytes.length + 1);
    const kind = random.below(5);
    if (kind === 0) bytes.splice(at, random.between(1, 3));
    else if (kind === 1) bytes.splice(at, 0, random.below(256));
    else if (kind === 2) bytes[at] = random.below(256);
    else if (kind === 3) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else bytes.splice(at, 0, ...bytes.slice(at, at + random.between(1, 20)));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** A file that is being written: a statement half typed at its end, or in its middle, with or without the brackets that editors add. */
export function typing(random: Random): string {
  const file = random.pick(files);
  const at = random.below(file.length + 1);
  const statement = random.pick(statements);
  const typed = statement.slice(0, random.between(0, statement.length));
  const before = `${file.slice(0, at)}${random.chance(0.5) ? '\n' : ''}${typed}`;
  switch (random.below(4)) {
    case 0:
      return before;
    case 1:
      return before + closing(before);
    case 2:
      return `${before}${random.chance(0.5) ? '\n' : ''}${file.slice(at)}`;
    default: {
      // Backspace: what stood there is gone in part.
      const back = random.below(30);
      return before.slice(0, Math.max(0, before.length - back)) + file.slice(at + random.below(30));
    }
  }
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** What closes the brackets that are open at the end of a text. */
function closing(text: string): string {
  const open: string[] = [];
  for (const character of text) {
    const closer = closers[character];
    if (closer !== undefined) open.push(closer);
    else if (character === open.at(-1)) open.pop();
  }
  return open.reverse().join('');
}
