/** Texts that the service looks at: those that an editor holds, and behind them what is stored. */

/** Files where nobody edits them. Paths are absolute, with forward slashes; nothing but `.ae` files is read. */
export interface Disk {
  /** The text of a file; undefined where there is none that can be read. */
  read(path: string): string | undefined;
  /** Names in a folder, folders with a slash behind them; none where it cannot be read. */
  list?(folder: string): readonly string[];
  /** A file may be another one now. */
  forget?(path: string): void;
}

/** A span of a file with its path. */
export type { FilePlace as Location } from '../diagnostics/place.js';
