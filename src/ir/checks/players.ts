/** Who moves what: phases and players that move nothing, the same, or what was never trained. */
import type { Expression } from '../../builtins/arguments.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/training-checks.js';
import { everyExpression, weightsIn } from '../model/expressions.js';
import { movedBy, partsOf, phasesOf, type Phase, type Player } from '../model/training.js';
import type { Check, Facts } from './facts.js';

const valuesOf = ({ model }: Facts, { objective }: Phase | Player): readonly Expression[] =>
  objective.kind === 'loss' ? model.terms.map(({ value }) => value) : [objective.value];

/** The stored weights that expressions are computed from. */
function weightsBehind(facts: Facts, values: readonly Expression[]): ReadonlySet<string> {
  const { model } = facts;
  const refs = values.flatMap((value) => facts.rootsOf(value));
  const all = [...refs, ...facts.priorsBehind(refs)];
  const { layers, latents } = facts.ancestors(all);
  const direct = new Set(values.flatMap(weightsIn));
  const owners = new Set(
    values
      .flatMap(everyExpression)
      .flatMap((one) => ('weights' in one && one.weights !== undefined ? [one.weights] : [])),
  );
  const found = model.weights.filter(({ name, layer }) => {
    if (layer !== undefined) return layers.has(layer) || direct.has(name);
    const owner = name.slice(0, name.indexOf('.'));
    return direct.has(name) || latents.has(owner) || [...owners].some((one) => name.startsWith(`${one}.`));
  });
  return new Set(found.map(({ name }) => facts.storedName(name)));
}

/** Why a phase or a player moves nothing that it minimises; undefined where it moves something. */
function idleness(facts: Facts, part: Phase | Player): 'frozen' | 'objective' | undefined {
  if (part.movements.length === 0) return undefined;
  const all = facts.trainable;
  if (all.length === 0) return undefined;
  const moved = movedBy(part, all);
  if (moved.length === 0) return 'frozen';
  const behind = weightsBehind(facts, valuesOf(facts, part));
  return moved.some((name) => behind.has(name)) ? undefined : 'objective';
}

/** Parts times weights that are compared; no one writes so many. */
const mostCompared = 250_000;

const comparable = ({ model }: Facts): boolean => partsOf(model.training).length * model.weights.length <= mostCompared;

export const idleParts: Check = (facts, report) => {
  if (!comparable(facts)) return;
  for (const part of partsOf(facts.model.training)) {
    const reason = idleness(facts, part);
    if (reason !== undefined) report.at(part.source, say.movesNothing, { part: part.name, reason });
  }
};

/** Players that move one weight in one step. */
export const sharedWeights: Check = (facts, report) => {
  const phases = phasesOf(facts.model.training).filter(({ players }) => players.length > 0);
  if (!comparable(facts)) return;
  const all = facts.trainable;
  for (const { players, update } of phases) {
    if (update?.kind === 'alternate') continue;
    const owner = new Map<string, Player>();
    for (const player of players) {
      const twice = movedBy(player, all).find((name) => owner.has(name));
      if (twice !== undefined) {
        const first = owner.get(twice)!;
        const everything = [first, player].some(({ movements }) => !movements.some(({ kind }) => kind === 'train'));
        report.at(player.source, say.movedByBoth, {
          first: first.name,
          second: player.name,
          weight: twice,
          all: everything,
        });
      }
      for (const name of movedBy(player, all)) if (!owner.has(name)) owner.set(name, player);
    }
  }
};

/** Weights that stand still because another one that is tied to them does, where they would move. */
export const frozenByTies: Check = (facts, report) => {
  const { model } = facts;
  if (!comparable(facts)) return;
  const one = new Map<string, string[]>();
  for (const { weight } of model.ties) {
    const stored = facts.storedName(weight);
    one.set(stored, [...(one.get(stored) ?? [stored]), weight]);
  }
  for (const { movements } of partsOf(model.training)) {
    const [trained, frozen] = (['train', 'freeze'] as const).map((kind) => movements.filter((m) => m.kind === kind));
    const moves = new Set(trained!.flatMap(({ weights }) => weights));
    const named = new Set(frozen!.flatMap((movement) => movement.named));
    for (const movement of frozen!) {
      const found = movement.named.flatMap((weight) => {
        const stored = facts.storedName(weight);
        if (trained!.length > 0 && !moves.has(stored)) return [];
        const other = one.get(stored)?.find((name) => !named.has(name));
        return other === undefined ? [] : [{ weight, other }];
      });
      const [first] = found;
      if (first === undefined) continue;
      const tie = model.ties.find(({ weight }) => weight === first.weight || weight === first.other);
      report.at(
        movement.source,
        say.frozenByTie,
        { ...first, more: new Set(found.map(({ other }) => other)).size - 1 },
        tie === undefined ? {} : { related: [{ place: tie.source.place, message: labels.tiedHere }] },
      );
    }
  }
};

/** Weights that a phase is computed from, and that none has trained by then. */
export const untrained: Check = (facts, report) => {
  if (!comparable(facts)) return;
  const { model } = facts;
  if (partsOf(model.training).every(({ movements }) => movements.length === 0)) return;
  const phases = phasesOf(model.training);
  const all = facts.trainable;
  const movable = new Set(all);
  const partsIn = (phase: Phase): readonly (Phase | Player)[] => (phase.players.length === 0 ? [phase] : phase.players);
  const movedIn = phases.map((phase) => new Set(partsIn(phase).flatMap((part) => movedBy(part, all))));
  const copied = new Set(phases.flatMap(({ copies }) => copies.flatMap(({ weights }) => weights.map(({ to }) => to))));
  // A part that moves nothing has a message of its own.
  const behind = phases.map((phase) =>
    weightsBehind(
      facts,
      partsIn(phase)
        .filter((part) => idleness(facts, part) === undefined)
        .flatMap((part) => valuesOf(facts, part)),
    ),
  );
  for (const network of model.networks) {
    const ids = new Set(network.layers.map(({ id }) => id));
    const kernels = model.weights.filter(
      ({ name, layer, declaration }) =>
        layer !== undefined && ids.has(layer) && declaration.role === 'kernel' && movable.has(name),
    );
    const lacking = (i: number) =>
      kernels.filter(
        ({ name }) =>
          behind[i]!.has(name) && !movedIn.slice(0, i + 1).some((moved) => moved.has(name)) && !copied.has(name),
      );
    const first = phases.findIndex((_, i) => lacking(i).length > 0);
    if (first < 0) continue;
    const found = lacking(first);
    const name = found.length === kernels.length ? network.name : found[0]!.layer!;
    const later = found.some((weight) => movedIn.slice(first + 1).some((moved) => moved.has(weight.name)));
    report.at(phases[first]!.source, say.neverTrained, {
      network: name,
      phase: phases[first]!.name,
      since: later ? 'later' : 'never',
    });
  }
};
