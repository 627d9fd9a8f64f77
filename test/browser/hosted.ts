/** A script of the tests in a page of its own: bundled, with TensorFlow.js from the repository, WebGL and WebGPU among its backends. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { launch } from './chromium.js';
import { repository, serve } from './serve.js';

const modules = '/node_modules/@tensorflow';
const imports = {
  '@tensorflow/tfjs-core': `${modules}/tfjs/dist/tf.fesm.js`,
  '@tensorflow/tfjs-backend-webgpu': `${modules}/tfjs-backend-webgpu/dist/tf-backend-webgpu.fesm.js`,
};

export interface Hosted {
  readonly page: Page;
  /** What the browser complained of so far: a shader that does not compile shows nowhere else on WebGPU. */
  readonly problems: string[];
  readonly close: () => Promise<void>;
}

/** @param script beside this file; it sets `global` when it is ready */
export async function hosted(script: string, global: string): Promise<Hosted> {
  const folder = await mkdtemp(join(tmpdir(), 'aec-page-'));
  await build({
    entryPoints: [join(repository, 'test/browser', script)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    outfile: join(folder, 'script.js'),
    external: ['@tensorflow/*'],
    logLevel: 'error',
  });
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>
    <script type="module">import '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-webgpu'; import './script.js'</script>`,
  );
  const served = await serve(folder);
  const browser = await launch();
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text().slice(0, 400));
  });
  page.on('pageerror', (error) => {
    problems.push(error.message);
  });
  await page.goto(served.url);
  await page.waitForFunction((name) => name in globalThis, global);
  const close = async (): Promise<void> => {
    await browser.close();
    served.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { page, problems, close };
}
