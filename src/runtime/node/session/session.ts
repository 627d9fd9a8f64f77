/**
 * A TensorFlow session over a program's SavedModel, run by tfjs-node's own binding.
 *
 * Its variables hold the weights of one owner at a time. A trainer owns them from step to step; who asks
 * for a function with weights of its own swaps them in, and the trainer takes its own back later.
 */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { Random } from '../../random.js';
import type { ProgramSpec, Tensors } from '../../program.js';
import { graphTag, signatures } from '../../signatures.js';
import { release } from '../../tensors.js';

/** A signature as tfjs-node gives it (TFSavedModel). */
interface Signature {
  readonly signature: {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly outputs: Readonly<Record<string, unknown>>;
  };
  predict(inputs: Tensors): Tensors;
  dispose(): void;
}

/** The part of @tensorflow/tfjs-node and -gpu that runs graphs. */
export interface NodeTensorFlow {
  backend(): object;
  readonly node: {
    loadSavedModel(path: string, tags: string[], signature: string): Promise<unknown>;
    getMetaGraphsFromSavedModel(
      path: string,
    ): Promise<readonly { readonly signatureDefs: Readonly<Record<string, unknown>> }[]>;
  };
}

/** Whoever's weights the variables hold, and how to save them before others come. */
export interface Owner {
  /** The variables are about to hold other weights. */
  evicted(): void;
}

export class Session {
  #owner: Owner | undefined;
  /** A record of tensors that equals what the variables hold. */
  #equals: Tensors | undefined;

  private constructor(
    readonly spec: ProgramSpec,
    private readonly loaded: ReadonlyMap<string, Signature>,
  ) {}

  /** Throws what tfjs-node throws where the file is no graph of this program. */
  static async load(tf: NodeTensorFlow, folder: string, spec: ProgramSpec): Promise<Session> {
    const [graph] = await tf.node.getMetaGraphsFromSavedModel(folder);
    const loaded = new Map<string, Signature>();
    for (const name of Object.keys(graph?.signatureDefs ?? {})) {
      loaded.set(name, (await tf.node.loadSavedModel(folder, [graphTag], name)) as Signature);
    }
    if (!loaded.has(signatures.initialize)) throw new Error('no graph of a program');
    return new Session(spec, loaded);
  }

  has(name: string): boolean {
    return this.loaded.has(name);
  }

  /** One run of the session. The results are the caller's; `inputs` stay as they are. */
  run(name: string, inputs: Tensors): Tensors {
    const signature = this.loaded.get(name);
    if (signature === undefined) throw new Error(`the graph of ${this.spec.name} has no signature ${name}`);
    // TensorFlow refuses a run that fetches nothing: `reconstruct` where nothing is reconstructed.
    return Object.keys(signature.signature.outputs).length === 0 ? {} : signature.predict(inputs);
  }

  /** A run for its effect. */
  effect(name: string, inputs: Tensors): void {
    release([this.run(name, inputs)]);
  }

  /** A run on those of the tensors that the signature takes. */
  runWanted(name: string, tensors: Tensors): Tensors {
    const wanted = this.inputsOf(name);
    return this.run(name, Object.fromEntries(Object.entries(tensors).filter(([key]) => wanted.includes(key))));
  }

  inputsOf(name: string): readonly string[] {
    return Object.keys(this.loaded.get(name)?.signature.inputs ?? {});
  }

  /** Brings weights into the variables where they are not there yet. */
  hold(weights: Tensors, owner?: Owner): void {
    if (this.#equals !== weights) {
      this.#evict();
      this.effect(
        signatures.writeWeights,
        Object.fromEntries(this.spec.weights.map(({ name }) => [name, weights[name]!])),
      );
      this.#equals = weights;
    }
    if (owner !== undefined) this.#owner = owner;
  }

  /** New weights of nobody: draws them, with statistics of the data beside. */
  initialize(inputs: Tensors): Tensors {
    this.#evict();
    this.effect(signatures.initialize, inputs);
    return this.weights();
  }

  #evict(): void {
    this.#owner?.evicted();
    this.#owner = undefined;
  }

  /** The variables have moved. */
  moved(): void {
    this.#equals = undefined;
  }

  disown(owner: Owner): void {
    if (this.#owner === owner) this.#owner = undefined;
  }

  /** What the variables hold; the caller's tensors. */
  weights(): Tensors {
    const weights = this.run(signatures.readWeights, {});
    this.#equals = weights;
    return weights;
  }

  close(): void {
    for (const signature of this.loaded.values()) signature.dispose();
  }
}

export const int = (value: number): Tensor => tensor(Int32Array.of(value), [], 'int32');
export const ints = (values: Int32Array): Tensor => tensor(values, [values.length], 'int32');
export const float = (value: number): Tensor => tensor(Float32Array.of(value), [], 'float32');

/** Seed and step as the graph takes them: three words. */
export const words = ({ seed, step }: Pick<Random, 'seed' | 'step'>): Tensor =>
  ints(Int32Array.of(seed | 0, Math.floor(seed / 4294967296) | 0, step | 0));

/** Runs `f` on inputs made for it alone. */
export function withInputs<T>(inputs: Tensors, f: (inputs: Tensors) => T): T {
  try {
    return f(inputs);
  } finally {
    release([inputs]);
  }
}
