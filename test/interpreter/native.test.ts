/** Examples, templates and a sample of random models on libtensorflow, op by op and as one graph. */
import { beforeAll, describe, expect, it } from 'vitest';
import { hasNative } from '../native/native.js';
import { attempt } from './compare/attempt.js';
import { nodeGraph, nodeOps } from './compare/native.js';
import { campaign, showFailure } from './campaign.js';
import { compile } from '../../src/compiler.js';
import { checkText } from '../support/emitted.js';
import { cpu } from './compare/backends.js';
import { driftOf, farthest } from './compare/drift.js';
import { absolute, filters } from './drifting.js';
import { textOf } from './laws/pair.js';
import { written } from './laws/written.js';
import { interpreted, part, small } from './subjects.js';

const all = part(await interpreted(), 4);

/** Random numbers are recorded where kernels are called one by one; a graph draws the same ones itself. */
const backends = [nodeOps, nodeGraph(2)];

describe.skipIf(!hasNative)('on libtensorflow', () => {
  beforeAll(() => nodeOps.start());

  it.each(all)('$name', async ({ check }) => {
    const checked = check(small);
    const result = await attempt(checked, backends, { rows: 2 });
    if (result.kind === 'fails') throw new Error(result.reason);
  });

  // Loops along positions, one inside the other where a decoder writes; masks beside the data.
  it.each(Object.keys(written).filter((name) => /words|sequence|missing/.test(name)))('%s', async (name) => {
    const result = await attempt(checkText(textOf(written[name]!)), backends);
    if (result.kind === 'fails') throw new Error(result.reason);
  });

  it.each([
    ['adamw', absolute],
    ['adam', filters],
  ])('after many steps of %s the graph is no further from float64 than rounding leads', async (_name, text) => {
    const checked = checkText(text);
    const {
      marks,
      backends: found,
      rounded,
      moved,
      single,
    } = await driftOf(compile(checked.models[0]!, checked), [cpu, nodeGraph(1)], {
      marks: [1, 10, 30],
      rows: 15,
      seed: 1,
      runs: 2,
    });
    const allowed = farthest([...rounded, ...moved, ...single], marks);
    found[1]!.departures.forEach((d, i) => expect(d, `after ${marks[i]!} steps`).toBeLessThan(3 * allowed[i]! + 5e-7));
  });

  it('4 random models agree', async () => {
    const { failures, agreed, tried } = await campaign(
      Array.from({ length: 4 }, (_, i) => 10_000 + i),
      [nodeOps, nodeGraph(3)],
    );
    for (const failure of failures) throw new Error(showFailure(failure));
    expect(agreed).toBe(tried);
  });
});
