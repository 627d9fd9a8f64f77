/**
 * How tfjs-node and tfjs-node-gpu lay out their folder, and how libtensorflow comes. Nothing else knows either:
 * the doctor reads by this file and `--build-addon` writes by it.
 */
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installed, nodePackages } from '../backends.js';

export type PackageKey = keyof typeof nodePackages;

export interface NativePackage {
  readonly key: PackageKey;
  readonly name: string;
  readonly version: string;
  /** The file that `require` loads. */
  readonly entry: string;
  readonly root: string;
  /** The Node-API version that this Node takes of those that the package is built for; undefined where it takes none. */
  readonly nodeApi: number | undefined;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly binary?: { readonly napi_versions?: readonly number[] };
}

/** The package as `aec train` would load it; undefined where it is not installed. */
export function locate(key: PackageKey): NativePackage | undefined {
  const name = nodePackages[key];
  const entry = installed(name);
  if (entry === undefined) return undefined;
  for (let root = dirname(entry); root !== dirname(root); root = dirname(root)) {
    const manifest = manifestIn(root);
    if (manifest?.name !== name) continue;
    const nodeApi = (manifest.binary?.napi_versions ?? [])
      .filter((version) => version <= Number(process.versions.napi))
      .sort((a, b) => b - a)[0];
    return { key, name, version: manifest.version ?? 'of unknown version', entry, root, nodeApi };
  }
  return undefined;
}

function manifestIn(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

/** What the addon is compiled from, apart from libtensorflow. */
export const addonSources = ['package.json', 'binding.gyp', 'binding'] as const;
export const addonFolder = (root: string, nodeApi: number): string => join(root, 'lib', `napi-v${nodeApi}`);
export const addonFile = (root: string, nodeApi: number): string =>
  join(addonFolder(root, nodeApi), 'tfjs_binding.node');
export const depsFolder = (root: string): string => join(root, 'deps');
export const libtensorflowFolder = (root: string): string => join(depsFolder(root), 'lib');
/** CUDA's libraries as wheels bring them: libtensorflow looks for them in this folder beside its own. */
export const cudaFolder = (root: string): string => join(depsFolder(root), 'nvidia');

/** The Node-API versions that an addon lies there for. */
export function addonsPresent(root: string): readonly number[] {
  const lib = join(root, 'lib');
  const versions = existsSync(lib)
    ? readdirSync(lib)
        .flatMap((folder) => /^napi-v(\d+)$/.exec(folder)?.[1] ?? [])
        .map(Number)
    : [];
  return versions.filter((version) => existsSync(addonFile(root, version)));
}

/** One form in which libtensorflow comes. */
export interface Form {
  readonly called: string;
  /** Names under `deps/lib`, each with the file of the given folder that it stands for. */
  readonly libraries: Readonly<Record<string, string>>;
  /** The one of them that holds the code for GPUs, where there is any. */
  readonly framework: string;
}

/** A folder with a libtensorflow that addons can be built against. */
export interface Source {
  readonly folder: string;
  readonly form: Form;
}

const tarball = 'unpacked C library';

/** The linker asks for the plain names, the addon at run time for those with a version. The first form is the released package's. */
const forms: Readonly<Partial<Record<NodeJS.Platform, readonly Form[]>>> = {
  linux: [
    {
      called: tarball,
      libraries: {
        'libtensorflow.so': 'lib/libtensorflow.so.2',
        'libtensorflow.so.2': 'lib/libtensorflow.so.2',
        'libtensorflow_framework.so': 'lib/libtensorflow_framework.so.2',
        'libtensorflow_framework.so.2': 'lib/libtensorflow_framework.so.2',
      },
      framework: 'libtensorflow_framework.so.2',
    },
    {
      called: 'tensorflow folder of a wheel',
      libraries: {
        'libtensorflow.so': 'libtensorflow_cc.so.2',
        'libtensorflow_cc.so.2': 'libtensorflow_cc.so.2',
        'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
        'libtensorflow_framework.so.2': 'libtensorflow_framework.so.2',
      },
      framework: 'libtensorflow_framework.so.2',
    },
  ],
  darwin: [
    {
      called: tarball,
      libraries: {
        'libtensorflow.2.dylib': 'lib/libtensorflow.2.dylib',
        'libtensorflow_framework.2.dylib': 'lib/libtensorflow_framework.2.dylib',
      },
      framework: 'libtensorflow_framework.2.dylib',
    },
  ],
  win32: [{ called: tarball, libraries: { 'tensorflow.dll': 'lib/tensorflow.dll' }, framework: 'tensorflow.dll' }],
};

/** What a package's own `deps` holds after a build against a wheel: enough to build against again. */
const builtFromWheel: Form = {
  called: 'deps of a package',
  libraries: Object.fromEntries(
    ['libtensorflow.so', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so', 'libtensorflow_framework.so.2'].map(
      (name) => [name, `lib/${name}`],
    ),
  ),
  framework: 'libtensorflow_framework.so.2',
};

/** The addon includes these, and they include the rest. */
const headers = ['include/tensorflow/c/c_api.h', 'include/tensorflow/c/eager/c_api.h'] as const;

export type Recognised =
  | { readonly form: Form }
  | { readonly wanted: readonly { readonly form: Form; readonly missing: readonly string[] }[] };

/** Which form of libtensorflow a folder holds; where none is whole, what each lacks, the nearest first. */
export function recognise(folder: string): Recognised {
  const lackedBy = (form: Form): readonly string[] =>
    [...new Set([...Object.values(form.libraries), ...headers])].filter((file) => !existsSync(join(folder, file)));
  const wanted = (forms[process.platform] ?? []).map((form) => ({ form, missing: lackedBy(form) }));
  const whole =
    wanted.find(({ missing }) => missing.length === 0)?.form ??
    (lackedBy(builtFromWheel).length === 0 ? builtFromWheel : undefined);
  return whole === undefined ? { wanted: wanted.sort((a, b) => a.missing.length - b.missing.length) } : { form: whole };
}

/** The links that make up the `deps` of a package: each name with the file or folder that it stands for. */
export function depsLinks(
  root: string,
  { folder, form }: Source,
): readonly (readonly [link: string, target: string])[] {
  const cuda = join(dirname(folder), 'nvidia');
  return [
    ...Object.entries(form.libraries).map(
      ([name, file]) => [join(libtensorflowFolder(root), name), join(folder, file)] as const,
    ),
    [join(depsFolder(root), 'include'), join(folder, 'include')],
    ...cudaLinks(root, cuda),
  ];
}

/**
 * Each of CUDA's folders by its own name. What opens the libraries is libtensorflow_framework, and in 2.21 its header leaves
 * cusolver out, which only libtensorflow_cc names; without cusolver TensorFlow uses no GPU. Its header names nvshmem, which
 * the wheels do not bring: under that name cusolver is found, and from there what it asks for itself.
 */
function cudaLinks(root: string, cuda: string): readonly (readonly [link: string, target: string])[] {
  const parts = existsSync(cuda)
    ? readdirSync(cuda, { withFileTypes: true })
        .filter((part) => !part.isFile())
        .map(({ name }) => name)
    : [];
  const stand =
    parts.includes('cusolver') && !parts.includes('nvshmem')
      ? [[join(cudaFolder(root), 'nvshmem'), join(cuda, 'cusolver')] as const]
      : [];
  return [...parts.map((part) => [join(cudaFolder(root), part), join(cuda, part)] as const), ...stand];
}

export type Libtensorflow =
  | { readonly kind: 'whole'; readonly library: string; readonly framework: string }
  | { readonly kind: 'gone'; readonly link: string; readonly target: string }
  | { readonly kind: 'missing'; readonly names: readonly string[] };

/** The libtensorflow under `deps/lib`, with real paths. */
export function libtensorflowOf(root: string): Libtensorflow {
  const lib = libtensorflowFolder(root);
  const states = (forms[process.platform] ?? []).map((form) => ({
    form,
    missing: Object.keys(form.libraries).filter((name) => !existsSync(join(lib, name))),
  }));
  const whole = states.find(({ missing }) => missing.length === 0);
  if (whole !== undefined) {
    return {
      kind: 'whole',
      library: realpathSync(join(lib, Object.keys(whole.form.libraries)[0]!)),
      framework: realpathSync(join(lib, whole.form.framework)),
    };
  }
  for (const link of states.flatMap(({ missing }) => missing).map((name) => join(lib, name))) {
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      return { kind: 'gone', link, target: readlinkSync(link) };
  }
  return { kind: 'missing', names: states[0]?.missing ?? [] };
}
