/** The module that opens a trained model: only what inference needs, so that a bundler leaves training out. */
import { commentText } from '../text.js';
import { laidOut } from '../layout.js';
import { runtimeModule, type RuntimePlace } from '../runtime-names.js';
import type { Printed } from './plan.js';
import { functionPlans } from './plans.js';

const inference = ['activations', 'decode', 'degrade', 'encode', 'reconstruct', 'sample'];

/** `load` and `withWeights`, typed by the program's own functions. */
export function printModelModule(compiled: Printed, runtime: RuntimePlace): Promise<string> {
  const { name } = compiled.spec;
  const functions = functionPlans(compiled)
    .filter(({ of, key }) => of === 'program' && inference.includes(key))
    .map((plan) => plan.name);
  return laidOut(`/** ${commentText(`${name} with trained weights.`)} */
import { openModel, trainedModel, type TrainedModel, type WeightSource } from '${runtimeModule(runtime, 'core')}';
import { ${functions.join(', ')}, spec, type Weights } from './program.js';

const functions = { spec, ${functions.join(', ')} };

/** What a trained model can do; results are the caller's to dispose of. */
export type Model = TrainedModel<typeof functions>;

/** Opens a file of weights that training left, by its address or its bytes. Rejects where it belongs to another model. */
export const load = (weights: WeightSource): Promise<Model> => openModel(functions, weights);

/** The same on weights in memory. */
export const withWeights = (weights: Weights): Model => trainedModel(functions, weights);
`);
}
