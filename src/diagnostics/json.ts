/** Findings as programs read them. */
import type { DiagnosticCode, Severity } from './codes.js';
import { severityOf, wordsOf, type Finding, type Words } from './finding.js';
import { lineTable, positionAt, type Position } from './lines.js';
import type { Locate, Place } from './place.js';
import { tablesOf, type Sources, type Tables } from './sources.js';
import { presentable } from './words.js';

export interface JsonRange {
  readonly start: Position & { readonly offset: number };
  readonly end: Position & { readonly offset: number };
}

export interface JsonPlace {
  readonly file: string;
  readonly range: JsonRange;
}

export interface JsonFinding extends Words {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** The name of the message, and what it says of this case. */
  readonly message: string;
  readonly facts: object;
  readonly place: JsonPlace;
  readonly related: readonly { readonly place: JsonPlace; readonly message: string }[];
  readonly fixes: readonly {
    readonly title: string;
    readonly edits: readonly { readonly place: JsonPlace; readonly newText: string }[];
  }[];
}

/** A finding for programs: lines and columns from 1 beside the offsets from 0, facts beside the words. */
export const toJson = (finding: Finding, locate: Locate, sources: Sources): JsonFinding =>
  jsonWith(tablesOf(sources), finding, locate);

/** Several of them, over texts whose lines are looked for once. */
export function allToJson(findings: readonly Finding[], locate: Locate, sources: Sources): readonly JsonFinding[] {
  const tables = tablesOf(sources);
  return findings.map((finding) => jsonWith(tables, finding, locate));
}

function jsonWith(tables: Tables, finding: Finding, locate: Locate): JsonFinding {
  const placeOf = (place: Place): JsonPlace => {
    const { file, span } = locate(place);
    // Without its text, only the offsets of a place are known.
    const table = tables(file) ?? lineTable('');
    const position = (offset: number) => ({ ...positionAt(table, offset), offset });
    return { file, range: { start: position(span.start), end: position(span.end) } };
  };
  return {
    code: finding.message.code,
    severity: severityOf(finding),
    message: finding.message.name,
    facts: finding.facts,
    place: placeOf(finding.place),
    ...wordsOf(finding),
    related: finding.related.map(({ place, message }) => ({ place: placeOf(place), message: presentable(message) })),
    fixes: finding.fixes.map(({ title, edits }) => ({
      title: presentable(title, 'title'),
      edits: edits.map(({ place, newText }) => ({ place: placeOf(place), newText })),
    })),
  };
}
