/** Every example and every template of `aec init`, as `aec build` writes it, computes what the interpreter computes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { attempt } from './compare/attempt.js';
import { moduleOnCpu, moduleOnWasm } from './compare/backends.js';
import { knownIn } from './campaign.js';
import { small, subjects } from './subjects.js';

const all = await subjects();

beforeAll(() => moduleOnWasm.start());

describe.each(all)('$name', ({ check }) => {
  it('agrees on cpu and wasm', async () => {
    const checked = check(small);
    const result = await attempt(checked, [moduleOnCpu, moduleOnWasm], 2);
    if (knownIn(checked.models[0]).length > 0) {
      expect(result.kind, 'a model with a known discrepancy').toBe('fails');
      return;
    }
    if (result.kind === 'fails') throw new Error(result.reason);
    expect(result.compared).toBeGreaterThan(20);
  });
});
