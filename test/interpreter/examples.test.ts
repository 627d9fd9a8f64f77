/** Every example and every template of `aec init`, as `aec build` writes it, computes what the interpreter computes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { attempt } from './compare/attempt.js';
import { moduleOnCpu, moduleOnWasm } from './compare/backends.js';
import { small, subjects } from './subjects.js';

const all = await subjects();

beforeAll(() => moduleOnWasm.start());

describe.each(all)('$name', ({ check }) => {
  it('agrees on cpu and wasm', async () => {
    const checked = check(small);
    const result = await attempt(checked, [moduleOnCpu, moduleOnWasm], 2);
    if (result.kind === 'fails') throw new Error(result.reason);
    expect(result.compared).toBeGreaterThan(20);
  });
});
