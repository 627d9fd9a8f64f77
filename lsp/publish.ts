/** Pushes diagnostics after changes. Nothing is pulled: a client that is offered both shows everything twice. */
import { DiagnosticSeverity, DiagnosticTag, type Connection, type Diagnostic } from 'vscode-languageserver';
import type { Severity } from '../src/diagnostics/codes.js';
import { diagnosticsOf, type Diagnostic as Found } from '../src/service/diagnostics.js';
import type { Session } from './session.js';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

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
    for (const path of this.#said.keys()) if (!found.has(path)) this.#say(path, []);
    for (const [path, ones] of found) this.#say(path, ones);
    for (const path of this.#said.keys()) if (!found.has(path)) this.#said.delete(path);
  }

  #say(path: string, ones: readonly Found[]): void {
    const version = this.session.versionOf(path);
    const diagnostics = ones.map((one) => this.#diagnostic(path, one));
    const key = JSON.stringify([version, diagnostics]);
    if (this.#said.get(path) === key) return;
    this.#said.set(path, key);
    const uri = this.session.uriOf(path);
    void this.connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
  }

  #diagnostic(path: string, { span, code, severity, message, related, unused }: Found): Diagnostic {
    const { lines } = this.session;
    return {
      range: lines.range(path, span),
      severity: severities[severity],
      code,
      source: 'aec',
      message,
      ...(unused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
      ...(related.length === 0
        ? {}
        : {
            relatedInformation: related.map((one) => ({
              location: { uri: this.session.uriOf(one.file), range: lines.range(one.file, one.span) },
              message: one.message,
            })),
          }),
    };
  }
}
