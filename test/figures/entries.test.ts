import { expect, it } from 'vitest';
import { figures as entries } from '../../src/builtins/figures.js';
import { figures } from '../../src/runtime/figures/index.js';

it('draws the figures that the language says are drawn, under their names', () => {
  const lowered = entries.filter((entry) => entry.lowered !== false).map(({ name }) => name);
  expect(figures.map(({ name }) => name).sort()).toEqual(lowered.sort());
});
