/** What a program stores: weights, and statistics of the data beside them. */
import { inverse } from '../../builtins/kernels.js';
import type { StatisticSpec } from '../../runtime/program.js';
import type { Builder } from '../graph/build.js';
import type { CompiledModel as Model } from './compiled.js';
import type { Node } from '../graph/graph.js';
import { storedName, type Constraint } from '../model/model.js';

export interface Statistic extends StatisticSpec {
  readonly weight: string;
  readonly shape: readonly number[];
}

/** Statistics of the data that the program keeps beside its weights: `x.mean`. */
export function statisticsOf(model: Model): readonly Statistic[] {
  return model.variables.flatMap((v) => {
    const kinds = new Set([...(v.preprocessing?.definition.statistics ?? []), ...v.corruption.flatMap((c) => c.definition.statistics)]);
    return [...kinds].filter((kind) => (kind !== 'min' && kind !== 'max') || boundOf(v, kind) === undefined).map((kind): Statistic => ({ weight: `${v.name}.${kind}`, variable: v.name, kind, shape: v.shape }));
  });
}

/** The smallest or largest value that a domain allows; undefined where it has no bounds, so that they are measured. */
export const boundOf = ({ domain }: Pick<Model['variables'][number], 'domain'>, kind: 'min' | 'max'): number | undefined =>
  domain.kind === 'interval' ? (kind === 'min' ? domain.low : domain.high) : domain.kind === 'binary' ? (kind === 'min' ? 0 : 1) : undefined;

/** Weights that are stored: everything but the tied ones. */
export const storedWeights = (model: Model) => model.weights.filter((w) => !model.ties.some((tie) => tie.weight === w.name));

export const trainableWeights = (model: Model): readonly string[] => storedWeights(model).filter((w) => w.declaration.trainable).map((w) => w.name);

/** The constraints of a stored weight, and of those that are tied to it. */
export const constraintsOf = (model: Model, stored: string): readonly Constraint[] => model.constraints.filter((c) => storedName(model, c.weight) === stored);

/** A stored weight brought back to where its constraints want it. One of a tied weight holds for what that weight is. */
export const project = (b: Builder, model: Model, name: string, weight: Node): Node =>
  constraintsOf(model, name).reduce((w, { weight: seen, call: { definition, args }, source }) => b.at(source, () => {
    const order = orderOf(model, seen, w.shape.map((_, axis) => axis));
    const { axes } = model.weights.find((one) => one.name === seen)!.declaration;
    return b.transpose(definition.project(b, b.transpose(w, order), args, axes), inverse(order));
  }), weight);

/** Axis i of a weight is axis `orderOf(…)[i]` of the one that is stored. */
function orderOf(model: Model, name: string, identity: readonly number[]): readonly number[] {
  const tie = model.ties.find((t) => t.weight === name);
  if (tie === undefined) return identity;
  const below = orderOf(model, tie.of, identity);
  return tie.order.map((axis) => below[axis]!);
}
