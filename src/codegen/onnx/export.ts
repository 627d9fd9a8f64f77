/** The functions of a trained model as ONNX files, with its weights inside. */
import type { Compiled } from '../../compiler.js';
import type { Node } from '../../ir/graph/graph.js';
import { optimise } from '../../ir/graph/passes/index.js';
import { metadata, type WeightValues } from '../tensorflow/graph-model.js';
import { drawsGiven } from './draws.js';
import { unwritableIn, type Unwritable } from './body.js';
import { onnxFile, type OnnxFile } from './file.js';

/** The functions that are exported, with the names of their files. */
const functions = {
  encode: 'encoder.onnx',
  decode: 'decoder.onnx',
  reconstruct: 'model.onnx',
  sample: 'sampler.onnx',
} as const;
type FunctionName = keyof typeof functions;

/** All files by name, or what prevents one of them. */
export type OnnxExport =
  | { readonly ok: true; readonly files: ReadonlyMap<string, OnnxFile> }
  | ({ readonly ok: false; readonly file: string } & Unwritable);

/** Encoder, decoder, whole and sampler, of those that a model has; the last one where it can be written. */
export function exportOnnx(compiled: Compiled, weights: WeightValues): OnnxExport {
  const files = new Map<string, OnnxFile>();
  const variables = new Set(compiled.spec.variables.map(({ name }) => name));
  for (const part of Object.keys(functions) as readonly FunctionName[]) {
    const lowered = compiled.graphs[part];
    // What decodes into vectors alone gives nothing that data are compared with.
    if (lowered === undefined || lowered.outputs.length === 0) continue;
    const graph = optimise(part === 'sample' ? drawsGiven(lowered).graph : lowered, ['onnx']);
    const unwritable = unwritableIn(graph);
    if (part === 'sample' && (unwritable !== undefined || !graph.nodes.some(isFed))) continue;
    if (unwritable !== undefined) return { ok: false, file: functions[part], ...unwritable };
    files.set(
      functions[part],
      onnxFile(graph, {
        name: `${compiled.spec.name}.${part}`,
        weights,
        // What is made of a variable is not called as the variable, which may be read as well.
        called: (output) => (part === 'encode' && !variables.has(output) ? output : `${output}_out`),
        metadata: metadata(compiled),
      }),
    );
  }
  return { ok: true, files };
}

/** Something with a row for each example, which says how many there are. */
const isFed = ({ op, attrs }: Node): boolean => op === 'Input' && attrs['kind'] !== 'weight';
