/** What the handlers of one connection share. */
import { ErrorCodes, ResponseError, type Connection } from 'vscode-languageserver';
import { Service } from '../src/service/service.js';
import { Lines } from './convert.js';
import type { Files } from './files.js';
import { pathOf, uriOf } from './uris.js';

/** What the lens above a model offers. Its commands are the client's: without an extension nothing would answer them. */
export const allLenses = ['train', 'explain', 'graph'] as const;
export type Lens = (typeof allLenses)[number];

export class Session {
  readonly service: Service;
  readonly lines: Lines;
  /** Whether the client fills in the places of a snippet. */
  snippets = false;
  /** Whether the client lets its user choose if what is behind the cursor is replaced. */
  replaces = false;
  /** Those whose commands the client has. */
  lenses: readonly Lens[] = [];
  /** Documents as their client calls them: it may write a URI in another way than we would. */
  readonly #documents = new Map<string, { readonly uri: string; readonly version: number }>();

  readonly #closing: ((path: string) => void)[] = [];

  constructor(
    private readonly files: Files,
    private readonly log: Pick<Connection['console'], 'error'>,
  ) {
    this.service = new Service(files);
    this.lines = new Lines(this.service);
  }

  edit(uri: string, version: number, text: string): void {
    const path = pathOf(uri);
    this.#documents.set(path, { uri, version });
    this.service.edit(path, text);
  }

  close(uri: string): void {
    const path = pathOf(uri);
    this.#documents.delete(path);
    for (const then of this.#closing) then(path);
    this.service.close(path);
  }

  /** Something to do when a document is closed. */
  onClose(then: (path: string) => void): void {
    this.#closing.push(then);
  }

  versionOf(path: string): number | undefined {
    return this.#documents.get(path)?.version;
  }

  readonly uriOf = (path: string): string => this.#documents.get(path)?.uri ?? uriOf(path);

  /** Runs what must not end the server: what it throws is logged. */
  guarded(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#logged(what, error);
    }
  }

  /** Whether all is there that was asked for. */
  get settled(): boolean {
    return this.files.coming?.() === undefined;
  }

  /** A handler whose exceptions are logged and answered. It answers once all has come that it reads. */
  answering<P extends readonly unknown[], R>(
    what: string,
    handle: (...params: P) => R,
  ): (...params: P) => R | Promise<R> {
    const answer = (...params: P): R | Promise<R> => {
      try {
        const found = handle(...params);
        // What has come may lead to more.
        return this.files.coming?.()?.then(() => answer(...params)) ?? found;
      } catch (error) {
        throw this.#logged(what, error);
      }
    };
    return answer;
  }

  #logged(what: string, error: unknown): ResponseError {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.log.error(`${what} failed: ${stack ?? message}`);
    return new ResponseError(ErrorCodes.InternalError, `aec: ${what} failed: ${message}`);
  }
}
