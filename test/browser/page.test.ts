/**
 * The browser target in a real browser: trains, encodes, decodes, samples, and computes with weights
 * that were trained in Node, on each backend, as a plain module and built by Vite.
 */
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildProject } from '../../src/codegen/project.js';
import { targets } from '../../src/codegen/targets.js';
import { check, compile, type Checked } from '../../src/compiler.js';
import { embeddedRuntime } from '../../src/cli/commands/build.js';
import { loadProgram } from '../../src/cli/load.js';
import {
  encodeWeights,
  fitDataset,
  type TrainedModel,
  generateSet,
  train,
  batchTensors,
} from '../../src/runtime/index.js';
import { hasNative, nativeFolder } from '../native/native.js';
import { chromiumPath, launch } from './chromium.js';
import { repository, serve, type Served } from './serve.js';
import { errorsOf } from '../support/findings.js';

const source = `
/// Small, with every kind of layer that a backend could get wrong.
autoencoder Small {
  input x: [28, 28, 1] in [0, 1]
  corrupt x with mask(0.1)
  encoder { conv(4, stride: 2, relu); p: maxpool(2); conv(4, kernel: 3, padding: 1, elu); flatten; dense(16, tanh) }
  latent z ~ normal(3)
  decoder { dense(7*7*4, relu); reshape(7, 7, 4); conv_transpose(4, kernel: 4, stride: 2, relu); upsample(2, bilinear); conv(1, sigmoid) }
  reconstruct x by bernoulli
  penalty kl(z)
  train { optimizer adam(lr: 1e-3); batch 32; epochs 1; validation 0 }
}
`;

/** What Node trained, and what it computes with it. */
interface Trained {
  readonly weights: string;
  readonly code: readonly number[];
  readonly output: readonly number[];
  readonly terms: readonly number[];
}

/** On WASM, or where tfjs-node is: as one TensorFlow graph. */
async function trainInNode(checked: Checked, backend: 'wasm' | 'node'): Promise<Trained> {
  const home = process.cwd();
  if (backend === 'node') process.chdir(nativeFolder);
  const { program } = await loadProgram(checked.models[0]!, checked, backend);
  process.chdir(home);
  const set = generateSet('strokes:count=64');
  const data = set.ok ? fitDataset(set.value, program.spec.variables) : set;
  if (!data.ok) throw new Error('no data');
  let terms: readonly number[] = [];
  const result = await train(program, data.value, {
    onEvent: (event) => {
      if (event.kind === 'step') terms = event.terms;
    },
  });
  if (!result.ok) throw new Error('training failed');
  const { weights } = result.value.snapshot;
  const batch = batchTensors(data.value, program.spec.variables, Int32Array.from([0, 1, 2, 3]));
  return {
    terms,
    weights: Buffer.from(await encodeWeights(program.spec, weights)).toString('base64'),
    code: Array.from(await program.encode!(weights, batch)['z']!.data()),
    output: Array.from(await program.reconstruct!(weights, batch)['x']!.data()),
  };
}

interface PageState {
  readonly terms: readonly number[];
  readonly code: readonly number[];
  readonly output: readonly number[];
  readonly samples: readonly number[];
}

describe.skipIf(chromiumPath === undefined)('the browser target', () => {
  let browser: Browser;
  let folder: string;
  let served: Served;
  let trained: readonly Trained[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aec-browser-'));
    const checked = check('small.ae', source, () => undefined);
    expect(errorsOf(checked)).toEqual([]);
    const compiled = compile(checked.models[0]!, checked);
    for (const [name, content] of (
      await buildProject(compiled, targets.browser, { embedded: embeddedRuntime(targets.browser) })
    ).files)
      await writeFile(join(folder, name), content);
    trained = [await trainInNode(checked, 'wasm'), ...(hasNative ? [await trainInNode(checked, 'node')] : [])];
    served = await serve(folder);
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    served?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** Opens the built page, waits for its own training run, then computes with the weights from Node. */
  async function visit(url: string): Promise<readonly PageState[]> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('requestfailed', (request) => problems.push(request.url()));
    await page.goto(url);
    await page.waitForFunction(
      () => /^(done|failed.*)$/m.test(document.getElementById('log')?.textContent ?? ''),
      undefined,
      { timeout: 40_000 },
    );
    const log = await page.textContent('#log');
    expect(log, problems.join('\n')).toContain('done');
    const compute = async (encoded: string): Promise<PageState> => {
      const { runtime, program, data, tf, snapshot } = (
        globalThis as unknown as {
          aec: {
            runtime: typeof import('../../src/runtime/index.js');
            program: import('../../src/runtime/index.js').Program;
            data: import('../../src/runtime/index.js').Dataset;
            tf: typeof import('@tensorflow/tfjs-core');
            snapshot: { progress: { history: readonly { train: readonly number[] }[] } };
          };
        }
      ).aec;
      const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
      const loaded = runtime.decodeWeights(bytes, program.spec, 'weights.safetensors');
      if (!loaded.ok) throw new Error(runtime.renderDataError(loaded.error));
      const batch = runtime.batchTensors(data, program.spec.variables, Int32Array.from([0, 1, 2, 3]));
      const before = tf.memory().numTensors;
      const code = program.encode!(loaded.value.value, batch);
      const output = program.reconstruct!(loaded.value.value, batch);
      const samples = program.sample!(loaded.value.value, 5, runtime.randomAt(1, 0));
      const values = {
        terms: snapshot.progress.history[0]!.train,
        code: Array.from(await code['z']!.data()),
        output: Array.from(await output['x']!.data()),
        samples: Array.from(await samples['x']!.data()),
      };
      runtime.release([code, output, samples]);
      if (tf.memory().numTensors !== before) throw new Error('tensors are left behind');
      return values;
    };
    const states: PageState[] = [];
    for (const { weights } of trained) states.push(await page.evaluate(compute, weights));
    await page.close();
    return states;
  }

  function agrees(states: readonly PageState[]): void {
    expect(states).toHaveLength(trained.length);
    states.forEach((state, i) => agreesWith(state, trained[i]!));
  }

  function agreesWith(state: PageState, expected: Trained): void {
    const furthest = (a: readonly number[], b: readonly number[]): number =>
      Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));
    expect(state.code.length).toBe(expected.code.length);
    expect(furthest(state.code, expected.code)).toBeLessThan(2e-3);
    expect(furthest(state.output, expected.output)).toBeLessThan(2e-3);
    expect(state.samples).toHaveLength(5 * 784);
    expect(state.samples.every((v) => v >= 0 && v <= 1)).toBe(true);
    expect(state.terms[0]!).toBeGreaterThan(0);
  }

  test.each(['webgl', 'webgpu', 'wasm'])('as a plain module on %s', async (backend) => {
    agrees(await visit(`${served.url}/?backend=${backend}&data=strokes:count=64`));
  });

  test('opens trained weights, and shows data, code and samples', async () => {
    await writeFile(join(folder, 'weights.safetensors'), Buffer.from(trained[0]!.weights, 'base64'));
    const page = await browser.newPage();
    await page.goto(`${served.url}/?data=strokes:count=64&weights=weights.safetensors`);
    await page.waitForFunction(() => /^(done|failed.*)$/m.test(document.getElementById('log')?.textContent ?? ''));
    expect(await page.textContent('#log')).toContain('done');
    expect(await page.locator('h2').allTextContents()).toEqual(['Data and reconstructions', 'Code', 'Samples']);
    /** Of each picture: its width, and the sum of its bytes. */
    const pictures = (): Promise<readonly (readonly number[])[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('canvas')].map((canvas) => [
          canvas.width,
          canvas
            .getContext('2d')!
            .getImageData(0, 0, canvas.width, canvas.height)
            .data.reduce((a: number, b: number) => a + b, 0),
        ]),
      );
    const before = await pictures();
    expect(before.map(([width]) => width)).toEqual([280, 280, 28, 280]);
    await page.locator('input[type=range]').first().fill('3');
    await page.locator('button').click();
    await vi.waitFor(async () =>
      expect((await pictures()).map(([, sum], i) => sum !== before[i]![1])).toEqual([false, false, true, true]),
    );

    const found = await page.evaluate(async () => {
      const { model, tf } = (globalThis as unknown as { aec: { model: TrainedModel; tf: typeof TensorFlow } }).aec;
      // White on the left half, red on the right: grey by luma where the model is grey.
      const pixels = new ImageData(2, 1);
      pixels.data.set([255, 255, 255, 255, 255, 0, 0, 255]);
      const x = model.fromPixels(pixels);
      const values = await x.data();
      const code = model.encode!({ x });
      const draws = [1, 1, 2].map((seed) => model.sample!(1, { seed })['x']!);
      const sums = await Promise.all(
        draws.map(async (draw) => (await draw.data<'float32'>()).reduce((a, b) => a + b, 0)),
      );
      const number = tf.memory().numTensors;
      model.dispose();
      return {
        shape: x.shape,
        ends: [values[0], values[27]],
        code: code['z']!.shape,
        sums,
        weights: number - tf.memory().numTensors,
        refused: await fetch('nowhere.safetensors').then((answer) => answer.status),
      };
    });
    expect(found.shape).toEqual([1, 28, 28, 1]);
    expect(found.ends[0]).toBeCloseTo(1, 2);
    expect(found.ends[1]).toBeCloseTo(0.299, 2);
    expect(found.code).toEqual([1, 3]);
    expect(found.sums[0]).toBe(found.sums[1]);
    expect(found.sums[0]).not.toBe(found.sums[2]);
    expect(found.weights).toBeGreaterThan(10);
    await page.goto(`${served.url}/?data=strokes:count=64&weights=nowhere.safetensors`);
    await page.waitForFunction(() => /failed/.test(document.getElementById('log')?.textContent ?? ''));
    expect(await page.textContent('#log')).toContain('found    404');
    await page.close();
  });

  test('who opens a model loads a third of what trains it', async () => {
    const bytes = async (entry: string): Promise<number> => {
      const { outputFiles } = await bundle({
        stdin: { contents: entry, resolveDir: folder },
        bundle: true,
        minify: true,
        format: 'esm',
        external: ['@tensorflow/*'],
        write: false,
      });
      return outputFiles[0]!.contents.length;
    };
    const opening = await bytes("export { load } from './model.js'");
    const whole = await bytes(
      "export { load } from './model.js'; export * from './program.js'; export * from './runtime.js'",
    );
    expect(opening).toBeLessThan(whole / 3);
  });

  test('built by Vite', async () => {
    const project = join(folder, 'vite');
    const dist = join(folder, 'dist');
    await mkdir(project);
    for (const name of ['program.js', 'spec.js', 'model.js', 'main.js', 'show.js', 'runtime.js'])
      await writeFile(join(project, name), await readFile(join(folder, name)));
    await writeFile(
      join(project, 'index.html'),
      '<!doctype html><main id="shown"></main><pre id="log"></pre><script type="module" src="./main.js"></script>',
    );
    await build({
      root: project,
      logLevel: 'error',
      base: './',
      resolve: {
        alias: {
          '@tensorflow': join(repository, 'node_modules/@tensorflow'),
        },
      },
      build: { outDir: dist, emptyOutDir: true, target: 'es2022', minify: false },
    });
    const built = await serve(dist);
    try {
      agrees(await visit(`${built.url}/?backend=wasm&data=strokes:count=64`));
    } finally {
      built.close();
    }
  });
});
