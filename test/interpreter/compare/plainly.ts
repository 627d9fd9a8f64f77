/** A variant of a model whose step gives its gradient away. */
import { find } from '../../../src/builtins/index.js';
import { programSpec } from '../../../src/codegen/spec.js';
import type { Compiled } from '../../../src/compiler.js';
import { lowerProgram } from '../../../src/ir/lower/program.js';

/** The model with momentum for its optimiser, and nothing between the gradient and the step. */
export function plainly({ model: of, written }: Compiled): Compiled {
  const definition = find('optimizer', 'sgd');
  const { clip: _clip, schedule: _schedule, ...training } = of.training;
  const optimizer = {
    ...of.training.optimizer,
    definition,
    args: { lr: 0.001, momentum: 0.5, nesterov: false },
  } as Compiled['model']['training']['optimizer'];
  const model = { ...of, constraints: [], training: { ...training, optimizer } };
  const lowered = lowerProgram(model);
  return { model, ...lowered, written, spec: programSpec(model, lowered, '', written) };
}
