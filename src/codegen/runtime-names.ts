/** Where a generated program finds the runtime. */

/** Beside the program, as one file that `aec build` writes; or in the package, which has to be installed. */
export type RuntimePlace = 'bundled' | 'package';

/** The module to import it from; what needs Node is a part of its own in the package. */
export const runtimeModule = (place: RuntimePlace, part: 'core' | 'node'): string =>
  place === 'bundled' ? './runtime.js' : part === 'core' ? 'aec-lang/runtime' : 'aec-lang/runtime/node';
