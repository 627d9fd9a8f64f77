/** Examples and templates compute what the interpreter computes on WebGL and WebGPU, too. `AEC_EVERY=1` tries each of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpreted, part, small, type Subject as Model } from '../interpreter/subjects.js';
import { chromiumPath } from './chromium.js';
import type { Examples, Subject } from './examples-page.js';
import { hosted, type Hosted } from './hosted.js';

/** A model as the page takes it: its texts, and what is set of its hyperparameters. */
function subjectOf({ check }: Model): Subject {
  const { root, files, models } = check(small);
  const known = new Set(models[0]!.parameters.map(({ name }) => name));
  return {
    root: root.file,
    files: Object.fromEntries([...files].map(([name, { text }]) => [name, text])),
    set: Object.fromEntries(
      Object.entries(small).flatMap(([name, value]) => (known.has(name) ? [[name, String(value)]] : [])),
    ),
  };
}

const all = await interpreted();

describe.skipIf(chromiumPath === undefined)('in a browser', () => {
  let host: Hosted | undefined;

  beforeAll(async () => {
    host = await hosted('examples-page.ts', 'examples');
  });

  afterAll(() => host?.close());

  describe.each([
    ['webgl', part(all, 6, 1)],
    ['webgpu', part(all, 6, 4)],
  ] as const)('on %s', (backend, models) => {
    it.each(models)('$name', async (model) => {
      const result = await host!.page.evaluate(
        ([name, subject]) => (globalThis as unknown as { examples: Examples }).examples.attempt(name, subject),
        [backend, subjectOf(model)] as const,
      );
      if (result.kind === 'fails') throw new Error(result.reason);
      expect(result.compared).toBeGreaterThan(10);
    });
  });
});
