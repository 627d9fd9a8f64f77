/** Makes the text of a failing model smaller, as long as it fails in the same way. */

/** Whether a text still fails as the first one did. */
export type Fails = (text: string) => Promise<boolean>;

/** Leaves out whatever can be left out, largest pieces first, until nothing more can. At most `most` texts are tried. */
export async function shrunk(text: string, fails: Fails, most = 400): Promise<string> {
  let [now, tried] = [text, 0];
  for (let changed = true; changed && tried < most;) {
    changed = false;
    for (const candidate of candidates(now)) {
      if (tried++ >= most) break;
      if (!(await fails(candidate))) continue;
      now = candidate;
      changed = true;
      break;
    }
  }
  return now;
}

/** Smaller texts: without a braced piece, without a line, without an argument, a corruption or a summand. */
function* candidates(text: string): Generator<string> {
  const lines = text.split('\n');
  for (const [from, to] of braced(lines)) yield without(lines, from, to);
  for (let i = 0; i < lines.length; i++)
    if (/^\s+\S/.test(lines[i]!) && !/[{}]\s*$/.test(lines[i]!)) yield without(lines, i, i);
  for (let i = 0; i < lines.length; i++) {
    for (const shorter of simpler(lines[i]!)) yield [...lines.slice(0, i), shorter, ...lines.slice(i + 1)].join('\n');
  }
}

const without = (lines: readonly string[], from: number, to: number): string =>
  [...lines.slice(0, from), ...lines.slice(to + 1)].join('\n');

/** First and last lines of what stands in braces, but for the model itself. */
function braced(lines: readonly string[]): readonly (readonly [number, number])[] {
  const [open, pairs]: [number[], [number, number][]] = [[], []];
  lines.forEach((line, i) => {
    if (/\{\s*$/.test(line)) open.push(i);
    if (/^\s*\}/.test(line)) pairs.push([open.pop() ?? i, i]);
  });
  return pairs.filter(([from]) => !lines[from]!.startsWith('autoencoder')).sort(([a, b], [c, d]) => d - c - (b - a));
}

function simpler(line: string): readonly string[] {
  return [
    line.replace(/ then \S+(\(.*?\))?$/, ''),
    line.replace(/ with \S+(\(.*?\))? then /, ' with '),
    line.replace(/, [\w: .]+(?=[,)])/, ''),
    line.replace(/(\w+: )?\w+(\(.*?\))?, (?=\w)/, ''),
    line.replace(/penalty .* [+-] /, 'penalty '),
    line.replace(/(penalty .+\)) [+-] .*/, '$1'),
    line.replace(/penalty [^a-z]* \* /, 'penalty '),
    line.replace(/ weight .*/, ''),
    line.replace(/ by point$| by reparameterized$/, ''),
    line.replace(/^(\s+)\w+: /, '$1'),
    line.replace(/^(autoencoder \w+)\(.*\)/, '$1'),
    line.replace(/\((\w+), [^()]*\)$/, '($1)'),
  ].filter((shorter) => shorter !== line);
}
