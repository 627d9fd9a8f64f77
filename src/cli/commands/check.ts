import { dirname } from 'node:path';
import type { Checked } from '../../compiler.js';
import { checkFile, countOf, jsonFindings, printFindings, settingsOf, type SourceOptions } from '../io.js';
import { annotationOf } from '../annotations.js';
import { out, outJson } from '../refusal.js';

export interface CheckOptions extends SourceOptions {
  /** Annotations for GitHub beside what people read. */
  readonly github?: boolean;
}

/** `aec check`: diagnostics, then a line for each autoencoder. Returns the exit code. */
export async function checkCommand(paths: readonly string[], options: CheckOptions): Promise<number> {
  const results: { readonly path: string; readonly checked: Checked }[] = [];
  for (const path of paths) results.push({ path, checked: (await checkFile(path, settingsOf(options))).checked });
  const failed = results.some(({ checked }) => countOf(checked.findings, 'error') > 0);
  if (options.json === true) {
    outJson({
      ok: !failed,
      files: results.map(({ path, checked }) => ({
        path,
        diagnostics: jsonFindings(checked),
        models: checked.models.map((m) => m.name),
      })),
    });
    return failed ? 1 : 0;
  }
  for (const { path, checked } of results) {
    printFindings(checked);
    if (options.github === true) for (const finding of jsonFindings(checked)) out(annotationOf(finding, dirname(path)));
    const errors = countOf(checked.findings, 'error');
    const warnings = countOf(checked.findings, 'warning');
    const counts = [
      errors > 0 ? `${errors} error${errors === 1 ? '' : 's'}` : '',
      warnings > 0 ? `${warnings} warning${warnings === 1 ? '' : 's'}` : '',
    ].filter((t) => t !== '');
    out(
      `${path}: ${counts.length === 0 ? `${checked.models.map((m) => m.name).join(', ') || 'no autoencoder'}, no problems` : counts.join(', ')}`,
    );
  }
  return failed ? 1 : 0;
}
