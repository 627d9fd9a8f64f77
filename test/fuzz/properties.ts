/** What holds of every text, however damaged. */
import { check, type Checked } from '../../src/compiler.js';
import type { Diagnostic, Edit, Fix, Place } from '../../src/diagnostics/diagnostic.js';
import { renderDiagnostic } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import { parse } from '../../src/parser/parse.js';
import { violations, withoutSpans } from '../parser/ast-invariants.js';
import { beside } from './corpus.js';

export interface Finding {
  readonly property: 'throws' | 'hangs' | 'slow' | 'span' | 'words' | 'ast' | 'determinism' | 'format' | 'fix';
  /** What differs from case to case is left out, so that findings of one cause have one text. */
  readonly what: string;
  readonly detail?: string;
}

export interface Depth {
  /** At most so many fixes are applied. */
  readonly fixes: number;
  /** Whether the check is repeated and compared. */
  readonly twice: boolean;
  /** Whether what the check does not do already is looked at too: the tree, the rendering, the formatting. */
  readonly whole: boolean;
}

const name = 'any.ae';
const checked = (text: string): Checked => check(name, text, (path) => (Object.hasOwn(beside, path) ? beside[path] : undefined));

/** The first property that does not hold; undefined where all do. */
export function examine(text: string, { fixes, twice, whole }: Depth): Finding | undefined {
  const result = checked(text);
  const { diagnostics } = result;
  const [violation] = whole ? violations(result.root.ast) : [];
  if (violation !== undefined) return { property: 'ast', what: violation.replace(/[\d[\].]+/g, '#') };
  const textOf = (file: string): string | undefined => result.files.get(file)?.text;
  for (const diagnostic of diagnostics) {
    const fault = faultIn(diagnostic, textOf);
    if (fault !== undefined) return fault;
  }
  for (const diagnostic of whole ? diagnostics.slice(0, 3) : []) {
    const rendered = renderDiagnostic(diagnostic, textOf, { color: false });
    if (rendered.length > 6000 || rendered.split('\n').some((line) => line.length > 400)) return { property: 'words', what: `${diagnostic.code} rendered without measure`, detail: String(rendered.length) };
  }
  if (twice && JSON.stringify(checked(text).diagnostics) !== JSON.stringify(diagnostics)) return { property: 'determinism', what: 'two checks differ' };
  const formats = whole && !diagnostics.some((one) => one.place.file === name && isSyntax(one));
  return (formats ? formatFault(text) : undefined) ?? fixFault(text, result, fixes);
}

function faultIn({ code, title, cause, expected, found, hint, place, related, fixes }: Diagnostic, textOf: (file: string) => string | undefined): Finding | undefined {
  const places: readonly Place[] = [place, ...related.map((r) => r.place), ...fixes.flatMap((fix) => fix.edits.map((edit) => edit.place))];
  for (const { file, span } of places) {
    const length = textOf(file)?.length;
    if (length === undefined) return { property: 'span', what: `${code} names the file ${file}` };
    if (!(span.start >= 0 && span.start <= span.end && span.end <= length)) return { property: 'span', what: `${code} outside of the text` };
  }
  const texts = [title, cause, expected, found, hint, ...related.map((r) => r.message), ...fixes.map((fix) => fix.title)];
  for (const words of texts) {
    if (words !== undefined && /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(words)) return { property: 'words', what: `${code}: a control character in its words`, detail: words };
    if (words !== undefined && words.length > 700) return { property: 'words', what: `${code}: ${words.length} characters`, detail: words.slice(0, 200) };
  }
  if (title.length > 240) return { property: 'words', what: `${code}: a title of more than 240 characters`, detail: title };
  for (const fix of fixes) {
    const sorted = [...fix.edits].sort((a, b) => a.place.span.start - b.place.span.start);
    if (sorted.some((edit, i) => i > 0 && sorted[i - 1]!.place.span.end > edit.place.span.start)) return { property: 'fix', what: `${code} ${shape(fix)}: its edits overlap` };
  }
  return undefined;
}

function formatFault(text: string): Finding | undefined {
  const once = formatSource(name, text);
  if (!('text' in once)) return undefined;
  const twice = formatSource(name, once.text);
  if (!('text' in twice)) return { property: 'format', what: `does not parse when formatted: ${twice.diagnostics[0]?.code ?? ''}` };
  if (twice.text !== once.text) return { property: 'format', what: 'changes again when formatted again' };
  const meaning = (of: string): string => JSON.stringify(withoutSpans(parse(name, of).ast.declarations));
  return meaning(once.text) === meaning(text) ? undefined : { property: 'format', what: 'means something else when formatted' };
}

// ─────────────────────────────────────────────────────────────────────────── fixes

/** A fix in words without what is quoted in them. */
const shape = ({ title }: Fix): string => title.replace(/`[^`]*`?/g, '`…`').replace(/\d+/g, '#');

export function applied(text: string, edits: readonly Edit[]): string {
  return [...edits].sort((a, b) => b.place.span.start - a.place.span.start).reduce((now, { place: { span }, newText }) => now.slice(0, span.start) + newText + now.slice(span.end), text);
}

/** Where an offset lies after the edits: between these two. */
function moved(offset: number, edits: readonly Edit[]): readonly [number, number] {
  let [low, high] = [offset, offset];
  for (const { place: { span }, newText } of edits) {
    const growth = newText.length - (span.end - span.start);
    if (span.end < offset) [low, high] = [low + growth, high + growth];
    else if (span.start <= offset) [low, high] = [low - Math.max(0, offset - span.start), high + Math.max(0, growth)];
  }
  return [low, high];
}

const isSyntax = ({ code, severity }: Diagnostic): boolean => code.startsWith('AE1') && severity === 'error';

/** A fix whose diagnostic is still there when it is applied, or that makes syntax errors. */
function fixFault(text: string, before: Checked, most: number): Finding | undefined {
  let left = most;
  for (const diagnostic of before.diagnostics) {
    for (const fix of diagnostic.fixes) {
      if (left-- <= 0) return undefined;
      if (fix.edits.some(({ place }) => place.file !== name)) continue;
      const now = applied(text, fix.edits);
      const after = checked(now);
      const what = `${diagnostic.code} ${shape(fix)}`;
      const [low, high] = moved(diagnostic.place.span.start, fix.edits);
      const again = after.diagnostics.some(({ code, title, place: { file, span } }) => code === diagnostic.code && title === diagnostic.title && file === diagnostic.place.file && span.start >= low && span.start <= high);
      if (now === text || again) return { property: 'fix', what: `${what}: it stays`, detail: now };
      const [errors, errorsNow] = [before, after].map(({ diagnostics }) => diagnostics.filter(isSyntax).length) as [number, number];
      if (errorsNow > errors - (isSyntax(diagnostic) ? 1 : 0)) return { property: 'fix', what: `${what}: another syntax error`, detail: now };
      for (const other of after.diagnostics) {
        const fault = faultIn(other, (file) => after.files.get(file)?.text);
        if (fault !== undefined) return { ...fault, what: `after a fix, ${fault.what}` };
      }
    }
  }
  return undefined;
}
