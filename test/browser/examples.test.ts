/** Examples and templates compute what the interpreter computes on WebGL and WebGPU, too. `AEC_EVERY=1` tries each of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpreted, part, small, type Subject as Model } from '../interpreter/subjects.js';
import { chromiumPath, launch } from './chromium.js';
import type { Examples, Subject } from './examples-page.js';
import { repository, serve, type Served } from './serve.js';

const modules = '/node_modules/@tensorflow';
const imports = {
  '@tensorflow/tfjs-core': `${modules}/tfjs/dist/tf.fesm.js`,
  '@tensorflow/tfjs-backend-webgpu': `${modules}/tfjs-backend-webgpu/dist/tf-backend-webgpu.fesm.js`,
};

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
  let browser: Browser;
  let page: Page;
  let served: Served;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aec-examples-'));
    await build({
      entryPoints: [join(repository, 'test/browser/examples-page.ts')],
      bundle: true,
      format: 'esm',
      target: 'es2022',
      outfile: join(folder, 'examples.js'),
      external: ['@tensorflow/*'],
      logLevel: 'error',
    });
    await writeFile(
      join(folder, 'index.html'),
      `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>
      <script type="module">import '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-webgpu'; import './examples.js'</script>`,
    );
    served = await serve(folder);
    browser = await launch();
    page = await browser.newPage();
    await page.goto(served.url);
    await page.waitForFunction(() => 'examples' in globalThis);
  });

  afterAll(async () => {
    await browser?.close();
    served?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  describe.each([
    ['webgl', part(all, 6, 1)],
    ['webgpu', part(all, 6, 4)],
  ] as const)('on %s', (backend, models) => {
    it.each(models)('$name', async (model) => {
      const result = await page.evaluate(
        ([name, subject]) => (globalThis as unknown as { examples: Examples }).examples.attempt(name, subject),
        [backend, subjectOf(model)] as const,
      );
      if (result.kind === 'fails') throw new Error(result.reason);
      expect(result.compared).toBeGreaterThan(10);
    });
  });
});
