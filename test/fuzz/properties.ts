/** What holds of every text, however damaged: of its tree, of what is said of it, of how it is formatted. */
import type { Finding } from '../../src/diagnostics/finding.js';
import { wordsOf } from '../../src/diagnostics/finding.js';
import { render } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import type { Ast } from '../../src/parser/ast.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { meaningOf, violations } from '../parser/ast-invariants.js';
import { applied } from '../parser/reading.js';

export interface Fault {
  readonly property: 'throws' | 'hangs' | 'slow' | 'span' | 'words' | 'ast' | 'units' | 'format' | 'fix';
  /** What differs from case to case is left out, so that faults of one cause have one text. */
  readonly what: string;
  readonly detail?: string;
}

export interface Depth {
  /** At most so many fixes are applied. */
  readonly fixes: number;
  /** Whether parsing after an edit is compared with parsing. */
  readonly twice: boolean;
  /** Whether what is printed is looked at too: the rendering, the formatting. */
  readonly whole: boolean;
}

const name = 'any.ae';

/** The first property that does not hold; undefined where all do. */
export function examine(text: string, { fixes, twice, whole }: Depth): Fault | undefined {
  const ast = parse(name, text);
  const [violation] = violations(ast);
  if (violation !== undefined) return { property: 'ast', what: violation.replace(/[\d[\].]+/g, '#') };
  const findings = syntaxFindings(ast);
  for (const finding of findings) {
    const fault = faultIn(finding, ast);
    if (fault !== undefined) return fault;
  }
  for (const finding of whole ? findings.slice(0, 3) : []) {
    const rendered = render(finding, locateIn(ast), text, { color: false });
    if (rendered.length > 6000 || rendered.split('\n').some((line) => line.length > 400)) {
      return {
        property: 'words',
        what: `${finding.message.name} rendered without measure`,
        detail: String(rendered.length),
      };
    }
  }
  return (
    (twice ? unitFault(text, ast) : undefined) ??
    (whole && findings.length === 0 ? formatFault(text, ast) : undefined) ??
    fixFault(text, ast, findings, fixes)
  );
}

function faultIn(finding: Finding, ast: Ast): Fault | undefined {
  const { message, facts, place, related, fixes } = finding;
  const places = [
    place,
    ...related.map((r) => r.place),
    ...fixes.flatMap((fix) => fix.edits.map((edit) => edit.place)),
  ];
  for (const { unit, span } of places) {
    if (!ast.units.some((one) => one.unit === unit)) return { property: 'span', what: `${message.name} in no unit` };
    if (!(span.start >= 0 && span.start <= span.end && span.end <= unit.text.length)) {
      return { property: 'span', what: `${message.name} outside of its unit` };
    }
  }
  if (JSON.stringify(facts).length > 2500) return { property: 'words', what: `${message.name}: facts without measure` };
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
    const sorted = [...fix.edits].sort((a, b) => a.place.span.start - b.place.span.start);
    if (sorted.some((edit, i) => i > 0 && sorted[i - 1]!.place.span.end > edit.place.span.start)) {
      return { property: 'fix', what: `${message.name}: its edits overlap` };
    }
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

/** A line taken out of the middle, or one put in: units are taken over, and nothing else changes. */
function unitFault(text: string, before: Ast): Fault | undefined {
  const middle = text.indexOf('\n', text.length / 2) + 1;
  const end = text.indexOf('\n', middle) + 1;
  for (const edited of [`${text.slice(0, middle)}${text.slice(end)}`, `// more\n${text}`, `${text}\nx`]) {
    if (shown(parse(name, edited, before)) !== shown(parse(name, edited))) {
      return { property: 'units', what: 'parsing after an edit is not parsing', detail: edited };
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

/** A fix that changes nothing, or gives a text that breaks a promise. Whether it mends is tried before it is offered. */
function fixFault(text: string, ast: Ast, findings: readonly Finding[], most: number): Fault | undefined {
  let left = most;
  for (const finding of findings) {
    for (const index of finding.fixes.keys()) {
      if (left-- <= 0) return undefined;
      const now = applied(text, finding, ast, index);
      if (now === text) return { property: 'fix', what: `${finding.message.name}: changes nothing` };
      const [violation] = violations(parse(name, now));
      if (violation !== undefined)
        return { property: 'fix', what: `after a fix of ${finding.message.name}, ${violation}` };
    }
  }
  return undefined;
}
