/** Stand-ins for the native packages: folders that look like them as far as the doctor looks. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'aec-doctor-'));

/** An empty folder for each test of a file, with the environment put back after it; `use` is told of each. */
export function eachInAnEmptyFolder(use: (folder: string) => void): void {
  let folder: string;
  beforeEach(() => {
    folder = emptyFolder();
    use(folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
}

export function write(folder: string, file: string, content: string | Uint8Array): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export function writeProgram(folder: string, name: string, script: string): void {
  chmodSync(write(folder, name, `#!/bin/sh\n${script}\n`), 0o755);
}

/** The first bytes of a library for a processor: what the doctor reads of an addon without loading it. */
export function libraryFor(arch: string): Uint8Array {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 'latin1');
  head.writeUInt16LE(arch === 'x64' ? 0x3e : 0xb7, 18);
  return head;
}

export const addon = libraryFor(process.arch);
export const nodeApi = 8;
export const addonAt = (version: number): string => `lib/napi-v${version}/tfjs_binding.node`;

/** A package that computes 1 + 2. */
export const computes = (release = '2.9.1', gpu = false): string => `module.exports = {
  setBackend: async () => true, ready: async () => {}, add: (a, b) => ({ dataSync: () => [a + b] }),
  backend: () => ({ isUsingGpuDevice: ${gpu}, binding: { TF_Version: '${release}' } }),
};`;

export interface Fake {
  readonly name?: 'tfjs-node' | 'tfjs-node-gpu';
  /** What loading it runs. */
  readonly script?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** libtensorflow as the released package has it, and the addon. */
export const whole: Readonly<Record<string, string | Uint8Array>> = {
  'deps/lib/libtensorflow.so': 'library',
  'deps/lib/libtensorflow.so.2': 'library',
  'deps/lib/libtensorflow_framework.so': 'library',
  'deps/lib/libtensorflow_framework.so.2': 'library',
  [addonAt(nodeApi)]: addon,
};

/** Puts such a package into a folder's node_modules; returns its root. */
export function fakePackage(
  folder: string,
  { name = 'tfjs-node', script = computes(), files = whole }: Fake = {},
): string {
  const root = join(folder, 'node_modules/@tensorflow', name);
  write(
    root,
    'package.json',
    JSON.stringify({
      name: `@tensorflow/${name}`,
      version: '4.22.0',
      main: 'index.js',
      binary: { napi_versions: [3, 4, 5, 6, 7, 8] },
    }),
  );
  write(root, 'index.js', script);
  for (const [file, content] of Object.entries(files)) write(root, file, content);
  return root;
}
