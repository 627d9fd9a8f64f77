/** A program as files: its module, and the graph that it opens where it is one. */
import type { Compiled } from '../compiler.js';
import { graphFolder, printGraphModule } from './tensorflow/module.js';
import { partsOf } from './tensorflow/parts.js';
import { savedModel, type SavedModelOptions } from './tensorflow/saved-model.js';
import { printModule } from './tfjs/module.js';
import { formOf, type Form, type Target } from './targets.js';

export interface EmitOptions extends SavedModelOptions {
  /** The target's first, unless another is asked for. */
  readonly form?: Form;
}

export interface Emitted {
  readonly form: Form;
  /** Into how many parts the program cuts a batch. */
  readonly parts: number;
  readonly module: string;
  /** Beside the module, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Why the program is not the graph that was asked for. */
  readonly refused?: { readonly op: string; readonly reason: string };
}

/** The program in the form asked for; op by op where an op cannot enter a graph. */
export async function emitProgram(compiled: Compiled, target: Target, options: EmitOptions = {}): Promise<Emitted> {
  const [form, parts] = [formOf(target, options.form), partsOf(compiled.spec, target, options)];
  const graph = form === 'graph' ? savedModel(compiled, { ...options, parts }) : undefined;
  if (graph?.ok === true) {
    return {
      form,
      parts,
      module: await printGraphModule(compiled, graph.bytes, target),
      files: new Map([[`${graphFolder}/saved_model.pb`, graph.bytes]]),
    };
  }
  const { op, reason } = graph ?? {};
  return {
    form: 'ops',
    parts: 1,
    module: await printModule(compiled, target),
    files: new Map(),
    ...(op === undefined || reason === undefined ? {} : { refused: { op, reason } }),
  };
}
