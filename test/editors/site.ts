/**
 * VS Code as a web site: the workbench of its server's package as plain files, with nothing behind them but a web server, as
 * vscode.dev is. Extensions run in a worker of the page. Its web server is also where tests inside of extension hosts meet
 * those in front of the screen.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.cjs': 'text/javascript',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** The workbench of this package looks for its server where the page came from: here is none. */
const serverless: readonly (readonly [RegExp, string])[] = [
  [/,remoteAuthority:location\.host/, ''],
  [/\.with\(\{scheme:(\w+)\.vscodeRemote\}\),"User"/, '.with({scheme:$1.vscodeUserData}),"User"'],
];

export interface SiteParts {
  /** The folder of VS Code's server. */
  readonly vscode: string;
  readonly extension: string;
  /** The module of the tests, which lies in the extension as it is served: it names the host to run in. */
  readonly tests: () => string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export class Site {
  readonly #server: Server;
  /** Tests in extension hosts that wait, by what is to be looked at. */
  readonly #waiting = new Map<string, ServerResponse>();

  private constructor(private readonly parts: SiteParts) {
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname);
      response.setHeader('access-control-allow-origin', '*');
      if (path.startsWith('/look/')) this.#waiting.set(path.slice('/look/'.length), response);
      else this.#give(path, response);
    });
  }

  static async open(parts: SiteParts): Promise<Site> {
    const site = new Site(parts);
    await new Promise<void>((done) => site.#server.listen(0, '127.0.0.1', done));
    return site;
  }

  get authority(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.authority}`;
  }

  /** Waits until the tests in an extension host ask for a look, looks, and lets them go on. */
  async look(at: string, see: () => Promise<void>): Promise<void> {
    while (!this.#waiting.has(at)) await new Promise((done) => setTimeout(done, 20));
    const response = this.#waiting.get(at)!;
    this.#waiting.delete(at);
    await see();
    response.end();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #give(path: string, response: ServerResponse): void {
    const found = this.#find(path);
    if (found === undefined) response.statusCode = 404;
    else
      response.setHeader(
        'content-type',
        types[extname(path)] ?? (path === '/' ? 'text/html' : 'application/octet-stream'),
      );
    response.end(found);
  }

  #find(path: string): string | Buffer | undefined {
    const { vscode, extension, tests } = this.parts;
    if (path === '/') return this.#page();
    if (path === '/aec/tests.js') return tests();
    const file = path.startsWith('/vs/') ? join(vscode, path.slice(3)) : join(extension, path.replace(/^\/aec\//, '/'));
    if (!existsSync(file) || !statSync(file).isFile()) return undefined;
    const content = readFileSync(file);
    if (!path.endsWith('/workbench/workbench.js')) return content;
    return serverless.reduce((text, [from, to]) => {
      if (!from.test(text)) throw new Error(`the workbench of this version has no ${from.source}`);
      return text.replace(from, to);
    }, content.toString());
  }

  #page(): string {
    const at = (path: string): object => ({ scheme: 'http', authority: this.authority, path });
    const configuration = {
      // Files live in memory.
      folderUri: { scheme: 'tmp', path: '/' },
      developmentOptions: {
        extensions: [at('/aec')],
        extensionTestsPath: at('/aec/tests.js'),
        enableSmokeTestDriver: true,
      },
      productConfiguration: {
        webviewContentExternalBaseUrlTemplate: `${this.url}/vs/out/vs/workbench/contrib/webview/browser/pre/`,
      },
      configurationDefaults: this.parts.settings,
      // What code-server's workbench asks for.
      userDataPath: '/user',
      isEnabledFileDownloads: false,
      isEnabledFileUploads: false,
      isEnabledCoderGettingStarted: false,
    };
    const places: Readonly<Record<string, string>> = {
      WORKBENCH_WEB_CONFIGURATION: JSON.stringify(configuration).replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
      WORKBENCH_WEB_BASE_URL: '/vs',
      WORKBENCH_NLS_FALLBACK_URL: '/vs/out/nls.messages.js',
    };
    const page = readFileSync(join(this.parts.vscode, 'out/vs/code/browser/workbench/workbench.html'), 'utf8');
    return page.replaceAll(/\{\{([A-Z_]+)\}\}/g, (_, name: string) => places[name] ?? '');
  }
}
