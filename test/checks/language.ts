/** What docs/language.md says of its models: the rows of its tables, and what the files that they link to say. */
import { existsSync, readFileSync } from 'node:fs';
import { check, type Checked } from '../../src/compiler.js';
import { severityOf, type Finding } from '../../src/diagnostics/finding.js';

export type Status = 'yes' | 'partly' | 'no' | '–';

export interface Row {
  /** From 0. */
  readonly line: number;
  readonly title: string;
  /** The code that it quotes. */
  readonly clauses: readonly string[];
  /** What it links to, from docs/. */
  readonly files: readonly string[];
  readonly today: string;
  /** Its last column is of the quoted statements, and not of whole files. */
  readonly ofStatements: boolean;
}

/** The rows of the tables whose last column is `Today`. */
export function rowsIn(text: string): readonly Row[] {
  const rows: Row[] = [];
  let head: readonly string[] = [];
  for (const [line, content] of text.split('\n').entries()) {
    const cells = content.startsWith('|')
      ? content
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim())
      : [];
    const isFirst = head.length === 0;
    if (cells.length === 0 || isFirst) head = cells;
    if (isFirst || head.at(-1) !== 'Today' || /^-+$/.test(cells[0] ?? '')) continue;
    const said = cells[head.indexOf('In the language')] ?? '';
    rows.push({
      line,
      title: cells.slice(0, 2).join(' ').replaceAll('`', ''),
      clauses: [...said.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code ?? []),
      files: [...(cells.at(-2) ?? '').matchAll(/\]\(([^)]+)\)/g)].flatMap(([, file]) => file ?? []),
      today: cells.at(-1) ?? '',
      ofStatements: head[0] === 'Statement',
    });
  }
  return rows;
}

export interface ModelFile {
  readonly text: string;
  readonly checked: Checked;
}

/** Checks a file and what it imports from beside it. */
export function modelAt(url: URL): ModelFile {
  const text = readFileSync(url, 'utf8');
  const read = (path: string): string | undefined => {
    const beside = new URL(path, url);
    return existsSync(beside) ? readFileSync(beside, 'utf8') : undefined;
  };
  return { text, checked: check('model.ae', text, read) };
}

const isPlanned = ({ message }: Finding): boolean => message.code === 'AE5001';

export const compiles = ({ checked }: ModelFile): boolean => !checked.findings.some(isPlanned);

/** Errors that are more than AE5001, and warnings that no comment silences. */
export const faultsOf = ({ findings }: Pick<Checked, 'findings'>): readonly Finding[] =>
  findings.filter((one) => severityOf(one) !== 'info' && !isPlanned(one));

const ends = /[\s;]/;

/** Where a clause stands in a file, whatever the blanks and the ends of statements between. */
export function placesOf(clause: string, text: string): readonly { readonly start: number; readonly end: number }[] {
  const at = [...text].flatMap((character, i) => (ends.test(character) ? [] : [i]));
  const bare = at.map((i) => [...text][i]).join('');
  const wanted = [...clause].filter((character) => !ends.test(character)).join('');
  const places: { start: number; end: number }[] = [];
  for (let i = bare.indexOf(wanted); i >= 0; i = bare.indexOf(wanted, i + 1))
    places.push({ start: at[i]!, end: at[i + wanted.length - 1]! + 1 });
  return places;
}

/** Whether a statement of a file compiles somewhere, whatever stands beside it. */
function statementCompiles(clause: string, { text, checked }: ModelFile): boolean {
  const refused = checked.findings
    .filter(isPlanned)
    .map(({ place }) => checked.locate(place))
    .filter(({ file }) => file === 'model.ae');
  return placesOf(clause, text).some(
    ({ start, end }) => !refused.some(({ span }) => span.start < end && start < span.end),
  );
}

/** What the last column must say. */
export function statusOf({ clauses, files, ofStatements }: Row, models: ReadonlyMap<string, ModelFile>): Status {
  if (files.length === 0) return '–';
  const linked = files.map((file) => models.get(file)!);
  const verdicts = ofStatements
    ? clauses.map((clause) => linked.some((model) => statementCompiles(clause, model)))
    : linked.map(compiles);
  return verdicts.every((one) => one) ? 'yes' : verdicts.some((one) => one) ? 'partly' : 'no';
}

/** The text with other words in the last column. */
export function withStatuses(text: string, statuses: ReadonlyMap<number, Status>): string {
  return text
    .split('\n')
    .map((content, line) =>
      statuses.has(line) ? content.replace(/\| [^|]* \|$/, `| ${statuses.get(line)!} |`) : content,
    )
    .join('\n');
}
