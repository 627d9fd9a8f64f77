/** Programs on libtensorflow: op by op, and as one graph in a session. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { savedModel } from '../../../src/codegen/tensorflow/saved-model.js';
import { targets } from '../../../src/codegen/targets.js';
import type { Compiled } from '../../../src/compiler.js';
import {
  release,
  renderDataError,
  type Dataset,
  type ProgramSpec,
  type ResidentProgram,
} from '../../../src/runtime/index.js';
import { openGraph } from '../../../src/runtime/node/session/program.js';
import type { NodeTensorFlow } from '../../../src/runtime/node/session/session.js';
import { loadNative } from '../../native/native.js';
import type { Arrays } from '../interpret/forward.js';
import type { State } from '../interpret/optimisers.js';
import type { Backend } from './attempt.js';
import { plainly } from './plainly.js';
import { asArrays, asTensors, quickRunner, residentFunctions, slotsOf, type Found, type Runner } from './runner.js';

let tf: NodeTensorFlow | undefined;

async function start(): Promise<void> {
  const core = await loadNative('@tensorflow/tfjs-node');
  tf = core as unknown as NodeTensorFlow;
}

export const nodeOps: Backend = {
  name: 'node, op by op',
  start,
  runner: (compiled) => quickRunner(compiled, targets.node),
};

/** One graph, with the batch in a number of parts. */
export const nodeGraph = (parts: number): Backend => ({
  name: `node, one graph in ${parts}`,
  start,
  runner: (compiled) => graphRunner(compiled, parts),
});

async function graphRunner(compiled: Compiled, parts: number): Promise<Runner> {
  const [program, plain] = [await opened(compiled, parts), await opened(plainly(compiled), parts)];
  const step = async (
    on: ResidentProgram,
    state: State,
    batch: Arrays,
    at: { readonly step: number; readonly stepsPerEpoch: number },
    totalSteps: number,
  ): Promise<Found> => {
    const data = datasetOf(on.spec, batch);
    const trainer = on.trainer(
      on.spec.phases[0]!,
      { weights: asTensors(state.weights), slots: asTensors(slotsOf(on, state)) },
      data,
    );
    const rows = Int32Array.from({ length: data.size }, (_, i) => i);
    const { terms, refused } = await trainer.steps([rows], { ...at, totalSteps });
    if (refused !== undefined) throw new Error(`the step is refused: ${JSON.stringify(refused)}`);
    const after = trainer.state();
    const found: Found = {
      terms: terms[0]!,
      state: {
        weights: asArrays(after.weights),
        slots: Object.fromEntries(
          Object.entries(asArrays(after.slots)).map(([name, { data: values }]) => [name, values]),
        ),
      },
    };
    release([after.weights, after.slots]);
    trainer.dispose();
    return found;
  };
  return {
    ...residentFunctions(program),
    trainStep: (state, batch, moment, random) => step(program, state, batch, moment, random.step),
    // From empty slots, what momentum remembers after one step is the gradient.
    slope: async (state, batch, moment, random) => {
      const { terms, state: after } = await step(
        plain,
        { weights: state.weights, slots: {} },
        batch,
        moment,
        random.step,
      );
      return {
        terms,
        gradients: Object.fromEntries(
          plain.spec.phases[0]!.trains.map((name) => [
            name,
            { shape: state.weights[name]!.shape, data: after.slots[`${name}/momentum`]! },
          ]),
        ),
      };
    },
    evaluate: async (weights, batch, { step: at, stepsPerEpoch }) => {
      const data = datasetOf(program.spec, batch);
      const trainer = program.trainer(
        program.spec.phases[0]!,
        { weights: asTensors(weights), slots: asTensors(slotsOf(program, { weights, slots: {} })) },
        data,
      );
      const [terms] = await trainer.evaluate([Int32Array.from({ length: data.size }, (_, i) => i)], {
        step: at,
        epoch: at / stepsPerEpoch,
        first: 0,
      });
      trainer.dispose();
      return terms!;
    },
    close: () => [program, plain].forEach((of) => of.close()),
  };
}

async function opened(compiled: Compiled, parts: number): Promise<ResidentProgram> {
  const graph = savedModel(compiled, { parts });
  if (!graph.ok) throw new Error(graph.reason);
  const folder = mkdtempSync(join(tmpdir(), 'aec-interpreter-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), graph.bytes);
    const sha256 = createHash('sha256').update(graph.bytes).digest('hex');
    const program = await openGraph(tf!, { folder, sha256, stepBytes: 0 }, compiled.spec);
    if (!program.ok) throw new Error(renderDataError(program.error));
    return program.value;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function datasetOf(spec: ProgramSpec, batch: Arrays): Dataset {
  const columns = spec.variables.map((v) => {
    const { data } = batch[v.name]!;
    return [
      v.name,
      {
        shape: v.shape,
        data: v.domain.kind === 'category' ? Int32Array.from(data) : Float32Array.from(data),
        scale: 1,
        source: 'made here',
      },
    ] as const;
  });
  return { size: Object.values(batch)[0]!.shape[0]!, columns: Object.fromEntries(columns) };
}
