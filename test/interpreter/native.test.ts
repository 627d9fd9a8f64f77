/** Examples, templates and a sample of random models on libtensorflow, op by op and as one graph. */
import { beforeAll, describe, expect, it } from 'vitest';
import { hasNative } from '../native/native.js';
import { attempt } from './compare/attempt.js';
import { nodeGraph, nodeOps } from './compare/native.js';
import { campaign, showFailure } from './campaign.js';
import { small, subjects } from './subjects.js';

const all = await subjects();

/** Random numbers are recorded where kernels are called one by one; a graph draws the same ones itself. */
const backends = [nodeOps, nodeGraph(2)];

describe.skipIf(!hasNative)('on libtensorflow', () => {
  beforeAll(() => nodeOps.start());

  it.each(all)('$name', async ({ check }) => {
    const checked = check(small);
    const result = await attempt(checked, backends, 2);
    if (result.kind === 'fails') throw new Error(result.reason);
  });

  it('15 random models agree', async () => {
    const { failures, agreed, tried } = await campaign(Array.from({ length: 15 }, (_, i) => 10_000 + i), [nodeOps, nodeGraph(3)]);
    for (const failure of failures) throw new Error(showFailure(failure));
    expect(agreed / tried).toBeGreaterThan(0.85);
  });
});
