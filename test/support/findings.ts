/** What a check found, as tests ask for it. */
import type { Checked } from '../../src/compiler.js';
import type { DiagnosticCode } from '../../src/diagnostics/codes.js';
import { severityOf, wordsOf, type Finding, type PlacedFix } from '../../src/diagnostics/finding.js';
import { applyEdits, editsOf } from '../../src/diagnostics/proof.js';
import { renderAll } from '../../src/diagnostics/render.js';

export const codesOf = ({ findings }: Pick<Checked, 'findings'>): readonly DiagnosticCode[] =>
  findings.map(({ message }) => message.code);

/** `AE3001 the decoder gives …` for each error. */
export const errorsOf = ({ findings }: Pick<Checked, 'findings'>): readonly string[] =>
  findings.filter((one) => severityOf(one) === 'error').map(titled);

export const titled = (one: Finding): string => `${one.message.code} ${wordsOf(one).title}`;

/** All findings as a user sees them. */
export const shown = ({ findings, locate, files }: Pick<Checked, 'findings' | 'locate' | 'files'>): string =>
  renderAll(findings, locate, (file) => files.get(file)?.text, { color: false }).join('\n');

/** The text of a file after the edits of a fix. */
export const mended = (text: string, fix: PlacedFix, { locate }: Pick<Checked, 'locate'>): string =>
  applyEdits(text, editsOf(fix, locate));
