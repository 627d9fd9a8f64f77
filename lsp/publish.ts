/** Pushes diagnostics after changes. Nothing is pulled: a client that is offered both shows everything twice. */
import type { Connection } from 'vscode-languageserver';
import { diagnosticsOf, type Diagnostic as Found } from '../src/service/diagnostics.js';
import type { Session } from './session.js';

export class Publisher {
  /** What each file was said to have, so that what did not change is not said again. */
  readonly #said = new Map<string, string>();
  #waiting = false;

  constructor(
    private readonly session: Session,
    private readonly connection: Pick<Connection, 'sendDiagnostics'>,
  ) {}

  /** Soon, once for all changes that have come until then. */
  soon(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(() => {
      this.#waiting = false;
      this.session.guarded('diagnostics', () => this.now());
    }, 0);
  }

  now(): void {
    const found = diagnosticsOf(this.session.service);
    // What imports are is not known yet: they come, and then it is said.
    if (!this.session.settled) return;
    for (const path of this.#said.keys()) if (!found.has(path)) this.#say(path, []);
    for (const [path, ones] of found) this.#say(path, ones);
    for (const path of this.#said.keys()) if (!found.has(path)) this.#said.delete(path);
  }

  #say(path: string, ones: readonly Found[]): void {
    const version = this.session.versionOf(path);
    const { lines } = this.session;
    const diagnostics = ones.map((one) => lines.diagnostic(path, one, this.session.uriOf));
    const key = JSON.stringify([version, diagnostics]);
    if (this.#said.get(path) === key) return;
    this.#said.set(path, key);
    const uri = this.session.uriOf(path);
    void this.connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
  }
}
