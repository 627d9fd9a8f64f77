/** Whatever a file is full of, the time of a check grows with its length alone. */
import { describe, test } from 'vitest';
import { check } from '../../src/compiler.js';
import { renderAll } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import { growing } from '../support/growing.js';
import { expectLinear } from '../support/steepness.js';

/** Check, render, format. */
function run(text: string): void {
  const { findings, locate, files } = check('any.ae', text, (path) =>
    path === 'blocks.ae' ? 'block Stage { dense(4) }\n' : undefined,
  );
  renderAll(findings, locate, (file) => files.get(file)?.text, { color: false });
  formatSource('any.ae', text);
}

describe('time grows with the length alone', () => {
  test.each(growing)('$name', ({ text }) => expectLinear({ text, run, longest: 256_000 }), 120_000);
});
