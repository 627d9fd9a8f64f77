/**
 * The part of the language that this version lowers. A Model holds all of it; `uncompiled` finds
 * the clauses beyond that part, place by place, and a model without any is a `CompiledModel`, which
 * is all that lowering takes: the other forms are no cases there.
 */
import type { ArgValue, BuiltinCall } from '../../builtins/arguments.js';
import { hasLowering, type Category, type DefinitionOf, type LayerDefinition, type WithLowering } from '../../builtins/define.js';
import type { Latent, Layer, Model, Network, Rows, ScalarExpr, Source, Structure, Term, Variable } from '../model/model.js';
import { layersOf } from '../model/model.js';
import { leavesOf, penaltiesIn, scalarOf, tensorsOf } from '../model/scalar.js';
import type { Settings, Training } from '../model/training.js';

type Narrow<T, By> = Omit<T, keyof By> & By;

type CompiledCall<C extends Category> = BuiltinCall & { readonly definition: WithLowering<DefinitionOf<C>> };
type CompiledCorruption = CompiledCall<'corruption'> & { readonly source: Source };
type HidingCorruption = BuiltinCall & { readonly definition: Required<Pick<WithLowering<DefinitionOf<'corruption'>>, 'hidden'>> & DefinitionOf<'corruption'> };
type AllRows = Extract<Rows, { readonly kind: 'all' }>;

export type CompiledVariable = Narrow<Variable, {
  readonly observed: 'always';
  readonly structure: Extract<Structure, { readonly kind: 'array' | 'category' }>;
  readonly corruption: readonly CompiledCorruption[];
}>;

export type CompiledLayer = Narrow<Layer, {
  readonly definition: WithLowering<LayerDefinition>;
  readonly site: 'example';
  readonly corruption: readonly (CompiledCorruption & { readonly output: number })[];
}>;

export type CompiledNetwork = Narrow<Network, { readonly form: { readonly kind: 'chain' }; readonly layers: readonly CompiledLayer[] }>;

type Prior = Latent['prior'];
type CompiledDistribution = { readonly definition: WithLowering<DefinitionOf<'distribution'>> };

export type CompiledLatent = Narrow<Latent, CompiledDistribution & {
  readonly posterior: Extract<Latent['posterior'], { readonly kind: 'computed' }>;
  readonly prior: Narrow<Extract<Prior, { readonly kind: 'fixed' }>, CompiledDistribution> | Narrow<Extract<Prior, { readonly kind: 'network' }>, CompiledDistribution>;
  readonly by: CompiledCall<'expectation'>;
  readonly observed: 'never';
}>;

export type CompiledScalar =
  | Extract<ScalarExpr, { readonly kind: 'number' | 'schedule' }>
  | { readonly kind: 'penalty'; readonly call: CompiledCall<'penalty'>; readonly text: string }
  | { readonly kind: 'negate'; readonly operand: CompiledScalar }
  | { readonly kind: 'binary'; readonly op: '+' | '-' | '*' | '/' | '^'; readonly left: CompiledScalar; readonly right: CompiledScalar };

export type CompiledTerm =
  | Narrow<Extract<Term, { readonly kind: 'reconstruction' }>, {
      readonly elements: { readonly kind: 'all' } | { readonly kind: 'hidden'; readonly by: HidingCorruption; readonly source: Source };
      readonly rows: AllRows;
      readonly weight: CompiledScalar;
    }>
  | Narrow<Extract<Term, { readonly kind: 'penalty' }>, { readonly value: CompiledScalar; readonly rows: AllRows }>;

export type CompiledTraining = Narrow<Training, {
  readonly optimizer: CompiledCall<'optimizer'> & Pick<Settings['optimizer'], 'source'>;
  readonly movements: readonly [];
  readonly objective: { readonly kind: 'loss' };
  readonly copies: readonly [];
  readonly players: readonly [];
  readonly phases: readonly [];
}>;

export type CompiledModel = Narrow<Model, {
  readonly variables: readonly CompiledVariable[];
  readonly networks: readonly CompiledNetwork[];
  readonly latents: readonly CompiledLatent[];
  readonly terms: readonly CompiledTerm[];
  readonly training: CompiledTraining;
  readonly sweeps: readonly [];
  readonly figures: readonly [];
}>;

/** A clause beyond the compiled part; `what` is a subject with its verb: `phases are`. */
export interface Uncompiled {
  readonly what: string;
  readonly source: Source;
}

type Rule = (model: Model) => readonly Uncompiled[];

/** Each finds the clauses of one kind; together they find whatever `CompiledModel` excludes. */
const rules: readonly Rule[] = [
  ({ variables }) => variables.flatMap(({ structure: { kind }, observed, source }) => {
    // The tree answers for its labels.
    if (kind === 'label') return [];
    if (kind !== 'array' && kind !== 'category') return [{ what: `${kind} inputs are`, source }];
    return observed === 'sometimes' ? [{ what: 'variables that may be missing are', source }] : [];
  }),
  ({ networks }) => networks.flatMap(({ form, source }) => (form.kind === 'chain' ? [] : [{ what: 'recursive networks are', source }])),
  ({ latents }) => latents.flatMap(({ posterior, source }) => (posterior.kind === 'none' ? [{ what: 'latents that no encoder computes are', source }] : [])),
  (model) => callsIn(model).flatMap(({ call, source }) => unloweredIn(call).map(({ category, name }) => ({ what: `the ${category} \`${name}\` is`, source }))),
  ({ terms }) => terms.flatMap((term): readonly Uncompiled[] => {
    const rows: Uncompiled[] = term.rows.kind === 'all' ? [] : [{ what: `\`where ${term.rows.variable}.${term.rows.kind}\` is`, source: term.rows.source }];
    const scalar = scalarOf(term);
    if (leavesOf(scalar).some((leaf) => leaf.kind === 'mean')) rows.push({ what: 'terms that are tensors are', source: term.source });
    else if (tensorsOf(scalar).some((ref) => ref.kind === 'application')) rows.push({ what: 'networks applied to other tensors are', source: term.source });
    if (term.kind === 'tree') return [{ what: `\`reconstruct ${term.compared}\` is`, source: term.source }, ...rows];
    if (term.kind === 'penalty') return rows;
    const { elements } = term;
    const chosen = elements.kind === 'hidden' && hasLowering(elements.by.definition) && elements.by.definition.hidden === undefined;
    return [...(chosen ? [{ what: `\`where ${elements.by.definition.name}\` is`, source: elements.source }] : []), ...rows];
  }),
  ({ training }) => [
    ...training.phases.map(({ source }) => ({ what: 'phases are', source })),
    ...training.players.map(({ source }) => ({ what: 'players are', source })),
    ...(training.update === undefined ? [] : [{ what: '`update` statements are', source: training.update.source }]),
    ...training.movements.map(({ kind, source }) => ({ what: `\`${kind}\` statements are`, source })),
    ...(training.objective.kind === 'loss' ? [] : [{ what: `\`${training.objective.kind}\` statements are`, source: training.objective.source }]),
    ...training.copies.map(({ source }) => ({ what: '`copy` statements are', source })),
    ...(training.data === undefined ? [] : [{ what: '`data` settings are', source: training.data.source }]),
  ],
  ({ sweeps }) => sweeps.map(({ source }) => ({ what: '`sweep` clauses are', source })),
];

export const uncompiled: Rule = (model) => rules.flatMap((rule) => rule(model));

export const isCompiled = (model: Model): model is Model & CompiledModel => uncompiled(model).length === 0;

/** Every call of the registry that the model itself makes; phases and players answer for theirs. */
function callsIn(model: Model): readonly { readonly call: BuiltinCall; readonly source: Source }[] {
  const { training } = model;
  return [
    ...model.variables.flatMap((v) => v.corruption.map((call) => ({ call, source: call.source }))),
    ...layersOf(model).flatMap((layer) => [
      { call: { kind: 'call', definition: layer.definition, args: layer.args } as const, source: layer.source },
      ...layer.corruption.map((call) => ({ call, source: call.source })),
    ]),
    // A distribution answers for the ways that go with it, since one of them is its default.
    ...model.latents.map(({ definition, by, source }) => ({ call: hasLowering(definition) ? by : ({ kind: 'call', definition, args: {} } as const), source })),
    ...model.terms.flatMap((term) => penaltiesIn(scalarOf(term)).map(({ call }) => ({ call, source: term.source }))),
    { call: training.optimizer, source: training.optimizer.source },
    ...model.figures,
  ];
}

/** The entries without a lowering among a call and its arguments. */
function unloweredIn({ definition, args }: BuiltinCall): readonly BuiltinCall['definition'][] {
  const inside = Object.values(args).flatMap((value) => (isCall(value) ? unloweredIn(value) : []));
  return hasLowering(definition) ? inside : [definition, ...inside];
}

const isCall = (value: ArgValue | undefined): value is BuiltinCall => typeof value === 'object' && 'kind' in value && value.kind === 'call';
