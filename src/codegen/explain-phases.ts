/** What `aec explain` says of phases and players. */
import type { Backend } from '../ir/graph/ops/index.js';
import type { CompiledModel } from '../ir/lower/compiled.js';
import type { LoweredPhase } from '../ir/lower/phases.js';
import { trainableWeights } from '../ir/lower/weights.js';
import { movedBy, partsOf, type Training } from '../ir/model/training.js';
import { costOf, costText, type Cost } from './cost.js';
import { showCall, showTerm } from './show-values.js';

/** How weights follow from gradients: the optimiser, and what bounds and changes its steps. */
export const stepText = ({
  optimizer,
  schedule,
  clip,
  rates,
}: Pick<Training, 'optimizer' | 'schedule' | 'clip' | 'rates'>): string =>
  [
    showCall(optimizer),
    ...(schedule === undefined ? [] : [`schedule ${showCall(schedule)}`]),
    ...(clip === undefined ? [] : [`clip ${showCall(clip)}`]),
    ...rates.map(({ weights, factor }) => `${layersOf(weights).join(', ')} at ${factor} times the rate`),
  ].join('; ');

/** Layers, and what else weights belong to. */
const layersOf = (weights: readonly string[]): readonly string[] => [
  ...new Set(weights.map((name) => name.slice(0, name.lastIndexOf('.')))),
];

/** A stretch of training that says more than the loss and an optimiser. */
export interface ExplainedPhase {
  readonly name: string;
  readonly epochs: number;
  readonly batch: number | 'full';
  readonly parts: readonly {
    /** Absent where the phase has no players. */
    readonly player?: string;
    readonly optimizer: string;
    /** Layers, and what else has weights that move. */
    readonly moves: readonly string[];
    /** What is minimised; `idle` is shown and not summed. */
    readonly terms: readonly { readonly name: string; readonly formula: string; readonly idle: boolean }[];
  }[];
  /** Of the dearest step that goes round. */
  readonly step: Cost;
}

/** One phase without players in which everything moves for the loss. */
export const isPlain = ({ training }: CompiledModel): boolean =>
  partsOf(training).every(({ movements, objective }) => movements.length === 0 && objective.kind === 'loss') &&
  training.phases.length === 0 &&
  training.players.length === 0;

export function explainedPhase(
  model: CompiledModel,
  { phase, terms, steps }: LoweredPhase,
  backends: readonly Backend[],
): ExplainedPhase {
  const { size } = phase.batch;
  const costs = steps.map(({ trainStep }) => costOf(trainStep, backends, size === 'full' ? 1 : size));
  const trainable = trainableWeights(model);
  const parts = phase.players.length === 0 ? [phase] : phase.players;
  return {
    name: phase.name,
    epochs: phase.epochs,
    batch: size,
    parts: parts.map((part) => ({
      ...(phase.players.length === 0 ? {} : { player: part.name }),
      optimizer: stepText(part),
      moves: layersOf(movedBy(part, trainable)),
      terms: terms
        .filter(({ player }) => player === undefined || player === part.name)
        .map(({ term, idle }) => ({ name: term.name, formula: showTerm(term), idle })),
    })),
    step: costs.reduce((most, one) => (one.flops > most.flops ? one : most)),
  };
}

export const phaseText = ({ name, epochs, batch, parts, step }: ExplainedPhase): readonly string[] => [
  `phase ${name}: ${epochs} epochs, batch ${batch}`,
  ...parts.flatMap(({ player, optimizer, moves, terms }) => [
    `  ${player === undefined ? '' : `player ${player}: `}${optimizer} moves ${moves.join(', ')}`,
    ...terms.map(
      ({ name: term, formula, idle }) =>
        `    ${idle ? 'shown, not summed: ' : ''}${term}${formula === term ? '' : ` = ${formula}`}`,
    ),
  ]),
  `  one step    ${costText(step)}`,
];
