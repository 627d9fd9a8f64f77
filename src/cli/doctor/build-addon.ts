/** Builds a package's addon from source against a libtensorflow in a folder. Everything is made aside and takes its place only when it works. */
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { failure, success, type Result } from '../../runtime/index.js';
import { nodePackages } from '../backends.js';
import {
  addonFile,
  addonFolder,
  addonSources,
  depsFolder,
  depsLinks,
  recognise,
  type NativePackage,
  type Source,
} from './layout.js';
import { toolchainFor, type Toolchain } from './prerequisites.js';

/** Looks at the folder that the user gave. */
export function sourceAt(path: string): Result<Source> {
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    const own = `npm rebuild ${nodePackages.node} --build-addon-from-source`;
    return failure(
      path,
      'Linux or macOS',
      process.platform,
      `the package's own way: ${own} (its WINDOWS_TROUBLESHOOTING.md says what that needs)`,
    );
  }
  if (!existsSync(path) || !statSync(path).isDirectory())
    return failure(path, 'a folder with libtensorflow', existsSync(path) ? 'a file' : 'nothing there');
  const folder = realpathSync(path);
  const recognised = recognise(folder);
  if ('form' in recognised) return success({ folder, form: recognised.form });
  const below = recognise(join(folder, 'tensorflow'));
  return failure(
    path,
    recognised.wanted.map(({ form }) => `the ${form.called}`).join(', or '),
    recognised.wanted.map(({ form, missing }) => `for the ${form.called} it lacks ${missing.join(', ')}`).join('; '),
    'form' in below
      ? `${join(path, 'tensorflow')} is such a folder`
      : 'older wheels (2.11) have no libtensorflow_cc.so.2; those of 2.21 have',
  );
}

/** Where the steps are told. */
type Say = (line: string) => void;

/**
 * Compiles the addon of one package and puts it and the links to libtensorflow in place. Until both work, what the package
 * had stays; the compiler's words go to a log file in the package's folder.
 */
export async function buildAddon(native: NativePackage, source: Source, say: Say): Promise<Result<undefined>> {
  const { root, nodeApi } = native;
  if (nodeApi === undefined)
    return failure(root, 'a package built for a Node-API version of this Node', 'it is built for none of them');
  const lacking = addonSources.filter((file) => !existsSync(join(root, file)));
  if (lacking.length > 0)
    return failure(
      root,
      "the addon's source",
      `${lacking.join(', ')} missing`,
      `npm install --ignore-scripts ${native.name}@${native.version}`,
    );
  const toolchain = toolchainFor(native);
  if (!toolchain.ok) return toolchain;
  const staging = stagingIn(root);
  if (!staging.ok) return staging;
  // The compiler gets the terminal's interrupt too: it ends, and what was made aside is cleared away below.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    return await buildAside(native, nodeApi, source, toolchain.value, staging.value, say);
  } finally {
    process.off('SIGINT', ignore);
    rmSync(staging.value, { recursive: true, force: true });
  }
}

/** A new folder inside the package: on the same disk, so that renaming takes no time, and as deep as relative links expect. */
function stagingIn(root: string): Result<string> {
  try {
    return success(mkdtempSync(join(root, '.aec-build-')));
  } catch (error) {
    return failure(
      root,
      'a folder that can be written to',
      error instanceof Error ? error.message : String(error),
      'run it as the user who installed the package',
    );
  }
}

/** Compiles in the staging folder, tries the addon there, and moves what was made to its place. */
async function buildAside(
  native: NativePackage,
  nodeApi: number,
  source: Source,
  toolchain: Toolchain,
  staging: string,
  say: Say,
): Promise<Result<undefined>> {
  const { root } = native;
  // A libtensorflow that lies in the package's own deps stays where it is.
  const inPlace = existsSync(depsFolder(root)) && realpathSync(depsFolder(root)) === source.folder;
  say(
    inPlace
      ? `libtensorflow stays in ${depsFolder(root)}`
      : `links to libtensorflow (${source.form.called}) in ${source.folder}`,
  );
  for (const file of addonSources) cpSync(join(root, file), join(staging, file), { recursive: true });
  if (inPlace) symlinkSync(source.folder, depsFolder(staging));
  else {
    for (const [link, target] of depsLinks(staging, source)) {
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(target, link);
    }
  }
  const log = join(root, 'build-addon.log');
  const headers =
    toolchain.headers === undefined
      ? 'for which node-gyp downloads the headers of Node from nodejs.org'
      : `with the headers in ${join(toolchain.headers, 'include', 'node')}`;
  say(`compiles the addon, ${headers}; log in ${log}`);
  const ended = await compile(toolchain, staging, log);
  const addon = addonFile(staging, nodeApi);
  if (ended !== 0 || !existsSync(addon)) {
    return failure(
      native.name,
      'an addon that compiles',
      typeof ended === 'number' ? firstError(log) : `interrupted (${ended})`,
      compileHint(log),
    );
  }
  const refused = loadError(addon);
  if (refused !== undefined)
    return failure(native.name, 'an addon that loads', refused, 'is the libtensorflow whole, and for this machine?');
  say(inPlace ? 'puts it in place' : `puts both in place; from now on the package needs ${source.folder}`);
  const places = [
    ...(inPlace ? [] : [[depsFolder(staging), depsFolder(root)] as const]),
    [addonFolder(staging, nodeApi), addonFolder(root, nodeApi)] as const,
  ];
  return putInPlace(places, staging);
}

/** The exit code, or the signal that ended it. */
function compile({ nodePreGyp, headers }: Toolchain, staging: string, log: string): Promise<number | NodeJS.Signals> {
  const file = openSync(log, 'w');
  const child = spawn(process.execPath, [nodePreGyp, 'install', '--build-from-source'], {
    cwd: staging,
    stdio: ['ignore', file, file],
    env: { ...process.env, ...(headers === undefined ? {} : { npm_config_nodedir: headers }) },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      closeSync(file);
      resolve(code ?? signal!);
    });
  });
}

/** Why the addon does not load with the libtensorflow that it was built against; undefined where it does. The process that tries may die of it. */
function loadError(addon: string): string | undefined {
  const script = 'process.dlopen({ exports: {} }, process.argv[1])';
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', script, addon], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return status === 0
    ? undefined
    : (/Error: (.*)/.exec(stderr)?.[1] ?? `the process that loads it ends with ${signal ?? `exit code ${status}`}`);
}

const firstError = (log: string): string =>
  readFileSync(log, 'utf8')
    .split('\n')
    .find((line) => /\berror: /i.test(line))
    ?.trim() ?? 'the compiler ended without an addon';

/** What the log means, where that is known, and where it is. */
function compileHint(log: string): string {
  const text = readFileSync(log, 'utf8');
  const known =
    (
      [
        [/spawn node-gyp ENOENT/, 'node-gyp comes with npm and was not found: npm install -g node-gyp; '],
        [/No module named '(?:distutils|imp)'/, 'this node-gyp is older than this Python: npm install -g npm@latest; '],
        [
          /getaddrinfo|ECONNREFUSED|ETIMEDOUT|network connectivity/,
          'the headers of Node could not be downloaded: install them (Debian: sudo apt-get install -y libnode-dev) or set npm_config_nodedir; ',
        ],
      ] as const
    ).find(([pattern]) => pattern.test(text))?.[1] ?? '';
  return `${known}the whole of it is in ${log}`;
}

/** Moves every new folder to its place, or none of them: what was there waits aside until all have moved. */
function putInPlace(moves: readonly (readonly [from: string, to: string])[], staging: string): Result<undefined> {
  const undo: (() => void)[] = [];
  try {
    for (const [i, [from, to]] of moves.entries()) {
      mkdirSync(dirname(to), { recursive: true });
      const aside = join(staging, `before-${i}`);
      if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
        renameSync(to, aside);
        undo.unshift(() => renameSync(aside, to));
      }
      renameSync(from, to);
      undo.unshift(() => renameSync(to, from));
    }
    return success(undefined);
  } catch (error) {
    for (const step of undo) step();
    return failure(moves[0]![1], 'a folder that can be moved', error instanceof Error ? error.message : String(error));
  }
}
