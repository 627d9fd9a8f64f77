/** What the desktop and the web have in common: commands, the graph beside the text, and the options of the client. */
import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { Lens } from '../session.js';

/** Options of a client that answers the commands of these lenses. */
export const optionsWith = (lenses: readonly Lens[]): LanguageClientOptions => ({
  documentSelector: [{ language: 'ae' }],
  initializationOptions: { lenses },
  synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.ae') },
});

/** What a lens gives its command: the document and the name of an autoencoder. */
type Target = { readonly uri: vscode.Uri; readonly name?: string };

export function targetOf(uri: unknown, name: unknown): Target | undefined {
  const active = vscode.window.activeTextEditor?.document;
  const at =
    typeof uri === 'string'
      ? vscode.Uri.parse(uri)
      : uri instanceof vscode.Uri
        ? uri
        : active?.languageId === 'ae'
          ? active.uri
          : undefined;
  if (at === undefined) void vscode.window.showInformationMessage('Open an .ae file first.');
  return at && { uri: at, ...(typeof name === 'string' ? { name } : {}) };
}

/** Registers what needs no process. */
export function register(context: vscode.ExtensionContext, client: BaseLanguageClient): void {
  // A worker reads no files, and no process those of a remote repository: it asks for them.
  const { fs } = vscode.workspace;
  client.onRequest('aec/read', (uri: string) =>
    orNull(async () => new TextDecoder().decode(await fs.readFile(vscode.Uri.parse(uri)))),
  );
  client.onRequest('aec/list', (uri: string) =>
    orNull(async () =>
      (await fs.readDirectory(vscode.Uri.parse(uri))).map(([name, type]) =>
        (type & vscode.FileType.Directory) === 0 ? name : `${name}/`,
      ),
    ),
  );
  const explanations = new Explanations(client);
  const graphs = new Map<string, GraphPanel>();
  context.subscriptions.push(
    explanations,
    vscode.commands.registerCommand('aec.explain', (uri?: unknown, name?: unknown) => {
      const target = targetOf(uri, name);
      return target && explanations.show(target);
    }),
    vscode.commands.registerCommand('aec.restart', async () => {
      await client.stop();
      await client.start();
    }),
    vscode.commands.registerCommand('aec.graph', (uri?: unknown, name?: unknown) => {
      const target = targetOf(uri, name);
      if (target === undefined) return;
      const key = `${target.uri.toString()} ${target.name ?? ''}`;
      const known = graphs.get(key);
      if (known !== undefined) {
        known.reveal();
        return;
      }
      const panel = new GraphPanel(client, target);
      graphs.set(key, panel);
      panel.onEnd(() => graphs.delete(key));
      context.subscriptions.push(panel);
    }),
  );
}

/** What cannot be read is nothing. */
const orNull = async <T>(read: () => Promise<T>): Promise<T | null> => {
  try {
    return await read();
  } catch {
    return null;
  }
};

/** What the loss of a model is, in a document beside its text that follows it. */
class Explanations implements vscode.TextDocumentContentProvider, vscode.Disposable {
  static readonly scheme = 'aec-explain';
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #parts: readonly vscode.Disposable[];
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: BaseLanguageClient) {
    this.#parts = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(Explanations.scheme, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === 'ae') this.#soon();
      }),
    ];
  }

  async show({ uri, name }: Target): Promise<void> {
    const path = `/Loss of ${name ?? uri.path.slice(uri.path.lastIndexOf('/') + 1)}`;
    const query = JSON.stringify({ uri: uri.toString(), name });
    const at = vscode.Uri.from({ scheme: Explanations.scheme, path, query });
    const document = await vscode.workspace.openTextDocument(at);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const found = await this.client.sendRequest<{ readonly text: string } | null>(
      'aec/explain',
      JSON.parse(query) as object,
    );
    return found?.text ?? 'While something is wrong in the file, what its loss is cannot be said.';
  }

  #soon(): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      for (const { uri } of vscode.workspace.textDocuments)
        if (uri.scheme === Explanations.scheme) this.#changed.fire(uri);
    }, 300);
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    for (const part of this.#parts) part.dispose();
  }
}

interface GraphAnswer {
  readonly svg: { readonly light: string; readonly dark: string };
}

/** The graph of a model beside its text: drawn anew as that changes, from box to source by a click, and back by the cursor. */
class GraphPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #parts: vscode.Disposable[] = [];
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: BaseLanguageClient,
    private readonly target: Target,
  ) {
    const { uri, name } = target;
    this.#panel = vscode.window.createWebviewPanel(
      'aec.graph',
      `Graph of ${name ?? uri.path.slice(uri.path.lastIndexOf('/') + 1)}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, retainContextWhenHidden: true },
    );
    this.#panel.webview.html = page();
    this.#parts.push(
      this.#panel,
      this.#panel.webview.onDidReceiveMessage(
        (message: { readonly kind: string; readonly start?: number; readonly end?: number }) => {
          if (message.kind === 'ready') void this.#draw();
          else if (message.start !== undefined && message.end !== undefined)
            void this.#show(message.start, message.end);
        },
      ),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === 'ae') this.#soon();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor: { document }, selections }) => {
        if (document.uri.toString() !== uri.toString()) return;
        void this.#panel.webview.postMessage({ kind: 'cursor', at: document.offsetAt(selections[0]!.active) });
      }),
    );
  }

  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  onEnd(then: () => void): void {
    this.#panel.onDidDispose(() => {
      then();
      this.dispose();
    });
  }

  #soon(): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.#draw(), 120);
  }

  async #draw(): Promise<void> {
    const { uri, name } = this.target;
    const answer = await this.client.sendRequest<GraphAnswer | null>('aec/graph', { uri: uri.toString(), name });
    if (answer !== null) await this.#panel.webview.postMessage({ kind: 'graph', svg: answer.svg });
  }

  async #show(start: number, end: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.target.uri);
    const selection = new vscode.Range(document.positionAt(start), document.positionAt(end));
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, selection });
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    for (const part of this.#parts.splice(0)) part.dispose();
  }
}

/** The colours follow the editor's: a class of the body says whether they are dark. */
function page(): string {
  const nonce = Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join('');
  return `<!DOCTYPE html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<style>body{margin:0;padding:0}</style></head><body><div id="graph"></div>
<script nonce="${nonce}">
const code = acquireVsCodeApi(), graph = document.getElementById('graph');
let at = -1;
const light = () => {
  let best;
  for (const box of graph.querySelectorAll('.box')) {
    box.classList.remove('lit');
    const start = Number(box.dataset.start), end = Number(box.dataset.end);
    if (start <= at && at <= end && (!best || end - start < best.dataset.end - best.dataset.start)) best = box;
  }
  if (best) { best.classList.add('lit'); best.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }
};
addEventListener('message', ({ data }) => {
  if (data.kind === 'graph') {
    const dark = /vscode-(dark|high-contrast(?!-light))/.test(document.body.className);
    graph.innerHTML = data.svg[dark ? 'dark' : 'light'];
  } else at = data.at;
  light();
});
graph.addEventListener('click', ({ target }) => {
  const box = target.closest('.box');
  if (box?.dataset.start) code.postMessage({ kind: 'show', start: Number(box.dataset.start), end: Number(box.dataset.end) });
});
code.postMessage({ kind: 'ready' });
</script></body></html>`;
}
