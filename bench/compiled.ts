/** The same models compiled by aec, stepped as the runtime steps them. */
import { wordsOf } from '../src/diagnostics/finding.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { loadProgram } from '../src/cli/load.js';
import type { EmitOptions } from '../src/codegen/emit.js';
import { check, type Checked } from '../src/compiler.js';
import type { Model } from '../src/ir/model/model.js';
import {
  elements,
  randomAt,
  release,
  uniforms,
  type Program,
  type State,
  type VariableSpec,
} from '../src/runtime/index.js';
import { openTrainer } from '../src/runtime/trainer.js';
import type { Contestant } from './hand/plain.js';

const folder = fileURLToPath(new URL('models', import.meta.url));

function modelOf(file: string): { readonly model: Model; readonly checked: Checked } {
  const checked = check(file, readFileSync(join(folder, file), 'utf8'), () => undefined);
  const model = checked.models[0];
  if (model === undefined) throw new Error(`${file}: ${checked.findings.map((one) => wordsOf(one).title).join('; ')}`);
  return { model, checked };
}

const firstState = ({ spec, initialize }: Pick<Program, 'spec' | 'initialize'>): State => ({
  weights: initialize(randomAt(1, 0), {}),
  slots: Object.fromEntries(spec.phases[0]!.slots.map((slot) => [slot.name, tf.fill([...slot.shape], slot.initial)])),
});

/** A run of `aec train` on WASM, over the same examples again and again. */
export async function trained(name: 'a' | 'b' | 'c' | 'd', options: EmitOptions): Promise<Contestant> {
  const { model, checked } = modelOf(`${name}.ae`);
  const { program } = await loadProgram(model, checked, 'wasm', options);
  const { spec } = program;
  const phase = spec.phases[0]!;
  const size = phase.batch === 'full' ? 1 : phase.batch;
  const [{ name: variable, shape }] = spec.variables as [VariableSpec];
  const data = uniforms(7, 0, 0, size * elements(shape));
  const trainer = openTrainer(program, phase, firstState(program), {
    size,
    columns: { [variable]: { data, shape, scale: 1, source: '' } },
  });
  const rows = Int32Array.from({ length: size }, (_, i) => i);
  let step = 0;
  return {
    step: async () => {
      const { terms } = await trainer.steps([rows], { step, stepsPerEpoch: 1, totalSteps: step });
      step += 1;
      return terms[0]!.reduce((a, b) => a + b, 0);
    },
    dispose: () => {
      trainer.dispose();
      if ('close' in program) program.close();
    },
  };
}

export async function compiled(name: 'a' | 'b' | 'c' | 'd', backend: 'wasm' | 'cpu'): Promise<Contestant> {
  const { model, checked } = modelOf(`${name}.ae`);
  const { program } = await loadProgram(model, checked, backend);
  const { spec } = program;
  const phase = spec.phases[0]!;
  let state = firstState(program);
  const variable = spec.variables[0]!;
  const x = tf.randomUniform([phase.batch === 'full' ? 1 : phase.batch, ...variable.shape], 0, 1, 'float32', 7);
  let step = 0;
  return {
    step: async () => {
      const result = program.trainStep['train']!(
        state,
        { [variable.name]: x },
        { step, epoch: 0, random: randomAt(1, step) },
      );
      step += 1;
      const terms = await result.terms.data<'float32'>();
      result.terms.dispose();
      release([state.weights, state.slots], [result.state.weights, result.state.slots]);
      state = result.state;
      return terms.reduce((a, b) => a + b, 0);
    },
    dispose: () => {
      release([state.weights, state.slots]);
      x.dispose();
    },
  };
}
