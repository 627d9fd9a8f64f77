/** What a model minimises, each by itself: for whoever checks the derivative of one after the other. */
import type { Expression } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import { everyExpression, tensorsOf } from './expressions.js';
import { layersOf, type Model } from './model.js';
import type { Term } from './terms.js';
import { partsOf } from './training.js';

export interface Isolated {
  readonly name: string;
  /** The model with this term alone, trained by plain steps of the length `rate` times its gradient, without constraints. */
  readonly model: Model;
  /** Why its derivative is not that of its values, where that is on purpose. */
  readonly apart?: string;
}

/** Every term, and every objective of a phase or a player. */
export function isolated(model: Model, rate: number): readonly Isolated[] {
  const objectives = partsOf(model.training).flatMap(({ name, objective }): readonly Term[] =>
    objective.kind === 'loss'
      ? []
      : [
          {
            name: `${name}: ${objective.value.text}`,
            named: false,
            value: objective.value,
            where: [],
            source: objective.source,
          },
        ],
  );
  return [...model.terms, ...objectives].map((term) => {
    const apart = apartOf(model, term);
    return { name: term.name, model: alone(model, term, rate), ...(apart === undefined ? {} : { apart }) };
  });
}

function alone(model: Model, term: Term, rate: number): Model {
  const definition = find('optimizer', 'sgd')!;
  const args = Object.fromEntries(definition.params.map((param) => [param.name, param.default]));
  const { schedule: _s, clip: _c, stop: _e, update: _u, ...training } = model.training;
  return {
    ...model,
    terms: [term],
    constraints: [],
    figures: [],
    training: {
      ...training,
      optimizer: { kind: 'call', definition, args: { ...args, lr: rate }, source: term.source },
      batch: { size: 'full', source: term.source },
      rates: [],
      movements: [],
      objective: { kind: 'loss' },
      corruptions: [],
      copies: [],
      players: [],
      phases: [],
    },
  };
}

/** An expression and all that it is made of, in what networks are applied to as well. */
function everywhere(value: Expression): readonly Expression[] {
  const applied = tensorsOf(value).flatMap((ref) => (ref.kind === 'applied' ? ref.application.inputs : []));
  return [...everyExpression(value), ...applied.flatMap(everywhere)];
}

function apartOf(model: Model, { value }: Term): string | undefined {
  const all = everywhere(value);
  if (all.some((one) => one.kind === 'function' && one.definition.stops === true))
    return '`stop` keeps a gradient back';
  const fixed = all.find((one) => one.kind === 'penalty' && one.call.definition.holdsTarget === true);
  if (fixed !== undefined) return `the target of \`${fixed.text}\` is held fixed`;
  const surrogate = layersOf(model).find(({ definition }) => definition.surrogate === true);
  if (surrogate !== undefined) return `the derivative of \`${surrogate.definition.name}\` stands for that of a step`;
  const way = model.latents.find(({ by }) => by.definition.surrogate === true || by.args['rounded'] === true);
  return way === undefined ? undefined : `gradients pass straight through ${way.name}`;
}
