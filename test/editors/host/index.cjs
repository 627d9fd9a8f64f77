/** Runs inside the extension host: what users of the extension see, through the API of VS Code. */
const assert = require('node:assert');
const vscode = require('vscode');

const until = async (what, get) => {
  for (let i = 0; i < 200; i++) {
    const found = await get();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`waited in vain for ${what}`);
};

exports.run = async () => {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'model.ae');
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  assert.strictEqual(document.languageId, 'ae');
  const diagnostics = () => vscode.languages.getDiagnostics(uri);

  await until('a diagnostic', () => diagnostics().length > 0);
  // Once: a server that pushes and is pulled from shows everything twice.
  assert.deepStrictEqual(diagnostics().map(({ code }) => code), ['AE2002']);

  const [hover] = await vscode.commands.executeCommand('vscode.executeHoverProvider', uri, new vscode.Position(2, 20));
  assert.match(hover.contents[0].value, /784 → 32/);

  const { items } = await vscode.commands.executeCommand('vscode.executeCompletionItemProvider', uri, new vscode.Position(3, 15));
  assert.ok(items.some(({ label }) => (label.label ?? label) === 'dense'));

  const actions = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, diagnostics()[0].range);
  const fix = actions.find(({ title }) => title === 'Replace it by `dense`');
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
  await until('no diagnostic', () => diagnostics().length === 0);
  assert.match(document.getText(), /dense\(784, sigmoid\)/);

  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand('vscode.executeInlayHintProvider', uri, whole);
  assert.deepStrictEqual(hints.map(({ label }) => label.toString()), ['32', 'undercomplete, 32 of 784', '784']);

  const renamed = await vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', uri, new vscode.Position(1, 8), 'image');
  assert.strictEqual(renamed.get(uri).length, 2);

  const lenses = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri);
  assert.deepStrictEqual(lenses.map(({ command }) => command.title), ['train', 'explain', 'graph']);

  const tokens = await vscode.commands.executeCommand('vscode.provideDocumentSemanticTokens', uri);
  assert.ok(tokens.data.length > 50);

  await editor.edit((edit) => edit.insert(new vscode.Position(1, 2), '   '));
  await until('the version of the edit', async () => {
    const edits = await vscode.commands.executeCommand('vscode.executeFormatDocumentProvider', uri, { tabSize: 2, insertSpaces: true });
    return edits?.length === 1;
  });

  await vscode.commands.executeCommand('aec.graph', uri.toString(), 'A');
  await until('the graph', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label === 'Graph of A'));
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
};
