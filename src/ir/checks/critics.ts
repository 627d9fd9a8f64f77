/** Networks that judge: what they are shown, what bounds them, and who is to deceive them. */
import { keyOf, type TensorRef } from '../../builtins/arguments.js';
import { builtins } from '../../builtins/index.js';
import { change } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { interval } from '../../diagnostics/messages/ranges.js';
import * as say from '../../diagnostics/messages/training-checks.js';
import { endingsOf } from '../model/endings.js';
import { operandsOf, summandsOf, type Summand } from '../model/expressions.js';
import type { Network } from '../model/networks.js';
import { movedBy, partsOf, phasesOf, type Player } from '../model/training.js';
import { modelDomain } from '../model/variables.js';
import type { Check, Facts } from './facts.js';
import { activationFix } from './ranges.js';

interface Judgement {
  readonly network: string;
  readonly inputs: readonly TensorRef[];
}

/** What networks are applied to in objectives. */
function judgements(facts: Facts): readonly Judgement[] {
  const found: Judgement[] = [];
  for (const { of } of facts.allSummands)
    for (const one of facts.expressionsIn(of)) {
      if (one.kind !== 'tensor' || one.ref.kind !== 'applied' || one.ref.application.of.kind !== 'network') continue;
      const { inputs, of: judge } = one.ref.application;
      found.push({
        network: judge.name,
        inputs: inputs.flatMap((input) => (input.kind === 'tensor' ? [input.ref] : [])),
      });
    }
  return found;
}

/** A critic that is shown data, and what is made of another range. */
export const judgedRanges: Check = (facts, report) => {
  const all = judgements(facts);
  const seen = new Set<string>();
  for (const { network, inputs } of all) {
    const own = facts.network(network);
    const [real] = [
      ...inputs,
      ...(own?.inputs ?? []),
      ...all.filter((one) => one.network === network).flatMap((one) => one.inputs),
    ].filter((ref) => ref.kind === 'variable');
    const variable = real?.kind === 'variable' ? facts.variable(real.name) : undefined;
    const domain = variable && modelDomain(variable);
    const [low, high] =
      domain?.kind === 'binary' ? [0, 1] : domain?.kind === 'interval' ? [domain.low, domain.high] : [];
    if (variable === undefined || low === undefined || high === undefined) continue;
    for (const input of inputs) {
      if (input.kind === 'variable' || seen.has(`${network} ${keyOf(input)}`)) continue;
      seen.add(`${network} ${keyOf(input)}`);
      const odd = endingsOf((id) => facts.layer(id), input).find(
        ({ layer, range }) =>
          layer !== undefined && range.every(Number.isFinite) && (range[0] !== low || range[1] !== high),
      );
      if (odd?.layer === undefined) continue;
      const ending = odd.activation?.definition.name;
      const better = builtins.activation.find(
        (a) => a.range[0] === low && a.range[1] === high && a.dies !== true,
      )?.name;
      const fixes = ending === undefined || better === undefined ? [] : activationFix(odd.layer, ending, better);
      report.at(
        odd.layer.source,
        say.judgedRanges,
        {
          network,
          variable: variable.name,
          ending: ending ?? odd.layer.definition.name,
          made: interval(...odd.range),
          real: interval(low, high),
        },
        { fixes },
      );
    }
  }
};

/** A critic whose outputs are pushed apart without a bound. */
export const unboundedCritics: Check = (facts, report) => {
  const { model } = facts;
  for (const { objective } of partsOf(model.training)) {
    if (objective.kind === 'loss') continue;
    const plain = summandsOf(objective.value).flatMap(({ of, factor }) => {
      const inner = of.kind === 'function' && of.definition.name === 'mean' ? of.operands[0]! : of;
      const ref = inner.kind === 'tensor' ? inner.ref : undefined;
      const layer = ref && facts.layerOf(ref);
      const network = layer && facts.networkOf(layer.id);
      return network === undefined || factor === undefined ? [] : [{ network, factor, text: of.text }];
    });
    for (const { network, text } of plain) {
      // Pushed both ways: up on one kind of examples, and down on the other.
      const both =
        plain.some((one) => one.network === network && one.factor > 0) &&
        plain.some((one) => one.network === network && one.factor < 0);
      const ids = new Set(network.layers.map(({ id }) => id));
      const constrained = model.constraints.some(({ weight }) =>
        model.weights.some(({ name, layer }) => name === weight && layer !== undefined && ids.has(layer)),
      );
      const penalised = facts.penalties.some(({ call }) =>
        Object.values(call.args).some(
          (value) =>
            typeof value === 'object' && 'kind' in value && value.kind === 'network' && value.name === network.name,
        ),
      );
      if (both && !constrained && !penalised) {
        report.at(objective.source, say.unboundedCritic, { network: network.name, text });
        break;
      }
    }
  }
};

/** A term that moves what a network says of something: up, or down. */
interface Push {
  readonly network: Network;
  /** What it says, and where it is written. */
  readonly key: string;
  readonly text: string;
  readonly up: boolean;
}

/** How a summand pushes what a network says: a score itself, or a logit that is compared with a number. */
function pushOf(facts: Facts, { of, factor }: Summand): Push | undefined {
  if (factor === undefined) return undefined;
  const inner = of.kind === 'function' && of.definition.name === 'mean' ? of.operands[0]! : of;
  const [judged, target] =
    inner.kind === 'penalty' && inner.call.definition.compares === true
      ? operandsOf(inner)
      : ([inner, undefined] as const);
  if (judged?.kind !== 'tensor' || (target !== undefined && target.kind !== 'number')) return undefined;
  const layer = facts.layerOf(judged.ref);
  const network = layer && facts.networkOf(layer.id);
  if (network === undefined) return undefined;
  const towards = Math.sign((target === undefined ? -1 : target.value - 0.5) * factor);
  // A half is neither, as is what has no weight.
  if (towards === 0) return undefined;
  return { network, key: keyOf(judged.ref), text: judged.text, up: towards === 1 };
}

/** What a player pushes, `maximize` turned round. */
const pushesOf = (facts: Facts, { objective }: Pick<Player, 'objective'>): readonly (Push | undefined)[] =>
  objective.kind === 'loss'
    ? []
    : summandsOf(objective.value).map((one) =>
        pushOf(
          facts,
          objective.kind === 'maximize' && one.factor !== undefined ? { ...one, factor: -one.factor } : one,
        ),
      );

/** Players who push what a critic says of their work to where its own player pushes it. */
export const helpedCritics: Check = (facts, report) => {
  const all = facts.trainable;
  for (const { players } of phasesOf(facts.model.training)) {
    if (players.length < 2) continue;
    const each = players.map((player) => {
      const moved = new Set(movedBy(player, all));
      const pushes = pushesOf(facts, player);
      return { player, pushes, moves: ({ layers }: Network) => layersMoved(facts, layers, moved) };
    });
    for (const { player, pushes, moves } of each) {
      const { objective } = player;
      if (objective.kind === 'loss') continue;
      const helping = pushes.map((push) => {
        if (push === undefined || moves(push.network)) return undefined;
        const judge = each.find(
          (other) =>
            other.moves(push.network) &&
            // Who pushes both ways tells one from the other.
            [true, false].every((up) => other.pushes.some((one) => one?.network === push.network && one.up === up)) &&
            other.pushes.some((one) => one?.key === push.key && one.up === push.up),
        );
        return judge && { push, judge: judge.player };
      });
      const first = helping.find((one) => one !== undefined);
      if (first === undefined) continue;
      const { place } = objective.source;
      const turned = objective.kind === 'minimize' ? 'maximize' : 'minimize';
      const keyword = { start: place.span.start, end: place.span.start + objective.kind.length };
      report.at(
        objective.source,
        say.helpsCritic,
        { player: player.name, judge: first.judge.name, judged: first.push.text, up: first.push.up, turned },
        {
          related: [{ place: first.judge.source.place, message: labels.pushedHere }],
          // Another term in it would be turned round as well.
          fixes: helping.every((one) => one !== undefined) ? [change({ unit: place.unit, span: keyword }, turned)] : [],
        },
      );
    }
  }
};

/** Who trains a critic to say the same of everything that it is shown: it tells nothing from anything. */
export const agreeingCritics: Check = (facts, report) => {
  const all = facts.trainable;
  for (const phase of phasesOf(facts.model.training)) {
    const parts = phase.players.length > 0 ? phase.players : [phase];
    for (const part of parts) {
      const { objective } = part;
      if (objective.kind === 'loss') continue;
      const moved = new Set(movedBy(part, all));
      const pushes = pushesOf(facts, part);
      const [first, ...others] = pushes;
      // Any other term may tell it apart.
      const isOne = others.every((one) => one?.network === first?.network && one?.up === first?.up);
      const told = [...new Set(pushes.flatMap((one) => one?.text ?? []))];
      if (first === undefined || told.length < 2 || !isOne || !layersMoved(facts, first.network.layers, moved))
        continue;
      report.at(objective.source, say.agreeingCritic, { network: first.network.name, told, up: first.up });
    }
  }
};

const layersMoved = (facts: Facts, layers: Network['layers'], moved: ReadonlySet<string>): boolean =>
  layers.some(({ id, weights }) => weights.some(({ name }) => moved.has(facts.storedName(`${id}.${name}`))));
