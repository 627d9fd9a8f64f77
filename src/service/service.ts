/**
 * What editors ask of the language: offsets and plain data, of texts that change under it. A text is checked once after a
 * change; what did not change in it is taken over from the check before.
 */
import { Workspace, type Checked } from '../compiler.js';
import type { Disk } from './disk.js';
import { Memory } from './memory.js';
import { NameIndex } from './names.js';

/** A file as the root of a check. */
interface Root {
  readonly workspace: Workspace;
  /** Files that its last check read, or looked for. */
  readonly reads: Set<string>;
  checked?: CheckedFile;
}

export type CheckedFile = Checked & { readonly written: number };

/** A workspace is looked through up to here. */
const mostFolders = 2000;
const mostFiles = 1000;

export class Service {
  /** What editors hold. */
  readonly #buffers = new Map<string, string>();
  readonly #roots = new Map<string, Root>();

  /** What was made of parts of checks. */
  readonly memory = new Memory();
  readonly #index = (checked: CheckedFile): NameIndex => new NameIndex(checked, this.memory);
  /** Where a workspace lies; nothing else is looked through. */
  folders: readonly string[] = [];

  constructor(private readonly disk: Disk) {}

  /** A text is opened, or changes. */
  edit(path: string, text: string): void {
    if (this.#buffers.get(path) === text) return;
    this.#buffers.set(path, text);
    this.changed(path);
  }

  /** An editor lets go of a text: what is stored counts again. */
  close(path: string): void {
    this.#buffers.delete(path);
    this.#roots.delete(path);
    this.changed(path);
  }

  /** A file may be another one now: those that read it are checked anew when they are asked for. */
  changed(path: string): void {
    for (const root of this.#roots.values()) if (root.reads.has(path)) delete root.checked;
  }

  /** The texts that editors hold. */
  get open(): readonly string[] {
    return [...this.#buffers.keys()];
  }

  /** The text of a file as it is now. */
  readonly read = (path: string): string | undefined => this.#buffers.get(path) ?? this.disk.read(path);

  /** Names in a folder. */
  list(folder: string): readonly string[] {
    return this.disk.list?.(folder) ?? [];
  }

  /** A file with its imports, checked; undefined where there is no such file. */
  checked(path: string): CheckedFile | undefined {
    const text = this.read(path);
    if (text === undefined) return undefined;
    const root = this.#rootOf(path);
    if (root.checked?.root.text === text) return root.checked;
    root.reads.clear();
    root.reads.add(path);
    return (root.checked = root.workspace.check(path, text));
  }

  /** The open files that a file is read for: itself, and those that import it. */
  readersOf(path: string): readonly CheckedFile[] {
    const readers = this.open.flatMap((open) => this.checked(open) ?? []).filter(({ files }) => files.has(path));
    const own = readers.some(({ root }) => root.file === path) ? undefined : this.checked(path);
    return own === undefined ? readers : [own, ...readers];
  }

  /** As `readersOf`, and those files of the workspace that import it but are not open. */
  allReadersOf(path: string): readonly CheckedFile[] {
    const open = this.readersOf(path);
    const known = new Set(open.map(({ root }) => root.file));
    const others = this.workspaceFiles()
      .filter((file) => !known.has(file) && /^\s*import\b/m.test(this.read(file) ?? ''))
      .flatMap((file) => this.checked(file) ?? [])
      .filter(({ files }) => files.has(path));
    return [...open, ...others];
  }

  /** The `.ae` files of the workspace, the open ones among them; of very many the first. */
  workspaceFiles(): readonly string[] {
    const found = new Set(this.open);
    const waiting = [...this.folders];
    for (let folder = waiting.shift(), seen = 0; folder !== undefined && seen < mostFolders; folder = waiting.shift()) {
      seen += 1;
      for (const name of this.list(folder)) {
        if (name.endsWith('/') && !/^(\.|node_modules\/)/.test(name)) waiting.push(`${folder}/${name.slice(0, -1)}`);
        else if (name.endsWith('.ae') && found.size < mostFiles) found.add(`${folder}/${name}`);
      }
    }
    return [...found];
  }

  /** What the names of a checked file stand for. */
  names(checked: CheckedFile): NameIndex {
    return this.memory.once(checked, this.#index);
  }

  /** What looks at a file again with edits; its memory is that of the file's checks. */
  workspaceOf(path: string): Workspace {
    return this.#rootOf(path).workspace;
  }

  #rootOf(path: string): Root {
    const known = this.#roots.get(path);
    if (known !== undefined) return known;
    const reads = new Set<string>([path]);
    const workspace = new Workspace((name) => {
      reads.add(name);
      return this.read(name);
    });
    const root: Root = { workspace, reads };
    this.#roots.set(path, root);
    return root;
  }
}
