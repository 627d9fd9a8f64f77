/** A training program as steps: who moves what, in which order, and the terms that each reports. */
import type { Expression, LayerId } from '../../builtins/arguments.js';
import { addendsOf, measureName, negated } from '../model/expressions.js';
import { cycleOf, movedBy, phasesOf } from '../model/training.js';
import { flowsInto } from '../graph/autodiff.js';
import { Builder } from '../graph/build.js';
import type { Graph, Node } from '../graph/graph.js';
import type { CompiledModel, CompiledPhase, CompiledPlayer, CompiledTerm } from './compiled.js';
import { lowerTerm, passOf, stack } from './expressions.js';
import type { Pass } from './pass.js';
import { lowerGradients, lowerStep, type LoweredPart, type StepInPlace } from './step.js';
import { isOfEach } from './several.js';
import { stillLayers, stretchOf } from './stretch.js';
import { trainableWeights } from './weights.js';

/** A term of a phase. */
export interface PhaseTerm {
  readonly term: CompiledTerm;
  /** Who minimises it, where players do. */
  readonly player?: string;
  /** Nothing in the phase can change it: it is shown and not summed. */
  readonly idle: boolean;
}

/** A slot of the optimiser: state beside a weight. */
export interface Slot {
  readonly name: string;
  readonly weight: string;
  readonly initial: number;
}

/** What a step does to the weights. */
type Moves =
  | { readonly trainStep: Graph; readonly inPlace: StepInPlace; readonly method?: never }
  /** An optimiser that sees all weights at once: the graph is its measure, gradients and terms. */
  | { readonly trainStep: Graph; readonly inPlace?: never; readonly method: CompiledPhase['optimizer'] };

/** One step: that of one player, or of all at once. */
export type LoweredStep = Moves & {
  /** The phase's name, or `phase.player` where players take turns. */
  readonly name: string;
  readonly trains: readonly string[];
  /** Which of the phase's terms it measures, in the order of its result. */
  readonly terms: readonly number[];
  readonly slots: readonly Slot[];
};

export interface LoweredPhase {
  readonly phase: CompiledPhase;
  readonly terms: readonly PhaseTerm[];
  readonly steps: readonly LoweredStep[];
  /** Indices of `steps` in the order in which they go round. */
  readonly cycle: readonly number[];
  /** All terms, without moving a weight. */
  readonly evaluate: Graph;
}

export const lowerPhases = (model: CompiledModel): readonly LoweredPhase[] =>
  (phasesOf(model.training) as readonly CompiledPhase[]).map((phase) => lowerPhase(model, phase));

type Part = CompiledPhase | CompiledPlayer;

function lowerPhase(model: CompiledModel, phase: CompiledPhase): LoweredPhase {
  const trainable = trainableWeights(model);
  const parts: readonly Part[] = phase.players.length === 0 ? [phase] : phase.players;
  const moved = new Map(parts.map((part) => [part, movedBy(part, trainable)]));
  const stretch = stretchOf(model, phase, new Set([...moved.values()].flat()));
  const playing = phase.players.length > 0;
  const cycle = cycleOf(phase) as readonly (readonly Part[])[];
  const different = cycle.filter((one, i) => cycle.findIndex((other) => sameParts(one, other)) === i);
  const terms: PhaseTerm[] = [];
  const steps = different.map((own): LoweredStep => {
    const b = new Builder();
    const pass = passOf(b, model, { training: true, corrupt: true, latents: 'drawn', readsCorrupted: false }, stretch);
    const first = terms.length;
    const lowered = own.map((part): LoweredPart => {
      const trains = moved.get(part)!;
      const found = termsOf(pass, part, trains);
      terms.push(...found.map(({ term, idle }) => ({ term, idle, ...(playing ? { player: part.name } : {}) })));
      return {
        settings: part,
        trains,
        terms: found.map(({ value }) => value),
        summed: found.filter(({ idle }) => !idle).map(({ value }) => value),
        slots: slotsOf(part, trains, playing),
      };
    });
    const alone = different.length === 1;
    const trains = lowered.flatMap((part) => part.trains);
    const still = stillLayers(model, new Set(trains));
    return {
      name: alone ? phase.name : `${phase.name}.${own.map(({ name }) => name).join('.')}`,
      trains,
      terms: Array.from({ length: terms.length - first }, (_, i) => first + i),
      slots: lowered.flatMap(({ slots }) => slots),
      ...movesOf(pass, phase, lowered, still),
    };
  });
  return {
    phase,
    terms,
    steps,
    cycle: cycle.map((own) => different.findIndex((one) => sameParts(one, own))),
    evaluate: lowerEvaluate(model, phase, stretch, terms),
  };
}

/** An optimiser that sees all weights at once is alone in its phase. */
function movesOf(pass: Pass, phase: CompiledPhase, parts: readonly LoweredPart[], still: ReadonlySet<LayerId>): Moves {
  const { optimizer } = phase;
  const [part] = parts;
  return optimizer.definition.deterministic === true && part?.settings === phase
    ? { trainStep: lowerGradients(pass, part), method: optimizer }
    : lowerStep(pass, phase, parts, still);
}

const sameParts = (a: readonly Part[], b: readonly Part[]): boolean =>
  a.length === b.length && a.every((part, i) => part === b[i]);

/** The terms as training has them, noise (unless held-out examples are to be clean) and draws included, but with layers as the deployed model has them. */
function lowerEvaluate(
  model: CompiledModel,
  phase: CompiledPhase,
  stretch: ReturnType<typeof stretchOf>,
  terms: readonly PhaseTerm[],
): Graph {
  const b = new Builder();
  const corrupt = !model.training.validation.clean;
  const pass = passOf(b, model, { training: false, corrupt, latents: 'drawn', readsCorrupted: false }, stretch);
  return b.finish(`evaluate ${phase.name}`, [
    {
      name: 'terms',
      node: stack(
        b,
        terms.map(({ term }) => lowerTerm(pass, term)),
      ),
    },
  ]);
}

/** What a phase or a player minimises. Of the loss a player minimises the terms that reach its weights. */
function termsOf(
  pass: Pass,
  part: Part,
  trains: readonly string[],
): readonly { readonly term: CompiledTerm; readonly value: Node; readonly idle: boolean }[] {
  const weights = trains.map((name) => pass.weight(name));
  const all = inBounds(pass, objectiveOf(pass.model, part)).map((term) => {
    const value = lowerTerm(pass, term);
    return { term, value, idle: !flowsInto(value, weights) };
  });
  const isPlayer = !('players' in part);
  const reached = isPlayer && part.objective.kind === 'loss' ? all.filter(({ idle }) => !idle) : all;
  // A loss that nothing can change is one all the same.
  return reached.every(({ idle }) => idle) ? reached.map((one) => ({ ...one, idle: false })) : reached;
}

/** The terms of an objective: those of the model, or what stands between the signs of what is minimised. */
function objectiveOf({ terms }: CompiledModel, { objective }: Part): readonly CompiledTerm[] {
  if (objective.kind === 'loss') return terms;
  const { kind, value, source } = objective;
  const addends = addendsOf(kind === 'maximize' ? negated(value) : value);
  const names = addends.map((one) => measureName(one));
  return addends.map((one, i): CompiledTerm => {
    const name = names[i]!;
    const again = names.slice(0, i).filter((other) => other === name).length;
    return {
      name: again === 0 ? name : `${name} (${again + 1})`,
      named: false,
      value: one,
      where: [],
      source,
    };
  });
}

/**
 * Where draws are weighed by their importance, the terms that depend on them are one bound, and no sum: they become one
 * term, in the place of the first.
 */
function inBounds({ model, several }: Pass, terms: readonly CompiledTerm[]): readonly CompiledTerm[] {
  if (several?.bounds !== true) return terms;
  const bound = terms.filter(({ value }) => isOfEach(model, several, value));
  const [first, ...others] = bound;
  if (first === undefined || others.length === 0) return terms;
  const value = others.reduce(
    (left: Expression, { value: right }): Expression => ({
      kind: 'binary',
      op: '+',
      left,
      right,
      type: left.type,
      text: `${left.text} + ${right.text}`,
    }),
    first.value,
  );
  const joined: CompiledTerm = { ...first, name: bound.map(({ name }) => name).join(' + '), value, bound };
  return terms.flatMap((term) => (term === first ? [joined] : bound.includes(term) ? [] : [term]));
}

/** State beside the weights that move. Players that move one weight have states of their own. */
const slotsOf = (part: Part, trains: readonly string[], playing: boolean): readonly Slot[] =>
  trains.flatMap((weight) =>
    part.optimizer.definition
      .slots(part.optimizer.args)
      .map(({ name, initial }) => ({ name: `${playing ? `${part.name}/` : ''}${weight}/${name}`, weight, initial })),
  );
