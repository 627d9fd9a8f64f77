/** Graph models: plain tfjs loads them and computes what the program computes. */
import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { beforeAll, describe, expect, test } from 'vitest';
import { graphModel, type WeightValues } from '../../src/codegen/tensorflow/graph-model.js';
import { loadProgram } from '../../src/cli/load.js';
import { check } from '../../src/compiler.js';
import { randomAt, type Program, type Tensors } from '../../src/runtime/index.js';
import type { Compiled } from '../../src/compiler.js';
import { tied, variational } from './sources.js';

describe.each([
  ['variational', variational, 'z'],
  ['tied', tied, 'code'],
] as const)('%s', (_name, source, code) => {
  let program: Program;
  let compiled: Compiled;
  let weights: Tensors;
  let values: WeightValues;

  beforeAll(async () => {
    const checked = check('model.ae', source, () => undefined);
    ({ program, compiled } = await loadProgram(checked.models[0]!, checked, 'wasm'));
    weights = program.initialize(randomAt(3, 0), {});
    values = Object.fromEntries(
      Object.entries(weights).map(([name, t]) => [name, { shape: t.shape, values: t.dataSync<'float32'>() }]),
    );
  });

  test.each(['encode', 'reconstruct'] as const)('%s', async (part) => {
    const written = graphModel(compiled, part, values);
    if (!written.ok) throw new Error(written.reason);
    const json = JSON.parse(written.files.get('model.json') as string) as Record<string, unknown> & {
      readonly weightsManifest: readonly [{ readonly weights: tf.io.WeightsManifestEntry[] }];
    };
    const bytes = written.files.get('weights.bin') as Uint8Array;
    const model = await loadGraphModel(
      tf.io.fromMemory({
        modelTopology: json['modelTopology'] as object,
        format: 'graph-model',
        signature: json['signature'] as object,
        weightSpecs: json.weightsManifest[0].weights,
        weightData: bytes.slice().buffer,
      }),
    );
    const variable = program.spec.variables[0]!;
    const x = tf.randomUniform([3, ...variable.shape], 0, 1, 'float32', 5);
    const expected = Object.values(program[part]!(weights, { [variable.name]: x }))[0]!;
    const found = model.execute({ [variable.name]: x }) as tf.Tensor;
    expect(found.shape).toEqual(expected.shape);
    expect(Math.max(...(await tf.abs(tf.sub(found, expected)).data<'float32'>()))).toBeLessThan(1e-5);
    expect(json['userDefinedMetadata']).toMatchObject({ sourceHash: program.spec.sourceHash, name: program.spec.name });
  });

  test('decode', async () => {
    const written = graphModel(compiled, 'decode', values);
    if (!written.ok) throw new Error(written.reason);
    const json = JSON.parse(written.files.get('model.json') as string) as {
      readonly signature: { readonly inputs: object };
    };
    expect(Object.keys(json.signature.inputs)).toEqual([code]);
  });
});
