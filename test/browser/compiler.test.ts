/** The compiler needs nothing of Node: it gives the same in a bare JavaScript engine, and in a browser. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { build, type Built } from './compiler.js';
import { chromiumPath, launch } from './chromium.js';

const sound = readFileSync(new URL('../../examples/lecture2/cvae.ae', import.meta.url), 'utf8');
const broken = readFileSync(new URL('../../examples/lecture1/broken/conv.ae', import.meta.url), 'utf8');

let script: string;
beforeAll(() => {
  const entry = fileURLToPath(new URL('compiler.ts', import.meta.url));
  // For a browser: a module of Node's that was imported would fail here.
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'aec',
    logLevel: 'silent',
  });
  script = outputFiles[0]!.text;
}, 120_000);

async function agrees(run: (text: string) => Promise<Built>): Promise<void> {
  for (const text of [sound, broken]) expect(await run(text)).toEqual(await build(text));
}

describe('the compiler without Node', () => {
  test('in an engine that has JavaScript and text encoding alone', async () => {
    const context = createContext({ TextEncoder, TextDecoder, performance });
    runInContext(script, context);
    await agrees(
      async (text) =>
        JSON.parse(
          await (runInContext(`aec.build(${JSON.stringify(text)}).then(JSON.stringify)`, context) as Promise<string>),
        ) as Built,
    );
  }, 120_000);

  test.skipIf(chromiumPath === undefined)(
    'in a browser',
    async () => {
      const browser = await launch();
      try {
        const page = await browser.newPage();
        await page.addScriptTag({ content: script });
        await agrees((text) =>
          page.evaluate(
            (source) => (globalThis as unknown as { readonly aec: { readonly build: typeof build } }).aec.build(source),
            text,
          ),
        );
      } finally {
        await browser.close();
      }
    },
    120_000,
  );

  test('says its name and version, as package.json does', async () => {
    const { compilerVersion, packageName } = await import('../../src/version.js');
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ name: packageName, version: compilerVersion });
  });
});
