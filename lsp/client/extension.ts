/** The extension on a desktop: the server in a process of its own, training in tasks. */
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { optionsWith, register, targetOf } from './client.js';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath('dist/server.cjs');
  client = new LanguageClient(
    'aec',
    'aec',
    { module, transport: TransportKind.stdio },
    optionsWith(['train', 'explain', 'graph']),
  );
  register(context, client);
  context.subscriptions.push(
    vscode.commands.registerCommand('aec.train', (uri?: unknown, name?: unknown) => train(uri, name)),
  );
  // The palette shows what starts processes where they can be started: a browser in front of a server can, one alone cannot.
  await vscode.commands.executeCommand('setContext', 'aec.processes', true);
  await client.start();
}

export const deactivate = async (): Promise<void> => client?.stop();

/** Runs `aec train` on a file as a task, whose terminal shows the progress; the folder that it ran in. */
async function start(
  uri: unknown,
  name: unknown,
): Promise<{ readonly execution: vscode.TaskExecution; readonly folder: vscode.Uri } | undefined> {
  const target = targetOf(uri, name);
  if (target === undefined) return undefined;
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage('Running aec needs a trusted workspace.');
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(target.uri);
  await document.save();
  const settings = vscode.workspace.getConfiguration('aec', target.uri);
  const folder = vscode.workspace.getWorkspaceFolder(target.uri)?.uri ?? vscode.Uri.joinPath(target.uri, '..');
  const args = [
    'train',
    target.uri.fsPath,
    ...(target.name === undefined ? [] : ['--name', target.name]),
    ...settings.get<string[]>('trainArguments', []),
  ];
  const [program = 'npx', ...before] = settings
    .get<string>('command', 'npx aec')
    .split(/\s+/)
    .filter((one) => one !== '');
  const task = new vscode.Task(
    { type: 'aec', command: 'train' },
    vscode.TaskScope.Workspace,
    `train ${target.name ?? ''}`.trim(),
    'aec',
    new vscode.ProcessExecution(program, [...before, ...args], { cwd: folder.fsPath }),
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    panel: vscode.TaskPanelKind.Dedicated,
    clear: true,
  };
  return { execution: await vscode.tasks.executeTask(task), folder };
}

/** Trains, and opens the report beside the text once it is there. */
async function train(uri: unknown, name: unknown): Promise<void> {
  const begun = Date.now();
  const started = await start(uri, name);
  if (started === undefined) return;
  const { execution, folder } = started;
  const ended = vscode.tasks.onDidEndTaskProcess(async (event) => {
    if (event.execution !== execution) return;
    ended.dispose();
    const report = event.exitCode === 0 ? await newestReport(folder, begun) : undefined;
    if (report !== undefined) await show(report);
  });
}

/** The report that was written last since a time, in the runs of a folder. */
async function newestReport(folder: vscode.Uri, since: number): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, 'runs/*/report.html'));
  const dated = await Promise.all(found.map(async (uri) => ({ uri, at: (await vscode.workspace.fs.stat(uri)).mtime })));
  return dated.filter(({ at }) => at >= since - 1000).sort((a, b) => b.at - a.at)[0]?.uri;
}

async function show(report: vscode.Uri): Promise<void> {
  const panel = vscode.window.createWebviewPanel(
    'aec.report',
    'Report',
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { localResourceRoots: [vscode.Uri.joinPath(report, '..')] },
  );
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(report));
  const base = panel.webview.asWebviewUri(vscode.Uri.joinPath(report, '..')).toString();
  panel.webview.html = text.replace('<head>', `<head><base href="${base}/">`);
}
