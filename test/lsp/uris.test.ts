import { expect, it, vi } from 'vitest';
import { ClientFiles } from '../../lsp/files.js';
import { isFile, pathOf, uriOf } from '../../lsp/uris.js';
import { pathFrom } from '../../src/ir/resolve/paths.js';

it('URIs are paths and come back, and so do those of imports', () => {
  for (const [uri, path, beside] of [
    ['file:///models/a%20b.ae', '/models/a b.ae', 'file:///models/sub/c.ae'],
    ['file:///c%3A/models/a.ae', '/c:/models/a.ae', 'file:///c%3A/models/sub/c.ae'],
    ['file://host/models/a.ae', '/file:host/models/a.ae', 'file://host/models/sub/c.ae'],
    ['vscode-vfs://github/me/a.ae', '/vscode-vfs:github/me/a.ae', 'vscode-vfs://github/me/sub/c.ae'],
    ['tmp:/a.ae', '/tmp:/a.ae', 'tmp:/sub/c.ae'],
    ['untitled:Untitled-1', '/untitled:/Untitled-1', 'untitled:sub/c.ae'],
  ] as const) {
    expect(pathOf(uri)).toBe(path);
    expect(uriOf(path)).toBe(uri);
    expect(uriOf(pathFrom(path, 'sub/c.ae'))).toBe(beside);
  }
  // A whole file system.
  expect([uriOf('/tmp:'), uriOf('/vscode-vfs:github')]).toEqual(['tmp:/', 'vscode-vfs://github/']);
  expect([isFile('/tmp:/a.ae'), isFile('/tmp:'), isFile('/c:/a.ae'), isFile('/a:b/c.ae')]).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

it('files of the client leave no timer behind, whether they come, fail or are too late', async () => {
  vi.useFakeTimers();
  try {
    const answers: Record<string, Promise<unknown>> = {
      'tmp:/a.ae': Promise.resolve('block P { relu }'),
      'tmp:/b.ae': Promise.reject(new Error('gone')),
      'tmp:/c.ae': new Promise(() => {}),
    };
    const come: string[] = [];
    const sendRequest = (_: unknown, uri: unknown): Promise<never> => answers[String(uri)] as Promise<never>;
    const files = new ClientFiles({ sendRequest }, (path) => come.push(path));
    for (const name of ['a', 'b', 'c']) expect(files.read(`/tmp:/${name}.ae`)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(0);
    expect([come, vi.getTimerCount()]).toEqual([['/tmp:/a.ae', '/tmp:/b.ae'], 1]);
    await vi.advanceTimersByTimeAsync(5000);
    expect([come.at(-1), vi.getTimerCount(), files.coming()]).toEqual(['/tmp:/c.ae', 0, undefined]);
    expect(files.read('/tmp:/a.ae')).toBe('block P { relu }');
  } finally {
    vi.useRealTimers();
  }
});
