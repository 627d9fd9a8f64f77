/** Each known discrepancy is still there, as it is described; one that is mended has to leave the list. */
import { beforeAll, describe, expect, it } from 'vitest';
import { checkText } from '../support/emitted.js';
import { attempt } from './compare/attempt.js';
import { cpu } from './compare/backends.js';
import { discrepancies, textOf } from './discrepancies.js';

beforeAll(() => cpu.start());

describe.each(discrepancies)('$name', (entry) => {
  it('is there still', async () => {
    const checked = checkText(textOf(entry));
    const result = await attempt(checked, [cpu]);
    if (result.kind === 'agrees') throw new Error(`"${entry.name}" agrees now: take it out of the list`);
    expect(result.reason).toMatch(entry.shows);
    const [model] = checked.models;
    if (model !== undefined && entry.concerns !== undefined) expect(entry.concerns(model)).toBe(true);
  });
});

it('names are told apart', () => {
  expect(new Set(discrepancies.map((d) => d.name)).size).toBe(discrepancies.length);
});
