/** Errors that are known, and what each means. */
import { join } from 'node:path';
import { compileAddon, download, install, node23Line, rebuild } from './commands.js';
import { addonFolder, libtensorflowFolder, libtensorflowOf, type NativePackage } from './layout.js';

interface Known {
  readonly pattern: RegExp;
  readonly fix: (native: NativePackage) => readonly string[];
}

/** Compiled where it can be, else downloaded. */
const again = (native: NativePackage): readonly string[] =>
  libtensorflowOf(native.root).kind === 'whole' ? compileAddon(native) : download(native);

/** The first that matches counts: what is special stands before what is general. */
const known: readonly Known[] = [
  {
    pattern: /isNullOrUndefined is not a function/,
    fix: () => ['Node 23 removed it; before the import of the package:', `  ${node23Line}`],
  },
  {
    pattern: /NODE_MODULE_VERSION|Module did not self-register/,
    fix: (native) => ['the addon was built for another Node;', ...again(native)],
  },
  {
    pattern: /(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+.* not found/,
    fix: () => [
      'it was built on a newer system than this one: use an image with a newer C library, or an older libtensorflow with aec doctor --build-addon',
    ],
  },
  {
    pattern: /ld-linux[^ ]*: (?:cannot open|No such)|Error loading shared library|Error relocating/,
    fix: () => [
      'libtensorflow is built for glibc, which Alpine has not got: use a Debian image (node:22-slim), or aec train --backend wasm',
    ],
  },
  {
    pattern: /invalid ELF header|wrong ELF class|mach-o|incompatible architecture|not a valid Win32/i,
    fix: ({ name }) => ['it comes from another machine; install it on this one:', rebuild(name)],
  },
  { pattern: /file too short|truncated/, fix: download },
  {
    pattern: /undefined symbol|Symbol not found/,
    fix: (native) => ['addon and libtensorflow are of different builds;', ...again(native)],
  },
  {
    pattern: /specified module could not be found/,
    fix: ({ root, nodeApi }) => [
      'Windows looks for tensorflow.dll beside the addon:',
      `  copy "${join(libtensorflowFolder(root), 'tensorflow.dll')}" "${addonFolder(root, nodeApi!)}"`,
    ],
  },
  { pattern: /cannot open shared object file|Library not loaded|image not found/, fix: download },
  {
    pattern: /Cannot find module|ERR_MODULE_NOT_FOUND/,
    fix: ({ key }) => ['the installation is not whole:', ...install(key)],
  },
];

/** What to do about an error that loading threw; where it is not known, what mends most. */
export const errorFix = (native: NativePackage, message: string): readonly string[] =>
  known.find(({ pattern }) => pattern.test(message))?.fix(native) ?? ['install it again:', rebuild(native.name)];

/** What to do where loading ended the process; `how` is the signal or the exit code. */
export function crashFix(native: NativePackage, how: string, log: string): readonly string[] {
  const told = known.find(({ pattern }) => pattern.test(log));
  if (told !== undefined) return told.fix(native);
  if (how === 'SIGILL')
    return ['libtensorflow uses instructions that this processor has not got (AVX): aec train --backend wasm'];
  if (how === 'SIGKILL') return ['the system ended it, most often for want of memory'];
  return [
    'the addon or libtensorflow is damaged, or they are of different builds;',
    ...again(native),
    'until then: aec train --backend wasm',
  ];
}
