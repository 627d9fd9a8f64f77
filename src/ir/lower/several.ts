/**
 * Several values for one example: draws of a latent, or every value that it has. They stand side by side as rows of one
 * pass, `copies` times the batch, in which what does not depend on them is repeated; what a term measures of each is
 * brought together again: averaged, weighed by its probability, or as the bound of importance weighting.
 */
import type { Expression } from '../../builtins/arguments.js';
import { hasLowering, type Noise } from '../../builtins/define.js';
import type { Node } from '../graph/graph.js';
import { repeated } from '../graph/repeat.js';
import { B, product, type Dim, type Shape } from '../graph/shape.js';
import { dependentsOf, dependsOn, type Dependents } from '../model/dependence.js';
import type { Builder } from '../graph/build.js';
import type { Latent } from '../model/latents.js';
import type { Model } from '../model/model.js';

export interface Several {
  readonly dependents: Dependents;
  /** Latents of which every value enters, the last running fastest. */
  readonly enumerated: readonly Latent[];
  /** Combinations of enumerated values. */
  readonly values: number;
  /** Draws for each of them. */
  readonly samples: number;
  /** Whether the draws make one bound, −ln 1/K Σ exp(−L). */
  readonly bounds: boolean;
}

const samplesOf = ({ by }: Pick<Latent, 'by'>): number =>
  typeof by.args['samples'] === 'number' ? by.args['samples'] : 1;

export const isSeveral = (latent: Pick<Latent, 'by'>): boolean =>
  latent.by.definition.enumerates === true || latent.by.definition.bounds === true || samplesOf(latent) > 1;

/** The latents of a model that have several values; undefined where none has. */
export function severalOf(model: Model): Several | undefined {
  const latents = model.latents.filter(isSeveral);
  if (latents.length === 0) return undefined;
  const enumerated = latents.filter(({ by }) => by.definition.enumerates === true);
  return {
    dependents: dependentsOf(
      model,
      latents.map(({ name }) => ({ kind: 'latent', name })),
    ),
    enumerated,
    values: product(enumerated.map((one) => valuesOf(one).length)),
    samples: Math.max(...latents.map(samplesOf)),
    bounds: latents.some(({ by }) => by.definition.bounds === true),
  };
}

const valuesOf = ({ definition, shape }: Latent): readonly (readonly number[])[] =>
  hasLowering(definition) ? (definition.everyValue?.(shape) ?? []) : [];

export const copiesOf = ({ values, samples }: Several): number => values * samples;

/** Whether what is measured depends on which of the values it is. */
export const isOfEach = (model: Model, several: Several | undefined, value: Expression): several is Several =>
  several !== undefined && dependsOn(model.latents, several.dependents, value);

/** Draws that are the same for every enumerated value, and differ from sample to sample. */
export function noiseOf(b: Builder, several: Several | undefined, stream?: number): Noise {
  const values = several?.values ?? 1;
  const shared = (draw: (shape: Shape) => Node): ((shape: Shape) => Node) => {
    if (values === 1) return draw;
    return ([rows, ...rest]) =>
      typeof rows === 'object'
        ? repeated(b, draw([{ ...rows, batch: rows.batch / values }, ...rest]), values)
        : draw([rows!, ...rest]);
  };
  return {
    normal: shared((shape) => b.normal(shape, stream)),
    uniform: shared((shape) => b.uniform(shape, stream)),
  };
}

/** The values of an enumerated latent, one for each row of the pass that holds all combinations. */
export function everyValueOf(b: Builder, { enumerated, samples }: Several, latent: Latent): Node {
  const own = valuesOf(latent);
  const at = enumerated.findIndex(({ name }) => name === latent.name);
  const count = (some: readonly Latent[]): number => product(some.map((one) => valuesOf(one).length));
  const [before, behind] = [count(enumerated.slice(0, at)), count(enumerated.slice(at + 1)) * samples];
  const rows = Array.from({ length: before }, () =>
    own.flatMap((value) => Array.from({ length: behind }, () => value)),
  );
  const all = rows.flat();
  const { shape } = latent;
  const table = b.constant(all.flat(), [all.length, 1, ...shape]);
  const rowsOfPass: Dim = { batch: all.length };
  return b.reshape(b.broadcastTo(table, [all.length, B, ...shape]), [rowsOfPass, ...shape]);
}

/**
 * What the rows of an example measure together, [batch]: weighed by the probability of the values, [rows], where some
 * are enumerated, and averaged over the draws.
 */
export function together(b: Builder, several: Several, each: Node, probability: Node | undefined): Node {
  const { values, samples, bounds } = several;
  const apart = (x: Node): Node => b.reshape(x, [values, samples, B]);
  const ofValues = bounds ? bound(b, apart(each), samples) : b.scale(b.sum(apart(each), [1]), 1 / samples);
  if (probability === undefined) return b.reshape(ofValues, [B]);
  const weight = b.scale(b.sum(apart(probability), [1]), 1 / samples);
  return b.sum(b.mul(weight, ofValues), [0]);
}

/** −ln 1/K Σₖ exp(−Lₖ) along the second axis (Burda, Grosse & Salakhutdinov 2016, eq. 8). */
function bound(b: Builder, losses: Node, samples: number): Node {
  const negative = b.neg(losses);
  const top = b.make('StopGradient', [b.max(negative, [1], true)]);
  const sum = b.sum(b.unary('Exp', b.sub(negative, top)), [1]);
  const shape = sum.shape;
  return b.neg(b.shift(b.add(b.unary('Log', sum), b.reshape(top, shape)), -Math.log(samples)));
}
