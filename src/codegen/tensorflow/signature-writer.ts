/** A SavedModel in the making: one graph, its functions, and signatures that say what is fed and fetched. */
import { graphTag } from '../../runtime/signatures.js';
import { Library } from './functions.js';
import { dataTypes, encodeSavedModel, shapeOf, type DataType, type SignatureDef, type TensorInfo } from './schema.js';
import { NodeWriter, type Edge } from './writer.js';

/** Makes an input of a signature; a dimension of −1 is open. */
export type Inputs = (name: string, dtype: DataType, shape: readonly number[]) => Edge;

export class SavedModelWriter {
  readonly library = new Library();
  readonly writer = new NodeWriter('graph', this.library);
  readonly #signatures: Record<string, SignatureDef> = {};

  /** `build` asks for inputs and returns the outputs, by name. */
  signature(name: string, build: (input: Inputs) => Readonly<Record<string, Edge>>): void {
    const inputs: Record<string, TensorInfo> = {};
    const outputs = build((key, dtype, shape) => {
      const edge = this.writer.call('Placeholder', [], {
        dtype,
        name: `${name}/${key}`,
        attr: { shape: { kind: 'shape', value: shape } },
      });
      inputs[key] = { name: `${edge.text}:0`, dtype: dataTypes[dtype], tensorShape: shapeOf(shape) };
      return edge;
    });
    this.#signatures[name] = {
      inputs,
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([key, edge]) => {
          // Two outputs may be one tensor, which a run fetches once.
          const own = this.writer.call('Identity', [edge], { name: `${name}/${key}/out` });
          return [key, { name: `${own.text}:0`, dtype: dataTypes[edge.dtype], tensorShape: shapeOf([]) }];
        }),
      ),
      methodName: 'tensorflow/serving/predict',
    };
  }

  bytes(): Uint8Array {
    return encodeSavedModel({
      savedModelSchemaVersion: 1,
      metaGraphs: [
        {
          metaInfoDef: { tags: [graphTag] },
          // The version of TensorFlow 2.9, the oldest that a released package of tfjs-node brings.
          graphDef: {
            node: this.writer.nodes,
            library: { function: this.library.functions },
            versions: { producer: 1087, minConsumer: 12 },
          },
          signatureDef: this.#signatures,
        },
      ],
    });
  }
}
