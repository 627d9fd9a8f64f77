import { expect, it } from 'vitest';
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
