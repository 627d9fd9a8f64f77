/**
 * What takes four times as long must not take sixteen times the time. Measured in processor time of this
 * process, once more where the machine seems to have been busy with something else.
 */
import { describe, expect, test } from 'vitest';
import { check } from '../../src/compiler.js';
import { renderAll } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import { growing } from '../support/growing.js';

function milliseconds(text: string): number {
  const before = process.cpuUsage();
  const { findings, locate, files } = check('any.ae', text, (path) =>
    path === 'blocks.ae' ? 'block Stage { dense(4) }\n' : undefined,
  );
  renderAll(findings, locate, (file) => files.get(file)?.text, { color: false });
  formatSource('any.ae', text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Below this, a clock's grain and a garbage collection are most of what is measured. */
const enough = 20;
const longest = 256_000;

/** Four times the time is linear, sixteen times quadratic. */
const steepest = 9;

function steepness(text: (n: number) => string): number {
  let n = 500;
  let short = milliseconds(text(n));
  while (short < enough && n < longest) {
    n *= 2;
    short = milliseconds(text(n));
  }
  return milliseconds(text(4 * n)) / Math.max(short, enough);
}

describe('time grows with the length alone', () => {
  test.each(growing)(
    '$name',
    ({ text }) => {
      let best = Infinity;
      for (let round = 0; round < 3 && best > steepest; round++) best = Math.min(best, steepness(text));
      expect(best).toBeLessThanOrEqual(steepest);
    },
    120_000,
  );
});
