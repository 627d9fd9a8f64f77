/** Where a server finds files that no editor holds open. */
import type { Connection } from 'vscode-languageserver';
import type { Disk } from '../src/service/disk.js';
import { uriOf } from './uris.js';

export interface Files extends Disk {
  /** Until all has come that was asked for; undefined where nothing is on its way. */
  coming?(): Promise<unknown> | undefined;
}

/** So many folders are asked for; of a larger workspace the first are known. */
const mostFolders = 300;
/** A file that has not come after so many milliseconds is none. */
const patience = 5000;

/**
 * Files that the client reads: where the server is a worker, or the files lie where no process reaches. They are asked for when
 * they are first wanted, and not there yet.
 */
export class ClientFiles implements Files {
  readonly #texts = new Map<string, string | undefined>();
  readonly #folders = new Map<string, readonly string[]>();
  readonly #coming = new Set<Promise<unknown>>();

  /** @param come what is to be done when a file has come, or will not */
  constructor(
    private readonly connection: Pick<Connection, 'sendRequest'>,
    private readonly come: (path: string) => void,
  ) {}

  read(path: string): string | undefined {
    if (!this.#texts.has(path)) {
      this.#texts.set(path, undefined);
      this.#ask<string>('aec/read', path, (text) => this.#texts.set(path, text));
    }
    return this.#texts.get(path);
  }

  list(folder: string): readonly string[] {
    if (!this.#folders.has(folder) && this.#folders.size < mostFolders) {
      this.#folders.set(folder, []);
      this.#ask<readonly string[]>('aec/list', folder, (names) => this.#folders.set(folder, names));
    }
    return this.#folders.get(folder) ?? [];
  }

  forget(path: string): void {
    this.#texts.delete(path);
    this.#folders.delete(path.slice(0, path.lastIndexOf('/')));
  }

  coming(): Promise<unknown> | undefined {
    return this.#coming.size === 0 ? undefined : Promise.all(this.#coming);
  }

  #ask<T>(method: string, path: string, take: (answer: T) => void): void {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<null>((done) => (waiting = setTimeout(() => done(null), patience)));
    const asked = Promise.race([this.connection.sendRequest<T | null>(method, uriOf(path)), late])
      .catch(() => null)
      .then((answer) => {
        clearTimeout(waiting);
        this.#coming.delete(asked);
        if (answer !== null) take(answer);
        this.come(path);
      });
    this.#coming.add(asked);
  }
}
