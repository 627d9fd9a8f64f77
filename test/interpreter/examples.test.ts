/** Every example and every template of `aec init` computes what the interpreter computes; some of them as `aec build` writes them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { attempt } from './compare/attempt.js';
import { cpu, moduleOnCpu, moduleOnWasm, wasm } from './compare/backends.js';
import { interpreted, small } from './subjects.js';

const all = await interpreted();

beforeAll(() => moduleOnWasm.start());

/** Printing a module takes longer than all that is asked of it. */
const built = new Set(['lecture0/circle.ae', 'lecture2/vae.ae', 'lecture4/unpool.ae']);

describe.each(all)('$name', ({ name, check }) => {
  it('agrees on cpu and wasm', async () => {
    const checked = check(small);
    const result = await attempt(checked, built.has(name) ? [moduleOnCpu, moduleOnWasm] : [cpu, wasm], { rows: 2 });
    if (result.kind === 'fails') throw new Error(result.reason);
    expect(result.compared).toBeGreaterThan(20);
  });
});
