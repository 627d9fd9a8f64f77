/** Functions of a graph: bodies of loops and branches. */
import { dataTypes, type DataType, type FunctionDef } from './schema.js';
import { NodeWriter, type Edge } from './writer.js';

/** Loops and branches become nodes of the graph that holds them, so that their rounds cost no call. */
export const lowering = { _lower_using_switch_merge: { kind: 'bool', value: true } } as const;

export interface Argument {
  readonly name: string;
  readonly dtype: DataType;
}

/** The functions of a file, by name. */
export class Library {
  readonly functions: FunctionDef[] = [];
  readonly #names = new Set<string>();

  /** Adds a function; its name, made unique. Results that are arguments are passed through an Identity. */
  define(
    wanted: string,
    args: readonly Argument[],
    body: (writer: NodeWriter, args: readonly Edge[]) => readonly Edge[],
  ): string {
    let name = wanted;
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    const writer = new NodeWriter('function', this);
    const edges = args.map(({ name: arg, dtype }): Edge => ({
      text: writer.fresh(`in/${arg}`).replace(/[^A-Za-z0-9_]/g, '_'),
      dtype,
    }));
    const results = body(writer, edges);
    this.functions.push({
      signature: {
        name,
        inputArg: edges.map((edge) => ({ name: edge.text, type: dataTypes[edge.dtype] })),
        outputArg: results.map((edge, i) => ({ name: `out_${i}`, type: dataTypes[edge.dtype] })),
        isStateful: true,
      },
      nodeDef: writer.nodes,
      ret: Object.fromEntries(results.map((edge, i) => [`out_${i}`, edge.text])),
    });
    return name;
  }
}
