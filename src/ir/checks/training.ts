/** Training programs that cannot work. */
import type { Model } from '../model.js';
import { phasesOf, type Objective, type Phase } from '../training.js';
import type { Check } from './check.js';

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
