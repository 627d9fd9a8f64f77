/**
 * A function of a program as a tfjs graph model: `model.json` and `weights.bin`, which
 * `tf.loadGraphModel` of plain TensorFlow.js loads, and Netron draws.
 */
import type { Compiled } from '../../compiler.js';
import type { Graph, Node } from '../../ir/graph/graph.js';
import type { Model } from '../../ir/model/model.js';
import { optimise } from '../../ir/graph/passes/index.js';
import { compilerVersion } from '../../version.js';
import { showCall } from '../show-values.js';
import { targets } from '../targets.js';
import { typeAttributes } from './kernels.js';
import { spell, type Attribute, type Constant, type Spelling } from './nodes.js';

/** Values of the trained weights, by name. */
export type WeightValues = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
>;

interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, unknown>>;
}

interface ManifestEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** Files of the model by name, or the op that cannot be written. */
export type GraphModel =
  | { readonly ok: true; readonly files: ReadonlyMap<string, string | Uint8Array> }
  | { readonly ok: false; readonly reason: string };

/** The encoder, the decoder or the whole, with its weights inside. */
export function graphModel(
  compiled: Compiled,
  part: 'encode' | 'decode' | 'reconstruct',
  weights: WeightValues,
): GraphModel {
  const lowered = compiled.graphs[part];
  if (lowered === undefined) return { ok: false, reason: 'the program has no such function' };
  const graph = optimise(lowered, targets.browser.backends);
  const writer = new Writer(weights);
  for (const node of graph.nodes) {
    const reason = writer.node(node);
    if (reason !== undefined) return { ok: false, reason: `${node.op}: ${reason}` };
  }
  const outputs = writer.outputs(graph);
  const json = {
    format: 'graph-model',
    generatedBy: `aec ${compilerVersion}`,
    convertedBy: null,
    signature: { inputs: writer.signatureInputs, outputs },
    userDefinedMetadata: metadata(compiled),
    modelTopology: { node: writer.nodes, library: {}, versions: { producer: 1395 } },
    weightsManifest: [{ paths: ['weights.bin'], weights: writer.manifest }],
  };
  return {
    ok: true,
    files: new Map<string, string | Uint8Array>([
      ['model.json', `${JSON.stringify(json)}\n`],
      ['weights.bin', writer.bytes()],
    ]),
  };
}

/** What a model is worth nothing without: prior, preprocessing, domains, and which source it is. */
export function metadata({ model, spec }: Compiled): Readonly<Record<string, string>> {
  return {
    name: spec.name,
    compiler: spec.compiler,
    sourceHash: spec.sourceHash,
    variables: JSON.stringify(spec.variables),
    preprocessing: JSON.stringify(
      Object.fromEntries(
        model.variables.flatMap((v) =>
          v.preprocessing.length === 0 ? [] : [[v.name, v.preprocessing.map(showCall).join(', then ')]],
        ),
      ),
    ),
    prior: JSON.stringify(priors(model)),
  };
}

const priors = (model: Model): unknown =>
  Object.fromEntries(
    model.latents.map((z) => [
      z.name,
      z.prior.heads === undefined
        ? showCall({ kind: 'call', definition: z.prior.definition, args: z.prior.args })
        : 'computed by a network',
    ]),
  );

type Fixed = Omit<Spelling, 'operands'> & { readonly operands: readonly (number | Constant)[] };

/** The spelling with constant operands alone: a graph model computes no shapes. The reason where there is none. */
function withoutShapes(node: Node): Fixed | string {
  if (node.body !== undefined || node.op === 'Rows') return 'a graph model has no loops';
  const spelling = spell(node);
  const operands = spelling.operands.map((operand) => {
    if (typeof operand === 'object' && 'dim' in operand) return undefined;
    if (typeof operand !== 'object' || !('shapeOf' in operand)) return operand;
    const dims = operand.shapeOf.filter((dim) => typeof dim === 'number');
    return dims.length === operand.shapeOf.length
      ? ({ dtype: 'int32', shape: [dims.length], values: dims } as const)
      : undefined;
  });
  if (operands.every((operand) => operand !== undefined)) return { ...spelling, operands };
  const times = node.op === 'BroadcastTo' ? repetitions(node) : undefined;
  if (times === undefined) return 'its shape depends on the batch';
  return { op: 'Tile', operands: [0, { dtype: 'int32', shape: [times.length], values: times }], attributes: {} };
}

/** Repetitions along each axis; undefined where they depend on the batch. */
function repetitions(node: Node): readonly number[] | undefined {
  const from = node.inputs[0]!.shape;
  const lead = node.shape.length - from.length;
  const times = node.shape.map((to, i) => {
    const dim = i < lead ? 1 : from[i - lead]!;
    if (typeof dim === 'number' && typeof to === 'number') return to / dim;
    return typeof dim === 'object' && typeof to === 'object' ? to.batch / dim.batch : Number.NaN;
  });
  return lead === 0 && times.every(Number.isInteger) ? times : undefined;
}

const tensorType = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;

class Writer {
  readonly nodes: NodeDef[] = [];
  readonly manifest: ManifestEntry[] = [];
  readonly signatureInputs: Record<string, unknown> = {};
  readonly #parts: (Float32Array | Int32Array)[] = [];
  readonly #names = new Map<number, string>();
  readonly #taken = new Set<string>();

  constructor(private readonly weights: WeightValues) {}

  /** Adds a node; the reason where that cannot be done. */
  node(node: Node): string | undefined {
    if (node.op === 'Input') return this.#input(node);
    if (node.op === 'Const') {
      this.#names.set(
        node.id,
        this.#constant(`const${node.id}`, {
          dtype: 'float32',
          shape: node.shape as readonly number[],
          values: node.attrs['values'] as readonly number[],
        }),
      );
      return undefined;
    }
    if (node.inputs.length === 0) return 'only training needs it';
    const spelling = withoutShapes(node);
    if (typeof spelling === 'string') return spelling;
    const name = this.#fresh(node.name ?? `${node.op}${node.id}`);
    const input = spelling.operands.map((operand, i) =>
      typeof operand === 'number'
        ? this.#names.get(node.inputs[operand]!.id)!
        : this.#constant(`${name}/operand${i}`, operand),
    );
    const types = typeAttributes(
      spelling.op,
      spelling.operands.map((operand) => (typeof operand === 'number' ? node.inputs[operand]!.dtype : operand.dtype)),
      node.dtype,
    );
    this.nodes.push({
      name,
      op: spelling.op,
      input,
      attr: {
        ...attributes(Object.fromEntries(Object.entries(types).map(([key, value]) => [key, { kind: 'type', value }]))),
        ...attributes(spelling.attributes),
      },
    });
    this.#names.set(node.id, name);
    return undefined;
  }

  #input(node: Node): string | undefined {
    const [kind, name] = [String(node.attrs['kind']), String(node.attrs['name'])];
    if (kind === 'weight') {
      const weight = this.weights[name];
      if (weight === undefined) return `no weight ${name}`;
      this.#names.set(
        node.id,
        this.#constant(name, {
          dtype: 'float32',
          shape: weight.shape,
          values: weight.values as unknown as readonly number[],
        }),
      );
      return undefined;
    }
    const id = this.#fresh(name);
    const shape = { dim: node.shape.map((dim) => ({ size: typeof dim === 'number' ? String(dim) : '-1' })) };
    this.nodes.push({
      name: id,
      op: 'Placeholder',
      attr: { dtype: { type: tensorType[node.dtype] }, shape: { shape } },
    });
    this.signatureInputs[name] = { name: `${id}:0`, dtype: tensorType[node.dtype], tensorShape: shape };
    this.#names.set(node.id, id);
    return undefined;
  }

  #constant(wanted: string, { dtype, shape, values }: Constant): string {
    const name = this.#fresh(wanted);
    this.nodes.push({
      name,
      op: 'Const',
      attr: {
        dtype: { type: tensorType[dtype] },
        value: {
          tensor: { dtype: tensorType[dtype], tensorShape: { dim: shape.map((size) => ({ size: String(size) })) } },
        },
      },
    });
    this.manifest.push({ name, shape, dtype });
    this.#parts.push(dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values));
    return name;
  }

  /** Outputs under their own names, so that `model.execute(inputs, 'x')` works. */
  outputs(graph: Graph): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      graph.outputs.map(({ name, node }) => {
        const id = this.#fresh(`output/${name}`);
        this.nodes.push({
          name: id,
          op: 'Identity',
          input: [this.#names.get(node.id)!],
          attr: { T: { type: tensorType[node.dtype] } },
        });
        return [
          name,
          {
            name: `${id}:0`,
            dtype: tensorType[node.dtype],
            tensorShape: { dim: node.shape.map((dim) => ({ size: typeof dim === 'number' ? String(dim) : '-1' })) },
          },
        ];
      }),
    );
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of this.#parts) {
      out.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
      at += part.byteLength;
    }
    return out;
  }

  #fresh(name: string): string {
    let candidate = name;
    for (let i = 2; this.#taken.has(candidate); i++) candidate = `${name}_${i}`;
    this.#taken.add(candidate);
    return candidate;
  }
}

/** Attributes in the protobuf's JSON form; strings are base64. */
function attributes(attrs: Readonly<Record<string, Attribute>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attrs).map(([name, a]) => {
      switch (a.kind) {
        case 'type':
          return [name, { type: tensorType[a.value as keyof typeof tensorType] }];
        case 'bool':
          return [name, { b: a.value }];
        case 'int':
          return [name, { i: String(a.value) }];
        case 'ints':
          return [name, { list: { i: a.value.map(String) } }];
        case 'string':
          return [name, { s: Buffer.from(a.value).toString('base64') }];
        default:
          throw new Error(`a graph model has no ${a.kind} attributes`);
      }
    }),
  );
}
