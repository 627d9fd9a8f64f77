/** What every check of a whole model is given. */
import { tensorsIn, type Application, type CallOf, type TensorRef } from '../../builtins/arguments.js';
import { product } from '../graph/shape.js';
import { scopeAt, type Message, type Reporter, type Scope } from '../elaborate/context.js';
import { layersOf, type Layer, type Model, type Source, type Term } from '../model/model.js';
import { activePenaltiesIn, scalarOf, tensorsOf } from '../model/scalar.js';
import { objectivesOf } from '../model/training.js';

export type Reconstruction = Extract<Term, { readonly kind: 'reconstruction' }>;
export type PenaltyCall = CallOf<'penalty'>;

export interface Facts {
  readonly model: Model;
  readonly reconstructions: readonly Reconstruction[];
  /** Of the loss, and of whatever phases and players minimise in its place; none that has the weight 0. */
  readonly penalties: readonly { readonly call: PenaltyCall; readonly source: Source }[];
  /** The tensors that the loss and other objectives are computed from. */
  readonly roots: readonly (TensorRef | Application)[];
  layer(id: string): Layer | undefined;
  /** The text of the file that the model was written in. */
  readonly text: string;
}

export type Report = (code: Parameters<Reporter['report']>[1], source: Source, message: Message) => void;
export type Check = (facts: Facts, report: Report) => void;

export function factsOf(model: Model, text: string): Facts {
  const layers = new Map(layersOf(model).map((layer) => [layer.id, layer]));
  const objectives = objectivesOf(model.training);
  const scalars = [
    ...model.terms.map((term) => ({ expr: scalarOf(term), source: term.source })),
    ...objectives.flatMap((o) => (o.kind === 'minimize' || o.kind === 'maximize' ? [{ expr: o.value, source: o.source }] : [])),
  ];
  const penalties = scalars.flatMap(({ expr, source }) => activePenaltiesIn(expr).map(({ call }) => ({ call, source })));
  const network = (name: string): readonly TensorRef[] => model.networks.filter((n) => n.name === name).map((n) => n.output);
  const roots = [
    ...model.terms.flatMap((term) => (term.kind === 'reconstruction' ? [term.output] : term.kind === 'tree' ? [...network(term.encoder), ...network(term.decoder)] : [])),
    ...objectives.flatMap((o) => (o.kind === 'match' ? [o.value, o.to] : [])),
    ...scalars.flatMap(({ expr }) => tensorsOf(expr)),
  ];
  return { model, text, penalties, roots, reconstructions: model.terms.filter((t) => t.kind === 'reconstruction'), layer: (id) => layers.get(id) };
}

export const reportInto = (scope: Scope, reporter: Reporter): Report => (code, source, message) => {
  reporter.report(scopeAt(scope, source), code, source.place.span, message);
};

export const size = (shape: readonly number[]): number => product(shape);

/** Everything that tensors are computed from: layers, latents and variables. */
export interface Ancestors {
  readonly layers: ReadonlySet<string>;
  readonly latents: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** @param behind tensors that are not looked behind */
export function ancestors({ model, layer }: Facts, from: readonly (TensorRef | Application)[], behind: readonly TensorRef[] = []): Ancestors {
  const stops = new Set(behind.map((ref) => `${ref.kind} ${ref.kind === 'layer' ? ref.id : ref.name}`));
  const found = { layers: new Set<string>(), latents: new Set<string>(), variables: new Set<string>() };
  const waiting = [...from];
  const clauses = model.networks.flatMap(({ form }) => (form.kind === 'fold' ? [form.leaf, form.compose] : form.kind === 'unfold' ? [form.decompose] : []));
  const seen = new Set<string>();
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const { kind } = ref;
    if (kind !== 'application' && stops.has(`${kind} ${kind === 'layer' ? ref.id : ref.name}`)) continue;
    if (kind === 'variable') found.variables.add(ref.name);
    else if (kind === 'latent') {
      if (found.latents.has(ref.name)) continue;
      found.latents.add(ref.name);
      const posterior = model.latents.find((z) => z.name === (ref as { readonly name: string }).name)?.posterior;
      if (posterior?.kind === 'computed') waiting.push(posterior.from, ...Object.values(posterior.heads));
    } else if (kind === 'layer') {
      if (found.layers.has(ref.id)) continue;
      found.layers.add(ref.id);
      const own = layer(ref.id);
      if (own !== undefined) waiting.push(own.input, ...tensorsIn(own.args));
    } else if (kind === 'parameter') {
      // A child's vector is computed by the leaves, and by the clause itself.
      if (seen.has(ref.name)) continue;
      seen.add(ref.name);
      const { name } = ref;
      for (const clause of clauses) if (clause.parameters.some((p) => p.name === name)) waiting.push(...clause.parameters.filter((p) => p.name === name).map((p) => p.of));
    } else {
      waiting.push(...ref.inputs);
      const { network } = ref;
      const applied = model.networks.find((n) => n.name === network);
      if (applied !== undefined) waiting.push(applied.output);
    }
  }
  return found;
}
