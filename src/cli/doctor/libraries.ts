/** Where NVIDIA's libraries are on this machine, and whether the loader would find them there. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CudaNeeds } from './cuda.js';
import { finding, type Finding } from './finding.js';
import { cudaFolder } from './layout.js';
import { ask } from './tools.js';

/** Where the loader looks (folders, and its cache by file name), and where CUDA is often put without the loader knowing. */
export interface Places {
  readonly folders: readonly string[];
  readonly cache: ReadonlyMap<string, string>;
  readonly usual: readonly string[];
}

/** The places of this machine, for a package at this root whose libtensorflow looks for CUDA in these folders beside its own. */
export function placesOf(root: string, searched: ReadonlySet<string>): Places {
  const wheels = inside(cudaFolder(root), /./, 'lib');
  const isSearched = (folder: string): boolean => searched.has(basename(dirname(folder)));
  // /sbin is not always in a user's PATH.
  const cached = ask('ldconfig', '-p') ?? ask('/sbin/ldconfig', '-p') ?? '';
  const entries = cached.matchAll(/^\s*(\S+) \(.*\) => (\S+)$/gm);
  return {
    folders: [
      ...(process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== ''),
      ...wheels.filter(isSearched),
    ],
    cache: new Map([...entries].map(([, name, path]) => [name!, path!])),
    usual: [...wheels.filter((folder) => !isSearched(folder)), ...inside('/usr/local', /^cuda/, 'lib64')],
  };
}

function inside(folder: string, pattern: RegExp, below: string): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)) : [];
  return names.map((name) => join(folder, name, below)).filter((path) => existsSync(path));
}

export type Sighting =
  | { readonly kind: 'found' | 'unreached'; readonly folder: string }
  /** Another version of it may be there. */
  | { readonly kind: 'missing'; readonly other?: string };

/** Where a library is, by its full name. */
export function look(name: string, places: Places): Sighting {
  const has = (folder: string): boolean => existsSync(join(folder, name));
  const reached = places.folders.find(has) ?? (places.cache.has(name) ? dirname(places.cache.get(name)!) : undefined);
  if (reached !== undefined) return { kind: 'found', folder: reached };
  const unreached = places.usual.find(has);
  if (unreached !== undefined) return { kind: 'unreached', folder: unreached };
  const versions = name.slice(0, name.indexOf('.so') + '.so.'.length);
  const folders = [...places.folders, ...places.usual].filter((folder) => existsSync(folder));
  const files = [
    ...folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file))),
    ...places.cache.values(),
  ];
  const other = files.find((path) => basename(path).startsWith(versions));
  return other === undefined ? { kind: 'missing' } : { kind: 'missing', other };
}

/**
 * The CUDA and cuDNN libraries, each found or not, and how to get those that are not.
 * `refused` are those that libtensorflow itself did not find while it was loaded.
 */
export function aboutCuda(what: string, needs: CudaNeeds, refused: readonly string[], places: Places): Finding {
  const known = needs.libraries.map(({ name }) => name);
  const seen = [...known, ...refused.filter((name) => !known.includes(name))].map((name) => ({
    name,
    sighting: asLoaded(look(name, places), refused.includes(name)),
  }));
  const found = byFolder(seen, 'found');
  const unreached = byFolder(seen, 'unreached');
  const missing = seen.flatMap(({ name, sighting }) =>
    sighting.kind === 'missing' ? [{ name, other: sighting.other }] : [],
  );
  const said = [
    `wants CUDA ${needs.cuda} and cuDNN ${needs.cudnn}`,
    ...(found.size === 0 ? [] : [`found ${listed(found)}`]),
    ...(unreached.size === 0 ? [] : [`where the loader does not look: ${listed(unreached)}`]),
    ...(missing.length === 0
      ? []
      : [
          `missing: ${missing.map(({ name, other }) => `${name}${other === undefined ? '' : ` (another version: ${other})`}`).join(', ')}`,
        ]),
  ];
  const wheels = new Set(
    needs.libraries.filter(({ name }) => missing.some((one) => one.name === name)).map(({ wheel }) => wheel),
  );
  const folder = `cuda-${needs.cuda}`;
  return finding(what, missing.length === 0 && unreached.size === 0, said.join('; '), [
    ...(unreached.size === 0
      ? []
      : ['tell the loader:', `  export LD_LIBRARY_PATH="${[...unreached.keys()].join(':')}:$LD_LIBRARY_PATH"`]),
    ...(wheels.size === 0
      ? []
      : [
          "NVIDIA's wheels carry what is missing:",
          `  python3 -m pip install --target ${folder} ${[...wheels].join(' ')}`,
          `  export LD_LIBRARY_PATH="$(echo "$PWD"/${folder}/nvidia/*/lib | tr ' ' ':'):$LD_LIBRARY_PATH"`,
        ]),
  ]);
}

/** What libtensorflow did not find is not where it looks, whatever the disk says. */
const asLoaded = (sighting: Sighting, refused: boolean): Sighting =>
  refused && sighting.kind === 'found' ? { kind: 'unreached', folder: sighting.folder } : sighting;

type Folders = ReadonlyMap<string, readonly string[]>;

function byFolder(
  seen: readonly { readonly name: string; readonly sighting: Sighting }[],
  kind: 'found' | 'unreached',
): Folders {
  const at = seen.flatMap(({ name, sighting }) => (sighting.kind === kind ? [{ name, folder: sighting.folder }] : []));
  return new Map(at.map(({ folder }) => [folder, at.filter((one) => one.folder === folder).map(({ name }) => name)]));
}

const listed = (folders: Folders): string =>
  [...folders].map(([folder, names]) => `${names.join(', ')} in ${folder}`).join('; ');

const installDriver = [
  "install NVIDIA's driver (Ubuntu: sudo ubuntu-drivers install; else nvidia.com/drivers);",
  'in a container, start it with: docker run --gpus all …',
];

/** The driver's own library and the GPUs that it shows. */
export function aboutDriver(what: string, needs: CudaNeeds | undefined, places: Places): Finding {
  const library = look('libcuda.so.1', places);
  const shown = ask('nvidia-smi', '--query-gpu=name,memory.total,driver_version', '--format=csv,noheader') ?? '';
  const gpus = shown
    .split('\n')
    .map((line) => line.split(', '))
    .flatMap(([name, memory, driver]) =>
      driver === undefined
        ? []
        : [{ text: `${name}, ${memory}, driver ${driver}`, driver: Number.parseInt(driver, 10) }],
    );
  const list = gpus.map(({ text }) => text).join('; ');
  if (library.kind === 'missing') {
    return finding(
      what,
      false,
      `no libcuda.so.1 and ${list === '' ? 'no GPU that nvidia-smi shows' : list}: without a driver it computes on the CPU`,
      installDriver,
    );
  }
  if (gpus.length === 0)
    return finding(
      what,
      false,
      `libcuda.so.1 in ${library.folder}, but nvidia-smi is absent or shows no GPU`,
      installDriver,
    );
  return needs !== undefined && gpus.some(({ driver }) => driver < needs.driver)
    ? finding(what, false, `${list}: CUDA ${needs.cuda} wants driver ${needs.driver} or later`, installDriver)
    : finding(what, true, list);
}
