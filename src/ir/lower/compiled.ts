/**
 * The part of the language that this version lowers. A Model holds all of it; one in which `uncompiled` finds nothing is a
 * `CompiledModel`, which is all that lowering takes: the other forms are no cases there.
 */
import type { BuiltinCall } from '../../builtins/arguments.js';
import type { Category, DefinitionOf, LayerDefinition, WithLowering } from '../../builtins/define.js';
import type { Draw, Expert, Latent, Prior } from '../model/latents.js';
import type { Figure, Model } from '../model/model.js';
import type { Layer, Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { Term } from '../model/terms.js';
import type { Phase, PhaseCorruption, Player, Settings, Training } from '../model/training.js';
import type { Structure, Variable } from '../model/variables.js';

type Narrow<T, By> = Omit<T, keyof By> & By;

type CompiledCall<C extends Category> = BuiltinCall & { readonly definition: WithLowering<DefinitionOf<C>> };
export type CompiledCorruption = CompiledCall<'corruption'> & { readonly source: Source };

export type CompiledVariable = Narrow<
  Variable,
  {
    readonly structure: Extract<
      Structure,
      { readonly kind: 'numbers' | 'category' | 'distribution' | 'sequence' | 'tree' | 'label' }
    >;
    readonly corruption: readonly CompiledCorruption[];
  }
>;

export type CompiledLayer = Narrow<
  Layer,
  {
    readonly definition: WithLowering<LayerDefinition>;
    readonly corruption: readonly (CompiledCorruption & { readonly output: number })[];
  }
>;

export type CompiledNetwork = Narrow<
  Network,
  {
    readonly layers: readonly CompiledLayer[];
  }
>;

export type CompiledDistribution = WithLowering<DefinitionOf<'distribution'>>;

export type CompiledLatent = Narrow<
  Latent,
  {
    readonly definition: CompiledDistribution;
    readonly experts: readonly [Expert, ...Expert[]];
    readonly through: readonly CompiledCall<'flow'>[];
    readonly prior: Narrow<Prior, { readonly definition: WithLowering<DefinitionOf<'prior'>> }>;
    readonly by: CompiledCall<'expectation'>;
  }
>;

export type CompiledDraw = Narrow<Draw, { readonly definition: CompiledDistribution }>;

export type CompiledTerm = Term & {
  /** Of several terms that are one bound, each with the rows where it holds. */
  readonly bound?: readonly Pick<Term, 'value' | 'where'>[];
};

type WithOptimizer = { readonly optimizer: CompiledCall<'optimizer'> & Pick<Settings['optimizer'], 'source'> };

export type CompiledPlayer = Narrow<Player, WithOptimizer>;

type InPhase = WithOptimizer & {
  readonly corruptions: readonly Narrow<PhaseCorruption, { readonly corruption: readonly CompiledCorruption[] }>[];
  readonly players: readonly CompiledPlayer[];
};

export type CompiledPhase = Narrow<Phase, InPhase>;

export type CompiledTraining = Narrow<Training, InPhase & { readonly phases: readonly CompiledPhase[] }>;

export type CompiledFigure = Narrow<Figure, { readonly call: CompiledCall<'figure'> }>;

export type CompiledModel = Narrow<
  Model,
  {
    readonly variables: readonly CompiledVariable[];
    readonly networks: readonly CompiledNetwork[];
    readonly latents: readonly CompiledLatent[];
    readonly draws: readonly CompiledDraw[];
    readonly terms: readonly CompiledTerm[];
    readonly training: CompiledTraining;
    readonly figures: readonly CompiledFigure[];
  }
>;
