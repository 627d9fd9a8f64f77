/** A program as files: its module, and the graph that it opens where it is one. */
import type { Compiled } from '../compiler.js';
import { graphFolder, printGraphModule } from './tensorflow/module.js';
import { largestConstants, savedModel } from './tensorflow/saved-model.js';
import { printModule } from './tfjs/module.js';
import type { Form, Target } from './targets.js';

export interface Emitted {
  readonly form: Form;
  readonly module: string;
  /** Beside the module, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Why the program is not the graph that was asked for. */
  readonly refused?: { readonly op: string; readonly reason: string };
}

/** The program in the form asked for; op by op where an op cannot enter a graph, whose constants may take `limit` bytes. */
export async function emitProgram(compiled: Compiled, target: Target, form: Form = target.forms[0]!, limit = largestConstants): Promise<Emitted> {
  const graph = form === 'graph' ? savedModel(compiled, limit) : undefined;
  if (graph?.ok === true) {
    return { form, module: await printGraphModule(compiled, graph.bytes, target), files: new Map([[`${graphFolder}/saved_model.pb`, graph.bytes]]) };
  }
  const { op, reason } = graph ?? {};
  return {
    form: 'ops',
    module: await printModule(compiled.spec, compiled.graphs, target),
    files: new Map(),
    ...(op === undefined || reason === undefined ? {} : { refused: { op, reason } }),
  };
}
