/** The files of the corpus, and what is expected of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { check, type Checked } from '../../src/compiler.js';
import { severityOf, wordsOf, type Finding } from '../../src/diagnostics/finding.js';
import { lineTable, positionAt } from '../../src/diagnostics/lines.js';
import { renderAll } from '../../src/diagnostics/render.js';

const corpus = new URL('./', import.meta.url);

export interface CorpusFile {
  /** `bad/comma_missing.ae` */
  readonly name: string;
  readonly text: string;
}

/** Those in a folder; what lies deeper is there to be imported. */
export function filesIn(folder: string): readonly CorpusFile[] {
  const url = new URL(`${folder}/`, corpus);
  return readdirSync(url)
    .filter((name) => name.endsWith('.ae'))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(new URL(name, url), 'utf8') }));
}

/** Imports are read from the corpus, and from nowhere else. */
function readCorpus(path: string): string | undefined {
  const url = new URL(path, corpus);
  return url.href.startsWith(corpus.href) && existsSync(url) ? readFileSync(url, 'utf8') : undefined;
}

/** `// --set hidden=32` in a file sets a hyperparameter from outside. */
const settingsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/^\/\/ --set (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));

export const checkFile = ({ name, text }: CorpusFile): Checked => check(name, text, readCorpus, settingsIn(text));

export interface Said {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly title: string;
}

/** What the comments of a file expect. */
export function expectationsIn(file: string, text: string): readonly Said[] {
  return text.split(/\r\n|\n/).flatMap((line, index) =>
    [...line.matchAll(/\/\/~(\^*) (AE\d{4})(?: "([^"]*)")?/g)].map(([, up = '', code = '', title = '']) => ({
      file,
      line: index + 1 - up.length,
      code,
      title,
    })),
  );
}

/** The findings of a file. Clauses that are not compiled yet are among them where it expects some. */
export const heardOf = ({ findings, root }: Checked): readonly Finding[] =>
  /\/\/~\^* AE5001/.test(root.text) ? findings : findings.filter(({ message }) => message.code !== 'AE5001');

const textsOf =
  ({ files }: Checked) =>
  (file: string): string | undefined =>
    files.get(file)?.text;

/** What a finding says, and on which line. */
export function saidBy(finding: Finding, checked: Checked): Said {
  const { file, span } = checked.locate(finding.place);
  const { line } = positionAt(lineTable(textsOf(checked)(file) ?? ''), span.start);
  return { file, line, code: finding.message.code, title: wordsOf(finding).title };
}

/** Findings as people see them. */
export const shown = (findings: readonly Finding[], checked: Checked): readonly string[] =>
  renderAll(findings, checked.locate, textsOf(checked), { color: false });

export const isError = (finding: Finding): boolean => severityOf(finding) === 'error';
