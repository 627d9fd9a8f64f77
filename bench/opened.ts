/** A bench model as one graph on tfjs-node, ready to take steps. */
import { wordsOf } from '../src/diagnostics/finding.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { loadProgram } from '../src/cli/load.js';
import { check } from '../src/compiler.js';
import {
  elements,
  fitDataset,
  randomAt,
  renderDataError,
  type Column,
  type Dataset,
  type ResidentProgram,
  type Trainer,
  type VariableSpec,
} from '../src/runtime/index.js';

const folder = fileURLToPath(new URL('models', import.meta.url));

export const names = ['a', 'b', 'c', 'd'] as const;
/** Two players, missing labels, trees. */
export const composedNames = ['gan', 'm2', 'tree'] as const;
export type Name = (typeof names)[number] | (typeof composedNames)[number];
export const source = (name: Name): string => readFileSync(join(folder, `${name}.ae`), 'utf8');

export interface Opened {
  readonly trainer: Trainer;
  readonly program: ResidentProgram;
  readonly batch: number;
  /** Some steps in one call; milliseconds a step. */
  readonly run: (steps: number) => Promise<number>;
}

/** A trainer on eight batches: of noise, and of labels of which the first half of each batch is known, where no data are given. */
export async function open(text: string, given?: Dataset): Promise<Opened> {
  const checked = check('bench.ae', text, () => undefined);
  const model = checked.models[0];
  if (model === undefined) throw new Error(checked.findings.map((one) => wordsOf(one).title).join('; '));
  const { program } = await loadProgram(model, checked, 'node', { form: 'graph' });
  if (!('trainer' in program)) throw new Error('the program is no graph');
  const phase = program.spec.phases[0]!;
  const batch = phase.batch === 'full' ? 128 : phase.batch;
  const data = datasetOf(program.spec.variables, given ?? noise(program.spec.variables, batch));
  const slots = Object.fromEntries(phase.slots.map((slot) => [slot.name, tf.fill([...slot.shape], slot.initial)]));
  const trainer = program.trainer(phase, { weights: program.initialize(randomAt(1, 0), {}), slots }, data);
  let done = 0;
  const rows = (step: number): Int32Array => Int32Array.from({ length: batch }, (_, i) => (step % 8) * batch + i);
  return {
    trainer,
    program,
    batch,
    run: async (steps) => {
      const batches = Array.from({ length: steps }, (_, i) => rows(done + i));
      const start = performance.now();
      const { terms } = await trainer.steps(batches, { step: done, stepsPerEpoch: 8, totalSteps: done });
      done += terms.length;
      return (performance.now() - start) / steps;
    },
  };
}

function datasetOf(variables: readonly VariableSpec[], raw: Dataset): Dataset {
  const fitted = fitDataset(raw, variables);
  if (!fitted.ok) throw new Error(renderDataError(fitted.error));
  return fitted.value;
}

function noise(variables: readonly VariableSpec[], batch: number): Dataset {
  const size = 8 * batch;
  const column = ({ shape, domain }: VariableSpec): Column => ({
    shape,
    scale: 1,
    source: 'noise',
    data: Float32Array.from({ length: size * elements(shape) }, (_, i) =>
      domain.kind !== 'category' ? (i * 0.618034) % 1 : 2 * (i % batch) < batch ? i % domain.classes : -1,
    ),
  });
  return { size, columns: Object.fromEntries(variables.map((one) => [one.name, column(one)])) };
}

export function close({ trainer, program }: Opened): void {
  trainer.dispose();
  program.close();
}
