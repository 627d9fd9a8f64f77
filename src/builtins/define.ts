/**
 * The registry's vocabulary. Everything that the language knows by name is declared once, in one
 * entry of this folder; parser, checker, code generator, editor and documentation read the entry.
 * The files of `define/` say what entries of each kind declare; here is what holds for all of them.
 */
import type { CorruptionDefinition, DomainDefinition, PreprocessingDefinition, TypeDefinition } from './define/data.js';
import type { Category, WithLowering } from './define/entry.js';
import type {
  DistributionDefinition,
  ExpectationDefinition,
  FlowDefinition,
  PriorDefinition,
} from './define/latents.js';
import type { ActivationDefinition, LayerDefinition } from './define/layers.js';
import type { FunctionDefinition, LikelihoodDefinition, PenaltyDefinition } from './define/terms.js';
import type {
  BracketingDefinition,
  ClippingDefinition,
  FigureDefinition,
  OptimizerDefinition,
  ScheduleDefinition,
  SettingDefinition,
  StoppingDefinition,
  UpdateDefinition,
} from './define/training.js';
import type { ConstraintDefinition, InitializerDefinition, TransformDefinition } from './define/weights.js';

export type * from './define/data.js';
export * from './define/entry.js';
export type * from './define/latents.js';
export type * from './define/layers.js';
export type * from './define/terms.js';
export type * from './define/training.js';
export type * from './define/weights.js';

export type Definition =
  | LayerDefinition
  | ActivationDefinition
  | InitializerDefinition
  | CorruptionDefinition
  | PreprocessingDefinition
  | PenaltyDefinition
  | ConstraintDefinition
  | LikelihoodDefinition
  | DistributionDefinition
  | PriorDefinition
  | FlowDefinition
  | FunctionDefinition
  | TransformDefinition
  | BracketingDefinition
  | TypeDefinition
  | DomainDefinition
  | SettingDefinition
  | UpdateDefinition
  | ExpectationDefinition
  | OptimizerDefinition
  | ScheduleDefinition
  | ClippingDefinition
  | StoppingDefinition
  | FigureDefinition;

export type DefinitionOf<C extends Category> = Extract<Definition, { readonly category: C }>;

export const hasLowering = <D extends Definition>(definition: D): definition is WithLowering<D> =>
  definition.lowered !== false;

/** What compiles an entry. Models that hold one without it are never lowered, so not to find it is our own bug. */
export function loweringOf<D extends Definition>(definition: D): WithLowering<D> {
  if (!hasLowering(definition)) throw new Error(`${definition.name} has no lowering`);
  return definition;
}
