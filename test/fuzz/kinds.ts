import { expect, test } from 'vitest';
import { campaign, grouped } from './campaign.js';
import type { Kind } from './generators.js';

/** One seed for every run of the tests; `npm run fuzz` takes others. */
const seed = 2026;

/** So many cases of a kind, in portions: a test that fails names its case. */
export function testKind(kind: Kind, cases: number, portion = 500): void {
  const portions = Array.from({ length: Math.ceil(cases / portion) }, (_, i) => ({
    from: i * portion,
    to: Math.min(cases, (i + 1) * portion),
  }));
  test.each(portions)(
    `${kind}: cases $from to $to`,
    ({ from, to }) => {
      const found = grouped(campaign({ seed, from, to, only: kind })).map(
        ({ failure: { fault, case: one }, count }) =>
          `${fault.property}: ${fault.what} (${count} ×)\n${fault.detail ?? ''}\nnpm run fuzz -- --seed ${seed} --kind ${kind} --case ${one.number}\n${one.text}`,
      );
      expect(found.join('\n\n')).toBe('');
    },
    120_000,
  );
}
