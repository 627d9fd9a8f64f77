/** A scripted client of `aec lsp --stdio`, as editors start it. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import {
  createProtocolConnection,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node';
import { main } from '../cli/run.js';

export interface Client {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcessWithoutNullStreams;
  readonly server: InitializeResult;
  readonly ended: Promise<number | null>;
  /** What the server wrote on standard error. */
  readonly said: () => string;
  open(uri: string, text: string): Promise<void>;
  /** The whole text changes. */
  change(uri: string, version: number, text: string): Promise<void>;
  /** The next diagnostics of a document, or those of a version of it. */
  diagnostics(uri: string, version?: number): Promise<PublishDiagnosticsParams>;
  /** Shuts the server down; its exit code. */
  close(): Promise<number | null>;
}

export interface Started {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
}

/** Starts the server, and says nothing to it yet. */
export function start(): Started {
  const child = spawn(process.execPath, [main, 'lsp', '--stdio']);
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onError(() => undefined);
  connection.listen();
  return { connection, process: child, ended };
}

export async function connect(capabilities: ClientCapabilities = {}): Promise<Client> {
  const { connection, process: child, ended } = start();
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const published: PublishDiagnosticsParams[] = [];
  const waiting: {
    readonly fits: (one: PublishDiagnosticsParams) => boolean;
    readonly done: (one: PublishDiagnosticsParams) => void;
  }[] = [];
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    const at = waiting.findIndex(({ fits }) => fits(params));
    if (at >= 0) waiting.splice(at, 1)[0]!.done(params);
    else published.push(params);
  });
  const server = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: null,
    capabilities,
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    connection,
    process: child,
    server,
    ended,
    said: () => said,
    open: (uri, text) =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'ae', version: 1, text },
      }),
    change: (uri, version, text) =>
      connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      }),
    diagnostics(uri, version) {
      const fits = (one: PublishDiagnosticsParams): boolean =>
        one.uri === uri && (version === undefined || one.version === version);
      const at = published.findIndex(fits);
      if (at >= 0) return Promise.resolve(published.splice(at, 1)[0]!);
      return new Promise((done) => waiting.push({ fits, done }));
    },
    async close() {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      return ended;
    },
  };
}
