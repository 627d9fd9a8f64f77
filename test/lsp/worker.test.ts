/** The server as VS Code for the web has it: a worker of a browser, which asks its client for the files that are imported. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { chromiumPath, launch } from '../browser/chromium.js';

const text = `import "blocks.ae"
autoencoder A {
  input x: [784] in [0, 1]
  encoder { Half; Quarter; code: dense(32, relu) }
  decoder { dense(784, sigmoid) }
  reconstruct x by bernoulli
}
`;

it.skipIf(chromiumPath === undefined)('runs in a worker', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../lsp/browser.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const told = await page.evaluate(
      ([source, text]) =>
        new Promise<unknown>((done) => {
          const worker = new Worker(URL.createObjectURL(new Blob([source!], { type: 'text/javascript' })));
          const say = (message: object): void => worker.postMessage({ jsonrpc: '2.0', ...message });
          const [asked, told]: [string[], string[]] = [[], []];
          worker.onmessage = ({
            data,
          }: MessageEvent<{ id: number; method?: string; params: never; result?: unknown }>) => {
            if (data.method === 'aec/read') {
              asked.push(data.params[0] ?? data.params);
              say({ id: data.id, result: 'block Half { dense(392, relu) }\n' });
            } else if (data.method === 'aec/list') {
              const folder: string = data.params[0] ?? data.params;
              asked.push(folder);
              const names = folder.endsWith('models') ? ['a.ae', 'blocks.ae', 'more/'] : ['b.ae'];
              say({ id: data.id, result: names });
            } else if (data.method === 'textDocument/publishDiagnostics') {
              const { uri, diagnostics } = data.params as {
                uri: string;
                diagnostics: { message: string; range: { start: { line: number } } }[];
              };
              told.push(...diagnostics.map(({ message, range }) => `${range.start.line}: ${message.split('\n')[0]}`));
              const position = { line: 0, character: 8 };
              say({ id: 2, method: 'textDocument/completion', params: { textDocument: { uri }, position } });
            } else if (data.id === 2) {
              const items = data.result as { label: string }[];
              done({ asked, told, paths: items.map(({ label }) => label) });
            }
          };
          say({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
          say({ method: 'initialized', params: {} });
          const textDocument = { uri: 'vscode-vfs://host/models/a.ae', languageId: 'ae', version: 1, text };
          say({ method: 'textDocument/didOpen', params: { textDocument } });
        }),
      [outputFiles[0]!.text, text] as const,
    );
    expect(told).toEqual({
      asked: ['vscode-vfs://host/models/blocks.ae', 'vscode-vfs://host/models'],
      // Nothing is said before the file has come, whose blocks are not known until then.
      told: ['3: there is no layer or block called `Quarter`'],
      paths: ['blocks.ae', 'more/'],
    });
  } finally {
    await browser.close();
  }
});
