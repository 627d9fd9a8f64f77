/** A trained model to build on: its functions with its weights, as one value. */
import { add, browser, image, mul, reshape, sum, tidy, type PixelData, type Tensor } from '@tensorflow/tfjs-core';
import { imageShape } from './figures/images.js';
import type { Inference, Tensors, VariableSpec } from './program.js';
import { randomAt, reservedSteps } from './random.js';
import { failure, renderDataError, success, type Result } from './result.js';
import { boundsOf } from './spec.js';
import { release } from './tensors.js';
import { decodeWeights } from './weights.js';

/** The functions of a program that a trained model needs; those that train are none of them. */
export type Functions = Pick<Inference, 'spec' | 'decode'> &
  Partial<Pick<Inference, 'degrade' | 'encode' | 'reconstruct' | 'sample' | 'activations'>>;

/** Arguments and result of a program's function as the generated code types them, without the weights in front. */
type Bound<F> = F extends (weights: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : undefined;
type Drawn<F> = F extends (...all: never) => infer Result
  ? (count: number, options?: { readonly seed?: number; readonly given?: Tensors }) => Result
  : undefined;

/**
 * Batches and codes are records of tensors by name, `[examples, …shape]`; whoever asks for a result disposes it. Functions
 * are absent where the model has none: without an encoder, or without a prior to draw from.
 */
export interface TrainedModel<P extends Functions = Functions> {
  readonly spec: P['spec'];
  readonly weights: Tensors;
  /** The code of a batch, as it is where training is over: means, no noise. */
  readonly encode: Bound<P['encode']>;
  /** From codes to data: means and probabilities. */
  readonly decode: Bound<P['decode']>;
  /** What `decode` makes of what `encode` makes, with what heads predict. */
  readonly reconstruct: Bound<P['reconstruct']>;
  /** Draws from the prior, decoded: the same ones for the same seed. */
  readonly sample: Drawn<P['sample']>;
  /** An example of a variable from a picture, a canvas or a video: resized, grey where the model is, within its domain. */
  fromPixels(source: PixelSource, variable?: string): Tensor;
  /** Gives the weights back. */
  dispose(): void;
}

export type PixelSource = PixelData | ImageData | HTMLImageElement | HTMLCanvasElement | HTMLVideoElement | ImageBitmap;

/** The bytes of a file of weights, or where they are. */
export type WeightSource = string | URL | ArrayBuffer | Uint8Array;

/** A program with weights that are in memory; `dispose` disposes them. */
export function trainedModel<P extends Functions>(program: P, weights: Tensors): TrainedModel<P> {
  const { spec, degrade } = program;
  const read = (batch: Tensors, f: (read: Tensors) => Tensors): Tensors => {
    if (degrade === undefined) return f(batch);
    const degraded = degrade(weights, batch);
    const result = f({ ...batch, ...degraded });
    release([degraded], [batch, result]);
    return result;
  };
  const { encode, reconstruct, sample } = program;
  const model = {
    spec,
    weights,
    encode: encode && ((batch: Tensors) => read(batch, (degraded) => encode(weights, degraded))),
    decode: (code: Tensors, batch?: Tensors) => program.decode(weights, code, batch),
    reconstruct: reconstruct && ((batch: Tensors) => read(batch, (degraded) => reconstruct(weights, degraded))),
    sample:
      sample &&
      ((count: number, { seed = spec.seed, given }: { readonly seed?: number; readonly given?: Tensors } = {}) =>
        sample(weights, count, randomAt(seed, reservedSteps.sample), given)),
    fromPixels: (source: PixelSource, variable?: string) => pixelsFor(variableOf(program, variable), source),
    dispose: () => release([weights]),
  };
  return model as unknown as TrainedModel<P>;
}

/**
 * A program with the weights of a file that training left (`weights.safetensors`, or a checkpoint). Rejects, with what was
 * expected and found, where there is none or it belongs to another model.
 */
export async function openModel<P extends Functions>(program: P, source: WeightSource): Promise<TrainedModel<P>> {
  const bytes = await bytesOf(source);
  const loaded = bytes.ok ? decodeWeights(bytes.value, program.spec, nameOf(source)) : bytes;
  if (!loaded.ok) throw new Error(renderDataError(loaded.error));
  return trainedModel(program, loaded.value.value);
}

const nameOf = (source: WeightSource): string =>
  typeof source === 'string' || source instanceof URL ? String(source) : 'weights';

async function bytesOf(source: WeightSource): Promise<Result<Uint8Array>> {
  if (source instanceof Uint8Array) return success(source);
  if (source instanceof ArrayBuffer) return success(new Uint8Array(source));
  const place = String(source);
  try {
    const answer = await fetch(source);
    if (!answer.ok) return failure(place, 'a file of weights', `${answer.status} ${answer.statusText}`.trim());
    return success(new Uint8Array(await answer.arrayBuffer()));
  } catch (error) {
    return failure(place, 'a file of weights', error instanceof Error ? error.message : String(error));
  }
}

function variableOf({ spec }: Functions, name: string | undefined): VariableSpec {
  const inputs = spec.variables.filter(({ role }) => role === 'input');
  const found = name === undefined ? inputs[0] : spec.variables.find((variable) => variable.name === name);
  if (found === undefined)
    throw new Error(`${spec.name} has no variable ${name ?? 'to read'}: ${inputs.map((v) => v.name).join(', ')}`);
  return found;
}

/** `[1, …shape]`. A flat variable of n² numbers is a grey picture of n × n. */
function pixelsFor({ name, shape, domain }: VariableSpec, source: PixelSource): Tensor {
  const size = imageShape(shape);
  if (size === undefined) throw new Error(`${name} is no picture: its shape is [${shape.join(', ')}]`);
  const [low, high] = boundsOf(domain).map((bound, i) => (Number.isFinite(bound) ? bound : i));
  return tidy(() => {
    const sized = image.resizeBilinear(browser.fromPixels(source, 3), [size.height, size.width]);
    // Luma of BT.601, as PNG and JPEG readers take it.
    const seen = size.channels === 3 ? sized : sum(mul(sized, [0.299, 0.587, 0.114]), -1);
    return reshape(add(mul(seen, (high! - low!) / 255), low!), [1, ...shape]);
  });
}
