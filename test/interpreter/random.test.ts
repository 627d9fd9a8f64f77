/** Random models: accepted, lowered, trained a step, and equal to what the interpreter computes. */
import { expect, it } from 'vitest';
import { cpu, wasm } from './compare/backends.js';
import { campaign, least, showFailure, type Tally } from './campaign.js';

const from = (first: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => first + i);

/** Few models may tell little: the others are compared to the last digits. */
async function holds(tally: Tally): Promise<void> {
  for (const failure of tally.failures.slice(0, 3))
    throw new Error(`${showFailure(failure)}\n${showFailure(await least(failure, [cpu]))}`);
  expect(tally.blunt / tally.tried).toBeLessThan(0.02);
  expect(tally.agreed / tally.tried).toBeGreaterThan(0.9);
}

it('80 random models agree on cpu', async () => holds(await campaign(from(0, 80), [cpu])));

it('30 random models agree on wasm and cpu', async () => holds(await campaign(from(250, 30), [wasm, cpu])));
