/** When what counts as a loss no longer changes. */
import type { ArgValue, CallOf, Expression } from '../../builtins/arguments.js';
import { dependentsOf, dependsOn } from './dependence.js';
import { everyExpression } from './expressions.js';
import type { Model } from './model.js';

type Schedule = CallOf<'schedule'>;

const isSchedule = (value: ArgValue | undefined): value is Schedule =>
  typeof value === 'object' && 'kind' in value && value.kind === 'call' && value.definition.category === 'schedule';

/** Schedules of weights, and of the latents whose draws the expressions depend on: of a temperature. */
function schedulesIn(model: Pick<Model, 'networks' | 'latents'>, values: readonly Expression[]): readonly Schedule[] {
  const ofWeights = values
    .flatMap((value) => everyExpression(value))
    .flatMap((one) => (one.kind === 'schedule' ? [one.call] : []));
  const ofLatents = model.latents.flatMap(({ name, by }) => {
    const found = Object.values(by.args).filter(isSchedule);
    if (found.length === 0) return [];
    const dependents = dependentsOf(model, [{ kind: 'latent', name }]);
    return values.some((value) => dependsOn(model.latents, dependents, value)) ? found : [];
  });
  return [...ofWeights, ...ofLatents];
}

/**
 * When the schedules of what a phase minimises have come to their ends, those without an end at that of the phase;
 * undefined without any.
 */
export function settledAt(
  model: Pick<Model, 'networks' | 'latents'>,
  values: readonly Expression[],
  phaseEpochs: number,
): { readonly epochs: number; readonly steps: number } | undefined {
  const schedules = schedulesIn(model, values);
  if (schedules.length === 0) return undefined;
  const longest = (lengths: readonly number[]): number => Math.max(0, ...lengths);
  const given = (name: 'steps' | 'epochs'): readonly number[] =>
    schedules.flatMap(({ args }) => (typeof args[name] === 'number' ? [args[name]] : []));
  const whole = schedules.filter(
    ({ definition, args }) =>
      definition.last(args) === undefined || (args['steps'] === undefined && args['epochs'] === undefined),
  );
  return { epochs: longest([...given('epochs'), ...whole.map(() => phaseEpochs)]), steps: longest(given('steps')) };
}
