/** A program as files: its module, and the graph that it opens where it is one. */
import type { Compiled } from '../compiler.js';
import type { Node } from '../ir/graph/graph.js';
import { cutAtSums } from '../ir/graph/passes/index.js';
import type { Cut } from '../ir/graph/passes/cut.js';
import { partsOf } from './parts.js';
import { savedModel, type SavedModelOptions } from './tensorflow/saved-model.js';
import { graphFolder, printGraphScript } from './tensorflow/script.js';
import type { RuntimePlace } from './runtime-names.js';
import { printScript } from './tfjs/script.js';
import { formOf, type Form, type Target } from './targets.js';

export interface EmitOptions extends SavedModelOptions {
  /** The target's first, unless another is asked for. */
  readonly form?: Form;
  /** How many threads compute the parts of a program of kernels; one unless given. */
  readonly threads?: number;
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
  /** Steps of a program of kernels that need their batches whole, where others may be computed in parts. */
  readonly uncut: readonly { readonly step: string; readonly needsAll: Node }[];
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
      uncut: [],
      script: () => printGraphScript(compiled, graph.bytes, target),
      module,
      modules: async () => new Map([['program.ts', await module()]]),
      files: new Map([[`${graphFolder}/saved_model.pb`, graph.bytes]]),
    };
  }
  const { what, reason } = graph ?? {};
  const { cuts, uncut } = parts > 1 ? cutSteps(compiled) : { cuts: new Map<string, Cut>(), uncut: [] };
  return {
    form: 'ops',
    parts: cuts.size === 0 ? 1 : parts,
    uncut,
    script: () => printScript(cuts.size === 0 ? compiled : { ...compiled, cuts }, target),
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

/** The steps of a program, cut at the sums over their batches. A method that sees all weights at once has steps of its own. */
function cutSteps({ phases }: Compiled): { readonly cuts: ReadonlyMap<string, Cut>; readonly uncut: Emitted['uncut'] } {
  const steps = phases.flatMap((phase) => phase.steps).filter(({ method }) => method === undefined);
  const all = steps.map(({ name, trainStep }) => [name, cutAtSums(trainStep)] as const);
  return {
    cuts: new Map(all.flatMap(([name, one]) => ('part' in one ? [[name, one] as const] : []))),
    uncut: all.flatMap(([step, one]) => ('part' in one ? [] : [{ step, needsAll: one.needsAll }])),
  };
}
