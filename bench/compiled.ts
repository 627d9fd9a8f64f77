/** The same models compiled by aec, stepped as the runtime steps them. */
import { wordsOf } from '../src/diagnostics/finding.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { loadProgram } from '../src/cli/load.js';
import { check } from '../src/compiler.js';
import { randomAt, release, type State } from '../src/runtime/index.js';
import type { Contestant } from './hand/plain.js';

const folder = fileURLToPath(new URL('models', import.meta.url));

export async function compiled(name: 'a' | 'b' | 'c' | 'd', backend: 'wasm' | 'cpu'): Promise<Contestant> {
  const file = `${name}.ae`;
  const checked = check(file, readFileSync(join(folder, file), 'utf8'), () => undefined);
  const model = checked.models[0];
  if (model === undefined) throw new Error(`${file}: ${checked.findings.map((one) => wordsOf(one).title).join('; ')}`);
  const { program } = await loadProgram(model, checked, backend);
  const { spec } = program;
  const phase = spec.phases[0]!;
  const slots = Object.fromEntries(phase.slots.map((slot) => [slot.name, tf.fill([...slot.shape], slot.initial)]));
  let state: State = { weights: program.initialize(randomAt(1, 0), {}), slots };
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
