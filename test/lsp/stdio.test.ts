/** The server over standard input and output, as an editor without any extension starts it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  CodeActionRequest,
  DiagnosticSeverity,
  DiagnosticTag,
  type CodeAction,
  type CompletionItem,
  type Hover,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SignatureHelp,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { connect, start } from './client.js';

const model = (decoder: string): string => `autoencoder A {
  input x: [784] in [0, 1]
  encoder { code: dense(32, relu) }
  decoder { ${decoder} }
  reconstruct x by bernoulli
}
`;
const uri = 'file:///nowhere/a%20model.ae';

describe('the life of a server', () => {
  it('ends with 0 after shutdown and exit', async () => {
    const client = await connect();
    expect(client.server.serverInfo?.name).toBe('aec');
    expect(await client.close()).toBe(0);
  });

  it('ends with 1 on exit without shutdown', async () => {
    const client = await connect();
    await client.connection.sendNotification('exit');
    expect(await client.ended).toBe(1);
  });

  it('ends when its input ends', async () => {
    const client = await connect();
    client.process.stdin.end();
    expect(await client.ended).not.toBeNull();
  });

  it('answers an unknown method', async () => {
    const { connection, process: child, ended } = start();
    await expect(connection.sendRequest('ae/nothing', {})).rejects.toMatchObject({ code: -32601 });
    child.kill();
    await ended;
  });
});

describe('a session', () => {
  it('pushes diagnostics with their version, and none where all is well', async () => {
    const client = await connect();
    await client.open(uri, model('dens(784, sigmoid)'));
    const first = await client.diagnostics(uri);
    expect(first.version).toBe(1);
    expect(first.diagnostics.map(({ code, source, range }) => [code, source, range.start])).toEqual([
      ['AE2002', 'aec', { line: 3, character: 12 }],
    ]);
    await client.change(uri, 2, model('dense(700, sigmoid)'));
    const second = await client.diagnostics(uri, 2);
    expect(second.diagnostics[0]!.code).toBe('AE3001');
    expect(second.diagnostics[0]!.relatedInformation!.length).toBeGreaterThan(0);
    await client.change(uri, 3, model('dense(784, sigmoid)'));
    expect((await client.diagnostics(uri, 3)).diagnostics).toEqual([]);
    expect(client.server.capabilities.diagnosticProvider).toBeUndefined();
    expect(await client.close()).toBe(0);
  });

  it('takes changes of ranges, in UTF-16', async () => {
    const client = await connect();
    await client.open(uri, `// 🙂 é\n${model('dense(784, sigmoid)')}`);
    expect((await client.diagnostics(uri)).diagnostics).toEqual([]);
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start: { line: 0, character: 5 }, end: { line: 0, character: 7 } }, text: '🙂🙂' },
        { range: { start: { line: 4, character: 12 }, end: { line: 4, character: 17 } }, text: 'dens' },
      ],
    });
    const { diagnostics } = await client.diagnostics(uri, 2);
    expect(diagnostics.map(({ range }) => range)).toEqual([
      { start: { line: 4, character: 12 }, end: { line: 4, character: 16 } },
    ]);
    await client.close();
  });

  it('reads imports from the disk, and looks again where a client says that they changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aec-lsp-'));
    const own = (name: string): string => pathToFileURL(join(folder, name)).href;
    try {
      writeFileSync(join(folder, 'b.ae'), 'block P { relu }\n');
      const client = await connect();
      await client.open(own('a.ae'), `import "b.ae"\n${model('P; dense(784, sigmoid)')}`);
      expect((await client.diagnostics(own('a.ae'))).diagnostics).toEqual([]);
      writeFileSync(join(folder, 'b.ae'), 'block P { rellu }\n');
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [{ uri: own('b.ae'), type: 2 }],
      });
      expect((await client.diagnostics(own('b.ae'))).diagnostics.map(({ code }) => code)).toEqual(['AE2002']);
      // Files of a remote repository are the client's: nothing is said before they have come.
      const asked: string[] = [];
      client.connection.onRequest('aec/read', (read: string) => {
        asked.push(read);
        return read.endsWith('/blocks.ae') ? 'block P { relu }\n' : null;
      });
      const remote = 'vscode-vfs://github/me/models/a.ae';
      await client.open(remote, `import "../blocks.ae"\nimport "none.ae"\n${model('P; dense(784, sigmoid)')}`);
      const { diagnostics } = await client.diagnostics(remote);
      expect(diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual([['AE2009', 1]]);
      expect(asked).toEqual(['vscode-vfs://github/me/blocks.ae', 'vscode-vfs://github/me/models/none.ae']);
      await client.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('gives quick fixes for a range alone, and all at once where it is asked to', async () => {
    const client = await connect();
    await client.open(uri, model('dens(784, sigmoid)'));
    await client.diagnostics(uri);
    const ask = async (only?: string[]): Promise<readonly CodeAction[]> =>
      (await client.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range: { start: { line: 3, character: 6 }, end: { line: 3, character: 14 } },
        context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
      })) as CodeAction[];
    const edit = { range: { start: { line: 3, character: 12 }, end: { line: 3, character: 16 } }, newText: 'dense' };
    const [fix] = await ask();
    expect(fix).toMatchObject({
      title: 'Replace it by `dense`',
      isPreferred: true,
      edit: { changes: { [uri]: [edit] } },
    });
    const [all] = await ask(['source.fixAll']);
    expect(all!.edit!.changes![uri]).toEqual([edit]);
    // A fix names the diagnostic that it is of as that was pushed: a remark is no error.
    await client.change(uri, 2, model('dense(784, sigmoid)').replace('  decoder', '  let k = 3\n  decoder'));
    const { diagnostics } = await client.diagnostics(uri, 2);
    expect(diagnostics).toMatchObject([
      { severity: DiagnosticSeverity.Information, tags: [DiagnosticTag.Unnecessary] },
    ]);
    const actions = (await ask()).filter(({ kind }) => kind === 'quickfix');
    expect(actions.map((one) => one.diagnostics)).toEqual(actions.map(() => diagnostics));
    expect(actions.length).toBeGreaterThan(1);
    await client.close();
  });

  it('goes to definitions, and renames', async () => {
    const client = await connect();
    await client.open(uri, model('dense(784, sigmoid)').replace('by bernoulli', 'by bernoulli\n  penalty l1(code)'));
    const at = { textDocument: { uri }, position: { line: 5, character: 14 } };
    expect(await client.connection.sendRequest('textDocument/definition', at)).toEqual({
      uri,
      range: { start: { line: 2, character: 12 }, end: { line: 2, character: 16 } },
    });
    const renamed = await client.connection.sendRequest<WorkspaceEdit>('textDocument/rename', { ...at, newName: 'h' });
    expect(renamed.changes![uri]!.map(({ newText }) => newText)).toEqual(['h', 'h']);
    await expect(client.connection.sendRequest('textDocument/rename', { ...at, newName: 'x' })).rejects.toThrow(
      'stands for something else',
    );
    await client.close();
  });

  it('completes with explicit edits, hovers, and shows signatures', async () => {
    const client = await connect();
    await client.open(uri, model('den(784, sigmoid)'));
    const at = { textDocument: { uri }, position: { line: 3, character: 15 } };
    const items = await client.connection.sendRequest<CompletionItem[]>('textDocument/completion', at);
    const range = { start: { line: 3, character: 12 }, end: at.position };
    expect(items.find(({ label }) => label === 'dense')!.textEdit).toEqual({ range, newText: 'dense' });
    expect(items.every(({ textEdit }) => textEdit !== undefined)).toBe(true);
    // In the middle of a word, for who can choose: what stands behind the cursor goes or stays.
    const chooses = await connect({
      textDocument: { completion: { completionItem: { insertReplaceSupport: true, snippetSupport: true } } },
    });
    await chooses.open(uri, model('dens(784, sigmoid)'));
    const inWord = { textDocument: { uri }, position: { line: 3, character: 14 } };
    const both = await chooses.connection.sendRequest<CompletionItem[]>('textDocument/completion', inWord);
    expect(both.find(({ label }) => label === 'dense')!.textEdit).toEqual({
      newText: 'dense',
      insert: { start: range.start, end: inWord.position },
      replace: { start: range.start, end: { line: 3, character: 16 } },
    });
    await chooses.close();
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      ...at,
      position: { line: 2, character: 20 },
    });
    expect((hover.contents as { value: string }).value).toContain('784 → 32');
    const help = await client.connection.sendRequest<SignatureHelp>('textDocument/signatureHelp', {
      ...at,
      position: { line: 2, character: 28 },
    });
    expect([help.signatures[0]!.label.split('(')[0], help.activeParameter]).toEqual(['dense', 1]);
    await client.close();
  });

  it('logs and answers what fails, and lives', async () => {
    const client = await connect();
    const logged: string[] = [];
    client.connection.onNotification('window/logMessage', ({ message }: { readonly message: string }) => {
      logged.push(message);
    });
    await client.open(uri, model('dense(784, sigmoid)'));
    // No place to look at: our handlers take for granted what the protocol promises.
    for (const method of [
      'hover',
      'completion',
      'definition',
      'references',
      'signatureHelp',
      'inlayHint',
      'selectionRange',
    ])
      await expect(
        client.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, context: {} }),
        method,
      ).rejects.toMatchObject({ code: -32603 });
    expect(logged.join('\n')).toContain('hover failed');
    const at = { textDocument: { uri }, position: { line: 2, character: 20 } };
    expect(await client.connection.sendRequest('textDocument/hover', at)).not.toBeNull();
    expect(await client.close()).toBe(0);
  });

  it('answers each request that it says it answers', async () => {
    const client = await connect();
    await client.open(uri, model('dense(784, sigmoid)'));
    const textDocument = { uri };
    const range = { start: { line: 0, character: 0 }, end: { line: 6, character: 0 } };
    const options = { tabSize: 2, insertSpaces: true };
    const ask = (method: string, params: object): Promise<object[] & { readonly data?: number[] }> =>
      client.connection.sendRequest(method, params);
    expect(await ask('textDocument/inlayHint', { textDocument, range })).toHaveLength(3);
    expect((await ask('textDocument/semanticTokens/full', { textDocument })).data!.length % 5).toBe(0);
    expect((await ask('textDocument/semanticTokens/range', { textDocument, range })).data!.length).toBeGreaterThan(50);
    expect(await ask('textDocument/documentSymbol', { textDocument })).toMatchObject([{ name: 'A' }]);
    expect(await ask('workspace/symbol', { query: 'A' })).toMatchObject([{ name: 'A' }]);
    expect(await ask('textDocument/foldingRange', { textDocument })).toEqual([{ startLine: 0, endLine: 4 }]);
    expect(await ask('textDocument/selectionRange', { textDocument, positions: [range.start] })).toHaveLength(1);
    expect(await ask('textDocument/formatting', { textDocument, options })).toEqual([]);
    expect(await ask('textDocument/rangeFormatting', { textDocument, range, options })).toEqual([]);
    expect(
      await ask('textDocument/documentHighlight', { textDocument, position: { line: 1, character: 8 } }),
    ).toHaveLength(2);
    expect(await ask('textDocument/documentLink', { textDocument })).toEqual([]);
    const [item] = await ask('textDocument/prepareCallHierarchy', {
      textDocument,
      position: { line: 0, character: 12 },
    });
    expect(await ask('callHierarchy/outgoingCalls', { item })).toEqual([]);
    expect(await ask('aec/graph', { uri })).toMatchObject({
      name: 'A',
      svg: { light: expect.stringContaining('<svg') },
    });
    // What `aec explain` says; nothing of what is not there.
    expect(await ask('aec/explain', { uri })).toMatchObject({
      text: expect.stringMatching(/reconstruct[^]*mean over the batch/),
    });
    expect(await ask('aec/explain', { uri, name: 'B' })).toBeNull();
    await client.close();
  });

  it('colours words, and after an edit what changed of them', async () => {
    const client = await connect();
    const textDocument = { uri };
    const text = (size: string): string =>
      `block P { relu } block Q { tanh }\n\n// note\n${model(`dense(${size}, sigmoid)`)}block R { P; Q }\n`;
    const wordsIn = (source: string, data: readonly number[]): readonly string[] => {
      const lines = source.split('\n');
      let [line, character] = [0, 0];
      return Array.from({ length: data.length / 5 }, (_, i) => {
        const [down = 0, right = 0, length = 0] = data.slice(5 * i);
        [line, character] = [line + down, down === 0 ? character + right : right];
        return lines[line]!.slice(character, character + length);
      });
    };
    await client.open(uri, text('9'));
    const before = await client.connection.sendRequest<SemanticTokens>('textDocument/semanticTokens/full', {
      textDocument,
    });
    const words = wordsIn(text('9'), before.data);
    expect(words.slice(0, 6)).toEqual(['block', 'P', 'relu', 'block', 'Q', 'tanh']);
    expect(words.slice(-4)).toEqual(['block', 'R', 'P', 'Q']);
    await client.change(uri, 2, text('3 * 3'));
    const { edits } = await client.connection.sendRequest<SemanticTokensDelta>(
      'textDocument/semanticTokens/full/delta',
      { textDocument, previousResultId: before.resultId },
    );
    const after = [...before.data];
    for (const { start, deleteCount, data = [] } of edits) after.splice(start, deleteCount, ...data);
    const all = await client.connection.sendRequest<SemanticTokens>('textDocument/semanticTokens/full', {
      textDocument,
    });
    expect(after).toEqual(all.data);
    expect(edits.flatMap(({ data = [] }) => data).length).toBeLessThan(all.data.length / 4);
    expect(wordsIn(text('3 * 3'), after)).toEqual(words.flatMap((word) => (word === '9' ? ['3', '*', '3'] : [word])));
    await client.close();
  });

  it('starts soon', async () => {
    const begun = performance.now();
    const client = await connect();
    await client.open(uri, model('dens(784, sigmoid)'));
    await client.diagnostics(uri);
    // The goal of the benchmark is 400 ms; a machine that runs tests beside is slower.
    expect(performance.now() - begun).toBeLessThan(4000);
    await client.close();
  });
});
