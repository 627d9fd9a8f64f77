/** What a program stores: weights, and statistics of the data beside them. */
import { inverse } from '../../builtins/kernels.js';
import type { StatisticSpec } from '../../runtime/program.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { product } from '../graph/shape.js';
import { storedName, type Constraint } from '../model/model.js';
import { phasesOf } from '../model/training.js';
import type { CompiledModel as Model } from './compiled.js';

export interface Statistic extends StatisticSpec {
  readonly weight: string;
  readonly shape: readonly number[];
}

/** Statistics of the data that the program keeps beside its weights: `x.mean`. */
export function statisticsOf(model: Model): readonly Statistic[] {
  return model.variables.flatMap((v) => {
    const ofTransforms = v.preprocessing.flatMap(({ definition }) => definition.statistics);
    const ofPhases = phasesOf(model.training).flatMap(({ corruptions }) =>
      corruptions.flatMap(({ of, corruption }) => (of.kind === 'variable' && of.name === v.name ? corruption : [])),
    );
    const ofCorruptions = [...v.corruption, ...ofPhases]
      .flatMap((c) => c.definition.statistics)
      .filter((kind) => lastingBound(v, kind) === undefined && boundOf(v, kind) === undefined);
    const kinds = new Set([...ofTransforms, ...ofCorruptions]);
    return [...kinds].map((kind): Statistic => {
      const n = product(v.shape);
      return { weight: `${v.name}.${kind}`, variable: v.name, kind, shape: kind === 'whitening' ? [n, n] : v.shape };
    });
  });
}

/** The smallest or largest value that a domain allows; undefined where it has no such bound, so that it is measured. */
export function boundOf(
  { domain }: Pick<Model['variables'][number], 'domain'>,
  kind: 'min' | 'max',
): number | undefined {
  switch (domain.kind) {
    case 'interval':
      return kind === 'min' ? domain.low : domain.high;
    case 'binary':
    case 'distribution':
      return kind === 'min' ? 0 : 1;
    case 'counts':
      return kind === 'min' ? 0 : undefined;
    default:
      return undefined;
  }
}

/** A bound of the values that networks read, which is the same for every feature: that of a domain which no transform moves, or of 0 and 1. */
export function lastingBound(
  variable: Pick<Model['variables'][number], 'domain' | 'preprocessing'>,
  kind: 'min' | 'max',
): number | undefined {
  const last = variable.preprocessing.at(-1);
  if (last === undefined) return boundOf(variable, kind);
  return last.definition.domain?.kind === 'binary' ? Number(kind === 'max') : undefined;
}

/** Weights that are stored: everything but the tied ones. */
export const storedWeights = (model: Model) =>
  model.weights.filter((w) => !model.ties.some((tie) => tie.weight === w.name));

export const trainableWeights = (model: Model): readonly string[] =>
  storedWeights(model)
    .filter((w) => w.declaration.trainable)
    .map((w) => w.name);

/** The constraints of a stored weight, and of those that are tied to it. */
export const constraintsOf = (model: Model, stored: string): readonly Constraint[] =>
  model.constraints.filter((c) => storedName(model, c.weight) === stored);

/** A stored weight brought back to where its constraints want it. One of a tied weight holds for what that weight is. */
export const project = (b: Builder, model: Model, name: string, weight: Node): Node =>
  constraintsOf(model, name).reduce(
    (w, { weight: seen, call: { definition, args }, source }) =>
      b.at(source, () => {
        const { order, sign } = wayTo(
          model,
          seen,
          w.shape.map((_, axis) => axis),
        );
        const { axes } = model.weights.find((one) => one.name === seen)!.declaration;
        const turned = b.transpose(w, order);
        const projected = definition.project(b, sign === 1 ? turned : b.neg(turned), args, axes);
        return b.transpose(sign === 1 ? projected : b.neg(projected), inverse(order));
      }),
    weight,
  );

/** Axis i of a weight is axis `order[i]` of the one that is stored, with this sign. */
export function wayTo(
  model: Pick<Model, 'ties'>,
  name: string,
  identity: readonly number[],
): { readonly order: readonly number[]; readonly sign: 1 | -1 } {
  const tie = model.ties.find((t) => t.weight === name);
  if (tie === undefined) return { order: identity, sign: 1 };
  const below = wayTo(model, tie.of, identity);
  return { order: tie.order.map((axis) => below.order[axis]!), sign: below.sign === tie.sign ? 1 : -1 };
}
