/** The commands that mend a package, as they are to be typed. Each returns lines of a fix. */
import { tfjsVersion } from '../../codegen/project.js';
import { nodePackages } from '../backends.js';
import { downloadedRelease } from './cuda.js';
import { depsFolder, type NativePackage, type PackageKey } from './layout.js';

const libtensorflowServer = 'storage.googleapis.com';

/** Wheels of a release that has what the addon of this tfjs compiles against: for the CPU alone, and with CUDA 12 beside it. */
const wheels: Readonly<Record<PackageKey, string>> = {
  node: '--no-deps tensorflow-cpu==2.21.0',
  'node-gpu': "'tensorflow[and-cuda]==2.21.0'",
};

const buildFrom = (key: PackageKey, folder: string): string => `  aec doctor --build-addon ${folder} --package ${key}`;

/** Overrides npm's setting `ignore-scripts`, which may be why the install script has not run. */
export const rebuild = (name: string, variables = ''): string =>
  `  ${variables}npm rebuild ${name} --ignore-scripts=false`;

export const install = (key: PackageKey): readonly string[] => [
  `npm install ${nodePackages[key]}@${tfjsVersion}`,
  `(it downloads libtensorflow from ${libtensorflowServer}; where that is blocked:`,
  `  npm install --ignore-scripts ${nodePackages[key]}@${tfjsVersion}`,
  'and aec doctor says how to go on)',
];

/** The folder for `--build-addon` from a package registry alone. */
export const fromWheel = (key: PackageKey): readonly string[] => [
  'or build the addon against a libtensorflow from a package registry, in a wheel (needs a C++ compiler, make and python3):',
  `  python3 -m pip install --only-binary=:all: --python-version 3.11 --target libtensorflow ${wheels[key]}`,
  buildFrom(key, 'libtensorflow/tensorflow'),
];

/**
 * The install script reads HTTPS_PROXY and HTTP_PROXY for libtensorflow, and node-pre-gyp HTTP_PROXY alone for the addon:
 * both have to be set. npm's own proxy setting reaches only the second.
 */
export const download = ({ key, name }: NativePackage): readonly string[] => [
  `its install script downloads libtensorflow from ${libtensorflowServer}. Let it run:`,
  rebuild(name),
  `(a package manager that asks for approval first: npm install-scripts approve ${name}, or pnpm approve-builds)`,
  "behind a proxy (it reads these variables, not npm's proxy setting):",
  rebuild(name, 'HTTPS_PROXY=http://HOST:PORT HTTP_PROXY=http://HOST:PORT '),
  `from a mirror with the paths of that server (TFJS_NODE_BASE_URI: all of the address before cpu-linux-x86_64-${downloadedRelease}.tar.gz):`,
  rebuild(name, 'TFJS_NODE_CDN_STORAGE=https://MIRROR/ '),
  ...fromWheel(key),
];

/** For an addon that is missing or not for this Node, where libtensorflow is there. */
export const compileAddon = ({ key, name, root }: NativePackage): readonly string[] => [
  'compile it against the libtensorflow that is there:',
  buildFrom(key, depsFolder(root)),
  'or download both again (which empties deps first):',
  rebuild(name),
];

/** For whoever imports the package without aec. */
export const node23Line =
  "import util from 'node:util'; util.isNullOrUndefined ??= (value) => value === null || value === undefined;";
