/** Training programs that cannot work. */
import type { Model } from '../model/model.js';
import { phasesOf, type Objective, type Phase } from '../model/training.js';
import { isTensor } from '../../builtins/arguments.js';
import { leavesOf, scalarOf } from '../model/scalar.js';
import { ancestors, type Check } from './check.js';

/** An optimiser that compares values of the loss, where those differ by chance. */
export const deterministicOptimizers: Check = ({ model }, report) => {
  for (const phase of phasesOf(model.training)) {
    for (const { optimizer, objective } of phase.players.length === 0 ? [phase] : phase.players) {
      const chance = optimizer.definition.deterministic === true ? chanceIn(model, phase, objective) : undefined;
      if (chance === undefined) continue;
      report('AE4014', optimizer.source, {
        title: `\`${optimizer.definition.name}\` needs the whole loss, without noise`,
        cause: 'Its line search compares values of the loss, which must not differ by chance.',
        expected: '`batch full` and a loss without noise', found: chance.found, hint: chance.hint,
      });
    }
  }
};

function chanceIn(model: Model, { batch }: Phase, objective: Objective): { readonly found: string; readonly hint: string } | undefined {
  if (batch !== 'full') return { found: `\`batch ${batch}\``, hint: 'write `batch full`' };
  const noise = [...model.variables, ...model.networks.flatMap((n) => n.layers)].flatMap((one) => one.corruption).find((c) => !c.definition.degradation);
  if (noise !== undefined) return { found: `\`${noise.definition.name}\``, hint: 'use `adam`, or leave out the corruption' };
  const layer = model.networks.flatMap((n) => n.layers).find((l) => l.definition.stochastic === true);
  if (layer !== undefined) return { found: `\`${layer.id}\``, hint: 'use `adam`, or leave out the layer' };
  const drawn = objective.kind === 'loss' ? model.latents.find((z) => z.by.definition.draws) : undefined;
  return drawn === undefined ? undefined : { found: `draws of \`${drawn.name}\``, hint: 'use `adam`, or write `by point`' };
}

/** Schedules that leave training without a learning rate, or never come to their last value. */
export const scheduleLengths: Check = ({ model }, report) => {
  for (const { schedule, epochs, source } of phasesOf(model.training)) {
    const length = schedule?.args['epochs'];
    if (schedule === undefined || typeof length !== 'number' || schedule.definition.last(schedule.args) !== 0 || length >= epochs) continue;
    report('AE4016', source, {
      title: `the learning rate is 0 from epoch ${length} of ${epochs} on`,
      cause: `\`${schedule.definition.name}\` ends there, and nothing is learned behind it.`,
      expected: `a schedule over ${epochs} epochs, or one that ends above 0`, found: `one over ${length}`, hint: 'leave out `epochs`, and it runs to the end',
    });
  }
  const { epochs } = model.training;
  for (const term of model.terms) {
    for (const leaf of leavesOf(scalarOf(term))) {
      const length = leaf.kind === 'schedule' ? leaf.call.args['epochs'] : undefined;
      if (leaf.kind !== 'schedule' || typeof length !== 'number' || length <= epochs || leaf.call.definition.last(leaf.call.args) === undefined || model.training.phases.length > 0) continue;
      report('AE4016', term.source, {
        title: `\`${term.name}\` never has its full weight`,
        cause: `\`${leaf.call.definition.name}\` takes ${length} epochs, and training ends after ${epochs}.`,
        expected: `at most ${epochs} epochs`, found: String(length), hint: 'shorten the schedule, or train longer',
      });
    }
  }
};

/** Penalties on derivatives behind layers that mix the examples of a batch. */
export const derivativesOfBatches: Check = (facts, report) => {
  for (const { call, source } of facts.penalties) {
    const of = call.args['of'];
    if (call.definition.differentiates !== true || !isTensor(of)) continue;
    const mixing = [...ancestors(facts, [of]).layers].map((id) => facts.layer(id)).find((layer) => layer?.definition.ofBatch === true);
    if (mixing === undefined) continue;
    report('AE4017', source, {
      title: `\`${call.definition.name}\` cannot look through \`${mixing.definition.name}\``,
      cause: `In training \`${mixing.id}\` depends on the whole batch, so no derivative in one example is that of the function which is trained.`,
      expected: 'layers that treat each example by itself', found: `\`${mixing.definition.name}\``, hint: 'use `layernorm`',
      related: [{ place: mixing.source.place, message: 'this layer' }],
    });
  }
};
