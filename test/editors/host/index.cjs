/**
 * Runs inside an extension host: what users of the extension see, through the API of VS Code. In front of it stand `site`,
 * where the tests in front of the screen are met, and what `host` this is: `server` with Node, or `browser`, a worker of a page.
 */
/* global site, host, fetch, TextEncoder */
const vscode = require('vscode');

const until = async (what, get, instead = () => '') => {
  for (let i = 0; i < 300; i++) {
    const found = await get();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`waited in vain for ${what}${instead()}`);
};

const equal = (found, expected) => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, found ${a}`);
};
const matches = (found, expected) => {
  if (!expected.test(found)) throw new Error(`expected ${expected}, found ${found}`);
};

/** The test in front of the screen looks at what is there now. */
const look = async (at) => {
  await fetch(`${site}/look/${at}`);
};

const broken = `autoencoder A {
  input x: [784] in [0, 1]
  encoder { code: dense(32, relu) }
  decoder { dens(784, sigmoid) }
  reconstruct x by bernoulli
}
`;

/** A model that trains in a second. */
const small = `autoencoder A {
  input x: [8, 8, 1] in [0, 1]
  encoder { flatten; code: dense(16, relu) }
  decoder { dense(64, sigmoid); reshape(8, 8, 1) }
  reconstruct x by bernoulli
}
`;

exports.run = async () => {
  const ask = (what, ...given) => vscode.commands.executeCommand(`vscode.${what}`, ...given);
  const folder = vscode.workspace.workspaceFolders[0].uri;
  const write = async (name, text) => {
    const uri = vscode.Uri.joinPath(folder, name);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return uri;
  };
  // A browser alone has no process to run anything in.
  equal([typeof process, typeof importScripts], host === 'browser' ? ['undefined', 'function'] : ['object', 'undefined']);
  const uri = await write('model.ae', broken);
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  equal(document.languageId, 'ae');
  const diagnostics = () => vscode.languages.getDiagnostics(uri);
  const has = (...codes) =>
    until(
      `the diagnostics [${codes}]`,
      () => `${diagnostics().map(({ code }) => code)}` === `${codes}`,
      () => `, found ${JSON.stringify(diagnostics())} in ${document.getText()}`,
    );
  const replace = (from, to) =>
    editor.edit((edit) => {
      const start = document.getText().indexOf(from);
      edit.replace(new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)), to);
    });
  const tab = (name) =>
    until(name, () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label === name));

  await until('a diagnostic', () => diagnostics().length > 0);
  // Once: a server that pushes and is pulled from shows everything twice.
  equal(diagnostics().map(({ code }) => code), ['AE2002']);
  await look('mistake');

  const [hover] = await ask('executeHoverProvider', uri, new vscode.Position(2, 20));
  matches(hover.contents[0].value, /784 → 32/);

  const { items } = await ask('executeCompletionItemProvider', uri, new vscode.Position(3, 15));
  equal(items.some(({ label }) => (label.label ?? label) === 'dense'), true);

  const actions = await ask('executeCodeActionProvider', uri, diagnostics()[0].range);
  const fix = actions.find(({ title }) => title === 'Replace it by `dense`');
  equal(await vscode.workspace.applyEdit(fix.edit), true);
  await has();
  matches(document.getText(), /dense\(784, sigmoid\)/);
  await replace('dense(784', 'dense(700');
  await has('AE3001');
  await replace('dense(700', 'dense(784');
  await has();

  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await ask('executeInlayHintProvider', uri, whole);
  equal(hints.map(({ label }) => label.toString()), ['32', 'undercomplete, 32 of 784', '784']);

  const renamed = await ask('executeDocumentRenameProvider', uri, new vscode.Position(1, 8), 'image');
  equal(renamed.get(uri).length, 2);

  const lenses = await ask('executeCodeLensProvider', uri);
  equal(lenses.map(({ command }) => command.title), host === 'browser' ? ['explain', 'graph'] : ['train', 'explain', 'graph']);
  const press = ({ command: { command, arguments: given } }) => vscode.commands.executeCommand(command, ...given);

  const tokens = await ask('provideDocumentSemanticTokens', uri);
  equal(tokens.data.length > 50, true);

  await editor.edit((edit) => edit.insert(new vscode.Position(1, 2), '   '));
  await until('the version of the edit', async () => {
    const edits = await ask('executeFormatDocumentProvider', uri, { tabSize: 2, insertSpaces: true });
    return edits?.length === 1;
  });

  // Another file, which nobody has opened; and a server that begins again.
  const other = await write('blocks.ae', 'block Half { dense(392, relu) }\n');
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'import "blocks.ae"\n'));
  await replace('code:', 'Half; Quarter; code:');
  await has('AE2002');
  const [{ uri: declared }] = await ask('executeDefinitionProvider', uri, new vscode.Position(3, 13));
  equal(declared.toString(), other.toString());
  // And one that imports it, too.
  const third = await write('third.ae', small.replace('flatten;', 'flatten; Half;').replace(/^/, 'import "blocks.ae"\n'));
  // A client tells of new files a moment later.
  await until('edits of all files', async () => {
    const edits = await ask('executeDocumentRenameProvider', uri, new vscode.Position(3, 13), 'Middle');
    return `${edits.entries().map(([one]) => one).sort()}` === `${[other, uri, third]}`;
  });
  await vscode.commands.executeCommand('aec.restart');
  await has('AE2002');
  await replace('Quarter; ', '');
  await has();
  await replace('Half; ', '');
  await replace('import "blocks.ae"\n', '');
  await look('palette');

  // The graph: a click on a box selects its source; the next look finds it drawn anew.
  await press(lenses.at(-1));
  await tab('Graph of A');
  await look('graph');
  const selected = () => document.getText(vscode.window.activeTextEditor?.selection);
  await until('the source of the box', () => selected() === 'code: dense(32, relu)');
  await editor.edit((edit) => edit.replace(new vscode.Range(2, 24, 2, 26), '16'));
  await look('change');

  // The loss, beside the text, as that is now.
  await press(lenses.at(-2));
  await tab('Loss of A');
  const loss = () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'aec-explain')?.getText() ?? '';
  await until('the loss', () => /784 → 16/.test(loss()), loss);
  await replace('dense(16', 'dense(8');
  await until('the loss of the change', () => /784 → 8\b/.test(loss()), loss);

  if (host === 'browser' || process.env.AEC_NO_TERMINALS !== undefined) return;

  // Training: the lens starts a task, on the text as it is, whose report opens.
  await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), small));
  await press(lenses[0]);
  await tab('Report');
  await look('report');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
};
