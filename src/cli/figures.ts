/** Figures that a command line asks for, beside those of the file. */
import type { Checked } from '../compiler.js';
import { isMissing } from '../parser/ast.js';

/** The text with figure clauses at the end of an autoencoder; of the only one where none is named. */
export function withFigures(checked: Checked, name: string | undefined, figures: readonly string[]): string {
  const { text, units } = checked.root;
  const found = units
    .flatMap(({ at, unit }) => unit.declarations.map((declaration) => ({ at, declaration })))
    .find(
      ({ declaration }) =>
        declaration.kind === 'autoencoder' &&
        (name === undefined || (!isMissing(declaration.name) && declaration.name.text === name)),
    );
  if (found === undefined) return text;
  // In front of the closing brace.
  const end = found.at + found.declaration.span.end - 1;
  return `${text.slice(0, end)}${figures.map((one) => `\n  figure ${one}\n`).join('')}${text.slice(end)}`;
}
