/** Models written by hand for what random ones rarely hold: each is accepted, and computes what the interpreter computes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { checkText } from '../../support/emitted.js';
import { attempt } from '../compare/attempt.js';
import { cpu } from '../compare/backends.js';
import { textOf } from './pair.js';
import { written } from './written.js';

beforeAll(() => cpu.start());

describe.each(Object.entries(written))('%s', (_name, items) => {
  it('agrees', async () => {
    const result = await attempt(checkText(textOf(items)), [cpu]);
    if (result.kind === 'fails') throw new Error(`${result.stage}: ${result.reason}`);
    expect(result.compared).toBeGreaterThan(10);
  });
});
