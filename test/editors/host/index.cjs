/** Runs inside the extension host: what users of the extension see, through the API of VS Code. */
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const until = async (what, get) => {
  for (let i = 0; i < 600; i++) {
    const found = await get();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`waited in vain for ${what}`);
};

/** A model that trains in a second. */
const small = `autoencoder A {
  input x: [8, 8, 1] in [0, 1]
  encoder { flatten; code: dense(16, relu) }
  decoder { dense(64, sigmoid); reshape(8, 8, 1) }
  reconstruct x by bernoulli
}
`;

exports.run = async () => {
  const folder = vscode.workspace.workspaceFolders[0].uri;
  const uri = vscode.Uri.joinPath(folder, 'model.ae');
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  assert.strictEqual(document.languageId, 'ae');
  const diagnostics = () => vscode.languages.getDiagnostics(uri);
  /** The test in front of the screen looks at what is there now. */
  const look = async (at) => {
    fs.writeFileSync(path.join(folder.fsPath, `${at}.there`), '');
    await until(`the look at ${at}`, () => fs.existsSync(path.join(folder.fsPath, `${at}.seen`)));
  };
  const tab = (name) =>
    until(name, () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label === name));

  await until('a diagnostic', () => diagnostics().length > 0);
  // Once: a server that pushes and is pulled from shows everything twice.
  assert.deepStrictEqual(diagnostics().map(({ code }) => code), ['AE2002']);
  await look('mistake');

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
  const press = ({ command: { command, arguments: given } }) => vscode.commands.executeCommand(command, ...given);

  const tokens = await vscode.commands.executeCommand('vscode.provideDocumentSemanticTokens', uri);
  assert.ok(tokens.data.length > 50);

  await editor.edit((edit) => edit.insert(new vscode.Position(1, 2), '   '));
  await until('the version of the edit', async () => {
    const edits = await vscode.commands.executeCommand('vscode.executeFormatDocumentProvider', uri, { tabSize: 2, insertSpaces: true });
    return edits?.length === 1;
  });

  // The graph: a click on a box selects its source; the next look finds it drawn anew.
  await press(lenses[2]);
  await tab('Graph of A');
  await look('graph');
  const selected = () => document.getText(vscode.window.activeTextEditor?.selection);
  await until('the source of the box', () => selected() === 'code: dense(32, relu)');
  await editor.edit((edit) => edit.replace(new vscode.Range(2, 24, 2, 26), '16'));
  await look('change');

  if (process.env.AEC_NO_TERMINALS !== undefined) return;

  // Training: the lens starts a task, on the text as it is, whose report opens.
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), small));
  await press(lenses[0]);
  await tab('Report');
  await look('report');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
};
