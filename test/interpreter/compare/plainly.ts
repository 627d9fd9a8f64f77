/** A variant of a model whose step gives its gradient away. */
import { find } from '../../../src/builtins/index.js';
import { compile, type Checked, type Compiled } from '../../../src/compiler.js';
import type { Model } from '../../../src/ir/model.js';

/** The model with momentum for its optimiser, and nothing between the gradient and the step. */
export function plainly({ model }: Compiled): Compiled {
  const definition = find('optimizer', 'sgd');
  const { clip: _clip, schedule: _schedule, ...training } = model.training;
  const optimizer = { ...model.training.optimizer, definition, args: { lr: 0.001, momentum: 0.5, nesterov: false } } as Model['training']['optimizer'];
  return compile({ ...(model as Model), constraints: [], training: { ...(training as Model['training']), optimizer } }, { files: new Map() } as unknown as Checked);
}
