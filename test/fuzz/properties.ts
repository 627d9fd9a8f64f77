/** What holds of every text, however damaged: of its tree, of what is said of it, of how it is formatted. */
import { check, Workspace, type Checked } from '../../src/compiler.js';
import type { Finding } from '../../src/diagnostics/finding.js';
import { severityOf, wordsOf } from '../../src/diagnostics/finding.js';
import type { Locate, SourceUnit } from '../../src/diagnostics/place.js';
import { applyEdits, editsOf } from '../../src/diagnostics/proof.js';
import { render } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import type { Ast } from '../../src/parser/ast.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { meaningOf, violations } from '../parser/ast-invariants.js';
import { beside } from './corpus.js';

export interface Fault {
  readonly property: 'throws' | 'hangs' | 'slow' | 'span' | 'words' | 'ast' | 'units' | 'format' | 'fix';
  /** What differs from case to case is left out, so that faults of one cause have one text. */
  readonly what: string;
  readonly detail?: string;
}

export interface Depth {
  /** At most so many fixes are applied; where it is 0 none is proved either. */
  readonly fixes: number;
  /** Whether looking again after an edit is compared with looking. */
  readonly twice: boolean;
  /** Whether what is printed is looked at too: the rendering, the formatting. */
  readonly whole: boolean;
}

const name = 'any.ae';
const readBeside = (path: string): string | undefined => (Object.hasOwn(beside, path) ? beside[path] : undefined);
const found = (text: string): Checked => new Workspace(readBeside).check(name, text);

/** The first property that does not hold; undefined where all do. */
export function examine(text: string, { fixes, twice, whole }: Depth): Fault | undefined {
  const checked = fixes > 0 ? check(name, text, readBeside) : found(text);
  const { root, findings } = checked;
  const [violation] = violations(root);
  if (violation !== undefined) return { property: 'ast', what: violation.replace(/[\d[\].]+/g, '#') };
  const fault = faultOfFindings(checked);
  if (fault !== undefined) return fault;
  for (const finding of whole ? findings.slice(0, 3) : []) {
    const { file } = checked.locate(finding.place);
    const rendered = render(finding, checked.locate, checked.files.get(file)?.text ?? '', { color: false });
    if (rendered.length > 6000 || rendered.split('\n').some((line) => line.length > 400)) {
      return {
        property: 'words',
        what: `${finding.message.name} rendered without measure`,
        detail: String(rendered.length),
      };
    }
  }
  // A model that is lost has a mistake that was said.
  const declared = root.units
    .flatMap(({ unit }) => unit.declarations)
    .filter(({ kind }) => kind === 'autoencoder').length;
  if (checked.models.length < declared && findings.every((one) => severityOf(one) !== 'error'))
    return { property: 'words', what: 'a model is lost without a word' };
  return (
    (twice ? (unitFault(text, root) ?? memoryFault(text)) : undefined) ??
    (whole && syntaxFindings(root).length === 0 ? formatFault(text, root) : undefined) ??
    fixFault(text, checked, fixes)
  );
}

function faultOfFindings({ files, findings, locate }: Checked): Fault | undefined {
  // Facts may quote names of any length; words are short whatever they quote.
  const most = 2500 + 2 * [...files.values()].reduce((sum, { text }) => sum + text.length, 0);
  const units = new Set<SourceUnit>([...files.values()].flatMap((ast) => ast.units.map(({ unit }) => unit)));
  for (const finding of findings) {
    const fault = faultIn(finding, units, locate, most);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultIn(finding: Finding, units: ReadonlySet<SourceUnit>, locate: Locate, most: number): Fault | undefined {
  const { message, facts, place, related, fixes } = finding;
  const places = [
    place,
    ...related.map((r) => r.place),
    ...fixes.flatMap((fix) => fix.edits.map((edit) => edit.place)),
  ];
  for (const { unit, span } of places) {
    if (!units.has(unit)) return { property: 'span', what: `${message.name} in no unit` };
    if (!(span.start >= 0 && span.start <= span.end && span.end <= unit.text.length)) {
      return { property: 'span', what: `${message.name} outside of its unit` };
    }
  }
  if (JSON.stringify(facts).length > most) return { property: 'words', what: `${message.name}: facts without measure` };
  const { title, cause, expected, found, hint } = wordsOf(finding);
  for (const words of [title, cause, expected, found, hint]) {
    if (words !== undefined && /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(words)) {
      return { property: 'words', what: `${message.name}: a control character in its words`, detail: words };
    }
    if (words !== undefined && words.length > 700) {
      return { property: 'words', what: `${message.name}: ${words.length} characters`, detail: words.slice(0, 200) };
    }
  }
  for (const fix of fixes) {
    // Each may be in a unit of its own.
    const edits = editsOf(fix, locate).map(({ place }) => place);
    const overlap = edits.some((a, i) =>
      edits.some((b, j) => j > i && a.file === b.file && a.span.start < b.span.end && b.span.start < a.span.end),
    );
    if (overlap) return { property: 'fix', what: `${message.name}: its edits overlap` };
  }
  return undefined;
}

// ─────────────────────────────────────────────────────────────────────────── after an edit

/** What parsing gives, as text: of units also whether they are the same. */
const shown = (ast: Ast): string =>
  JSON.stringify({
    units: ast.units.map(({ at, unit: { text, declarations, silences, tokens, comments, selfContained } }) => ({
      ...{ at, text, declarations, silences, tokens, comments, selfContained },
    })),
    findings: syntaxFindings(ast).map(({ message, facts, place }) => [message.name, facts, locateIn(ast)(place)]),
  });

/** A line taken out of the middle, or one put in. */
function editedTexts(text: string): readonly string[] {
  const middle = text.indexOf('\n', text.length / 2) + 1;
  const end = text.indexOf('\n', middle) + 1;
  return [`${text.slice(0, middle)}${text.slice(end)}`, `// more\n${text}`, `${text}\nx`];
}

/** Units are taken over, and nothing else changes. */
function unitFault(text: string, before: Ast): Fault | undefined {
  for (const edited of editedTexts(text)) {
    if (shown(parse(name, edited, before)) !== shown(parse(name, edited))) {
      return { property: 'units', what: 'parsing after an edit is not parsing', detail: edited };
    }
  }
  return undefined;
}

const said = ({ findings, locate }: Checked): string =>
  JSON.stringify(findings.map(({ message, facts, place }) => [message.name, facts, locate(place)]));

/** What is remembered of a text says of the next what looking at it anew says. */
function memoryFault(text: string): Fault | undefined {
  const workspace = new Workspace(readBeside);
  workspace.check(name, text);
  for (const edited of editedTexts(text)) {
    if (said(workspace.check(name, edited)) !== said(found(edited))) {
      return { property: 'units', what: 'checking after an edit is not checking', detail: edited };
    }
  }
  return undefined;
}

// ─────────────────────────────────────────────────────────────────────────── formatting

function formatFault(text: string, ast: Ast): Fault | undefined {
  const once = formatSource(name, text);
  if (!('text' in once)) return { property: 'format', what: 'is refused' };
  const twice = formatSource(name, once.text);
  if (!('text' in twice)) {
    return { property: 'format', what: `does not parse when formatted: ${twice.findings[0]?.message.name ?? ''}` };
  }
  if (twice.text !== once.text) return { property: 'format', what: 'changes again when formatted again' };
  const same = JSON.stringify(meaningOf(parse(name, once.text))) === JSON.stringify(meaningOf(ast));
  return same ? undefined : { property: 'format', what: 'means something else when formatted' };
}

// ─────────────────────────────────────────────────────────────────────────── fixes

const syntaxErrors = ({ findings }: Checked): number =>
  findings.filter((one) => one.message.code.startsWith('AE1') && severityOf(one) === 'error').length;

/** A fix that changes nothing, or gives a text that breaks a promise. Whether it mends is tried before it is offered. */
function fixFault(text: string, before: Checked, most: number): Fault | undefined {
  let left = most;
  for (const finding of before.findings) {
    for (const fix of finding.fixes) {
      const edits = editsOf(fix, before.locate);
      if (edits.some(({ place }) => place.file !== name)) continue;
      if (left-- <= 0) return undefined;
      const now = applyEdits(text, edits);
      const what = finding.message.name;
      if (now === text) return { property: 'fix', what: `${what}: changes nothing` };
      const after = found(now);
      if (syntaxErrors(after) > syntaxErrors(before))
        return { property: 'fix', what: `${what}: makes syntax errors`, detail: now };
      const [violation] = violations(after.root);
      if (violation !== undefined) return { property: 'fix', what: `after a fix of ${what}, ${violation}` };
      const fault = faultOfFindings(after);
      if (fault !== undefined) return { ...fault, what: `after a fix of ${what}, ${fault.what}` };
    }
  }
  return undefined;
}
