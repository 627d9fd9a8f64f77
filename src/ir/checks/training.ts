/** Training programs that cannot work, or that do something else than they seem to. */
import type { CallOf } from '../../builtins/arguments.js';
import { change } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/training-checks.js';
import { textAt } from '../../diagnostics/place.js';
import { summandsOf } from '../model/expressions.js';
import type { Constraint, Model } from '../model/model.js';
import { settledAt } from '../model/settled.js';
import { phasesOf, type Objective, type Phase, type Player } from '../model/training.js';
import type { Source } from '../model/source.js';
import { size, type Check, type Facts } from './facts.js';

/** An optimiser that compares values of the loss, where those differ by chance or by the step. */
export const deterministicOptimizers: Check = (facts, report) => {
  for (const phase of phasesOf(facts.model.training)) {
    for (const part of phase.players.length === 0 ? [phase] : phase.players) {
      const { definition, source } = part.optimizer;
      if (definition.deterministic !== true) continue;
      const [first, ...others] = disturbances(facts, phase, part);
      const also = others.map(({ what }) => what);
      if (first !== undefined) report.at(source, say.needsWholeLoss, { optimizer: definition.name, ...first, also });
      for (const what of ['schedule', 'clip'] as const)
        if (part[what] !== undefined)
          report.at(part[what].source, say.stepsOfItsOwn, { optimizer: definition.name, what });
    }
  }
};

function disturbances(facts: Facts, phase: Phase, part: Phase | Player): readonly say.Disturbance[] {
  const { model } = facts;
  const found: say.Disturbance[] = [];
  if (phase.batch.size !== 'full') found.push({ kind: 'batch', what: `batch ${phase.batch.size}` });
  const cleaned = new Set(
    phase.corruptions.flatMap(({ of, corruption }) =>
      corruption.length === 0 && of.kind === 'variable' ? [of.name] : [],
    ),
  );
  const noise = [...model.variables.filter(({ name }) => !cleaned.has(name)), ...facts.layers]
    .flatMap((one) => one.corruption)
    .find((c) => !c.definition.degradation);
  if (noise !== undefined) found.push({ kind: 'noise', what: noise.definition.name });
  const layer = facts.layers.find((l) => l.definition.stochastic === true);
  if (layer !== undefined) found.push({ kind: 'layer', what: layer.id });
  const drawn = part.objective.kind === 'loss' ? model.latents.find((z) => z.by.definition.draws) : undefined;
  if (drawn !== undefined) found.push({ kind: 'draws', what: drawn.name });
  const mixing = facts.layers.find((l) => l.definition.ofBatch === true);
  if (mixing !== undefined) found.push({ kind: 'statistics', what: mixing.definition.name });
  const [constraint] = model.constraints;
  if (constraint !== undefined) found.push({ kind: 'constraint', what: constraint.call.definition.name });
  const scheduled = objectivesOf(model, part.objective)
    .flatMap((value) => summandsOf(value))
    .flatMap(({ schedules }) => schedules)[0];
  if (scheduled !== undefined) found.push({ kind: 'weights', what: scheduled.definition.name });
  return found;
}

const objectivesOf = ({ terms }: Model, objective: Objective) =>
  objective.kind === 'loss' ? terms.map(({ value }) => value) : [objective.value];

/** Schedules that leave training without a learning rate, or never come to their last value. */
export const scheduleLengths: Check = ({ model, allSummands }, report) => {
  for (const { schedule, epochs } of phasesOf(model.training)) {
    const length = schedule?.args['epochs'];
    if (
      schedule === undefined ||
      typeof length !== 'number' ||
      schedule.definition.last(schedule.args) !== 0 ||
      length >= epochs
    )
      continue;
    // With no argument but its length it is as well without.
    const alone = /^\w+\(\s*(?:epochs\s*:)?\s*\w+\s*\)$/.test(textAt(schedule.source.place));
    report.at(
      schedule.source,
      say.rateEndsEarly,
      { schedule: schedule.definition.name, length, epochs },
      { fixes: alone ? [change(schedule.source.place, schedule.definition.name)] : [] },
    );
  }
  if (model.training.phases.length > 0) return;
  const { epochs } = model.training;
  for (const { of, schedules, source } of allSummands) {
    for (const schedule of schedules)
      if (endsLate(schedule, epochs))
        report.at(source, say.neverFullWeight, {
          text: of.text,
          schedule: schedule.definition.name,
          length: schedule.args['epochs'] as number,
          epochs,
        });
  }
};

const endsLate = ({ definition, args }: CallOf<'schedule'>, epochs: number): boolean => {
  const length = args['epochs'];
  return typeof length === 'number' && length > epochs && definition.last(args) !== undefined;
};

/** Early stopping that has nothing to judge by. */
export const stopWithoutValidation: Check = ({ model }, report) => {
  const { validation } = model.training;
  for (const { stop } of phasesOf(model.training))
    if (stop !== undefined && validation.share === 0) report.at(stop.source, say.stopWithoutValidation, {});
};

/** Patience that training is too short for: every phase that has it. */
export const endlessPatience: Check = ({ model }, report) => {
  const longest = new Map<
    Source,
    {
      readonly stop: NonNullable<Phase['stop']>;
      readonly spare: number;
      readonly epochs: number;
      readonly from: number;
    }
  >();
  for (const phase of phasesOf(model.training)) {
    const { stop, epochs } = phase;
    const patience = stop?.args['patience'];
    if (stop === undefined || typeof patience !== 'number') continue;
    const { after = settledAt(model, objectivesOf(model, phase.objective), epochs)?.epochs ?? 0 } = stop.args;
    if (typeof after !== 'number') continue;
    const spare = epochs - after - patience;
    if (spare > (longest.get(stop.source)?.spare ?? -Infinity))
      longest.set(stop.source, { stop, spare, epochs, from: after });
  }
  for (const { stop, spare, epochs, from } of longest.values())
    if (spare <= 0) report.at(stop.source, say.neverStops, { patience: epochs - from - spare, after: from, epochs });
};

/** Numbers of mean losses beside summed ones, and slips of the pen. */
export const oddRates: Check = (facts, report) => {
  const features = Math.max(0, ...facts.reconstructions.map(({ variable }) => size(variable.shape)));
  for (const phase of phasesOf(facts.model.training)) {
    for (const { optimizer, clip } of phase.players.length === 0 ? [phase] : phase.players) {
      const [lr, momentum = 0] = [optimizer.args['lr'], optimizer.args['momentum']];
      const { adaptive } = optimizer.definition;
      if (typeof lr === 'number' && adaptive === true && lr >= 0.1)
        report.at(optimizer.source, say.largeRate, { optimizer: optimizer.definition.name, rate: lr, usual: 0.001 });
      const effective = typeof lr === 'number' && typeof momentum === 'number' ? lr / (1 - momentum) : 0;
      if (adaptive !== true && effective >= 1 && effective * features >= 100)
        report.at(optimizer.source, say.rateOfMeans, { optimizer: optimizer.definition.name, rate: effective });
      const limit = clip?.args['limit'];
      if (clip !== undefined && typeof limit === 'number' && limit <= 0.001)
        report.at(clip.source, say.tightClip, { limit });
    }
  }
};

/** Constraints on one weight that undo each other. */
export const contradictions: Check = (facts, report) => {
  // Of those that are alike the first.
  const different = new Map<string, Map<string, Constraint>>();
  for (const one of facts.model.constraints) {
    const earlier = different.get(one.weight) ?? new Map<string, Constraint>();
    const { definition, args } = one.call;
    const before = [...earlier.values()].find((other) => contradict(facts, one.weight, other.call, one.call));
    const kind = `${definition.name} ${JSON.stringify(args)}`;
    if (!earlier.has(kind)) different.set(one.weight, earlier.set(kind, one));
    if (before === undefined) continue;
    const said = { weight: one.weight, first: nameOf(before.call), second: nameOf(one.call) };
    report.at(one.source, say.contradiction, said, {
      related: [{ place: before.source.place, message: labels.writtenFirst }],
    });
  }
};

const nameOf = ({ definition, args }: CallOf<'constraint'>): string =>
  args['per'] === 'input' ? `${definition.name}(per: input)` : definition.name;

/** Whether no weight satisfies both: what one allows Σ w² to be, the other rules out. */
function contradict(facts: Facts, weight: string, a: CallOf<'constraint'>, b: CallOf<'constraint'>): boolean {
  const layout = facts.weight(weight)?.declaration;
  const [one, other] = [a, b].map(({ definition, args }) => layout && definition.energy?.(layout, args));
  return one !== undefined && other !== undefined && (one[1] < other[0] || other[1] < one[0]);
}
