/** What compiling an addon needs of this machine. */
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { failure, success, type Result } from '../../runtime/index.js';
import type { NativePackage } from './layout.js';
import { ask } from './tools.js';

export interface Toolchain {
  /** node-pre-gyp's program: the package's own, which knows where its addon goes. */
  readonly nodePreGyp: string;
  /** The folder above `include/node` of this very Node; undefined where node-gyp has to download the headers. */
  readonly headers: string | undefined;
}

const installTools: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'sudo apt-get install -y g++ make python3   (Fedora: sudo dnf install -y gcc-c++ make python3)',
  darwin: 'xcode-select --install',
};

/** The tools, or the first thing that is missing and how to get it. */
export function toolchainFor(native: NativePackage): Result<Toolchain> {
  const compiler = process.env['CXX'] ?? (process.platform === 'darwin' ? 'c++' : 'g++');
  const python = process.env['npm_config_python'] ?? process.env['PYTHON'] ?? 'python3';
  for (const [what, command] of [
    ['a C++ compiler', compiler],
    ['make', process.env['MAKE'] ?? 'make'],
    ['Python 3', python],
  ] as const) {
    // A compiler may be given with flags.
    const [program, ...flags] = command.split(' ');
    if (ask(program!, ...flags, '--version') !== undefined) continue;
    return failure(
      'this machine',
      `${what}, which compiling the addon needs`,
      `${command} does not run`,
      installTools[process.platform],
    );
  }
  const nodePreGyp = nodePreGypOf(native);
  if (nodePreGyp === undefined) {
    return failure(
      native.root,
      '@mapbox/node-pre-gyp, which it depends on',
      'not installed',
      `npm install --ignore-scripts ${native.name}@${native.version}`,
    );
  }
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return success({
    nodePreGyp,
    headers: existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : undefined,
  });
}

function nodePreGypOf({ entry }: NativePackage): string | undefined {
  try {
    return join(dirname(createRequire(entry).resolve('@mapbox/node-pre-gyp/package.json')), 'bin', 'node-pre-gyp');
  } catch {
    return undefined;
  }
}
