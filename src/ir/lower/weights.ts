/** What a program stores: weights, and statistics of the data beside them. */
import type { StatisticSpec } from '../../runtime/program.js';
import type { Builder } from '../build.js';
import type { CompiledModel as Model } from '../compiled.js';
import type { Node } from '../graph.js';

export interface Statistic extends StatisticSpec {
  readonly weight: string;
  readonly shape: readonly number[];
}

/** Statistics of the data that the program keeps beside its weights: `x.mean`. */
export function statisticsOf(model: Model): readonly Statistic[] {
  return model.variables.flatMap((v) => {
    const kinds = new Set([...(v.preprocessing?.definition.statistics ?? []), ...v.corruption.flatMap((c) => c.definition.statistics)]);
    return [...kinds].map((kind): Statistic => ({ weight: `${v.name}.${kind}`, variable: v.name, kind, shape: v.shape }));
  });
}

/** Weights that are stored: everything but the tied ones. */
export const storedWeights = (model: Model) => model.weights.filter((w) => !model.ties.some((tie) => tie.weight === w.name));

export const trainableWeights = (model: Model): readonly string[] => storedWeights(model).filter((w) => w.declaration.trainable).map((w) => w.name);

/** A weight brought back to where its constraints want it. */
export const project = (b: Builder, model: Model, name: string, weight: Node): Node =>
  model.constraints.filter((c) => c.weight === name).reduce((w, c) => b.at(c.source, () => c.call.definition.project(b, w, c.call.args)), weight);
