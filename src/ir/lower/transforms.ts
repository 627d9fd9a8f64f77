/** What stands between the data of a variable and the values that networks and losses see. */
import type { CorruptionContext, PreprocessingContext, Statistic } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import type { CompiledVariable } from './compiled.js';
import { boundOf, lastingBound } from './weights.js';

/** Where transforms are computed. */
export interface Transforming {
  readonly b: Builder;
  /** Whether draws are made; their means stand for them otherwise. */
  readonly drawing: boolean;
  /** Statistics are weights: `x.mean`. */
  readonly weight: (name: string) => Node;
}

/** What the first transforms of a variable make of values. */
export const transformed = (
  at: Transforming,
  variable: CompiledVariable,
  x: Node,
  stages = variable.preprocessing.length,
): Node =>
  variable.preprocessing
    .slice(0, stages)
    .reduce((y, { definition, args }, i) => definition.forward(measured(at, variable, i), y, args), x);

/** From model space back to data space, as far as transforms can be undone. */
export const restored = (at: Transforming, variable: CompiledVariable, value: Node): Node =>
  variable.preprocessing.reduceRight(
    (x, { definition, args }, i) => definition.backward?.(measured(at, variable, i), x, args) ?? x,
    value,
  );

/** Statistics of the values that enter transform `stage`: measured of the data, and mapped by those in front. */
function measured(at: Transforming, variable: CompiledVariable, stage: number): PreprocessingContext {
  const { b, weight, drawing } = at;
  const statistic = (kind: Statistic): Node => {
    const raw = weight(`${variable.name}.${kind}`);
    if (stage === 0) return raw;
    if (kind !== 'std') return transformed(at, variable, raw, stage);
    const mean = weight(`${variable.name}.mean`);
    return b.sub(transformed(at, variable, b.add(mean, raw), stage), transformed(at, variable, mean, stage));
  };
  return { b, statistic, drawing };
}

/** The extremes that a corruption sets elements to, behind the transforms. */
export function extremesOf(at: Transforming, variable: CompiledVariable): CorruptionContext['statistic'] {
  const { b } = at;
  return (kind) => {
    const last = lastingBound(variable, kind);
    if (last !== undefined) return b.scalar(last);
    const bound = boundOf(variable, kind);
    const raw = bound === undefined ? at.weight(`${variable.name}.${kind}`) : b.fill(bound, variable.shape);
    return transformed(at, variable, raw);
  };
}
