/** Findings as GitHub shows them beside the lines of a change: commands that a job prints. */
import { join } from 'node:path';
import type { JsonFinding } from '../diagnostics/json.js';
import type { Severity } from '../diagnostics/codes.js';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** A line of text as one command holds it; in what it says of a place, its own signs are told apart too. */
const escaped = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const escapedProperty = (text: string): string => escaped(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** `::error file=model.ae,line=3,…::…`; `folder` is where the checked file lies, seen from where the job runs. */
export function annotationOf(finding: JsonFinding, folder: string): string {
  const { code, severity, title, cause, expected, found, hint } = finding;
  const { start, end } = finding.place.range;
  const properties = {
    file: join(folder, finding.place.file),
    line: start.line,
    endLine: end.line,
    col: start.column,
    // Columns of a place of several lines say nothing.
    ...(start.line === end.line ? { endColumn: end.column } : {}),
    title: `${code}: ${title}`,
  };
  const lines = [
    cause,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(found === undefined ? [] : [`found: ${found}`]),
    ...(hint === undefined ? [] : [hint]),
  ];
  const said = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  return `::${levels[severity]} ${said.join(',')}::${escaped(lines.join('\n'))}`;
}
