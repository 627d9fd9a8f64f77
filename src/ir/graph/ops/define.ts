/** What the registry knows of an op. Each op is declared once, in one entry of this folder. */
import type { Builder } from '../build.js';
import type { AttrValue, Attrs, DType, Node } from '../graph.js';
import type { Dim, Shape } from '../shape.js';
import type { OpName } from './names.js';

/**
 * The backends that a program can meet. `tensorflow` is libtensorflow op by op, as tfjs-node(-gpu)
 * calls it; `graph` is libtensorflow running a whole graph, where nothing of tfjs stands between; `onnx` is
 * whatever reads ONNX files.
 */
export const backends = ['cpu', 'wasm', 'webgl', 'webgpu', 'tensorflow', 'graph', 'onnx'] as const;
export type Backend = (typeof backends)[number];

export const isJavaScript = (backend: Backend): boolean =>
  backend !== 'tensorflow' && backend !== 'graph' && backend !== 'onnx';

export interface Inferred {
  readonly shape: Shape;
  readonly dtype: DType;
}

export interface OpDefinition {
  /** One line: what it computes. */
  readonly summary: string;
  /** Shape and dtype of the result, or why the inputs do not fit. */
  infer(inputs: readonly Node[], attrs: Attrs): Inferred | string;
  /**
   * Reverse mode: cotangents of the inputs from the cotangent `dy` of the result, `null` where an
   * input has none (labels, masks, switches). Absent: not differentiable by nature, zero everywhere.
   * `needs[i]` is false where nobody asks for input i.
   */
  vjp?(b: Builder, node: Node, dy: Node, needs: readonly boolean[]): readonly (Node | null)[];
  /** Why a backend's kernel must not be used (missing, wrong or slow there); undefined where it is right. */
  avoid?(backend: Backend, node: Node): string | undefined;
  /** The same value from other ops, where the kernel is to be avoided. Required with `avoid`. */
  rewrite?(b: Builder, node: Node): Node;
  /**
   * Whether the batch may be computed in parts: from the same rows of every input that begins with the
   * batch follow the same rows of the result (`joined`), or a summand of it (`added`). Absent: neither.
   */
  parts?(node: Node): 'joined' | 'added' | undefined;
  /** Its values are those of its inputs, moved, repeated or left out: what is done to each element may be done before it. */
  readonly moves?: true;
  /** Floating-point operations for the given sizes. Default: one for each element of the result. */
  flops?(node: Node, batch: number): number;
  /** The TensorFlow.js expression; `args` are the inputs' identifiers or literals. */
  tfjs(args: readonly string[], node: Node): string;
  /** The TensorFlow op of the same meaning. */
  readonly tensorflow: string;
  /** Elementwise on the host when every input is a host scalar: a JavaScript expression. */
  host?(args: readonly string[]): string;
}

// ───────────────────────────────────────────────────────────────── reading attributes

export function numbers(attrs: Attrs, name: string): readonly number[] {
  const value = attrs[name];
  if (!Array.isArray(value) || !value.every((v): v is number => typeof v === 'number'))
    throw new Error(`attribute ${name} is not a list of numbers`);
  return value;
}

/** A shape attribute; dims may be multiples of the batch. */
export function shapeAttr(attrs: Attrs, name = 'shape'): Shape {
  const value = attrs[name];
  if (!Array.isArray(value)) throw new Error(`attribute ${name} is not a shape`);
  return value as Shape;
}

export function pairs(attrs: Attrs, name: string): readonly (readonly [number, number])[] {
  const value: AttrValue | undefined = attrs[name];
  if (!Array.isArray(value)) throw new Error(`attribute ${name} is not a list of pairs`);
  return value as readonly (readonly [number, number])[];
}

export const flag = (attrs: Attrs, name: string): boolean => attrs[name] === true;

export function number(attrs: Attrs, name: string): number {
  const value = attrs[name];
  if (typeof value !== 'number') throw new Error(`attribute ${name} is not a number`);
  return value;
}

export function text(attrs: Attrs, name: string): string {
  const value = attrs[name];
  if (typeof value !== 'string') throw new Error(`attribute ${name} is not a string`);
  return value;
}

/** A literal of generated code: `[2, 2]`, numbers of rows as multiples of `batchSize`, or of what an array that is fed has. */
export function literal(value: AttrValue): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((v) => literal(v as AttrValue)).join(', ')}]`;
  const { batch, of, section } = value as unknown as Exclude<Dim, number>;
  if (section?.of === 'first') return String(batch * section.count);
  const all = of === undefined ? 'batchSize' : `batch[${JSON.stringify(of)}].shape[0]`;
  if (section === undefined) return batch === 1 ? all : `${batch} * ${all}`;
  const rows = `${all} - ${section.count}`;
  return batch === 1 ? rows : `${batch} * (${rows})`;
}

/**
 * An operand that a kernel reads as it lies in memory. On WebGPU, a cast to float32 only renames a buffer
 * of integers; the shader of a general transposition, which other kernels begin with too, then does not
 * compile, and what else was submitted with it is lost. A product by one writes floats.
 */
export const realFloats = (arg: string, node: Node): string => (holdsIntegers(node) ? `tf.mul(${arg}, 1)` : arg);

function holdsIntegers(node: Node): boolean {
  if (node.op === 'OneHot') return true;
  const passes = node.op === 'Cast' || node.op === 'Reshape' || node.op === 'Identity' || node.op === 'StopGradient';
  return passes && node.dtype === 'float32' && (node.inputs[0]!.dtype !== 'float32' || holdsIntegers(node.inputs[0]!));
}

/** Part of the registry: the entries of one file. */
export type OpGroup = Readonly<Partial<Record<OpName, OpDefinition>>>;
