/** What can be said of a package without loading it: is it there, and is it whole? */
import { relative } from 'node:path';
import { nodePackages } from '../backends.js';
import { platformOf } from './binary.js';
import { compileAddon, download, install, node23Line, rebuild } from './commands.js';
import { finding, type Finding } from './finding.js';
import {
  addonFile,
  addonsPresent,
  libtensorflowOf,
  type Libtensorflow,
  type NativePackage,
  type PackageKey,
} from './layout.js';
import { unresolved } from './tools.js';

export interface Examined {
  /** In the order in which they are to be mended. */
  readonly findings: readonly Finding[];
  /** Is there an addon for this Node at all? */
  readonly mayLoad: boolean;
}

/** Of a package that is not there. */
export const absent = (key: PackageKey): Finding =>
  finding(nodePackages[key], false, 'not installed (optional)', install(key));

/** The package as its folder shows it. */
export function examine(native: NativePackage): Examined {
  const { name, version, root } = native;
  const there = finding(name, true, `${version} in ${root}`);
  const library = libtensorflowOf(root);
  if (library.kind !== 'whole' && addonsPresent(root).length === 0) {
    const blocked =
      'neither libtensorflow nor the addon is there: the install script was skipped, or its download blocked';
    return {
      findings: [
        there,
        library.kind === 'gone'
          ? aboutLibrary(native, library)
          : finding(`${name} libtensorflow`, false, blocked, download(native)),
      ],
      mayLoad: false,
    };
  }
  const addon = aboutAddon(native, library.kind === 'whole' ? compileAddon(native) : download(native));
  return {
    findings: [there, aboutLibrary(native, library), addon, ...node23(name, process.versions.node)],
    mayLoad: native.nodeApi !== undefined && addonsPresent(root).includes(native.nodeApi),
  };
}

function aboutLibrary(native: NativePackage, library: Libtensorflow): Finding {
  const what = `${native.name} libtensorflow`;
  switch (library.kind) {
    case 'whole':
      return finding(what, true, library.library);
    case 'gone':
      return finding(
        what,
        false,
        `${relative(native.root, library.link)} links to ${library.target}, which is gone`,
        download(native),
      );
    case 'missing':
      return finding(what, false, `deps/lib lacks ${library.names.join(', ')}`, download(native));
  }
}

function aboutAddon(native: NativePackage, again: readonly string[]): Finding {
  const { name, root, nodeApi } = native;
  const what = `${name} addon`;
  if (nodeApi === undefined) {
    return finding(
      what,
      false,
      `the package is built for no Node-API version that Node ${process.versions.node} has`,
      install(native.key),
    );
  }
  const file = addonFile(root, nodeApi);
  const present = addonsPresent(root);
  if (!present.includes(nodeApi)) {
    const found =
      present.length === 0
        ? `${relative(root, file)} is missing`
        : `built for Node-API ${present.join(', ')}, but Node ${process.versions.node} takes the one for Node-API ${nodeApi} (${relative(root, file)})`;
    return finding(what, false, found, again);
  }
  const platform = platformOf(file);
  if (platform !== `${process.platform}-${process.arch}`) {
    const found =
      platform === undefined
        ? 'is no shared library: the download was cut short or replaced by a page'
        : `built for ${platform}, but this is ${process.platform}-${process.arch}`;
    return finding(what, false, found, ['install it on this machine:', rebuild(name)]);
  }
  const lacking = unresolved(file);
  return lacking.length === 0
    ? finding(what, true, relative(root, file))
    : finding(
        what,
        false,
        `${relative(root, file)} asks for ${lacking.join(', ')}, which the loader does not find`,
        again,
      );
}

/** tensorflow/tfjs #8609. The version is a parameter, so that every Node can test it. */
export const node23 = (name: string, version: string): readonly Finding[] =>
  Number(version.split('.')[0]) < 23
    ? []
    : [
        finding(
          `${name} on Node ${version}`,
          true,
          'calls util.isNullOrUndefined, which Node 23 removed; aec puts it back itself',
          ['in your own scripts, before the import of the package:', `  ${node23Line}`],
        ),
      ];
