/** One graph as one ONNX file. */
import type { Graph, Node } from '../../ir/graph/graph.js';
import { text } from '../../ir/graph/ops/define.js';
import { B, sameDim, type Shape } from '../../ir/graph/shape.js';
import { compilerVersion } from '../../version.js';
import type { WeightValues } from '../tensorflow/graph-model.js';
import { writeGraph } from './body.js';
import { opset } from './ops.js';
import { encodeModel } from './schema.js';
import { GraphWriter, valueInfo, type Value } from './writer.js';

/** A tensor that a file takes or gives; null is a number of rows, which the batch says. */
export interface Port {
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

const portOf = (name: string, shape: Shape): Port => ({
  name,
  shape: shape.map((dim) => (typeof dim === 'number' ? dim : null)),
});

export interface OnnxFile {
  readonly bytes: Uint8Array;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export interface FileOptions {
  readonly name: string;
  /** What the file holds of the weights that the graph reads. */
  readonly weights: WeightValues;
  /** What an output is called. A file names each tensor once, so that none may be called as an input. */
  readonly called: (output: string) => string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Writes a graph that is legal for `onnx`, and of which everything can be written. */
export function onnxFile(graph: Graph, { name, weights, called, metadata }: FileOptions): OnnxFile {
  const fed = graph.nodes.filter(({ op, attrs }) => op === 'Input' && attrs['kind'] !== 'weight');
  const nameOf = (node: Node): string => text(node.attrs, 'name');
  const batch = fed.find(({ shape }) => shape[0] !== undefined && sameDim(shape[0], B));
  const writer = new GraphWriter(batch === undefined ? undefined : nameOf(batch));
  const inputs = fed.map((node) => ({ name: writer.fresh(nameOf(node)), node }));
  const held = new Map<string, Value>();
  const weight = (of: string): Value => {
    const { shape, values } = weights[of]!;
    const value = held.get(of) ?? writer.tensor(of, shape, { dtype: 'float32', values });
    held.set(of, value);
    return value;
  };
  const values = writeGraph(writer, graph, (kind, of) => (kind === 'weight' ? weight(of) : of));
  const outputs = graph.outputs.map(({ name: output, node }) => ({
    name: writer.alias(values.get(output)!, called(output)),
    node,
  }));
  const bytes = encodeModel({
    // The version that came with the opset: older runtimes refuse newer ones.
    irVersion: 8,
    producerName: 'aec',
    producerVersion: compilerVersion,
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: writer.nodes,
      initializer: writer.initializers,
      input: inputs.map((port) => valueInfo(port.name, port.node.dtype, port.node.shape)),
      output: outputs.map((port) => valueInfo(port.name, port.node.dtype, port.node.shape)),
    },
  });
  const ports = (of: typeof outputs): readonly Port[] => of.map((port) => portOf(port.name, port.node.shape));
  return { bytes, inputs: ports(inputs), outputs: ports(outputs) };
}
