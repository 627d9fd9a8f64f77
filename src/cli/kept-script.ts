/**
 * Large scripts of the command line, opened with what V8 compiled of them before: reading and compiling them took a short
 * command longer than its work. It lies beside the script, one file for each version and set of flags of V8, written when a
 * process ends that had none. Where nothing can be written, scripts are compiled anew.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** What a module exports, by name. */
type Exports = Readonly<Record<string, unknown>>;
type ImportLater = (name: string) => Promise<Exports>;
type Opened = (require: (name: string) => unknown, later: ImportLater) => Exports;

/** What a script exports, given what it imports by name. `scripts/kept-scripts.ts` makes scripts and what calls this. */
export function openScript(url: URL, given: Exports, later: ImportLater): Exports {
  const path = fileURLToPath(url);
  return compiled(path)((name) => given[name], later);
}

/** Bytes of the checksum behind the data. */
const sumLength = 4;

function compiled(path: string): Opened {
  const cache = `${path.replace(/\.cjs$/, '')}-${cachedDataVersionTag()}.cache`;
  const cachedData = kept(cache);
  const script = new Script(Module.wrap(readFileSync(path, 'latin1')), {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected === true)
    process.once('exit', () => keep(cache, script.createCachedData()));
  const module: { exports?: Opened } = {};
  (script.runInThisContext() as (exports: unknown, require: unknown, module: unknown) => void)({}, undefined, module);
  return module.exports!;
}

/** What a file keeps, if it is whole: V8 runs what it is given. */
function kept(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const data = bytes.subarray(0, -sumLength);
    return bytes.readUInt32LE(data.length) === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Under another name first: other processes read it meanwhile. */
function keep(path: string, data: Buffer): void {
  const unfinished = `${path}.${process.pid}`;
  try {
    const sum = Buffer.alloc(sumLength);
    sum.writeUInt32LE(crc32(data));
    writeFileSync(unfinished, Buffer.concat([data, sum]));
    renameSync(unfinished, path);
  } catch {
    rmSync(unfinished, { force: true });
  }
}
