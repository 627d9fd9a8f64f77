/** A program as files: its module, and the graph that it opens where it is one. */
import type { Compiled } from '../compiler.js';
import { partsOf } from './tensorflow/parts.js';
import { savedModel, type SavedModelOptions } from './tensorflow/saved-model.js';
import { graphFolder, printGraphScript } from './tensorflow/script.js';
import type { RuntimePlace } from './runtime-names.js';
import { printScript } from './tfjs/script.js';
import { formOf, type Form, type Target } from './targets.js';

export interface EmitOptions extends SavedModelOptions {
  /** The target's first, unless another is asked for. */
  readonly form?: Form;
  /** Where the module finds the runtime; in the package unless given. */
  readonly runtime?: RuntimePlace;
}

/** A program in one of its forms; its texts are printed when they are asked for. */
export interface Emitted {
  readonly form: Form;
  /** Into how many parts the program cuts a batch. */
  readonly parts: number;
  /** As JavaScript that runs as it is. */
  readonly script: () => string;
  /** As TypeScript that people read. */
  readonly module: () => Promise<string>;
  /** The same with what the program is in a module of its own, by path; of a program that is a graph the module alone. */
  readonly modules: () => Promise<ReadonlyMap<string, string>>;
  /** Beside the module, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Why the program is not the graph that was asked for. */
  readonly refused?: { readonly what: string; readonly reason: string };
}

/** The program in the form asked for; op by op where an op cannot enter a graph. */
export function emitProgram(compiled: Compiled, target: Target, options: EmitOptions = {}): Emitted {
  const [form, parts] = [formOf(target, options.form), partsOf(compiled.spec, target, options)];
  const graph = form === 'graph' ? savedModel(compiled, { ...options, parts }) : undefined;
  // TypeScript's and Prettier's compilers take longer to load than most programs to print: only where people will read.
  if (graph?.ok === true) {
    const module = async (): Promise<string> =>
      (await import('./tensorflow/module.js')).printGraphModule(compiled, graph.bytes, target, options.runtime);
    return {
      form,
      parts,
      script: () => printGraphScript(compiled, graph.bytes, target),
      module,
      modules: async () => new Map([['program.ts', await module()]]),
      files: new Map([[`${graphFolder}/saved_model.pb`, graph.bytes]]),
    };
  }
  const { what, reason } = graph ?? {};
  return {
    form: 'ops',
    parts: 1,
    script: () => printScript(compiled, target),
    module: async () => (await import('./tfjs/module.js')).printModule(compiled, target, options.runtime),
    modules: async () => {
      const { printModule, printSpec } = await import('./tfjs/module.js');
      return new Map([
        ['program.ts', await printModule(compiled, target, options.runtime, 'beside')],
        ['spec.ts', await printSpec(compiled, options.runtime ?? 'package')],
      ]);
    },
    files: new Map(),
    ...(what === undefined || reason === undefined ? {} : { refused: { what, reason } }),
  };
}
