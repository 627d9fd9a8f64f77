/** What a stretch of training says of the passes in it: who stands still, and what stands behind tensors. */
import { keyOf, type LayerId } from '../../builtins/arguments.js';
import { storedName } from '../model/model.js';
import type { CompiledCorruption, CompiledLayer, CompiledModel, CompiledPhase } from './compiled.js';

export interface Stretch {
  /** What schedules run over that say nothing else. */
  readonly epochs: number;
  /** How many examples a step sees, and which; absent where nothing says so. */
  readonly batch?: CompiledPhase['batch'];
  /**
   * Layers that nothing moves: they compute as in the deployed model, with moving averages, without dropout, and
   * without noise on what they read (Vincent et al. 2010, §3.5).
   */
  readonly still: ReadonlySet<LayerId>;
  /** What a phase itself writes behind tensors, by their keys. */
  readonly corruption: ReadonlyMap<string, readonly CompiledCorruption[]>;
  /** The corruption behind a tensor: the phase's, or else the model's. */
  behind(key: string, ofModel: readonly CompiledCorruption[]): readonly CompiledCorruption[];
}

/** All of a training in which everything moves. */
export const whole = ({ training: { epochs } }: CompiledModel): Stretch => ({
  epochs,
  still: new Set(),
  corruption: new Map(),
  behind: (_key, ofModel) => ofModel,
});

/** A phase in which these stored weights move, whoever moves them. */
export function stretchOf(model: CompiledModel, phase: CompiledPhase, moved: ReadonlySet<string>): Stretch {
  const corruption = new Map(phase.corruptions.map((one) => [keyOf(one.of), one.corruption]));
  return {
    epochs: phase.epochs,
    batch: phase.batch,
    still: stillLayers(model, moved),
    corruption,
    behind: (key, ofModel) => {
      const own = corruption.get(key);
      if (own === undefined) return ofModel;
      // `clean x` takes noise away; what the deployed model is given stays degraded.
      return own.length > 0 ? own : ofModel.filter(({ definition }) => definition.degradation);
    },
  };
}

/**
 * The layers that stand still while these stored weights move. What has nothing to learn goes with the next layer of
 * its network that has, since it works on what that one reads, and behind the last one with that.
 */
export function stillLayers(model: CompiledModel, moved: ReadonlySet<string>): ReadonlySet<LayerId> {
  const trainable = new Map<LayerId, boolean>();
  for (const { layer, name, declaration } of model.weights)
    if (layer !== undefined && declaration.trainable)
      trainable.set(layer, trainable.get(layer) === true || moved.has(storedName(model, name)));
  return new Set(model.networks.flatMap(({ layers }) => stillIn(layers, trainable)));
}

function stillIn(layers: readonly CompiledLayer[], moves: ReadonlyMap<LayerId, boolean>): readonly LayerId[] {
  const learning = layers.filter(({ id }) => moves.has(id));
  if (learning.length === 0) return [];
  let next = 0;
  return layers.flatMap(({ id }) => {
    const goesWith = learning[Math.min(next, learning.length - 1)]!;
    if (goesWith.id === id) next += 1;
    return moves.get(goesWith.id) === true ? [] : [id];
  });
}
